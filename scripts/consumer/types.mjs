/**
 * Compiles against the declarations as they are published.
 *
 * `everything.ts` imports every entry, with `skipLibCheck` off, so a declaration that is not valid anywhere is found. `wrapper.ts` exports
 * a function around every function of every entry and around every method of the client, with inferred types and `declaration` on: it
 * compiles only if each type those signatures show can be named from an entry.
 */
import { readFileSync } from "node:fs";
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
  outDir: "out",
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

/** Writes the two programs into a project that has everything installed. */
export const prepare = async (project, tarballs) => {
  const entries = tarballs.flatMap(entriesOf).filter(isImportable);
  project.write("everything.ts", everything(entries));
  project.write("survey.mjs", surveyor(entries));
  const { functions, methods } = JSON.parse(await project.run(process.execPath, ["survey.mjs"]));
  if (methods.length < 50) throw new Error(`only ${methods.length} methods were found on the client`);
  const lines = [`import { SGPClient } from "@evalwire/core";`, `const client = new SGPClient({ apiKey: "key" });`];
  Object.entries(functions).forEach(([entry, names], index) => {
    lines.push(`import * as module${index} from "${entry}";`);
    for (const name of names.filter((name) => !generic.has(name)))
      lines.push(...wrap(`module${index}_${name}`, `module${index}.${name}`));
  });
  for (const method of methods) lines.push(...wrap(`client_${method.replaceAll(".", "_")}`, `client.${method}`));
  project.write("wrapper.ts", lines.join("\n"));
  for (const [name, resolution] of Object.entries(resolutions)) {
    project.write(
      `tsconfig.${name}.json`,
      JSON.stringify({ compilerOptions: { ...options, ...resolution }, files: ["everything.ts", "wrapper.ts"] }),
    );
    project.write(
      `tsconfig.${name}.emitted.json`,
      JSON.stringify({ compilerOptions: { ...options, ...resolution, noEmit: true }, files: ["out/wrapper.d.ts"] }),
    );
  }
  return { methods: methods.length, entries: entries.length };
};

/** Compiles both programs with one compiler and resolution, then what the wrapper emitted. */
export const compile = async (project, compiler, resolution) => {
  const { bin } = JSON.parse(readFileSync(`${compiler}/package.json`, "utf8"));
  const tsc = `${compiler}/${bin.tsc}`;
  await project.run(process.execPath, [tsc, "-p", `tsconfig.${resolution}.json`]);
  await project.run(process.execPath, [tsc, "-p", `tsconfig.${resolution}.emitted.json`]);
};
export const resolutionNames = Object.keys(resolutions);
