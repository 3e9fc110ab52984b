/**
 * The end of one shard's log as it grows, read once a replica however many follow.
 *
 * It relies on order and on nothing else: an ordered consumer skips trimmed messages without a word, and goes on from the old
 * sequence when a stream was deleted and recreated. Holes are found by the feed's own numbers, another stream by what its publisher
 * says of it.
 */
import type { BeatEntry } from "@evalwire/core/feed";
import { DeliverPolicy, type JsMsg } from "@nats-io/jetstream";
import type { Subscription } from "@nats-io/nats-core";
import { type Engine, requestTimeoutMillis } from "../engine/Engine.ts";
import { hear } from "../engine/hear.ts";
import type { Names } from "../engine/Names.ts";
import { openOrdered, openOrderedMillis } from "../engine/openOrdered.ts";
import { within } from "../engine/patiently.ts";
import { pull, type Reading } from "../engine/pull.ts";
import type { Time } from "../engine/Time.ts";
import type { Formats } from "../membership/Formats.ts";
import { HeardPulses } from "./HeardPulses.ts";
import { isPulse, type PulseMessage } from "./Pulse.ts";

/** One message of a log. */
export interface LogMessage {
  readonly sequence: number;
  readonly key: string;
  /** `<epoch>.<n>` */
  readonly id: string;
  readonly body: Uint8Array;
  readonly header: (name: string) => string | undefined;
}

export interface LogListener {
  readonly message: (message: LogMessage) => void;
  readonly beat: (entry: BeatEntry) => void;
  /** The entries read so far may have nothing to do with those that follow. */
  readonly end: () => void;
}

export interface LogReaderOptions {
  readonly engine: Engine;
  readonly names: Names;
  readonly shard: number;
  readonly formats: Formats;
  readonly time: Time;
  readonly onFailure: (error: unknown) => void;
  /** Called when the publisher names another stream than the one that is read. */
  readonly onRecreated?: () => void;
  /** Called when beats were missed: the publisher is to say all of them once more. */
  readonly onMissed?: () => void;
}

/** How long opening a consumer may take, and reading what an evaluation has behind its snapshot. */
const openMillis = openOrderedMillis + 2_000;
const readMillis = 30_000;

const keyOf = (subject: string): string => subject.slice(subject.lastIndexOf(".") + 1);

export const messageOf = (message: JsMsg): LogMessage => ({
  sequence: message.seq,
  key: keyOf(message.subject),
  id: message.headers?.get("Nats-Msg-Id") ?? "",
  body: message.data,
  header: (name) => message.headers?.get(name) || undefined,
});

