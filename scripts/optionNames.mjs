// Every exported function and class of the packages that takes options or arguments by name is in the table of its package's
// `test/optionNames.test.ts`, which looks whether a misspelt name is refused. Prints those that are not, and fails.
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

// The compiler of the workspace has no interface for programs yet.
const ts = createRequire(import.meta.url)("typescript-5.8");

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Exports for the packages themselves, which take no options from a program. */
const apart = {
  // Called with what a compiler has seen: parts of the packages' own, and what tests are made with.
  core: [
    "EventChecker",
    "ScriptedWatch",
    "FeedView",
    "Ledger",
    "MemoryFeed",
    "BroadcastFeed",
    "SgpError",
    "gatedWatches",
    "checkOptions",
  ],
  tasks: ["HeldLease"],
  metrics: ["MetricError", "Params", "scorerOf"],
};

const packages = globSync("packages/*/package.json", { cwd: root })
  .map((file) => ({ folder: dirname(file), manifest: JSON.parse(readFileSync(join(root, file), "utf8")) }))
  .filter(({ manifest }) => manifest.private !== true && manifest.bin === undefined);

const entriesOf = ({ folder, manifest }) =>
  Object.entries(manifest.exports)
    .filter(([subpath, entry]) => !subpath.includes("*") && entry["@evalwire/source"] !== undefined)
    .map(([, entry]) => join(root, folder, entry["@evalwire/source"]));

const program = ts.createProgram(packages.flatMap(entriesOf), {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ["@evalwire/source"],
  allowImportingTsExtensions: true,
  jsx: ts.JsxEmit.ReactJSX,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: [],
});
const checker = program.getTypeChecker();

/** Whether a parameter is an object of names a person may misspell. */
const isNamed = (parameter, at) => {
  const { name } = parameter;
  const type = checker.typeToString(checker.getTypeOfSymbolAtLocation(parameter, at));
  return /(?<!Error)(Options|Args|Arguments)\b/.test(type) && /^(options|args|given|definition|__0)$/.test(name);
};

const takesOptions = (symbol) => {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = target.valueDeclaration;
  if (declaration === undefined || !declaration.getSourceFile().fileName.startsWith(join(root, "packages")))
    return false;
  const type = checker.getTypeOfSymbolAtLocation(target, declaration);
  const signatures = [...type.getCallSignatures(), ...type.getConstructSignatures()];
  return signatures.some(({ parameters }) => parameters.some((parameter) => isNamed(parameter, declaration)));
};

const missing = [];
let seen = 0;
for (const each of packages) {
  const name = each.folder.split("/").at(-1);
  const tables = globSync(join(root, each.folder, "test/{optionNames,wrongUse}.test.{ts,tsx}"));
  const table = tables.map((file) => readFileSync(file, "utf8")).join("\n");
  for (const entry of entriesOf(each)) {
    const source = checker.getSymbolAtLocation(program.getSourceFile(entry));
    for (const symbol of checker.getExportsOfModule(source)) {
      const called = symbol.getName();
      if (apart[name]?.includes(called) || !takesOptions(symbol)) continue;
      seen++;
      // The whole name: `rougeS` in the table says nothing of `rouge`.
      if (!new RegExp(`\\b${called.replace("$", "\\$")}(?![\\w$])`).test(table))
        missing.push(`${relative(root, entry)}: ${called}`);
    }
  }
}
if (missing.length > 0) {
  console.error(
    `These take options, and no table says that a misspelt one is refused:\n${[...new Set(missing)].join("\n")}`,
  );
  process.exit(1);
}
console.log(`All ${seen} exported functions that take options are in a table of misspelt ones.`);
