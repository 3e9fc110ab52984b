/**
 * Compiles against the declarations as they are published.
 *
 * `everything.ts` imports every entry, with `skipLibCheck` off, so a declaration that is not valid anywhere is found. The wrappers export
 * a function around every function of every entry and around every method of the client, with inferred types and `declaration` on: they
 * compile only if each type those signatures show can be named from an entry. The client's own are a program that imports nothing but
 * `@evalwire/core`, because another entry in the same program would lend its names.
 */
import { copyFileSync, readFileSync } from "node:fs";
import { entriesOf, isImportable } from "./entries.mjs";

const everything = (entries) =>
  entries.map((entry, index) => `import * as entry${index} from "${entry}";\nvoid entry${index};`).join("\n");

const options = {
  strict: true,
  skipLibCheck: false,
  target: "es2023",
  lib: ["es2024", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
  jsx: "react-jsx",
  types: ["node"],
  declaration: true,
};

const resolutions = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  node16: { module: "node16", moduleResolution: "node16" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
};

/** A program that walks every entry and prints the names of its functions, and of the client's methods. */
const surveyor = (entries) => `
import { SGPClient } from "@evalwire/core";
const isClass = (value) => /^class\\b/.test(Function.prototype.toString.call(value));
const functions = {};
for (const entry of ${JSON.stringify(entries)}) {
  const module = await import(entry);
  functions[entry] = Object.keys(module).filter((name) => typeof module[name] === "function" && !isClass(module[name]));
}
const client = new SGPClient({ apiKey: "key" });
const methods = [];
const walk = (value, path) => {
  for (const name of Object.keys(value)) {
    if (typeof value[name] === "function") methods.push([...path, name].join("."));
    else if (value[name] !== null && typeof value[name] === "object" && path.length < 4) walk(value[name], [...path, name]);
  }
};
for (const name of Object.keys(client))
  if (Object.getPrototypeOf(client[name] ?? 0) === Object.prototype) walk(client[name], [name]);
console.log(JSON.stringify({ functions, methods }));
`;

/** Functions whose parameters are a type parameter of their own, which a wrapper cannot repeat. */
const generic = new Set(["ofType"]);

const wrap = (name, path) => [
  `export const ${name} = ${path};`,
  `export const ${name}_called = (...args: Parameters<typeof ${path}>) => ${path}(...args);`,
  `export const ${name}_awaited = async (...args: Parameters<typeof ${path}>) => await ${path}(...args);`,
];

/** An emitted declaration under the name of a source: a source is checked also where declarations are not. */
const sourceOf = (file) => file.replace(".d.ts", ".checked.ts");

/** Writes the two programs into a project that has everything installed; gives the declarations they emit. */
export const prepare = async (project, tarballs) => {
  const entries = tarballs.flatMap(entriesOf).filter(isImportable);
  project.write("everything.ts", everything(entries));
  project.write("survey.mjs", surveyor(entries));
  const { functions, methods } = JSON.parse(await project.run(process.execPath, ["survey.mjs"]));
  if (methods.length < 50) throw new Error(`only ${methods.length} methods were found on the client`);
  const files = ["everything.ts"];
  Object.entries(functions).forEach(([entry, names], index) => {
    const wrapped = names.filter((name) => !generic.has(name)).flatMap((name) => wrap(name, `entry.${name}`));
    project.write(`wrapper${index}.ts`, [`import * as entry from "${entry}";`, ...wrapped].join("\n"));
    if (entry !== "@evalwire/core") files.push(`wrapper${index}.ts`);
    else project.write("core.ts", readFileSync(project.path(`wrapper${index}.ts`)));
  });
  const wrappedMethods = methods.flatMap((method) => wrap(method.replaceAll(".", "_"), `client.${method}`));
  const client = [`import { SGPClient } from "@evalwire/core";`, `const client = new SGPClient({ apiKey: "key" });`];
  project.write("client.ts", [...client, ...wrappedMethods].join("\n"));
  const programs = { all: files, client: ["core.ts", "client.ts"] };
  const emitted = Object.entries(programs).flatMap(([program, included]) =>
    included.filter((file) => file !== "everything.ts").map((file) => `out/${program}/${file.replace(".ts", ".d.ts")}`),
  );
  for (const [name, resolution] of Object.entries(resolutions)) {
    project.write(
      `tsconfig.${name}.everything.json`,
      JSON.stringify({ compilerOptions: { ...options, ...resolution, noEmit: true }, files: ["everything.ts"] }),
    );
    const config = (more, list) =>
      JSON.stringify({ compilerOptions: { ...options, ...resolution, ...more }, files: list });
    for (const [program, included] of Object.entries(programs))
      project.write(`tsconfig.${name}.${program}.json`, config({ outDir: `out/${program}` }, included));
    // The declarations of what is installed were checked when these were emitted.
    const again = { noEmit: true, declaration: false, skipLibCheck: true };
    project.write(`tsconfig.${name}.emitted.json`, config(again, emitted.map(sourceOf)));
  }
  return emitted;
};

const tscOf = (compiler) => `${compiler}/${JSON.parse(readFileSync(`${compiler}/package.json`, "utf8")).bin.tsc}`;

/** Checks our own declarations of every entry with one compiler and resolution; those of others are checked with `compile`. */
export const declarations = (project, compiler, resolution) =>
  project.run(process.execPath, ["own-declarations.mjs", compiler, `tsconfig.${resolution}.everything.json`]);

/** Compiles each program with one compiler and resolution, then the declarations that both emitted. */
export const compile = async (project, compiler, resolution, emitted) => {
  const tsc = tscOf(compiler);
  for (const program of ["client", "all"])
    await project.run(process.execPath, [tsc, "-p", `tsconfig.${resolution}.${program}.json`]);
  for (const file of emitted) copyFileSync(project.path(file), project.path(sourceOf(file)));
  await project.run(process.execPath, [tsc, "-p", `tsconfig.${resolution}.emitted.json`]);
};

export const resolutionNames = Object.keys(resolutions);
