/** Events that a consumer has given up, in a stream where they stay until they are deleted by hand. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { WatchEvent } from "@evalwire/core";
import { headers as makeHeaders } from "@nats-io/nats-core";
import { deadConfig } from "../engine/configs.ts";
import type { Engine } from "../engine/Engine.ts";
import { wordsOf } from "../engine/guarded.ts";
import type { Names } from "../engine/Names.ts";
import { patiently } from "../engine/patiently.ts";
import { pull } from "../engine/pull.ts";
import { ensureStream } from "../engine/Streams.ts";
import type { Time } from "../engine/Time.ts";

export interface DeadLetter {
  /** `null` for a message of the log that no version could read: see `message`. */
  readonly event: WatchEvent | null;
  /** Where it stands in the logs of the fleet. */
  readonly message: { readonly shard: number; readonly sequence: number };
  /** Why it failed the last time; at most 2,000 characters. */
  readonly error: string;
  /** ISO 8601. */
  readonly time: string;
}

interface Deps {
  readonly engine: Engine;
  readonly names: Names;
  readonly time: Time;
  readonly replicas: number;
}

const openMillis = 5_000;
const compressedFrom = 64 * 1024;
const encodingHeader = "Evalwire-Encoding";

export class DeadLetters {
  readonly #deps: Deps;
  readonly #consumer: string;

  constructor(deps: Deps, consumer: string) {
    this.#deps = deps;
    this.#consumer = consumer;
  }

  /** Rejects when it could not be stored. */
  async add(event: WatchEvent | null, message: DeadLetter["message"], error: unknown): Promise<void> {
    const { engine, names, time } = this.#deps;
    await this.#ensure();
    const letter: DeadLetter = { event, message, error: wordsOf(error), time: new Date(time.wall()).toISOString() };
    const plain = new TextEncoder().encode(JSON.stringify(letter));
    const isCompressed = plain.length >= compressedFrom;
    const headers = makeHeaders();
    if (isCompressed) headers.set(encodingHeader, "gzip");
    const which = event === null ? `${message.shard}/${message.sequence}` : `${event.id}/${event.time}`;
    const body = isCompressed ? gzipSync(plain, { level: 1 }) : plain;
    await engine.js.publish(names.dead(this.#consumer), body, { msgID: `${this.#consumer}/${which}`, headers });
  }

  /** All of them, the oldest first. */
  async list(): Promise<ReadonlyArray<DeadLetter>> {
    const { engine, names, time } = this.#deps;
    await this.#ensure();
    const found: Array<DeadLetter> = [];
    const filter = names.dead(this.#consumer);
    const consumer = await patiently(time, () =>
      engine.js.consumers.get(names.deadStream, { filter_subjects: filter }),
    );
    if ((await consumer.info()).num_pending === 0) return found;
    const messages = await pull(engine, time, consumer, { maxMessages: 100, heartbeatMillis: 1_000, openMillis });
    for await (const message of messages) {
      const isCompressed = message.headers?.get(encodingHeader) === "gzip";
      const text = isCompressed ? gunzipSync(message.data).toString() : message.string();
      found.push(JSON.parse(text) as DeadLetter);
      if (message.info.pending === 0) break;
    }
    await messages.close();
    return found;
  }

  /** The stream may have been deleted since the fleet began. */
  async #ensure(): Promise<void> {
    const { engine, names, time, replicas } = this.#deps;
    await ensureStream(engine, deadConfig(names, replicas), time);
  }
}
