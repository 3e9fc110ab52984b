/** The cells of the matrix as they are filled: one line each, in the order in which they end. */
import { spawn } from "node:child_process";
import { matchesGlob } from "node:path";

/** How the output of a failed command is shortened for the report. */
const shown = (text) => {
  const lines = text.trimEnd().split("\n");
  return lines.length > 40 ? [...lines.slice(0, 40), `… ${lines.length - 40} more lines`].join("\n") : lines.join("\n");
};

// A glob stops at a slash, which names of packages have.
const flat = (text) => text.replaceAll("/", "\u2215");

/** Whether a pattern is a cell's name, its name up to the colon or a comma, or a glob that its name matches: `bundle`, `bundle: vite`, `run: *`. */
export const selects = (pattern, name) =>
  name === pattern ||
  name.startsWith(`${pattern}:`) ||
  name.startsWith(`${pattern},`) ||
  matchesGlob(flat(name), flat(pattern));

export class Report {
  #cells = [];
  #only;
  #unused;

  /** @param only - patterns of which a cell must match one to be run; all are when they are left out */
  constructor(only) {
    this.#only = only;
    this.#unused = new Set(only);
  }

  /** Whether a cell is to be run. */
  isWanted(name) {
    if (this.#only === undefined) return true;
    const patterns = this.#only.filter((pattern) => selects(pattern, name));
    for (const pattern of patterns) this.#unused.delete(pattern);
    return patterns.length > 0;
  }

  /** Runs one cell. A rejection is its failure, and no other cell's. */
  async cell(name, check) {
    if (!this.isWanted(name)) return;
    const started = performance.now();
    const failure = await check().then(
      () => undefined,
      (error) => (error instanceof Error ? error.message : String(error)),
    );
    const seconds = (performance.now() - started) / 1_000;
    this.#cells.push({ name, seconds, failure });
    console.log(`${failure === undefined ? "ok    " : "FAILED"} ${seconds.toFixed(1).padStart(5)} s  ${name}`);
    if (failure !== undefined) console.log(shown(failure).replace(/^/gm, "       "));
  }

  /** Prints the totals and returns the number of cells that failed; a pattern without a cell counts as a failure. */
  close() {
    const failed = this.#cells.filter(({ failure }) => failure !== undefined);
    console.log(`\n${this.#cells.length - failed.length} of ${this.#cells.length} cells green`);
    for (const { name } of failed) console.log(`  failed: ${name}`);
    for (const pattern of this.#unused) console.log(`  no cell matches --only ${JSON.stringify(pattern)}`);
    return failed.length + this.#unused.size;
  }
}

/**
 * Runs a command and returns what it printed. Rejects when the exit code is not the expected one.
 *
 * @param options.expected - the exit code, or "failure" for any but 0
 */
export const run = (command, args, { cwd, env, expected = 0, input } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (bytes) => (output += bytes));
    child.stderr.on("data", (bytes) => (output += bytes));
    if (input !== undefined) child.stdin.end(input);
    child.on("error", reject);
    child.on("close", (code) => {
      if (expected === "failure" ? code !== 0 : code === expected) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")}: exit code ${code}, expected ${expected}\n${output}`));
    });
  });

/** Throws unless `text` matches. */
export const expectText = (text, pattern, what) => {
  if (!pattern.test(text)) throw new Error(`${what}: expected ${pattern} in\n${text}`);
};
