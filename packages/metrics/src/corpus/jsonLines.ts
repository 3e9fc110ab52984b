/** JSON Lines as a stream of records. A line that is not JSON is a `BadLine` in its place: nothing is lost silently. */
import { checkOptions } from "../checkOptions.ts";
import { mayBePythonJson, parseJson, parsePythonJson } from "./parseJson.ts";

/** A line that could not be read. `scoreCorpus` reports it as a failed record. */
export class BadLine {
  /** From 1. */
  readonly line: number;
  readonly problem: string;

  constructor(line: number, problem: string) {
    this.line = line;
    this.problem = problem;
  }
}

export interface JsonLinesOptions {
  /** A longer line is a bad one, and is not kept. In UTF-16 units, or bytes of UTF-8; 67,108,864 when absent. */
  readonly longestLine?: number | undefined;
  /** The line terminator; a line feed when absent. A carriage return before it is white space to JSON. */
  readonly lineEnd?: "\n" | "\r" | undefined;
}

const optionNames: Record<keyof JsonLinesOptions, true> = { longestLine: true, lineEnd: true };

/** A record with the line it stands on. */
export interface JsonEntry {
  /** From 1, empty lines counted. */
  readonly line: number;
  /** The value of the line, or a `BadLine`. */
  readonly value: unknown;
  /** Of CSV and TSV: its place among the rows, from 0. */
  readonly row?: number;
  /** Set where it is JSON only as Python writes it: with `NaN` or an infinity. */
  readonly isPython?: true;
}

/** A text in pieces, cut anywhere: strings, or UTF-8. */
export type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** A dict, or a list of them, with its first key in single quotes. */
const isPythonRepr = /^\s*(?:\[\s*)?\{\s*'/;

/**
 * The value of a piece of JSON, numbers exact; a `BadLine` where it is invalid.
 *
 * @param line where it stands, for the `BadLine`
 */
export const entryOf = (text: string, line: number): JsonEntry => {
  try {
    return { line, value: parseJson(text) };
  } catch (error) {
    if (mayBePythonJson(text)) {
      try {
        return { line, value: parsePythonJson(text), isPython: true };
      } catch {
        // The first error says what is wrong.
      }
    }
    // JSON.parse throws nothing but SyntaxErrors. Some engines add the line, which is always 1 here: it would mislead.
    const problem = isPythonRepr.test(text)
      ? "it looks like what Python's str() writes; use json.dumps"
      : (error as SyntaxError).message.replace(/ \(line 1 column \d+\)$/, "");
    return { line, value: new BadLine(line, `not JSON: ${problem}`) };
  }
};

/** `NaN` and the like are refused unless an option says that Python wrote them. */
export const pythonProblem =
  "not JSON: it has NaN or Infinity, which Python's json.dumps writes; pass allow_nan=False, or write null";

/** The parts of a line that has not ended yet. */
class OpenLine {
  readonly #longest: number;
  /** Refuses what is no UTF-8, and takes a byte order mark away. */
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** None are kept of a line that is too long. */
  #parts: Array<string | Uint8Array> = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  take(part: string | Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#longest) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  /** The value of the finished line; `undefined` when it is empty. */
  finish(line: number): JsonEntry | undefined {
    const [parts, length] = [this.#parts, this.#length];
    this.#parts = [];
    this.#length = 0;
    const bad = (problem: string): JsonEntry => ({ line, value: new BadLine(line, problem) });
    if (length > this.#longest) return bad(`longer than ${this.#longest} characters`);
    const text = this.#textOf(parts);
    if (text === undefined) return bad("not UTF-8");
    return text.trim() === "" ? undefined : entryOf(text, line);
  }

  #textOf(parts: ReadonlyArray<string | Uint8Array>): string | undefined {
    const [first] = parts;
    if (first === undefined) return "";
    if (typeof first === "string") return parts.join("").replace(/^\ufeff/, "");
    try {
      return this.#decoder.decode(parts.length === 1 ? first : joined(parts as ReadonlyArray<Uint8Array>));
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
}

const joined = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const endOf = (piece: string | Uint8Array, lineEnd: string, from: number): number =>
  typeof piece === "string" ? piece.indexOf(lineEnd, from) : piece.indexOf(lineEnd.charCodeAt(0), from);

const cut = (piece: string | Uint8Array, from: number, to?: number): string | Uint8Array =>
  typeof piece === "string" ? piece.slice(from, to) : piece.subarray(from, to);

/**
 * The records of a JSON Lines text, each with its line. See `jsonLines`.
 *
 * @example
 * ```ts
 * import { jsonEntries } from "@evalwire/metrics/corpus";
 *
 * const entries: Array<unknown> = [];
 * for await (const entry of jsonEntries(['{"id":"a"}\n\n{"id"', ':"b"}'])) entries.push(entry);
 * entries; // => [{ line: 1, value: { id: "a" } }, { line: 3, value: { id: "b" } }]
 * ```
 */
export async function* jsonEntries(
  pieces: Pieces,
  options: JsonLinesOptions = {},
): AsyncGenerator<JsonEntry, void, undefined> {
  checkOptions("jsonLines", options, optionNames);
  const open = new OpenLine(options.longestLine ?? 1 << 26);
  const { lineEnd = "\n" } = options;
  let line = 1;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = endOf(piece, lineEnd, 0); end >= 0; end = endOf(piece, lineEnd, start)) {
      open.take(cut(piece, start, end));
      start = end + 1;
      const entry = open.finish(line++);
      if (entry !== undefined) yield entry;
    }
    open.take(cut(piece, start));
  }
  const entry = open.finish(line);
  if (entry !== undefined) yield entry;
}

/**
 * The records of a JSON Lines text that comes in pieces, cut anywhere. Empty lines are skipped, a byte order mark as well.
 *
 * @param pieces text or UTF-8, not both: a file stream, a response body
 *
 * @example
 * ```ts
 * import { jsonLines } from "@evalwire/metrics/corpus";
 *
 * const records: Array<unknown> = [];
 * for await (const record of jsonLines(['{"id":"a"}\n{"id"', ':"b"}'])) records.push(record);
 * records; // => [{ id: "a" }, { id: "b" }]
 * ```
 */
export async function* jsonLines(
  pieces: Pieces,
  options: JsonLinesOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  for await (const { line, value, isPython } of jsonEntries(pieces, options)) {
    yield isPython ? new BadLine(line, pythonProblem) : value;
  }
}