export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #stream: string;
  readonly #listeners = new Map<string, Set<LogListener>>();
  readonly #waiters = new Set<{ readonly sequence: number; readonly resolve: () => void }>();
  readonly #heard: HeardPulses;
  #messages: Reading | undefined;
  #pulses: Subscription | undefined;
  #begun: Promise<void> | undefined;
  #created: string | undefined;
  #position = 0;
  // Rises with each start, so that what an earlier one still gives is known.
  #round = 0;

  constructor(options: LogReaderOptions) {
    this.#options = options;
    this.#stream = options.names.logStream(options.shard);
    this.#heard = new HeardPulses(options.formats, options.time);
  }

  get isAtWork(): boolean {
    return this.#begun !== undefined;
  }

  /** The sequence of the last message that was given. */
  get position(): number {
    return this.#position;
  }

  /** Resolves when everything up to a sequence was given, or the reader was closed. */
  reached(sequence: number): Promise<void> {
    if (this.#position >= sequence) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.add({ sequence, resolve }));
  }

  /** Resolves when nothing that is written from now on is missed. */
  ready(): Promise<void> {
    if (this.#begun !== undefined) return this.#begun;
    const begun = within(this.#options.time, openMillis, this.#begin()).catch((error: unknown) => {
      if (this.#begun === begun) {
        this.#begun = undefined;
        this.#round++;
        this.#pulses?.unsubscribe();
      }
      throw error;
    });
    this.#begun = begun;
    return begun;
  }

  listen(key: string, listener: LogListener): () => void {
    const all = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, all);
    all.add(listener);
    return () => {
      all.delete(listener);
      if (all.size > 0) return;
      if (this.#listeners.get(key) === all) this.#listeners.delete(key);
      if (this.#listeners.size === 0) void this.close();
    };
  }

  /** The last beat of an evaluation as it would be now, and whether its publisher may be taken for alive. */
  beatOf(key: string): { readonly entry: BeatEntry; readonly isFresh: boolean } | undefined {
    return this.#heard.of(key);
  }

  /** The last message of an evaluation, from the stream's leader; `undefined` when there is none. */
  async last(key: string): Promise<LogMessage | undefined> {
    const { engine, names, shard } = this.#options;
    const message = await engine.jsm.streams.getMessage(this.#stream, { last_by_subj: names.log(shard, key) });
    if (message === null) return undefined;
    return {
      sequence: message.seq,
      key,
      id: message.header?.get("Nats-Msg-Id") ?? "",
      body: message.data,
      header: (name) => message.header?.get(name) || undefined,
    };
  }

  /** The messages of an evaluation from one sequence to another, as far as they are kept. */
  async read(key: string, from: number, to: number): Promise<ReadonlyArray<LogMessage>> {
    if (from > to) return [];
    return within(this.#options.time, readMillis, this.#read(key, from, to));
  }

  async #read(key: string, from: number, to: number): Promise<ReadonlyArray<LogMessage>> {
    const { engine, names, shard } = this.#options;
    const consumer = await openOrdered(engine, this.#options.time, this.#stream, {
      filter_subjects: names.log(shard, key),
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    const found: Array<LogMessage> = [];
    try {
      let { num_pending: left } = await consumer.info();
      if (left === 0) return found;
      const messages = await consumer.consume({ max_messages: 500, idle_heartbeat: requestTimeoutMillis });
      let isOver = false;
      // A server that stops answering while it is read from ends nothing by itself.
      const watching = (async () => {
        for await (const status of messages.status()) {
          if (status.type === "heartbeats_missed") {
            await messages.close();
            return;
          }
        }
      })();
      watching.catch(() => undefined);
      for await (const message of messages) {
        if (message.seq <= to) found.push(messageOf(message));
        left = message.info.pending;
        isOver = message.seq >= to || left === 0;
        if (isOver) break;
      }
      await messages.close();
      if (!isOver) throw new Error(`Reading the log of shard ${shard} was interrupted.`);
      return found;
    } finally {
      consumer.delete().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#round++;
    this.#begun = undefined;
    const messages = this.#messages;
    this.#messages = undefined;
    this.#pulses?.unsubscribe();
    this.#pulses = undefined;
    this.#heard.clear();
    for (const { resolve } of this.#waiters) resolve();
    this.#waiters.clear();
    await messages?.close();
  }

  async #begin(): Promise<void> {
    const { engine, names, shard } = this.#options;
    const round = ++this.#round;
    this.#pulses = hear(engine.nc, names.pulse(shard), {
      is: isPulse,
      take: (pulse) => {
        if (round === this.#round) this.#hear(pulse);
      },
      onFailure: this.#options.onFailure,
    });
    const { state, created } = await engine.jsm.streams.info(this.#stream);
    const consumer = await openOrdered(engine, this.#options.time, this.#stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: state.last_seq + 1,
    });
    const messages = await pull(engine, this.#options.time, consumer, {
      maxMessages: 1_000,
      heartbeatMillis: 1_000,
      openMillis,
      callback: (message) => {
        if (round === this.#round) this.#take(messageOf(message));
      },
    });
    if (round !== this.#round) {
      await messages.close();
      throw new Error("The reader was closed.");
    }
    this.#created = String(created);
    this.#position = state.last_seq;
    this.#messages = messages;
    this.#options.onMissed?.();
    void messages.ended.then((error) => {
      // An unrequested end.
      if (round === this.#round) this.#lose(error ?? new Error(`Reading the log of shard ${shard} ended.`));
    });
  }

  #take(message: LogMessage): void {
    this.#position = Math.max(this.#position, message.sequence);
    for (const listener of [...(this.#listeners.get(message.key) ?? [])]) listener.message(message);
    for (const waiter of [...this.#waiters]) {
      if (waiter.sequence > this.#position) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  #hear(pulse: PulseMessage): void {
    // The stream was deleted and recreated: the entries read have nothing to do with those that follow.
    if (this.#created !== undefined && pulse.created !== this.#created) {
      this.#lose(new Error(`The stream ${this.#stream} was recreated.`));
      this.#options.onRecreated?.();
      return;
    }
    const isKnown = this.#heard.take(pulse);
    if (isKnown === undefined) return;
    for (const [key, listeners] of [...this.#listeners]) {
      const heard = this.#heard.of(key);
      if (heard !== undefined) for (const listener of [...listeners]) listener.beat(heard.entry);
    }
    if (!isKnown) this.#options.onMissed?.();
  }

  #lose(error: unknown): void {
    this.#options.onFailure(error);
    const all = [...this.#listeners.values()].flatMap((each) => [...each]);
    void this.close().catch(() => undefined);
    for (const listener of all) listener.end();
  }
}
