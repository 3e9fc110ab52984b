/**
 * CSV and TSV with a header, row by row. Every cell is text, as the file has it: nothing is cast. An empty cell is an empty text.
 */
import { CsvError, parse } from "csv-parse";
import { BadLine, type JsonEntry } from "../corpus/jsonLines.ts";
import { ReadError } from "./ReadError.ts";

export type Delimiter = "," | "\t" | ";";

/** The header: read before the first row is given. */
export interface CsvTable {
  readonly columns: ReadonlyArray<string>;
  /** Names that more than one column has; the later ones are known as `name.1`, `name.2`, as pandas calls them. */
  readonly repeated: ReadonlyArray<string>;
  readonly entries: AsyncIterable<JsonEntry>;
}

const distinct = (names: ReadonlyArray<string>): { columns: Array<string>; repeated: Array<string> } => {
  const seen = new Map<string, number>();
  const taken = new Set(names);
  const repeated = new Set<string>();
  const columns = names.map((name) => {
    let count = seen.get(name) ?? 0;
    let own = name;
    if (count > 0) {
      if (name !== "") repeated.add(name);
      while (taken.has(`${name}.${count}`)) count++;
      own = `${name}.${count}`;
      taken.add(own);
    }
    seen.set(name, count + 1);
    return own;
  });
  return { columns, repeated: [...repeated] };
};

/** UTF-8 that refuses what is none, in pieces. */
async function* decoded(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const piece of pieces) yield decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new ReadError("not UTF-8: save it as UTF-8", { cause: error });
    throw error;
  }
}

interface Parsed {
  readonly record: ReadonlyArray<string>;
  readonly info: { readonly lines: number };
  /** Of TSV. */
  readonly raw?: string;
}

/** Whether each cell of a row of TSV is quoted from its first letter to its last, or has no line break. */
const isWellQuoted = (row: string): boolean => {
  const cell = /(?:"(?:[^"]|"")*"|(?!")[^\t\r\n]*)(?:\t|\r?\n?$)/y;
  while (cell.lastIndex < row.length) if (!cell.test(row)) return false;
  return true;
};

/** @throws ReadError for a row that begins in one line and ends in another by a quote that was none */
const checkQuotes = ({ record, raw }: Parsed, line: number): void => {
  if (raw === undefined || breaksIn(record) === 0 || isWellQuoted(raw)) return;
  throw new ReadError(
    `line ${line}: not TSV: a quote that begins a cell is not closed in it; quote the cell and write the quote twice`,
  );
};

const advice: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote that is opened is never closed",
  CSV_INVALID_CLOSING_QUOTE: "a closing quote is followed by more text; a quote inside a quoted cell is written twice",
  INVALID_OPENING_QUOTE:
    "a quote stands inside a cell that is not quoted; quote the whole cell and write the quote twice",
  CSV_MAX_RECORD_SIZE: "a row is longer than 64 MB; a quote may be missing",
};

const problemOf = (error: unknown): unknown => {
  if (!(error instanceof CsvError)) return error;
  const lines = (error as unknown as { readonly lines?: number }).lines;
  const said = advice[error.code] ?? error.message;
  return new ReadError(`${lines === undefined ? "" : `line ${lines}: `}not CSV: ${said}`, { cause: error });
};

/**
 * @param header its line, from 1
 * @throws ReadError for a file that is no CSV, or not UTF-8
 */
export const readCsv = async (
  pieces: AsyncIterable<Uint8Array>,
  delimiter: Delimiter,
  header = 1,
): Promise<CsvTable> => {
  const parser = parse({
    bom: true,
    delimiter,
    from_line: header,
    info: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1 << 26,
    // TSV often has quotes as they come; the text of a row shows whether one of them swallowed the rows after it.
    ...(delimiter === "\t" && { relax_quotes: true, raw: true }),
  });
  const feed = async () => {
    try {
      for await (const text of decoded(pieces)) {
        if (!parser.write(text)) {
          await new Promise<void>((resolve) => {
            parser.once("drain", resolve).once("close", resolve);
          });
        }
        if (parser.destroyed) return;
      }
      parser.end();
    } catch (error) {
      parser.destroy(error as Error);
    }
  };
  void feed();
  const rows = parser[Symbol.asyncIterator]() as AsyncIterator<Parsed>;
  const next = () =>
    rows.next().catch((error: unknown) => {
      throw problemOf(error);
    });
  const names = await next();
  const { columns, repeated } = distinct(names.done === true ? [] : names.value.record);
  async function* entries(): AsyncGenerator<JsonEntry> {
    let twice = names.done === true ? 0 : countedTwice(names.value.record);
    let count = 0;
    try {
      for (let row = await next(); row.done !== true; row = await next()) {
        const { record, info } = row.value;
        twice += countedTwice(record);
        const line = info.lines - twice - breaksIn(record);
        checkQuotes(row.value, line);
        yield { line, row: count++, value: rowOf(columns, record, line) };
      }
    } finally {
      parser.destroy();
    }
  }
  return { columns, repeated, entries: entries() };
};

/** csv-parse counts a carriage return and line feed inside of a cell as two lines. */
const countedTwice = (cells: ReadonlyArray<string>): number =>
  cells.reduce((sum, cell) => sum + (cell.includes("\r\n") ? cell.split("\r\n").length - 1 : 0), 0);

/** A row is counted where it ends; its cells may have line breaks. */
const breaksIn = (cells: ReadonlyArray<string>): number =>
  cells.reduce(
    (sum, cell) => sum + (cell.includes("\n") || cell.includes("\r") ? cell.split(/\r\n?|\n/).length - 1 : 0),
    0,
  );

const rowOf = (columns: ReadonlyArray<string>, cells: ReadonlyArray<string>, line: number): unknown => {
  if (cells.length !== columns.length) {
    return new BadLine(line, `${cells.length} cells under ${columns.length} columns`);
  }
  // A column may be called `__proto__`.
  return Object.fromEntries(columns.map((column, at) => [column, cells[at]!]));
};
