/// <reference types="node" />
/**
 * Records from common file formats: JSON Lines, JSON documents, CSV, TSV, Parquet, Inspect's `.eval` archives, each also
 * packed by gzip or Zstandard. The format is recognised by content; the name decides only where the content leaves it open.
 *
 * 1. Nothing is cast: a CSV cell is text; a number keeps its digits.
 * 2. Records come one by one; memory holds one of them, or one row group of Parquet.
 * 3. A bad record is a `BadLine` in its place; a file that holds no records fails with one sentence.
 */

import { createReadStream } from "node:fs";
import { checkOptions } from "../checkOptions.ts";
import { BadLine, entryOf, type JsonEntry, jsonEntries } from "../corpus/jsonLines.ts";
import type { ByteReader } from "./ByteReader.ts";
import type { Delimiter } from "./csv.ts";
import { documentEntries, type Head } from "./jsonDocument.ts";
import { areNamed, namedRows } from "./namedRows.ts";
import * as RandomAccess from "./RandomAccess.ts";
import { ReadError } from "./ReadError.ts";
import { isParquet, isZip, unreadable } from "./signatures.ts";
import { type Packing, sniffedBytes, unpack } from "./unpack.ts";

export type Format = "jsonl" | "json" | "csv" | "tsv" | "parquet" | "eval";

export interface OpenOptions {
  /** Keys to the list of records in a JSON document, and places in lists from 0, joined by dots: `runs.0.results`; found by itself when absent. */
  readonly records?: string | undefined;
  /** The file's name, where only the pieces are given. */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const optionNames: Record<keyof OpenOptions, true> = { records: true, name: true, signal: true };

export interface OpenedRecords {
  readonly format: Format;
  readonly packing: Packing | undefined;
  /** What `line` counts: lines of the file, or records. */
  readonly unit: "line" | "record";
  /** Of a table: known before the first record. */
  readonly columns: ReadonlyArray<string> | undefined;
  /** Names that several columns of a CSV have. */
  readonly repeated: ReadonlyArray<string>;
  /** Of a JSON document: filled once the first record is read. */
  readonly head: Head;
  /** Number of records, where the file says it. */
  readonly total: number | undefined;
  /** Of JSON Lines, unless each is a list under the columns' names: the bytes themselves, unpacked, to be parsed elsewhere. Read instead of `entries`. */
  readonly lines: RawLines | undefined;
  /** To be read once. */
  readonly entries: AsyncIterable<JsonEntry>;
  /** Lets go of the file. It is done by itself at the end of `entries`; a second call does nothing. */
  readonly close: () => Promise<void>;
}

export interface RawLines {
  readonly end: "\n" | "\r";
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The first lines, parsed already. */
  readonly first: ReadonlyArray<JsonEntry>;
}

const isJson = (text: string): boolean => !(entryOf(text, 1).value instanceof BadLine);

const blank = /^\s*$/;

/** Whether the text is JSON Lines, not one JSON document: by a line that is an object, and more than one line. */
const isLines = (text: string, isWhole: boolean, name: string): boolean => {
  const lines = text.split(/\r\n?|\n/);
  const whole = (isWhole ? lines : lines.slice(0, -1)).filter((line) => !blank.test(line));
  if (text.trimStart().startsWith("[")) return whole.length > 1 && whole.slice(0, 2).every(isJson);
  if (/\.(jsonl|ndjson)(\.\w+)?$/i.test(name) && !/^\s*[{[]\s*$/.test(whole[0] ?? "")) return true;
  if (whole.length > 1) return whole.some((line) => line.startsWith("{") && line.length > 2 && isJson(line));
  return whole.length === 1 && isJson(whole[0]!) !== isWhole;
};

const delimiters: ReadonlyArray<Delimiter> = ["\t", ",", ";"];

/** By what the header has most of, outside of quotes. */
const delimiterOf = (text: string, name: string): Delimiter | undefined => {
  const header = (/^(?:"[^"]*"|[^"\r\n])*/.exec(text)?.[0] ?? "").replace(/"[^"]*"/g, "");
  const counts = delimiters.map((one) => header.split(one).length - 1);
  const most = Math.max(...counts);
  if (most > 0) return /\.tsv(\.\w+)?$/i.test(name) && counts[0]! > 0 ? "\t" : delimiters[counts.indexOf(most)]!;
  if (/\.tsv(\.\w+)?$/i.test(name)) return "\t";
  return /\.csv(\.\w+)?$/i.test(name) ? "," : undefined;
};

const expected = "records are read from JSON Lines, a JSON array, CSV, TSV or Parquet";

const wrongText = (text: string): string => {
  if (/^\s*</.test(text)) return `this looks like HTML or XML; ${expected}`;
  if (/^---\s|^(?:- )?[\w-]+:\s/.test(text)) return `this looks like YAML; ${expected}`;
  return `this looks like plain text; ${expected}`;
};

const nothing = {
  columns: undefined,
  repeated: [],
  total: undefined,
  lines: undefined,
  close: async () => {},
} as const;
const noHead = (): Head => ({ value: undefined, list: undefined });

/**
 * Enough of the beginning to recognise it. A slow pipe of JSON Lines is not waited for once that is clear.
 */
const sniffed = async (bytes: ByteReader): Promise<{ readonly start: Uint8Array; readonly isWhole: boolean }> => {
  for (let size = 1; ; ) {
    const start = await bytes.peek(size);
    if (start.length < size) return { start, isWhole: true };
    const held = await bytes.peek(Math.min(bytes.held, sniffedBytes));
    if (held.length >= sniffedBytes) return { start: held, isWhole: false };
    const end = held.indexOf(lineFeed);
    const isFollowed = end > 0 && held.subarray(end).some((byte) => byte > 32);
    if (held[0] === openBrace && isFollowed && isJson(firstLine(held))) return { start: held, isWhole: false };
    size = held.length + 1;
  }
};

const [lineFeed, openBrace] = [10, 123];
const firstLine = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(lineFeed)));

