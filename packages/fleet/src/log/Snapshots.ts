/** Snapshots of evaluations as compressed objects, so that a reader need not read a whole log. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { decodeEntry, type Entry, encodeEntry, type SnapshotEntry } from "@evalwire/core/feed";
import { patiently } from "../engine/patiently.ts";
import type { Time } from "../engine/Time.ts";
import type { Formats } from "../membership/Formats.ts";
import type { Objects } from "./Objects.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** For how long a bucket without a leader is waited for by a reader that has the log, too. */
const patienceMillis = 2_000;

/** Where a snapshot is, and what it holds. */
export interface Pointer {
  readonly object: string;
  readonly generation: string;
  readonly epoch: number;
  /** The number of the last news in it. */
  readonly number: number;
  /** The sequence of that news in the log: what comes after it is not in the snapshot. */
  readonly sequence: number;
}

export class Snapshots {
  readonly #objects: Objects;
  readonly #time: Time;
  readonly #formats: Formats;

  constructor(objects: Objects, time: Time, formats: Formats) {
    this.#objects = objects;
    this.#time = time;
    this.#formats = formats;
  }

  async put(object: string, parts: ReadonlyArray<Entry>): Promise<void> {
    const bytes = await compress(parts.map((part) => encodeEntry(this.#formats.written(part))).join("\n"), {
      level: 1,
    });
    await this.#objects.put(object, bytes);
  }

  /** All parts, or `undefined` when it is not there any more, or is damaged. Throws soon where the bucket cannot be read now. */
  async get(object: string): Promise<ReadonlyArray<SnapshotEntry> | undefined> {
    const patience = { millis: patienceMillis };
    const bytes = await patiently(this.#time, () => this.#objects.get(object, patience), patience);
    if (bytes === undefined) return undefined;
    try {
      const text = new TextDecoder().decode(await expand(bytes));
      return text.split("\n").map((line) => decodeEntry(this.#formats.read(line)) as SnapshotEntry);
    } catch {
      // Damaged: zlib's error, or a `FeedFormatError`. The log is asked instead.
      return undefined;
    }
  }

  async remove(object: string): Promise<void> {
    await this.#objects.remove(object);
  }
}
