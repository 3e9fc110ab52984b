/**
 * Publishes every package whose version is not on the registry yet: packs, checks each tarball, and hands those very files to npm, in the order in which
 * they depend on each other. Run by the workflow `publish`; `--dry-run` does everything but the upload, without an account.
 *
 *   node scripts/release/publish.mjs [--dry-run] [--tag v1.2.3]
 *
 * `--tag` names the tag that is being released, which must be the version of the packages.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pack, root } from "../consumer/pack.mjs";
import { run } from "../consumer/Report.mjs";
import { checkTarball } from "../consumer/tarballs.mjs";

const { values } = parseArgs({ options: { "dry-run": { type: "boolean" }, tag: { type: "string" } } });
const isDryRun = values["dry-run"] === true;
const { homepage } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const fail = (sentence) => {
  console.error(`publish: ${sentence}`);
  process.exit(1);
};

/** Dependencies first. */
const inOrder = (tarballs) => {
  const byName = new Map(tarballs.map((tarball) => [tarball.name, tarball]));
  const ordered = new Set();
  const visit = (tarball) => {
    for (const name of Object.keys(tarball.manifest.dependencies ?? {})) if (byName.has(name)) visit(byName.get(name));
    ordered.add(tarball);
  };
  for (const tarball of tarballs) visit(tarball);
  return [...ordered];
};

/** Whether this version is on the registry. Anything but a clear yes or no ends the release. */
const isPublished = async ({ name, version }) => {
  const output = await run("npm", ["view", `${name}@${version}`, "version", "--json"]).catch((error) => error.message);
  if (output.includes("E404")) return false;
  if (output.includes(`"${version}"`)) return true;
  return fail(`the registry did not say whether ${name}@${version} is there:\n${output}`);
};

if (new URL(homepage).hostname === "example.com" && !isDryRun)
  fail(
    "package.json still has the placeholder address; npm run home -- <address of the repository> sets it everywhere",
  );

const tarballs = inOrder(await pack());
for (const tarball of tarballs) {
  if (values.tag !== undefined && values.tag !== `v${tarball.version}`)
    fail(`the tag is ${values.tag}, but ${tarball.name} has version ${tarball.version}`);
  await checkTarball(tarball).catch((error) => fail(`${tarball.name}: ${error.message}`));
}
for (const tarball of tarballs) {
  const shown = `${tarball.name}@${tarball.version}`;
  if (!isDryRun && (await isPublished(tarball))) {
    console.log(`${shown} is on the registry already`);
    continue;
  }
  const how = isDryRun ? ["--dry-run", "--tag", "dry-run"] : ["--provenance"];
  await run("npm", ["publish", tarball.file, "--access", "public", ...how]);
  console.log(`${shown} ${isDryRun ? "would be published" : "published"} from ${tarball.file}`);
}
