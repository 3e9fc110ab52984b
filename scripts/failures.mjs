// Every exported function of core, tasks and relay that gives a promise, an Effect or a stream says in its docstring what it fails with.
// Prints those that do not, and fails.
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

// The compiler of the workspace has no interface for programs yet.
const ts = createRequire(import.meta.url)("typescript-5.8");

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entries = [
  "core/src/index.ts",
  "core/src/rxjs.ts",
  "core/src/emitter.ts",
  "core/src/forms.ts",
  "core/src/feed/index.ts",
  "tasks/src/index.ts",
  "tasks/src/effect.ts",
  "relay/src/index.ts",
].map((entry) => join(root, "packages", entry));

const program = ts.createProgram(entries, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ["@evalwire/source"],
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  types: [],
});
const checker = program.getTypeChecker();

const mayFail = /^(Promise|Effect|Effect\.Effect|Stream|Stream\.Stream|Observable)</;
const saysSo = /\b(throws?|fails?|rejects?|failures?|errors?)\b/i;

const textOf = (symbol) =>
  [
    ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    ...symbol.getJsDocTags(checker).map(({ name, text }) => `${name} ${ts.displayPartsToString(text)}`),
  ].join("\n");

const missing = new Set();
const look = (symbol, name, inherited = "") => {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = target.valueDeclaration;
  if (declaration === undefined || !declaration.getSourceFile().fileName.startsWith(join(root, "packages"))) return;
  const docs = inherited + textOf(target);
  const type = checker.getTypeOfSymbolAtLocation(target, declaration);
  const gives = type
    .getCallSignatures()
    .map((signature) => checker.typeToString(checker.getReturnTypeOfSignature(signature)));
  if (gives.some((each) => mayFail.test(each) && !/^Effect<[^,]*>$|, never(,|>)/.test(each)) && !saysSo.test(docs)) {
    const { line } = declaration.getSourceFile().getLineAndCharacterOfPosition(declaration.getStart());
    missing.add(`${relative(root, declaration.getSourceFile().fileName)}:${line + 1} ${name}`);
  }
  if (!ts.isClassDeclaration(declaration)) return;
  const instance = checker.getDeclaredTypeOfSymbol(target);
  for (const member of [...instance.getProperties(), ...type.getProperties()]) {
    if (member.getName() !== "prototype" && !/^__|#/.test(member.getName()))
      look(member, `${name}.${member.getName()}`);
  }
};

for (const entry of entries) {
  const source = program.getSourceFile(entry);
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) look(symbol, symbol.getName());
}
if (missing.size > 0) {
  console.error(`These functions do not say what they fail with:\n${[...missing].sort().join("\n")}`);
  process.exit(1);
}
console.log("Every exported function that can fail says what with.");
