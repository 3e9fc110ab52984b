/**
 * An outbox in a file: what it keeps is there when the program comes back.
 *
 * 1. The file is a list of lines of JSON, each an addition or a removal. A line that a crash or a full disk cut off was never
 *    acknowledged; it is passed over, and swallows nothing of the line after it.
 * 2. After a write that failed the file is read again before anything else: later writes start from the verified content.
 * 3. When most of the file is history it is rewritten beside itself and replaced in one step.
 * 4. It is read and rewritten in pieces: only the disk limits its size; waiting deliveries are held in memory.
 */

import * as Predicate from "effect/Predicate";
import { checkOptions } from "../contract/unknownNames.ts";
import type { Delivery, Outbox } from "./Outbox.ts";

export type { Delivery, Outbox } from "./Outbox.ts";

/** An open file, of which parts are read. */
export interface OpenFile {
  readonly read: (
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number }>;
  readonly close: () => Promise<void>;
}

/** The part of `node:fs/promises` that is used. */
export interface Files {
  /** Reads the file in pieces; without it `readFile` reads it whole, which a file of half a gigabyte does not allow. */
  readonly open?: (path: string, flags: "r") => Promise<OpenFile>;
  readonly readFile: (path: string, encoding: "utf8") => Promise<string>;
  readonly appendFile: (path: string, data: string, options: { readonly flush: boolean }) => Promise<void>;
  readonly writeFile: (path: string, data: string, options: { readonly flush: boolean }) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
}

type Line = { readonly add: Delivery } | { readonly remove: string };

const written = (line: Line) => `${JSON.stringify(line)}\n`;

const isDelivery = (value: unknown): value is Delivery =>
  Predicate.isObject(value) && Predicate.isString(value["id"]) && Predicate.isString(value["body"]);

/** The content of a line; `undefined` for one that was cut off, or that no outbox wrote. */
const parsed = (text: string): Line | undefined => {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Predicate.isObject(line)) return undefined;
  if (isDelivery(line["add"])) return { add: line["add"] };
  return Predicate.isString(line["remove"]) ? { remove: line["remove"] } : undefined;
};

const pieceBytes = 1 << 20;

