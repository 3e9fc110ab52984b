/** JSON Lines as a stream of records. A line that is not JSON is a `BadLine` in its place: nothing is lost in silence. */

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
  /** A longer line is a bad one, and is not kept. In UTF-16 units; 67,108,864 when absent. */
  readonly longestLine?: number | undefined;
}

const parse = (text: string, line: number): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // JSON.parse throws nothing but SyntaxErrors.
    return new BadLine(line, `not JSON: ${(error as SyntaxError).message}`);
  }
};

/**
 * The records of a JSON Lines text that comes in pieces, cut anywhere. Empty lines are skipped, a byte order mark as well.
 *
 * @param pieces text: a file stream with an encoding, or a response body through `TextDecoderStream`
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
  pieces: AsyncIterable<string> | Iterable<string>,
  options: JsonLinesOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const { longestLine = 1 << 26 } = options;
  let line = 0;
  /** The parts of a line that has not ended, and their length; no parts are kept of one that is too long. */
  let parts: Array<string> = [];
  let length = 0;
  const take = (part: string): void => {
    length += part.length;
    if (length <= longestLine) parts.push(part);
    else parts = [];
  };
  const finish = (): unknown => {
    line++;
    const isTooLong = length > longestLine;
    const text = parts.join("").replace(line === 1 ? /^\ufeff/ : "", "");
    parts = [];
    length = 0;
    if (isTooLong) return new BadLine(line, `longer than ${longestLine} characters`);
    return text.trim() === "" ? undefined : parse(text, line);
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
      take(piece.slice(start, end));
      start = end + 1;
      const record = finish();
      if (record !== undefined) yield record;
    }
    take(piece.slice(start));
  }
  const last = finish();
  if (last !== undefined) yield last;
}
