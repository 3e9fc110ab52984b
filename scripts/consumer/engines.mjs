/** A package may not say that it runs on a Node which one of its dependencies, near or far, has given up. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The lowest version of a range of `engines`, as a number to compare: 20.19 is 20_019_000. A range of no version is 0. */
export const lowest = (range = "") => {
  const versions = range.split("||").map((part) => /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(part));
  const numbers = versions.map((found) =>
    found === null ? 0 : found.slice(1).reduce((sum, part, at) => sum + Number(part ?? 0) * 1_000 ** (2 - at), 0),
  );
  return Math.min(...numbers);
};

/** The folder of a dependency as Node finds it from the folder of a package. */
const folderOf = (name, from) => {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
  }
  return undefined;
};

/** Throws with a line for each dependency of a package in a project that needs a later Node than the package says. */
export const checkEngines = async (project, { name, manifest }) => {
  const wrong = [];
  const own = lowest(manifest.engines.node);
  const seen = new Set();
  const visit = (each, from, way) => {
    const folder = folderOf(each, from);
    if (folder === undefined || seen.has(folder)) return;
    seen.add(folder);
    const { version, engines, dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (lowest(engines?.node) > own)
      wrong.push(
        `${[...way, `${each} ${version}`].join(" > ")} needs Node ${engines.node}, ${name} says ${manifest.engines.node}`,
      );
    for (const next of Object.keys(dependencies)) visit(next, folder, [...way, each]);
  };
  visit(name, project.folder, []);
  if (seen.size === 0) throw new Error(`${name} is not installed`);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
};
