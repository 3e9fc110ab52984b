// Checks the declarations of our own packages by the interface of a compiler before TypeScript 7: own-declarations.mjs COMPILER TSCONFIG
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import process from "node:process";

const [, , compiler, config] = process.argv;
const ts = createRequire(import.meta.url)(compiler);
const { options, fileNames, errors } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(config, ts.sys.readFile).config,
  ts.sys,
  dirname(resolve(config)),
);
const program = ts.createProgram(fileNames, options);
const isOwn = (file) => /\/node_modules\/(@evalwire\/|evalwire\/)/.test(file.fileName);
const own = program.getSourceFiles().filter((file) => isOwn(file) || fileNames.includes(file.fileName));
if (own.filter(isOwn).length < 100) throw new Error(`only ${own.length} declarations of our own were found`);
const found = [
  ...errors,
  ...program.getConfigFileParsingDiagnostics(),
  ...program.getOptionsDiagnostics(),
  ...program.getGlobalDiagnostics(),
  ...own.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
];
const host = { getCurrentDirectory: () => process.cwd(), getCanonicalFileName: (name) => name, getNewLine: () => "\n" };
if (found.length > 0) {
  console.error(ts.formatDiagnostics(found, host));
  process.exitCode = 1;
}
