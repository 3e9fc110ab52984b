/**
 * Records in a JSONL file or on standard input, one at a time. Each is known by its line from the moment it is read until it is
 * taken, so that no more of them are held than are on their way.
 */
import { createReadStream } from "node:fs";
import { BadLine, jsonLines } from "@evalwire/metrics/corpus";

/** A record on its way, as it was read. */
export interface Entry {
  /** From 1, empty lines counted. */
  readonly line: number;
  /** What stood there, or a `BadLine`. */
  readonly value: unknown;
}

export interface Input {
  /** As errors name it. */
  readonly name: string;
  /** To be read once. Fails with the system's error when the file cannot be read. */
  readonly records: AsyncIterable<unknown>;
  /** The record at this place, from 0, once. */
  take(index: number): Entry;
}

const piecesOf = (file: string): AsyncIterable<string> =>
  file === "-" ? process.stdin.setEncoding("utf8") : createReadStream(file, { encoding: "utf8" });

/** @param file a path, or `-` for standard input */
export const open = (file: string): Input => {
  const entries = new Map<number, Entry>();
  let line = 1;
  /** Text cut after each line: `jsonLines` gives a record before it asks for the next piece, so `line` is the record's. */
  async function* lines() {
    for await (const piece of piecesOf(file)) {
      let start = 0;
      for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
        yield piece.slice(start, end + 1);
        line++;
        start = end + 1;
      }
      yield piece.slice(start);
    }
  }
  async function* records() {
    let index = 0;
    for await (const value of jsonLines(lines())) {
      entries.set(index++, { line, value });
      yield value;
    }
  }
  return {
    name: file === "-" ? "standard input" : file,
    records: records(),
    take: (index) => {
      const entry = entries.get(index)!;
      entries.delete(index);
      return entry;
    },
  };
};

/** Lines that are not empty: how many records a file will give. Lines of spaces are counted, too; it is a forecast. */
export const countLines = async (file: string): Promise<number> => {
  let count = 0;
  let isEmpty = true;
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      const length = end - start;
      if (!isEmpty || length > 1 || (length === 1 && piece[start] !== 13)) count++;
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
