/**
 * How far messages were handled that are given back. A message has all events of one poll, and a handler may fail at one in the midst of them. It is kept in
 * the stream of epochs, one message for each that is given back, so that whichever replica is given it next goes on at the very event.
 */
import type { Engine } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { isJson } from "../engine/hear.ts";
import type { Names } from "../engine/Names.ts";
import { patiently } from "../engine/patiently.ts";
import type { Time } from "../engine/Time.ts";
import type { LogMessage } from "../log/LogMessage.ts";

/** The events of a message before `index` are handled. */
export interface Handled {
  readonly index: number;
  /** Deliveries of the message before the event at `index` was begun. */
  readonly since: number;
}

interface Stored extends Handled {
  /** Of the message: a log that begins again has others at the same sequences. */
  readonly id: string;
}

const isStored = (value: unknown): value is Stored =>
  isJson(value) &&
  typeof value["id"] === "string" &&
  [value["index"], value["since"]].every((each) => Number.isSafeInteger(each));

interface Deps {
  readonly engine: Pick<Engine, "js" | "jsm">;
  readonly names: Names;
  readonly time: Time;
}

const nothing: Handled = { index: 0, since: 0 };

export class HandledEvents {
  readonly #deps: Deps;
  readonly #consumer: string;
  readonly #signal: AbortSignal;
  /** Notes of this replica by id, also those that JetStream has not taken. */
  readonly #own = new Map<string, Handled>();

  /** @param signal aborted when JetStream's silence is not waited for any more */
  constructor(deps: Deps, consumer: string, signal: AbortSignal) {
    this.#deps = deps;
    this.#consumer = consumer;
    this.#signal = signal;
  }

  /** How far a message was handled before this delivery, on any replica; rejects where JetStream does not say. */
  async of(shard: number, message: LogMessage, delivery: number): Promise<Handled> {
    const own = this.#own.get(message.id) ?? nothing;
    // A consumer that lost its position counts from one again.
    if (delivery === 1) return { index: own.index, since: 0 };
    const stored = (await this.#stored(shard, message)) ?? nothing;
    return stored.index > own.index ? stored : own;
  }

  /** Notes it before the message is given back. Rejects where JetStream does not take it; it is noted here all the same. */
  async note(shard: number, { id, sequence }: LogMessage, handled: Handled): Promise<void> {
    if (handled.index === 0) return;
    this.#own.set(id, handled);
    const { engine, names, time } = this.#deps;
    const body = JSON.stringify({ id, ...handled } satisfies Stored);
    const subject = names.handled(this.#consumer, shard, sequence);
    await patiently(time, () => engine.js.publish(subject, body), { signal: this.#signal });
  }

  /** The message is handled whole. */
  async forget(shard: number, { id, sequence }: LogMessage, delivery: number): Promise<void> {
    const isNoted = this.#own.delete(id);
    if (!isNoted && delivery === 1) return;
    const { engine, names } = this.#deps;
    await engine.jsm.streams.purge(names.electStream, { filter: names.handled(this.#consumer, shard, sequence) });
  }

  async #stored(shard: number, { id, sequence }: LogMessage): Promise<Handled | undefined> {
    const { engine, names, time } = this.#deps;
    const query = { last_by_subj: names.handled(this.#consumer, shard, sequence) };
    const read = () => engine.jsm.streams.getMessage(names.electStream, query);
    try {
      const message = await patiently(time, read, { signal: this.#signal });
      const value: unknown = message?.json();
      return isStored(value) && value.id === id ? value : undefined;
    } catch (error) {
      // The stream was deleted, or a stranger has written there.
      if (isError(error, "streamNotFound") || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}
