// Runs every benchmark of this folder, or those named, each in a process of its own: `node run.mjs`, `node run.mjs rouge lcs`.
// Words that begin with a dash are handed on: `node run.mjs bundle --budgets`.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const given = process.argv.slice(2);
const asked = given.filter((word) => !word.startsWith("-"));
const flags = given.filter((word) => word.startsWith("-"));
const files = readdirSync(here).filter((name) => name.endsWith(".bench.ts"));
const chosen = asked.length === 0 ? files : asked.map((name) => `${name}.bench.ts`);
const failed = [];
for (const file of chosen) {
  console.log(`\n## ${file.replace(".bench.ts", "")}\n`);
  const args = [
    "--conditions=@evalwire/source",
    "--expose-gc",
    "--disable-warning=ExperimentalWarning",
    file,
    ...flags,
  ];
  const { status } = spawnSync(process.execPath, args, { cwd: here, stdio: "inherit" });
  if (status !== 0) failed.push(file);
}
if (failed.length > 0) {
  console.error(`bench: failed: ${failed.join(", ")}`);
  process.exit(1);
}
