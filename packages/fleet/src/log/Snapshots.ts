/** Snapshots of evaluations as compressed objects, so that a reader need not read a whole log. */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { decodeEntry, type Entry, encodeEntry, type SnapshotEntry } from "@evalwire/core/feed";
import { type ObjectStore, Objm, StorageType } from "@nats-io/obj";
import type { Engine } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { FleetError } from "../engine/FleetError.ts";
import { explained } from "../engine/inWords.ts";
import { type Patience, patiently } from "../engine/patiently.ts";
import { differencesOf } from "../engine/Streams.ts";
import { Time } from "../engine/Time.ts";
import { Formats } from "../membership/Formats.ts";
import { requestNext } from "./RequestedReading.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

const timeoutMillis = 10_000;
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

type Jetstream = Pick<Engine, "js" | "jsm">;

/** Whether the bucket is gone: it was deleted since the fleet began. */
const isGone = (error: unknown): boolean => {
  const { name = "" } = (error ?? {}) as { readonly name?: string };
  const isUnknown = ["StreamNotFoundError", "JetStreamNotEnabled", "NoRespondersError"].includes(name);
  return isUnknown || isError(error, "streamNotFound");
};

export class Snapshots {
  readonly #engine: Jetstream;
  readonly #bucket: string;
  readonly #replicas: number;
  readonly #time: Time;
  readonly #formats: Formats;
  #store!: ObjectStore;

  private constructor(engine: Jetstream, bucket: string, replicas: number, time: Time, formats: Formats) {
    this.#engine = engine;
    this.#bucket = bucket;
    this.#replicas = replicas;
    this.#time = time;
    this.#formats = formats;
  }

  static async open(
    engine: Jetstream,
    bucket: string,
    replicas: number,
    time = new Time(),
    formats = new Formats(),
  ): Promise<Snapshots> {
    const snapshots = new Snapshots(engine, bucket, replicas, time, formats);
    await snapshots.#open({});
    return snapshots;
  }

  async #open(patience: Patience): Promise<void> {
    const [{ js, jsm }, bucket, replicas, time] = [this.#engine, this.#bucket, this.#replicas, this.#time];
    try {
      // Half a second on three nodes; making it twice is making it once.
      const make = () => new Objm(js).create(bucket, { replicas, storage: StorageType.File });
      const store = await patiently(time, make, patience);
      // Another node may know of it a little later.
      const find = () => jsm.streams.info(`OBJ_${bucket}`);
      const made = await patiently(time, find, {
        ...patience,
        isPassingToo: (error) => isError(error, "streamNotFound"),
      });
      const { subjects = [], ...config } = made.config;
      const own = [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`];
      const wanted = { num_replicas: replicas, storage: StorageType.File };
      const others = [
        ...(own.every((each) => subjects.includes(each)) ? [] : [`its subjects are ${subjects.join(", ")}`]),
        ...differencesOf(wanted, config),
      ];
      if (others.length > 0)
        throw new FleetError(
          "OtherShape",
          `The bucket ${bucket} exists with other options: ${others.join(", ")}; give the fleet another name, or delete the bucket.`,
        );
      this.#store = store;
    } catch (error) {
      if (isError(error, "nameInUse"))
        throw new FleetError(
          "OtherShape",
          `The bucket ${bucket} exists with other options; give the fleet another name, or delete the stream OBJ_${bucket}.`,
        );
      throw explained(error, `bucket ${bucket}`);
    }
  }

  async putBytes(object: string, bytes: Uint8Array): Promise<void> {
    await this.#ask((store) => store.putBlob({ name: object }, bytes, { timeout: timeoutMillis }));
  }

  /** The stored value, or `undefined` when it is not there any more, or is damaged. */
  async getBytes(object: string, patience: Patience = {}): Promise<Uint8Array | undefined> {
    const info = await this.#ask((store) => store.info(object), patience);
    if (info === null || info.deleted) return undefined;
    // By requests: the client's own reading notices after more than half a minute that the node of its consumer has died.
    const stream = `OBJ_${this.#bucket}`;
    const subject = `$O.${this.#bucket}.C.${info.nuid}`;
    const chunks: Array<Uint8Array> = [];
    for (let next = 1; chunks.length < info.chunks; ) {
      const message = await patiently(this.#time, () => requestNext(this.#engine, stream, subject, next), patience);
      // Removed meanwhile.
      if (message === undefined) return undefined;
      chunks.push(message.body);
      next = message.sequence + 1;
    }
    const { buffer, byteOffset, length } = Buffer.concat(chunks);
    const bytes = new Uint8Array(buffer, byteOffset, length);
    const isWhole = hashOf(bytes).equals(Buffer.from(info.digest.replace(/^SHA-256=/, ""), "base64url"));
    return isWhole ? bytes : undefined;
  }

  async put(object: string, parts: ReadonlyArray<Entry>): Promise<void> {
    const bytes = await compress(parts.map((part) => encodeEntry(this.#formats.written(part))).join("\n"), {
      level: 1,
    });
    await this.putBytes(object, bytes);
  }

  /** All parts, or `undefined` when it is not there any more, or is damaged. Throws soon where the bucket cannot be read now. */
  async get(object: string): Promise<ReadonlyArray<SnapshotEntry> | undefined> {
    const patience = { millis: patienceMillis };
    const bytes = await patiently(this.#time, () => this.getBytes(object, patience), patience);
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
    await this.#ask((store) => store.delete(object));
  }

  /** Makes the bucket again where it was deleted, and asks once more. */
  async #ask<A>(work: (store: ObjectStore) => Promise<A>, patience: Patience = {}): Promise<A> {
    try {
      return await work(this.#store);
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.#open(patience);
      return work(this.#store);
    }
  }
}
