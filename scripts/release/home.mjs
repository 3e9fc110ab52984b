/**
 * Says where the project lives, everywhere at once: in the workspace's `package.json`, from which manifests take it when they are packed,
 * and in the absolute links of the packages' READMEs.
 *
 *   node scripts/release/home.mjs https://github.com/OWNER/REPOSITORY
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [given] = process.argv.slice(2);
if (given === undefined || !URL.canParse(given) || new URL(given).protocol !== "https:") {
  console.error("home: give the https address of the repository, such as https://example.com/evalwire");
  process.exit(2);
}
const next = given.replace(/\/$/, "").replace(/\.git$/, "");
const { homepage } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let count = 0;
for (const file of [
  "package.json",
  "SECURITY.md",
  "CODE_OF_CONDUCT.md",
  ...globSync("packages/*/README.md", { cwd: root }),
]) {
  const path = join(root, file);
  const text = readFileSync(path, "utf8");
  count += text.split(homepage).length - 1;
  writeFileSync(path, text.replaceAll(homepage, next));
}
console.log(`home: ${count} addresses are now below ${next}`);
