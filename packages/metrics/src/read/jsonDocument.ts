/** JSON documents: an array, an object that wraps a list of records, or objects one after the other over any number of lines. */
import { BadLine, entryOf, type JsonEntry } from "../corpus/jsonLines.ts";
import type { ByteReader } from "./ByteReader.ts";
import { rowsOfTable } from "./dataFrame.ts";
import { JsonCutter, type Piece } from "./JsonCutter.ts";
import { ReadError } from "./ReadError.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

const pieceOf = (bytes: Uint8Array, line: number): JsonEntry => {
  try {
    return entryOf(decoder.decode(bytes), line);
  } catch (error) {
    if (error instanceof TypeError) return { line, value: new BadLine(line, "not UTF-8") };
    throw error;
  }
};

const follow = (value: unknown, path: string): unknown =>
  path === ""
    ? value
    : path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The document around the list, as far as it was read when the first record came. */
export interface Head {
  value: unknown;
  /** Where the list was found; `undefined` where there is none around the records. */
  list: string | undefined;
}

const named = (paths: ReadonlyArray<string>): string => paths.map((path) => `--records ${path}`).join(" or ");

/** An Inspect log without its samples: the lists in it hold no records. */
const isHeadOfLog = (document: Record<string, unknown>): boolean =>
  ["eval", "plan", "status"].every((key) => Object.hasOwn(document, key));

/** A single object without a list that is known: its columns, a list in it, or itself. */
const inside = (
  document: Record<string, unknown>,
  candidates: ReadonlyArray<string>,
  head: Head,
  isRecord: boolean,
): ReadonlyArray<unknown> => {
  const rows = rowsOfTable(document);
  if (rows !== undefined) return rows;
  if (isRecord) return [document];
  const lists = candidates.filter((path) => Array.isArray(follow(document, path)));
  const filled = lists.filter((path) => (follow(document, path) as Array<unknown>).length > 0);
  if (filled.length > 1 && isHeadOfLog(document)) return [document];
  if (filled.length > 1) {
    throw new ReadError(`this JSON object holds several lists of records; say which: ${named(filled)}`);
  }
  const path = filled[0] ?? lists[0];
  head.value = document;
  head.list = path;
  return path === undefined ? [document] : (follow(document, path) as Array<unknown>);
};

/** Of two columns of one name a row would keep one value. */
const checkColumns = ({ value, list }: Head): void => {
  const columns = isObject(value) && list === "data" ? value["columns"] : undefined;
  if (!Array.isArray(columns)) return;
  const names = columns.map(String);
  const repeated = new Set(names.filter((name, at) => names.indexOf(name) < at));
  if (repeated.size > 0) throw new ReadError(`several columns are called ${[...repeated].join(", ")}; rename them`);
};

/** The rows of a table as objects, where the document says their columns beside the list: W&B tables, pandas `orient="split"`. */
const underColumns = (head: Head, value: unknown): unknown => {
  const columns = isObject(head.value) && head.list === "data" ? head.value["columns"] : undefined;
  if (!Array.isArray(columns) || !Array.isArray(value)) return value;
  if (value.length !== columns.length) return undefined;
  return Object.fromEntries(columns.map((column, at) => [String(column), value[at]]));
};

const placed = (head: Head, entry: JsonEntry): JsonEntry => {
  const value = underColumns(head, entry.value);
  if (value !== undefined) return value === entry.value ? entry : { ...entry, value };
  return { line: entry.line, value: new BadLine(entry.line, "not as many values as the table has columns") };
};

/**
 * @param path keys to the list, and places in lists from 0, joined by dots; found by itself when absent
 * @param head filled before the first entry is given
 * @param isRecord whether an object without a list that is known is a record itself, not what wraps the only list in it
 * @throws ReadError for a document that is cut short, or in which the list is ambiguous
 */
export async function* documentEntries(
  bytes: ByteReader,
  path: string | undefined,
  head: Head,
  isRecord = false,
): AsyncGenerator<JsonEntry> {
  const cutter = new JsonCutter(path);
  let count = 0;
  let held: Piece | undefined;
  let candidates: ReadonlyArray<string> = [];
  const readHead = () => {
    head.list = cutter.list;
    if (cutter.list === undefined || cutter.list === "") return;
    const { value } = entryOf(cutter.head(), 1);
    if (!(value instanceof BadLine)) head.value = value;
    checkColumns(head);
  };
  for await (const chunk of bytes.rest()) {
    for (const piece of cutter.push(chunk)) {
      if (piece.kind === "element") {
        if (count === 0) readHead();
        yield placed(head, pieceOf(piece.bytes, ++count));
        continue;
      }
      if (path !== undefined) throw noList(path, cutter.candidates);
      if (held !== undefined) yield pieceOf(held.bytes, ++count);
      else if (count === 0) candidates = cutter.candidates;
      held = piece;
    }
  }
  cutter.finish();
  if (cutter.list !== undefined) {
    if (count === 0) readHead();
    return;
  }
  if (path !== undefined) throw noList(path, cutter.candidates);
  if (held === undefined) return;
  const last = pieceOf(held.bytes, ++count);
  if (count > 1 || !isObject(last.value)) yield last;
  else {
    const values = inside(last.value, candidates, head, isRecord);
    for (const [at, value] of values.entries()) yield placed(head, { ...last, line: at + 1, value });
  }
}

const noList = (path: string, candidates: ReadonlyArray<string>): ReadError => {
  const others = candidates.filter((one) => one !== "");
  const advice = others.length === 0 ? "" : `; lists of records: ${named(others)}`;
  return new ReadError(`there is no list at --records ${path}${advice}`);
};
