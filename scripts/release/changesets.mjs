// Every changeset names packages that are published, with a kind of version, and says something: one that does not ends
// `changeset version` with an error, and that is run for the first time when a release is due.
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const manifests = globSync("packages/*/package.json", { cwd: root }).map((file) =>
  JSON.parse(readFileSync(join(root, file), "utf8")),
);
const published = new Set(manifests.filter(({ private: isPrivate }) => isPrivate !== true).map(({ name }) => name));

const wrong = [];
const files = globSync(".changeset/*.md", { cwd: root }).filter((file) => !file.endsWith("README.md"));
for (const file of files) {
  const [, head = "", summary = ""] = /^---\n(.*?)\n?---\n(.*)$/s.exec(readFileSync(join(root, file), "utf8")) ?? [];
  const lines = head.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) wrong.push(`${file}: names no package`);
  if (summary.trim() === "") wrong.push(`${file}: says nothing`);
  for (const line of lines) {
    const [, name, kind] = /^["']?(.+?)["']?:\s*(\w+)\s*$/.exec(line) ?? [];
    if (!published.has(name)) wrong.push(`${file}: ${name ?? line} is no package that is published`);
    else if (!["major", "minor", "patch"].includes(kind)) wrong.push(`${file}: ${name}: ${kind} is no kind of version`);
  }
}
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
console.log(`All ${files.length} changesets name published packages.`);
