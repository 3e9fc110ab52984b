/**
 * What a manifest becomes on its way into a tarball. The workspace's own `package.json` says once where the project lives; here that
 * is written into each package, and what only the workspace can use is taken out.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const root = import.meta.dirname;
const home = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));

/** The export condition that reads sources directly: decision 004. */
const sourceCondition = "@evalwire/source";

/** The entry without the source condition; `undefined` when nothing else is left of it. */
const publishedEntry = (entry) => {
  if (typeof entry === "string") return entry;
  const { [sourceCondition]: _, ...published } = entry;
  return Object.keys(published).length > 0 ? published : undefined;
};

const publishedExports = (exports) =>
  Object.fromEntries(
    Object.entries(exports)
      .map(([subpath, entry]) => [subpath, publishedEntry(entry)])
      .filter(([, entry]) => entry !== undefined),
  );

export const hooks = {
  beforePacking: (manifest, folder) => {
    const { scripts: _, devDependencies: __, exports, ...published } = manifest;
    return {
      ...published,
      exports: publishedExports(exports),
      author: home.author,
      homepage: home.homepage,
      bugs: home.bugs,
      repository: { ...home.repository, directory: relative(root, folder) },
      keywords: [...new Set([...home.keywords, ...(manifest.keywords ?? [])])],
    };
  },
};
