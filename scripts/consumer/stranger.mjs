/**
 * How long it takes a stranger from `npm install` to the first event, and what the installation weighs: an empty project, the packed
 * tarballs, everything else from the registry, once with an empty cache and once with the cache that this has left.
 *
 *   node scripts/consumer/stranger.mjs [--packed]     `--packed` takes the tarballs that are there
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { asDependencies, Project } from "./Project.mjs";
import { pack, packed } from "./pack.mjs";
import { expectText, run } from "./Report.mjs";

const { values } = parseArgs({ options: { packed: { type: "boolean" } } });

const there = () =>
  Promise.all(
    globSync("*.tgz", { cwd: packed }).map(async (name) => {
      const file = join(packed, name);
      return { file, name: JSON.parse(await run("tar", ["xzOf", file, "package/package.json"])).name };
    }),
  );

const tarballs = values.packed ? await there() : await pack();
const wanted = asDependencies(tarballs.filter(({ name }) => /\/(core|tasks|metrics|server)$/.test(name)));
const cache = mkdtempSync(join(tmpdir(), "evalwire-stranger-cache-"));
const seconds = (since) => (performance.now() - since) / 1_000;

const megabytes = async (project, folder) => {
  const output = await project.run("du", ["-sk", "--apparent-size", folder]);
  return Number.parseInt(output, 10) / 1_000;
};

const visit = async (name) => {
  const project = Project.make(`stranger-${name}`, wanted);
  const began = performance.now();
  await project.run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--cache", cache]);
  const installed = seconds(began);
  project.add("firstEvent.mjs");
  expectText(await project.run(process.execPath, ["firstEvent.mjs"]), /^first event: \S+$/m, "the program");
  console.log(`${name}: installed in ${installed.toFixed(1)} s, first event after ${seconds(began).toFixed(1)} s`);
  return project;
};

try {
  await visit("cold");
  const project = await visit("warm");
  const [all, effect] = [await megabytes(project, "node_modules"), await megabytes(project, "node_modules/effect")];
  const { version } = JSON.parse(readFileSync(project.path("node_modules/effect/package.json"), "utf8"));
  console.log(`node_modules: ${all.toFixed(1)} MB, of which effect ${version}: ${effect.toFixed(1)} MB`);
} finally {
  Project.removeAll();
  rmSync(cache, { recursive: true, force: true });
}
