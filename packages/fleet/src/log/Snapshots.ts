/** Snapshots of evaluations as compressed objects, so that a reader need not read a whole log. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { decodeEntry, type Entry, encodeEntry, type SnapshotEntry } from "@evalwire/core/feed";
import { type ObjectStore, Objm, StorageType } from "@nats-io/obj";
import type { Engine } from "../engine/Engine.ts";
import { explained } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { FleetError } from "../engine/FleetError.ts";
import { type Patience, patiently, within } from "../engine/patiently.ts";
import { differencesOf } from "../engine/Streams.ts";
import { Time } from "../engine/Time.ts";
import { Formats } from "../membership/Formats.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);

const timeoutMillis = 10_000;
const readMillis = 30_000;
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
  #store: ObjectStore;
  readonly #reopen: (patience: Patience) => Promise<ObjectStore>;
  readonly #formats: Formats;
  readonly #time: Time;

  private constructor(
    store: ObjectStore,
    reopen: (patience: Patience) => Promise<ObjectStore>,
    formats: Formats,
    time: Time,
  ) {
    this.#store = store;
    this.#reopen = reopen;
    this.#formats = formats;
    this.#time = time;
  }

  static async open(
    engine: Jetstream,
    bucket: string,
    replicas: number,
    time = new Time(),
    formats = new Formats(),
  ): Promise<Snapshots> {
    const reopen = (patience: Patience) => Snapshots.#bucket(engine, bucket, replicas, time, patience);
    return new Snapshots(await reopen({}), reopen, formats, time);
  }

  static async #bucket(
    { js, jsm }: Jetstream,
    bucket: string,
    replicas: number,
    time: Time,
    patience: Patience,
  ): Promise<ObjectStore> {
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
      return store;
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

  /** The stored value, or `undefined` when it is not there any more. */
  async getBytes(object: string, patience: Patience = {}): Promise<Uint8Array | undefined> {
    const get = (store: ObjectStore) => within(this.#time, readMillis, store.getBlob(object));
    const bytes = await this.#ask(get, patience);
    return bytes ?? undefined;
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
      this.#store = await this.#reopen(patience);
      return work(this.#store);
    }
  }
}
