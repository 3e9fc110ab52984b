/** Snapshots of evaluations as compressed objects, so that a reader need not read a whole log. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { decodeEntry, type Entry, encodeEntry, type SnapshotEntry } from "@evalwire/core/feed";
import { type ObjectStore, Objm, StorageType } from "@nats-io/obj";
import type { Engine } from "../engine/Engine.ts";
import { explained } from "../engine/Engine.ts";
import { FleetError } from "../engine/FleetError.ts";
import { patiently } from "../engine/patiently.ts";
import { differencesOf } from "../engine/Streams.ts";
import { Time } from "../engine/Time.ts";
import { Formats } from "../membership/Formats.ts";

const compress = promisify(gzip);
const expand = promisify(gunzip);

const timeoutMillis = 10_000;

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

const nameInUse = 10_058;

export class Snapshots {
  readonly #store: ObjectStore;
  readonly #formats: Formats;

  private constructor(store: ObjectStore, formats: Formats) {
    this.#store = store;
    this.#formats = formats;
  }

  static async open(
    { js }: Pick<Engine, "js">,
    bucket: string,
    replicas: number,
    time = new Time(),
    formats = new Formats(),
  ): Promise<Snapshots> {
    try {
      // Half a second on three nodes; making it twice is making it once.
      const store = await patiently(time, () => new Objm(js).create(bucket, { replicas, storage: StorageType.File }));
      const status = await store.status();
      const { subjects = [], ...config } = status.streamInfo.config;
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
      return new Snapshots(store, formats);
    } catch (error) {
      if ((error as { readonly code?: unknown } | null)?.code === nameInUse)
        throw new FleetError(
          "OtherShape",
          `The bucket ${bucket} exists with other options; give the fleet another name, or delete the stream OBJ_${bucket}.`,
        );
      throw explained(error, `bucket ${bucket}`);
    }
  }

  async putBytes(object: string, bytes: Uint8Array): Promise<void> {
    await this.#store.putBlob({ name: object }, bytes, { timeout: timeoutMillis });
  }

  /** The stored value, or `undefined` when it is not there any more. */
  async getBytes(object: string): Promise<Uint8Array | undefined> {
    return (await this.#store.getBlob(object)) ?? undefined;
  }

  async put(object: string, parts: ReadonlyArray<Entry>): Promise<void> {
    const bytes = await compress(parts.map((part) => encodeEntry(this.#formats.written(part))).join("\n"), {
      level: 1,
    });
    await this.putBytes(object, bytes);
  }

  /** All parts, or `undefined` when it is not there any more. */
  async get(object: string): Promise<ReadonlyArray<SnapshotEntry> | undefined> {
    const bytes = await this.#store.getBlob(object);
    if (bytes === null) return undefined;
    const text = new TextDecoder().decode(await expand(bytes));
    return text.split("\n").map((line) => decodeEntry(this.#formats.read(line)) as SnapshotEntry);
  }

  async remove(object: string): Promise<void> {
    await this.#store.delete(object);
  }
}
