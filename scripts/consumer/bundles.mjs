/** The small page built by what people build pages with. Each says how large the page is, compressed. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const sizeOf = (project, folder) => {
  const files = readdirSync(project.path(folder), { recursive: true }).filter((file) => /\.m?js$/.test(file));
  if (files.length === 0) throw new Error(`nothing was built in ${folder}`);
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(project.path(`${folder}/${file}`))).length, 0);
  return `${(bytes / 1_000).toFixed(0)} kB`;
};

export const esbuild = async (project, tool) => {
  await project.run(tool, [
    "page.jsx",
    "--bundle",
    "--minify",
    "--format=esm",
    "--splitting",
    "--jsx=automatic",
    "--outdir=built-esbuild",
    "--log-level=error",
  ]);
  return sizeOf(project, "built-esbuild");
};

export const vite = async (project, tools) => {
  project.write("index.html", `<script type="module" src="/page.jsx"></script>`);
  const config = { root: project.folder, logLevel: "error", build: { outDir: "built-vite" } };
  project.write(
    "build-vite.mjs",
    `import { build } from ${JSON.stringify(pathToFileURL(tools.module("vite/dist/node/index.js")))};
     import react from ${JSON.stringify(pathToFileURL(tools.module("@vitejs/plugin-react/dist/index.js")))};
     await build({ ...${JSON.stringify(config)}, configFile: false, plugins: [react()] });`,
  );
  await project.run(process.execPath, ["build-vite.mjs"]);
  return sizeOf(project, "built-vite");
};

/** webpack and rspack take the same configuration; JSX is taken out beforehand, so that neither needs a loader. */
const packer = async (project, tools, name, module) => {
  await project.run(tools.bin("esbuild"), ["page.jsx", "--jsx=automatic", "--outfile=page.js", "--log-level=error"]);
  const entry = createRequire(`${tools.folder}/package.json`).resolve(module);
  const config = {
    mode: "production",
    context: project.folder,
    entry: "./page.js",
    output: { path: project.path(`built-${name}`), clean: true },
    performance: false,
  };
  project.write(
    `build-${name}.mjs`,
    `import * as found from ${JSON.stringify(pathToFileURL(entry))};
     const pack = found.rspack ?? found.webpack ?? found.default;
     pack(${JSON.stringify(config)}, (error, stats) => {
       if (error ?? stats.hasErrors()) { console.error(error ?? stats.toString("errors-only")); process.exit(1); }
       if (stats.hasWarnings()) { console.error(stats.toString("errors-warnings")); process.exit(1); }
     });`,
  );
  await project.run(process.execPath, [`build-${name}.mjs`]);
  return sizeOf(project, `built-${name}`);
};

export const webpack = (project, tools) => packer(project, tools, "webpack", "webpack");
export const rspack = (project, tools) => packer(project, tools, "rspack", "@rspack/core");

const buildWorker = (project, tools, entry) =>
  project.run(tools.bin("esbuild"), [
    entry,
    "--bundle",
    "--format=esm",
    "--conditions=workerd,worker,browser",
    "--external:node:*",
    `--outfile=built-${entry}`,
    "--log-level=error",
  ]);

/** The scripted program in workerd, as a worker that answers a request with what the program says. */
export const workerd = async (project, tools) => {
  project.write(
    "worker.mjs",
    `import { main } from "./scripted.mjs"; export default { fetch: async () => new Response(await main()) };`,
  );
  await buildWorker(project, tools, "worker.mjs");
  project.write(
    "run-worker.mjs",
    `import { Miniflare } from ${JSON.stringify(pathToFileURL(tools.module("miniflare/dist/src/index.js")))};
     const worker = new Miniflare({ modules: true, scriptPath: "built-worker.mjs", compatibilityDate: "2026-07-01", compatibilityFlags: ["nodejs_compat"] });
     const answer = await worker.dispatchFetch("http://localhost/");
     console.log(answer.status, await answer.text());
     await worker.dispose();`,
  );
  return project.run(process.execPath, ["run-worker.mjs"]);
};

/** The relay in a Durable Object of workerd, with a second reader while the first one reads, and a third after both. */
export const relayInWorkerd = async (project, tools) => {
  await buildWorker(project, tools, "relay-worker.mjs");
  project.write(
    "run-relay-worker.mjs",
    `import { Miniflare } from ${JSON.stringify(pathToFileURL(tools.module("miniflare/dist/src/index.js")))};
     const worker = new Miniflare({
       modules: true, scriptPath: "built-relay-worker.mjs", durableObjects: { RELAY: "Relay" },
       compatibilityDate: "2026-07-01", compatibilityFlags: ["nodejs_compat"],
     });
     const read = async (news) => {
       const answer = await worker.dispatchFetch("http://localhost/v4/evaluations/ev_1/feed");
       const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
       for (let text = "", kinds = []; ; kinds = text.match(/^event: .*/gm) ?? []) {
         if (kinds.filter((kind) => kind === "event: news").length >= news) {
           console.log(answer.status, kinds[0] + ", then news");
           return reader;
         }
         const { done, value } = await reader.read();
         if (done) throw new Error("the feed ended: " + text);
         text += value;
       }
     };
     const first = await read(2);
     await (await read(1)).cancel();
     await first.cancel();
     await (await read(1)).cancel();
     await worker.dispose();`,
  );
  return project.run(process.execPath, ["run-relay-worker.mjs"]);
};
