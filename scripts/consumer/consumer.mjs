/**
 * The product as its users get it: packs every package, installs the tarballs with npm into fresh projects outside the workspace,
 * compiles against them and runs them.
 *
 *   node scripts/consumer/consumer.mjs [--short] [--built] [--only PATTERN]…
 *
 * A PATTERN is the name of a cell as it is printed, its beginning up to a colon or comma, or a glob: `bundle`, `"bundle: vite"`, `"types: TypeScript 7*"`.
 *
 * `--short` is what every check of the workspace runs: the tarballs, the oldest and the newest TypeScript, Node 24, esbuild, the command
 * line. `--built` packs the build that is there. The whole matrix adds the other compilers, runtimes, bundlers and hosts, and fetches them first.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import * as bundles from "./bundles.mjs";
import { checkEngines, lowest } from "./engines.mjs";
import { entriesOf, isImportable } from "./entries.mjs";
import * as hosts from "./hosts.mjs";
import { next, version as nextVersion } from "./next.mjs";
import { asDependencies, Project } from "./Project.mjs";
import { pack, peersOf } from "./pack.mjs";
import { expectText, Report } from "./Report.mjs";
import { checkTarball } from "./tarballs.mjs";
import * as tools from "./tools.mjs";
import * as types from "./types.mjs";

const { values } = parseArgs({
  options: {
    short: { type: "boolean" },
    built: { type: "boolean" },
    only: { type: "string", multiple: true },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log(`Usage: node scripts/consumer/consumer.mjs [--short] [--built] [--only PATTERN]...

Packs all packages, installs the tarballs in fresh projects, compiles against them and runs them.

  --short         the cells that every check of the workspace runs
  --built         packs the build that is there
  --only PATTERN  a cell's name as it is printed, its beginning up to a colon or comma, or a glob; may be repeated
                  tarball, engines, types, run, command line, bundle, react-server, effect, react, next
                  "bundle: vite"   "types: TypeScript 7*"   "run: bun*"`);
  process.exit(0);
}
const report = new Report(values.only);
const require = createRequire(import.meta.url);
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));

/** For the compiler and for React's renderer, at the versions of the workspace. */
const alongside = {
  "react-dom": "19.3.1",
  "@types/node": "24.10.1",
  "@types/react": "19.3.0",
  "@types/react-dom": "19.3.0",
};

const started = performance.now();
const tarballs = await pack(values.built);
console.log(
  `packed ${tarballs.map(({ name }) => name).join(", ")} in ${((performance.now() - started) / 1_000).toFixed(1)} s`,
);
for (const tarball of tarballs) await report.cell(`tarball ${tarball.name}`, () => checkTarball(tarball));

const project = Project.make("all", { ...asDependencies(tarballs), ...peersOf(tarballs), ...alongside });
project.add(
  "relay-worker.mjs",
  "scripted.mjs",
  "run-scripted.mjs",
  "embedded.mjs",
  "required.cjs",
  "own-declarations.mjs",
  "imported.mjs",
  "page.jsx",
);
await project.install();
for (const tarball of tarballs)
  await report.cell(`engines ${tarball.name}: no dependency needs a later Node`, () => checkEngines(project, tarball));
const entries = tarballs.flatMap(entriesOf).filter(isImportable);
/** Those of packages that say they run on Node 20. */
const everywhere = tarballs
  .filter(({ manifest }) => lowest(manifest.engines.node) <= lowest("20.19"))
  .flatMap(entriesOf)
  .filter(isImportable);
const emitted = await types.prepare(project, tarballs);

const compileWith = (name, folder, resolution) =>
  report.cell(`types: TypeScript ${name}, ${resolution}`, () => types.compile(project, folder, resolution, emitted));
const runs = (name, node, served = true) =>
  report.cell(`run: ${name}`, async () => {
    expectText(await project.run(node, ["run-scripted.mjs"]), /scripted: ok/, name);
    if (served) expectText(await project.run(node, ["embedded.mjs"]), /embedded: ok/, name);
    expectText(await project.run(node, ["required.cjs", ...(served ? entries : everywhere)]), /required: ok/, name);
  });
const commandLine = (name, node) =>
  report.cell(`command line: ${name}`, async () => {
    const evalwire = (args, options) => project.run(node, ["node_modules/evalwire/dist/evalwire.js", ...args], options);
    expectText(await evalwire(["--version"]), /^\d+\.\d+\.\d+/, name);
    expectText(await evalwire(["--help"]), /Usage: evalwire/, name);
    const config = { components: [{ name: "f1", type: "f1", mappings: { candidate: ["c"], reference: ["r"] } }] };
    project.write("metric_config.json", JSON.stringify(config));
    const input = '{"id":"1","c":"a b","r":"a b"}\n';
    expectText(await evalwire(["score", "-c", "metric_config.json", "-"], { input }), /f1 .*1\.0/, name);
  });