/** The texts of a file, piece by piece, without its byte order mark; none where there is no file. */
const piecesOf = async function* (fs: Files, path: string): AsyncGenerator<string> {
  // Editors put a byte order mark in front of a file; a decoder takes it away.
  const decoder = new TextDecoder();
  try {
    if (fs.open === undefined) {
      yield (await fs.readFile(path, "utf8")).replace(/^\uFEFF/, "");
      return;
    }
    const file = await fs.open(path, "r");
    try {
      const bytes = new Uint8Array(pieceBytes);
      for (let position = 0; ; ) {
        const { bytesRead } = await file.read(bytes, 0, pieceBytes, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        yield decoder.decode(bytes.subarray(0, bytesRead), { stream: true });
      }
      yield decoder.decode();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
};

const isMissing = (error: unknown) => (error as { readonly code?: unknown } | null)?.code === "ENOENT";

// Lines of history a file may have besides the waiting deliveries, before it is rewritten.
const mostHistory = 1_000;

/**
 * Throws a `TypeError` at an option it does not know, without a path, and at an `fs` that is not one of promises.
 *
 * @param options.path a file of this outbox's own
 * @param options.fs `node:fs/promises`
 *
 * @example
 * ```ts
 * import { fileOutbox } from "@evalwire/core/plugins/fileOutbox";
 *
 * const files = new Map<string, string>();
 * const missing = Object.assign(new Error("no such file"), { code: "ENOENT" });
 * const fs = {
 *   readFile: async (path: string) => files.get(path) ?? Promise.reject(missing),
 *   appendFile: async (path: string, data: string) => void files.set(path, (files.get(path) ?? "") + data),
 *   writeFile: async (path: string, data: string) => void files.set(path, data),
 *   rename: async (from: string, to: string) => void files.set(to, files.get(from) ?? ""),
 * }; // or: await import("node:fs/promises")
 *
 * await fileOutbox({ fs, path: "outbox.jsonl" }).add({ id: "e1", body: "{}" });
 * await fileOutbox({ fs, path: "outbox.jsonl" }).first(); // => { id: "e1", body: "{}" }
 * ```
 */
export const fileOutbox = (options: { readonly fs: Files; readonly path: string }): Outbox => {
  checkOptions("fileOutbox", options, { fs: true, path: true });
  const { fs, path } = options;
  if (typeof path !== "string" || path === "") throw new TypeError("fileOutbox: path is the name of a file");
  // `node:fs` has functions of the same names, which take callbacks.
  if (typeof fs?.appendFile !== "function" || "promises" in fs) {
    throw new TypeError('fileOutbox: fs is what import * as fs from "node:fs/promises" gives');
  }
  let waiting: Map<string, Delivery> | undefined;
  let lines = 0;
  let endsInLine = true;
  // One step at a time: the file is one.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <A>(step: () => Promise<A>): Promise<A> => {
    const done = last.then(step);
    last = done.catch(() => undefined);
    return done;
  };

  const load = async (): Promise<Map<string, Delivery>> => {
    if (waiting !== undefined) return waiting;
    const found = new Map<string, Delivery>();
    let known = 0;
    const take = (text: string) => {
      const line = text === "" ? undefined : parsed(text);
      if (line === undefined) return;
      known++;
      if ("add" in line) found.set(line.add.id, line.add);
      else found.delete(line.remove);
    };
    /** The end of a piece whose line continues in the next. */
    let begun: Array<string> = [];
    for await (const piece of piecesOf(fs, path)) {
      const [first = "", ...others] = piece.split("\n");
      begun.push(first);
      const rest = others.pop();
      if (rest === undefined) continue;
      take(begun.join(""));
      for (const text of others) take(text);
      begun = [rest];
    }
    const last = begun.join("");
    take(last);
    lines = known;
    endsInLine = last === "";
    waiting = found;
    return found;
  };

  const append = async (line: Line) => {
    try {
      // The rest of a line that was cut off must not swallow the next one.
      await fs.appendFile(path, `${endsInLine ? "" : "\n"}${written(line)}`, { flush: true });
    } catch (error) {
      // Only the file itself shows how much of it was written.
      waiting = undefined;
      throw error;
    }
    endsInLine = true;
    lines++;
  };

  const compact = async (kept: ReadonlyMap<string, Delivery>) => {
    if (lines - kept.size <= Math.max(mostHistory, kept.size)) return;
    const fresh = `${path}.new`;
    await fs.writeFile(fresh, "", { flush: false });
    let texts: Array<string> = [];
    let length = 0;
    const flush = async () => {
      await fs.appendFile(fresh, texts.join(""), { flush: true });
      texts = [];
      length = 0;
    };
    for (const add of kept.values()) {
      const text = written({ add });
      texts.push(text);
      length += text.length;
      if (length >= pieceBytes) await flush();
    }
    await flush();
    await fs.rename(fresh, path);
    lines = kept.size;
  };

  return {
    size: () => inTurn(async () => (await load()).size),
    first: () => inTurn(async () => (await load()).values().next().value),
    add: (delivery) =>
      inTurn(async () => {
        const kept = await load();
        if (kept.has(delivery.id)) return;
        await append({ add: delivery });
        kept.set(delivery.id, delivery);
      }),
    remove: (id) =>
      inTurn(async () => {
        const kept = await load();
        if (!kept.has(id)) return;
        await append({ remove: id });
        kept.delete(id);
        // The removal is kept already. A file that cannot be rewritten now stays longer, and is tried at the next removal.
        await compact(kept).catch(() => undefined);
      }),
  };
};
