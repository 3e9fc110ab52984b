/** Packs every publishable package into tarballs, from a fresh build, and lists them. */
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./Report.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const packed = join(root, ".packed");

/** The folders of the packages that are published, each with its manifest as it stands in the workspace. */
export const packages = () =>
  globSync("packages/*/package.json", { cwd: root })
    .sort()
    .map((file) => ({
      folder: join(root, dirname(file)),
      manifest: JSON.parse(readFileSync(join(root, file), "utf8")),
    }))
    .filter(({ manifest }) => manifest.private !== true);

/** Removes what an earlier build left of a source that has gone: the compiler never does, and the tarball would carry it. */
const prune = (folder) => {
  for (const file of globSync("dist/**/*.{js,ts,map}", { cwd: folder })) {
    const source = file.replace(/^dist/, "src").replace(/(\.d)?\.(js|ts)$/, "");
    if (
      file.endsWith(".map") ||
      ![".ts", ".tsx", ".js"].some((extension) => existsSync(join(folder, source + extension)))
    )
      rmSync(join(folder, file));
  }
};

/**
 * @param isBuilt whether there is a build: then nothing is built, and files that others read meanwhile stay as they are
 * @returns one `{ name, version, file, manifest }` per tarball, `manifest` as published
 */
export const pack = async (isBuilt = false) => {
  if (!isBuilt) {
    // The dashboard's build fills a folder of the command line's package.
    const filters = ["--filter=./packages/*", "--filter=./apps/dashboard"];
    await run("turbo", ["run", "build", ...filters, "--output-logs=errors-only"], { cwd: root });
  }
  const sources = packages();
  for (const { folder } of sources) prune(folder);
  rmSync(packed, { recursive: true, force: true });
  await run("pnpm", ["-r", "--filter", "./packages/*", "pack", "--pack-destination", packed], { cwd: root });
  return Promise.all(
    sources.map(async ({ folder, manifest: { name, version } }) => {
      const file = join(packed, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
      const manifest = JSON.parse(await run("tar", ["xzOf", file, "package/package.json"]));
      return { name, version, file, folder, manifest };
    }),
  );
};

/** The dependencies a host needs for every entry to load: each peer at the version the workspace itself was tested with. */
export const peersOf = (tarballs) => {
  const versions = {};
  for (const { folder, manifest } of tarballs)
    for (const name of Object.keys(manifest.peerDependencies ?? {})) {
      const installed = join(folder, "node_modules", name, "package.json");
      if (existsSync(installed)) versions[name] = JSON.parse(readFileSync(installed, "utf8")).version;
    }
  return versions;
};
