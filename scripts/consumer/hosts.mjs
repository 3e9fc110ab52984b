/** Programs that bring their own effect or React: the copies we share with them, and those we refuse. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asDependencies, Project } from "./Project.mjs";
import { peersOf } from "./pack.mjs";
import { expectText, run } from "./Report.mjs";

const pick = (tarballs, ...names) => asDependencies(tarballs.filter(({ name }) => names.includes(name)));
const core = (tarballs) => pick(tarballs, "@evalwire/core");

/** The installed effect under the next patch's number, as a tarball: "another 4.1.x" whether or not one is published. */
const nextPatch = async (project) => {
  const folder = project.path("next/package");
  mkdirSync(folder, { recursive: true });
  await run("cp", ["-R", `${project.path("node_modules/effect")}/.`, folder]);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const version = manifest.version.replace(/\d+$/, (patch) => Number(patch) + 1);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, version }));
  await run("tar", ["czf", project.path("next-effect.tgz"), "-C", project.path("next"), "package"]);
  return { file: project.path("next-effect.tgz"), version };
};

/** A host with another 4.1.x: one copy is installed, and the program compiles and runs over it. */
export const anotherPatch = async (tarballs, source, typescript) => {
  const { file, version } = await nextPatch(source);
  const project = Project.make("effect-other", { ...core(tarballs), effect: `file:${file}`, "@types/node": "24.10.1" });
  await project.install();
  const copies = (await project.run("find", ["node_modules", "-path", "*/effect/package.json"])).trim().split("\n");
  if (copies.length !== 1) throw new Error(`${copies.length} copies of effect: ${copies.join(", ")}`);
  project.add("effectHost.ts");
  project.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        module: "nodenext",
        target: "es2023",
        lib: ["es2024", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
        types: ["node"],
        outDir: "out",
      },
      files: ["effectHost.ts"],
    }),
  );
  const { bin } = JSON.parse(readFileSync(`${typescript}/package.json`, "utf8"));
  await project.run(process.execPath, [join(typescript, bin.tsc)]);
  expectText(
    await project.run(process.execPath, ["out/effectHost.js"]),
    /0 evaluations, not found/,
    `effect ${version}`,
  );
};

/** A host whose effect is too old gets an error at install, by name, before anything of ours can run. */
export const refusedAtInstall = async (tarballs, version) => {
  const project = Project.make("effect-old", { ...core(tarballs), effect: version });
  const output = await project.install("failure");
  expectText(output, /ERESOLVE/, "npm");
  expectText(output, /peer effect@"\^4\.1\.0" from @evalwire\/core/, "npm");
};

/** pnpm only warns; `pnpm peers check` names both versions. */
export const warnedByPnpm = async (tarballs, version) => {
  const project = Project.make("effect-pnpm", { ...core(tarballs), effect: version });
  const output = await project.run("pnpm", [
    "install",
    "--ignore-workspace",
    "--prefer-offline",
    "--no-frozen-lockfile",
  ]);
  expectText(output, /Issues with peer dependencies found/, "pnpm");
  const issues = await project.run("pnpm", ["peers", "check"]).catch((error) => error.message);
  expectText(issues, /effect.*\^4\.1\.0/s, "pnpm peers check");
};

/** The hooks compile and render under this React. */
export const react = async (tarballs, version, types, typescript, esbuild) => {
  const project = Project.make(`react-${version}`, {
    ...asDependencies(tarballs),
    ...peersOf(tarballs),
    react: version,
    "react-dom": version,
    ...types,
    "@types/node": "24.10.1",
  });
  await project.install();
  project.add("rendered.jsx", "page.jsx");
  await project.run(esbuild, ["rendered.jsx", "--jsx=automatic", "--outfile=rendered.mjs", "--log-level=error"]);
  expectText(
    await project.run(process.execPath, ["rendered.mjs"]),
    /0 tasks, 0 in all, connecting/,
    `React ${version}`,
  );
  project.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        module: "nodenext",
        target: "es2023",
        lib: ["es2024", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
        types: ["node"],
        jsx: "react-jsx",
        allowJs: true,
        checkJs: false,
        noEmit: true,
      },
      files: ["hooks.ts"],
    }),
  );
  project.write("hooks.ts", `import * as hooks from "@evalwire/react-hooks"; void hooks;`);
  const { bin } = JSON.parse(readFileSync(`${typescript}/package.json`, "utf8"));
  await project.run(process.execPath, [join(typescript, bin.tsc)]);
};
