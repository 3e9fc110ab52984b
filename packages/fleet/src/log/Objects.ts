/** A bucket of a fleet's objects: bytes under names, of any length. */
import { createHash } from "node:crypto";
import { type ObjectStore, Objm, StorageType, setSha256Backend } from "@nats-io/obj";
import type { Engine } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { FleetError } from "../engine/FleetError.ts";
import { explained } from "../engine/inWords.ts";
import { type Patience, patiently } from "../engine/patiently.ts";
import { differencesOf } from "../engine/Streams.ts";
import { Time } from "../engine/Time.ts";
import { requestNext } from "./RequestedReading.ts";

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

const timeoutMillis = 10_000;

type Jetstream = Pick<Engine, "js" | "jsm">;

/** Whether the bucket is gone: it was deleted since the fleet began. */
const isGone = (error: unknown): boolean => {
  const { name = "" } = (error ?? {}) as { readonly name?: string };
  const isUnknown = ["StreamNotFoundError", "JetStreamNotEnabled", "NoRespondersError"].includes(name);
  return isUnknown || isError(error, "streamNotFound");
};

export class Objects {
  readonly #engine: Jetstream;
  readonly #bucket: string;
  readonly #replicas: number;
  readonly #time: Time;
  #store!: ObjectStore;

  private constructor(engine: Jetstream, bucket: string, replicas: number, time: Time) {
    this.#engine = engine;
    this.#bucket = bucket;
    this.#replicas = replicas;
    this.#time = time;
  }

  static async open(engine: Jetstream, bucket: string, replicas: number, time = new Time()): Promise<Objects> {
    // Of the whole process. Its default is for browsers, too, and takes some twenty times as long.
    setSha256Backend("native");
    const objects = new Objects(engine, bucket, replicas, time);
    await objects.#open({});
    return objects;
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

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#ask((store) => store.putBlob({ name }, bytes, { timeout: timeoutMillis }));
  }

  /** The stored value, or `undefined` when it is not there any more, or is damaged. */
  async get(name: string, patience: Patience = {}): Promise<Uint8Array | undefined> {
    const info = await this.#ask((store) => store.info(name), patience);
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

  async remove(name: string): Promise<void> {
    await this.#ask((store) => store.delete(name));
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
