// Runs every benchmark of this folder, or those named, each in a process of its own: `node run.mjs`, `node run.mjs rouge lcs`.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const asked = process.argv.slice(2);
const files = readdirSync(here).filter((name) => name.endsWith(".bench.ts"));
const chosen = asked.length === 0 ? files : asked.map((name) => `${name}.bench.ts`);
const failed = [];
for (const file of chosen) {
  console.log(`\n## ${file.replace(".bench.ts", "")}\n`);
  const args = ["--conditions=@evalwire/source", "--expose-gc", "--disable-warning=ExperimentalWarning", file];
  const { status } = spawnSync(process.execPath, args, { cwd: here, stdio: "inherit" });
  if (status !== 0) failed.push(file);
}
if (failed.length > 0) {
  console.error(`bench: failed: ${failed.join(", ")}`);
  process.exit(1);
}
