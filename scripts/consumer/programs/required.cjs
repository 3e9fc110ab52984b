// Every entry by `require`, which Node has allowed for ES modules since 20.19 and 22.12.
for (const entry of process.argv.slice(2)) {
  if (Object.keys(require(entry)).length === 0) throw new Error(`${entry} exports nothing`);
}
console.log("required: ok");
