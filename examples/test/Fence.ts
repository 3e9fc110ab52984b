/**
 * A fenced TypeScript example in a docstring or a page, and the program that checks it.
 *
 * A fence is run when it holds at least one `// => value`. Each such comment stands behind a statement on one line and
 * says what that statement gives: `add(1, 2); // => 3`, `const sum = add(1, 2); // => 3`,
 * `console.log(sum); // => 3`. The value is a JavaScript expression, compared deeply.
 */

export interface Fence {
  /** The file, relative to the workspace. */
  readonly file: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly code: string;
}

/** The `ts` fences of a source file's docstrings, or of a Markdown page. */
export const extract = (file: string, text: string): ReadonlyArray<Fence> => {
  const fences: Array<Fence> = [];
  let open: { line: number; code: Array<string> } | undefined;
  const isPage = file.endsWith(".md");
  text.split("\n").forEach((raw, index) => {
    const line = isPage ? raw : raw.replace(/^\s*\* ?/, "");
    if (open === undefined) {
      if (/^```tsx?\s*$/.test(line.trim())) open = { line: index + 1, code: [] };
    } else if (line.trim() === "```") {
      fences.push({ file, line: open.line, code: open.code.join("\n") });
      open = undefined;
    } else {
      open.code.push(line);
    }
  });
  return fences;
};

export const isRunnable = (fence: Fence): boolean => fence.code.includes("// =>");

const claim = /^(?<indent>\s*)(?<statement>\S.*?);?\s*\/\/ => (?<value>.+)$/;
const declaration = /^(?:const|let)\s+(?<name>[\w$]+)\b[^=]*=/;
const printed = /^console\.log\((?<expression>.*)\)$/;

/** The module that runs the fence and holds each claim against `__claim(actual, expected, claim)`. */
export const toModule = (fence: Fence): string => {
  const imports: Array<string> = [];
  const body: Array<string> = [];
  for (const line of fence.code.split("\n")) {
    if (/^import\b.*;?\s*$/.test(line) && line.includes(" from ")) {
      imports.push(line);
      continue;
    }
    const found = claim.exec(line)?.groups;
    if (found === undefined) {
      body.push(line);
      continue;
    }
    const { indent = "", statement = "", value = "" } = found;
    const name = declaration.exec(statement)?.groups?.["name"];
    const expression = printed.exec(statement)?.groups?.["expression"];
    const label = JSON.stringify(line.trim());
    if (name !== undefined) body.push(`${indent}${statement};`, `${indent}__claim(${name}, ${value}, ${label});`);
    else body.push(`${indent}__claim(await (${expression ?? statement}), ${value}, ${label});`);
  }
  return [
    ...imports,
    "export const run = async (__claim: (actual: unknown, expected: unknown, claim: string) => void): Promise<void> => {",
    ...body.map((line) => `  ${line}`),
    "};",
    "",
  ].join("\n");
};