const sampledLines = 10;

const firstLines = (text: string, end: string, isWhole: boolean): ReadonlyArray<JsonEntry> => {
  const lines = text.split(end);
  if (!isWhole) lines.pop();
  const full = lines.flatMap((line, at) => (blank.test(line) ? [] : [entryOf(line, at + 1)]));
  return full.slice(0, sampledLines);
};

const openText = async (
  bytes: ByteReader,
  packing: Packing | undefined,
  { records, name = "" }: OpenOptions,
): Promise<OpenedRecords> => {
  const { start, isWhole } = await sniffed(bytes);
  const problem = unreadable(start);
  if (problem !== undefined) throw new ReadError(`this looks like ${problem}`);
  const text = new TextDecoder().decode(start).replace(/^\ufeff/, "");
  const base = { ...nothing, packing, head: noHead(), close: () => bytes.close() };
  const first = text.trimStart()[0];
  if (first === undefined && isWhole) {
    const lines = { end: "\n", bytes: bytes.rest(), first: [] } as const;
    return { ...base, lines, format: "jsonl", unit: "line", entries: jsonEntries([]) };
  }
  if (first === "{" || first === "[") {
    if (records === undefined && isLines(text, isWhole, name)) {
      const end = text.includes("\n") ? "\n" : text.includes("\r") ? "\r" : "\n";
      const lines = { end, bytes: bytes.rest(), first: firstLines(text, end, isWhole) } as const;
      const entries = jsonEntries(lines.bytes, { lineEnd: end });
      const [one, other] = lines.first;
      return areNamed(one?.value, other?.value)
        ? { ...base, format: "jsonl", unit: "line", entries: namedRows(entries) }
        : { ...base, lines, format: "jsonl", unit: "line", entries };
    }
    const { head } = base;
    // One line without a list that is known is a record of JSON Lines, even if it holds lists.
    const isRecord = isWhole && !/\.json(\.\w+)?$/i.test(name) && !/[\r\n]/.test(text.trim());
    const entries = namedRows(documentEntries(bytes, records, head, isRecord));
    return { ...base, format: "json", unit: "record", entries };
  }
  // Excel's own line before the header.
  const said = /^sep=([,;\t])\r?\n/i.exec(text)?.[1] as Delimiter | undefined;
  const delimiter = /^\s*</.test(text) ? undefined : (said ?? delimiterOf(text, name));
  if (/\.(jsonl|ndjson|json)(\.\w+)?$/i.test(name) && /^\s*["\d\-ntfN]/.test(text) && delimiter === undefined) {
    const lines = { end: "\n", bytes: bytes.rest(), first: firstLines(text, "\n", isWhole) } as const;
    return { ...base, lines, format: "jsonl", unit: "line", entries: jsonEntries(lines.bytes) };
  }
  if (delimiter === undefined) throw new ReadError(wrongText(text));
  const { readCsv } = await import("./csv.ts");
  const { columns, repeated, entries } = await readCsv(bytes.rest(), delimiter, said === undefined ? 1 : 2);
  return { ...base, format: delimiter === "\t" ? "tsv" : "csv", unit: "line", columns, repeated, entries };
};

const openParquet = async (file: RandomAccess.RandomAccess, packing: Packing | undefined): Promise<OpenedRecords> => {
  const { readParquet } = await import("./parquet.ts");
  const { columns, rows, entries } = await readParquet(file);
  return { ...nothing, packing, format: "parquet", unit: "record", columns, total: rows, head: noHead(), entries };
};

const openZip = async (file: RandomAccess.RandomAccess, packing: Packing | undefined): Promise<OpenedRecords> => {
  const { openEval } = await import("./inspectLog.ts");
  const { head, total, entries } = await openEval(file);
  return { ...nothing, packing, format: "eval", unit: "record", total, head, entries };
};

/** Lets go of the file once it is read to its end or given up. */
const releasing = (opened: OpenedRecords, file: RandomAccess.RandomAccess): OpenedRecords => {
  async function* entries() {
    await using _ = file;
    yield* opened.entries;
  }
  return { ...opened, entries: entries(), close: async () => file[Symbol.asyncDispose]() };
};

/**
 * The records of a file, or of bytes that come in pieces.
 *
 * @param source a path, or pieces of bytes: standard input, a response body
 * @throws ReadError where it holds no records, saying what it looks like; the system's error where it cannot be read
 *
 * @example
 * ```ts
 * import { openRecords } from "@evalwire/metrics/read";
 *
 * const pieces = async function* () { yield new TextEncoder().encode("id,answer\r\n1,six\r\n"); };
 * const { format, entries } = await openRecords(pieces());
 * const records: Array<unknown> = [];
 * for await (const { value } of entries) records.push(value);
 * [format, records]; // => ["csv", [{ id: "1", answer: "six" }]]
 * ```
 */
export const openRecords = async (
  source: string | AsyncIterable<Uint8Array>,
  options: OpenOptions = {},
): Promise<OpenedRecords> => {
  checkOptions("openRecords", options, optionNames);
  const { signal } = options;
  const pieces = typeof source === "string" ? createReadStream(source, { signal, highWaterMark: 1 << 18 }) : source;
  const { bytes, packing } = await unpack(pieces as AsyncIterable<Uint8Array>);
  const start = await bytes.peek(4);
  if (!isParquet(start) && !isZip(start)) {
    const name = options.name ?? (typeof source === "string" ? source : undefined);
    return openText(bytes, packing, { ...options, name });
  }
  const isFile = typeof source === "string" && packing === undefined;
  if (isFile) await bytes.close();
  const file = isFile ? await RandomAccess.ofFile(source) : await RandomAccess.ofPieces(bytes.rest());
  try {
    return releasing(await (isParquet(start) ? openParquet : openZip)(file, packing), file);
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
};
