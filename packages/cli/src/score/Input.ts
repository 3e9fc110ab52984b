/**
 * Records in a JSONL file or on standard input, one at a time, each with its line; gzip is recognised by its first bytes.
 */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { BadLine, type JsonEntry, jsonEntries } from "@evalwire/metrics/corpus";
import { CommandFailure } from "../CommandFailure.ts";
import type { Session } from "../Session.ts";

export interface Input {
  /** As errors name it. */
  readonly name: string;
  /** To be read once. Fails with the system's error when the file cannot be read. */
  readonly records: AsyncIterable<JsonEntry>;
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** UTF-16, by its byte order mark: what Windows tools write when they are not told better. */
const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

async function* unpacked(name: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* Readable.from(pieces, { objectMode: false }).pipe(createGunzip()) as AsyncIterable<Buffer>;
  } catch (error) {
    const isCut = (error as NodeJS.ErrnoException).code?.startsWith("Z_");
    throw isCut ? new CommandFailure(`${name}: gzip: ${(error as Error).message}`, 1, { cause: error }) : error;
  }
}

/** The text's bytes, whatever they were packed in. */
async function* bytesOf(name: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const rest = pieces[Symbol.asyncIterator]();
  const first = await rest.next();
  if (first.done) return;
  if (isUtf16(first.value)) throw new CommandFailure(`${name}: this is UTF-16; records are read as UTF-8`);
  async function* all() {
    yield first.value as Uint8Array;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  yield* isGzip(first.value) ? unpacked(name, all()) : all();
}

/** Some of the system's errors leave out which file it was: a folder, for one. */
async function* bytesIn(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { signal }) as AsyncIterable<Buffer>;
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code === undefined || path !== undefined || signal.aborted) throw error;
    throw new CommandFailure(`${file}: ${message}`, 1, { cause: error });
  }
}

const nameOf = (file: string): string => (file === "-" ? "standard input" : file);

/** @param file a path, or `-` for standard input */
export const open = (file: string, { stdin, stop }: Pick<Session, "stdin" | "stop">): Input => {
  const name = nameOf(file);
  return { name, records: jsonEntries(bytesOf(name, file === "-" ? stdin() : bytesIn(file, stop))) };
};

const [lineFeed, carriageReturn] = [10, 13];

/** Lines that are not empty: how many records a file will give. Lines of spaces are counted, too; it is a forecast. */
export const countLines = async (file: string, stop: AbortSignal): Promise<number> => {
  let count = 0;
  let isEmpty = true;
  for await (const piece of bytesOf(file, bytesIn(file, stop))) {
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, start)) {
      const length = end - start;
      if (!isEmpty || length > 1 || (length === 1 && piece[start] !== carriageReturn)) count++;
      isEmpty = true;
      start = end + 1;
    }
    if (start < piece.length) isEmpty = false;
  }
  return isEmpty ? count : count + 1;
};

/** What is wrong with a record that is none; `undefined` for an object. */
export const problemOf = (value: unknown): string | undefined => {
  if (value instanceof BadLine) return value.problem;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "expected a JSON object";
};

/** A record's own id. */
export const idOf = (value: unknown): string | undefined => {
  const id = problemOf(value) === undefined ? (value as { readonly id?: unknown }).id : undefined;
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
};
