// Every entry by `import`, under the conditions Node was started with.
for (const entry of process.argv.slice(2)) {
  if (Object.keys(await import(entry)).length === 0) throw new Error(`${entry} exports nothing`);
}
console.log("imported: ok");