if (values.short) {
  // The older compiler takes four times as long: its wrappers are left to the whole matrix.
  await Promise.all([
    report.cell("types: TypeScript 5.8, nodenext, declarations", () =>
      types.declarations(project, folderOf("typescript-5.8"), "nodenext"),
    ),
    compileWith("7.0", folderOf("typescript"), "nodenext"),
  ]);
  await runs("Node 24", process.execPath);
  await commandLine("Node 24", process.execPath);
  const esbuild = `${folderOf("esbuild")}/bin/esbuild`;
  await report.cell("bundle: esbuild", () => bundles.esbuild(project, esbuild));
} else {
  const kept = await tools.install();
  for (const tarball of tarballs)
    await report.cell(`tarball ${tarball.name}: types of every entry (attw)`, () =>
      project.run(kept.bin("attw"), [tarball.file, "--profile", "esm-only", "--format", "ascii"]),
    );
  for (const name of Object.keys(tools.typescripts))
    for (const resolution of types.resolutionNames) await compileWith(name, kept.typescript(name), resolution);
  for (const name of Object.keys(tools.nodes)) {
    await runs(`Node ${name}`, kept.node(name), name !== "20");
    if (name !== "20") await commandLine(`Node ${name}`, kept.node(name));
  }
  await report.cell("command line: Node 20 gets a message about what it needs", async () => {
    const output = await project.run(kept.node("20"), ["node_modules/evalwire/dist/evalwire.js", "--version"], {
      expected: 1,
    });
    expectText(output, /^evalwire needs Node 22\.16 or later; this is Node 20\.19\.6\.\n$/, "Node 20");
  });
  for (const program of ["run-scripted.mjs", "embedded.mjs"]) {
    await report.cell(`run: bun, ${program}`, () => project.run(kept.bin("bun"), [program]));
    await report.cell(`run: deno, ${program}`, () => project.run(kept.bin("deno"), ["run", "-A", program]));
  }
  await report.cell("run: workerd", async () =>
    expectText(await bundles.workerd(project, kept), /200 scripted: ok/, "workerd"),
  );
  await report.cell("run: workerd, the relay in a Durable Object", async () =>
    expectText(
      await bundles.relayInWorkerd(project, kept),
      /(?:200 event: snapshot, then news\n){3}/,
      "the relay in workerd",
    ),
  );
  const bundle = (name, build) =>
    report.cell(`bundle: ${name}`, async () => console.log(`                ${name}: ${await build()} gzipped`));
  await bundle("esbuild", () => bundles.esbuild(project, kept.bin("esbuild")));
  await bundle("vite", () => bundles.vite(project, kept));
  await bundle("webpack", () => bundles.webpack(project, kept));
  await bundle("rspack", () => bundles.rspack(project, kept));
  await report.cell("react-server: every entry is imported", () =>
    project.run(process.execPath, ["--conditions=react-server", "imported.mjs", ...entries]),
  );
  await report.cell("effect: another 4.1.x in the host", () =>
    hosts.anotherPatch(tarballs, project, kept.typescript("7.0")),
  );
  for (const version of ["3.22.4", "4.0.6"]) {
    await report.cell(`effect: npm refuses ${version}`, () => hosts.refusedAtInstall(tarballs, version));
    await report.cell(`effect: pnpm warns of ${version}`, () => hosts.warnedByPnpm(tarballs, version));
  }
  for (const [version, of] of [
    ["18.3.1", { "@types/react": "18.3.27", "@types/react-dom": "18.3.7" }],
    ["19.3.1", { "@types/react": "19.3.0", "@types/react-dom": "19.3.0" }],
  ])
    await report.cell(`react: ${version}`, () =>
      hosts.react(tarballs, version, of, kept.typescript("7.0"), kept.bin("esbuild")),
    );
  await report.cell(`next: ${nextVersion}, a relay as a route handler and a page of hooks`, () => next(tarballs));
}

const failed = report.close();
if (failed === 0) Project.removeAll();
else
  console.log(
    "The projects are kept for a look; their folders begin with evalwire-consumer- in the system's temporary folder.",
  );
console.log(`${((performance.now() - started) / 1_000).toFixed(0)} s in all`);
process.exit(failed > 0 ? 1 : 0);
