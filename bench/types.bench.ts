/**
 * Cost of plugins for the compiler: a program with thirty of them, each with a layer, hooks and a typed resource of its own, beside
 * the same client without any. The figure counts type instantiations, which are the same on every machine.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hold } from "./budget.ts";
import { table } from "./measure.ts";

// Beside this file, so that the packages are found.
const folder = fileURLToPath(new URL(".types/", import.meta.url));
const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

const plugin = (index: number): string => `
declare module "@evalwire/core" {
  interface PluginResources { readonly counter${index}: { readonly count: () => number; readonly last: WatchEvent | undefined } }
}
const plugin${index} = definePlugin({
  name: "counter${index}",
  ${index === 0 ? "" : `requires: ["counter${index - 1}"],`}
  setup: (host) => {
    let count = 0;
    let last: WatchEvent | undefined;
    host.around((request, next) => next({ ...request, headers: { ...request.headers, "x-count": String(++count) } }));
    host.on({ types: ["task.status_changed"] }, (event) => { last = event; count += event.current.status === "COMPLETED" ? 1 : 0; });
    host.on({ types: ["assignment.expiring", "assignment.expired"] }, (event) => { last = event; count += event.lease.assignee.length; });
    host.provide("counter${index}", { count: () => count, last });
    ${index === 0 ? "" : `count += host.resource("counter${index - 1}")?.count() ?? 0;`}
    return () => { count = 0; };
  },
});`;

const program = (count: number): string => {
  const each = (text: (index: number) => string) => Array.from({ length: count }, (_, index) => text(index));
  return `
import { definePlugin, SGPClient, type WatchEvent } from "@evalwire/core";
void definePlugin;
${each(plugin).join("\n")}
const client = new SGPClient({ apiKey: "a key", plugins: [${each((index) => `plugin${index}`).join(", ")}] });
export const evaluation = client.evaluations.retrieve("e1");
export const counts = [${each((index) => `client.resource("counter${index}")?.count()`).join(", ")}];
client.watch("e1").subscribe((event: WatchEvent) => event.type);
`;
};

interface Cost {
  readonly instantiations: number;
  readonly types: number;
}

const costOf = (count: number): Cost => {
  const file = `${folder}with${count}.ts`;
  writeFileSync(file, program(count));
  writeFileSync(
    `${folder}tsconfig.json`,
    JSON.stringify({
      extends: "../../tsconfig.base.json",
      compilerOptions: {
        noEmit: true,
        composite: false,
        declarationMap: false,
        types: ["node"],
        rewriteRelativeImportExtensions: false,
        allowImportingTsExtensions: true,
      },
      files: [file],
    }),
  );
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--extendedDiagnostics"], {
    encoding: "utf8",
  });
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(stdout)?.[1]);
  const cost = { instantiations: of("Instantiations"), types: of("Types") };
  if (/error TS/.test(stdout) || Number.isNaN(cost.instantiations)) throw new Error(stdout);
  return cost;
};

mkdirSync(folder, { recursive: true });
try {
  const [none, one, thirty] = [costOf(0), costOf(1), costOf(30)] as const;
  table(
    ["plugins", "instantiations", "types"],
    [
      ["none", none.instantiations, none.types],
      ["one", one.instantiations, one.types],
      ["thirty", thirty.instantiations, thirty.types],
    ],
  );
  hold([
    {
      question: "instantiations with thirty plugins / with none",
      figure: thirty.instantiations / none.instantiations,
      unit: "×",
      budget: { most: 1.05 },
    },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
