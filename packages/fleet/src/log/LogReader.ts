/**
 * The end of one shard's log as it grows, read once a replica however many follow.
 *
 * It relies on order and on nothing else: an ordered consumer skips trimmed messages without a word, and goes on from the old
 * sequence when a stream was deleted and recreated. Holes are found by the feed's own numbers, also where a log has lost its end and a later epoch
 * goes on at a sequence that was read; another stream is found by what its publisher says of it.
 */
import type { BeatEntry } from "@evalwire/core/feed";
import { DeliverPolicy, type JsMsg } from "@nats-io/jetstream";
import type { Subscription } from "@nats-io/nats-core";
import { type Engine, requestTimeoutMillis } from "../engine/Engine.ts";
import { isError } from "../engine/errorCodes.ts";
import { hear } from "../engine/hear.ts";
import type { Names } from "../engine/Names.ts";
import { openOrdered } from "../engine/openOrdered.ts";
import { patiently, within } from "../engine/patiently.ts";
import { pull, type Reading } from "../engine/pull.ts";
import type { Time } from "../engine/Time.ts";
import type { Formats } from "../membership/Formats.ts";
import { HeardPulses } from "./HeardPulses.ts";
import { type LogMessage, messageOf, storedMessageOf } from "./LogMessage.ts";
import { endOf, idOf } from "./LogWriter.ts";
import { isPulse, type PulseMessage } from "./Pulse.ts";
import { RequestedReading, requestNext } from "./RequestedReading.ts";

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
const openMillis = 5_000;
/** Before a consumer is tried for again. */
const replaceMillis = 5_000;
const readMillis = 30_000;
/** A consumer from which nothing came for so long while it is read from is given up. */
const stallMillis = 2_000;
/** A follower whose connection is silent opens another, and opening may take longer than that: reading goes on for so long without a listener. */
const restMillis = 10_000;

type Tail = Reading | RequestedReading;

export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #stream: string;
  readonly #listeners = new Map<string, Set<LogListener>>();
  readonly #waiters = new Set<{ readonly sequence: number; readonly resolve: () => void }>();
  readonly #heard: HeardPulses;
  #messages: Tail | undefined;
  #pulses: Subscription | undefined;
  #begun: Promise<void> | undefined;
  #created: string | undefined;
  #cancelRest: () => void = () => undefined;
  #position = 0;
  /** Of the message there; `undefined` where that is not known. */
  #epoch: number | undefined;
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
    this.#cancelRest();
    return () => {
      all.delete(listener);
      if (all.size > 0) return;
      if (this.#listeners.get(key) === all) this.#listeners.delete(key);
      if (this.#listeners.size > 0) return;
      this.#cancelRest = this.#options.time.after(restMillis, () => void this.close().catch(() => undefined));
    };
  }

  /** The last beat of an evaluation as it would be now, and whether its publisher may be taken for alive. */
  beatOf(key: string): { readonly entry: BeatEntry; readonly isFresh: boolean } | undefined {
    return this.#heard.of(key);
  }

  /** The last message of an evaluation, from the stream's leader; `undefined` when there is none. */
  async last(key: string): Promise<LogMessage | undefined> {
    const { engine, names, shard, time } = this.#options;
    const query = { last_by_subj: names.log(shard, key) };
    const round = this.#round;
    const found = await patiently(time, () => engine.jsm.streams.getMessage(this.#stream, query));
    if (found === null) return undefined;
    const message = storedMessageOf(found);
    // A consumer waits beyond the end of a log that has lost it, until the log has grown past that.
    if (round === this.#round && message.sequence <= this.#position && this.#isLater(message))
      this.#lose(new Error(`The log of shard ${shard} has lost its end.`));
    return message;
  }

  /** The messages of an evaluation from one sequence to another, as far as they are kept. */
  async read(key: string, from: number, to: number): Promise<ReadonlyArray<LogMessage>> {
    if (from > to) return [];
    return within(this.#options.time, readMillis, this.#read(key, from, to));
  }

  async #read(key: string, from: number, to: number): Promise<ReadonlyArray<LogMessage>> {
    const { engine, names, shard, time } = this.#options;
    const subject = names.log(shard, key);
    const found: Array<LogMessage> = [];
    const take = (message: LogMessage): boolean => {
      if (message.sequence <= to) found.push(message);
      return message.sequence < to;
    };
    try {
      await this.#readByConsumer(subject, from, take);
    } catch (error) {
      if (isError(error, "streamNotFound")) throw error;
    }
    // The rest, where its node has died.
    for (let next = (found.at(-1)?.sequence ?? from - 1) + 1; next <= to; next = found.at(-1)!.sequence + 1) {
      const message = await patiently(time, () => requestNext(engine, this.#stream, subject, next));
      if (message === undefined || message.sequence > to) break;
      found.push(message);
    }
    return found;
  }

  /** Reads until there is no more, `take` has had enough, or nothing came for a while. */
  async #readByConsumer(subject: string, from: number, take: (message: LogMessage) => boolean): Promise<void> {
    const { engine, time } = this.#options;
    const consumer = await openOrdered(engine, time, this.#stream, {
      filter_subjects: subject,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    if (consumer === undefined) return;
    try {
      const { num_pending } = await consumer.info();
      if (num_pending === 0) return;
      const consuming = consumer.consume({ max_messages: 500, idle_heartbeat: requestTimeoutMillis });
      const messages = await within(time, stallMillis, consuming);
      const iterator = messages[Symbol.asyncIterator]();
      try {
        for (;;) {
          const { done, value } = await within(time, stallMillis, iterator.next());
          if (done || !take(messageOf(value)) || value.info.pending === 0) return;
        }
      } finally {
        messages.close().catch(() => undefined);
      }
    } finally {
      consumer.delete().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#cancelRest();
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
    const { engine, names, shard, time } = this.#options;
    const round = ++this.#round;
    this.#pulses = hear(engine.nc, names.pulse(shard), {
      is: isPulse,
      take: (pulse) => {
        if (round === this.#round) this.#hear(pulse);
      },
      onFailure: this.#options.onFailure,
    });
    const { sequence, id, created } = await patiently(time, () => endOf(engine.jsm, this.#stream));
    if (round !== this.#round) throw new Error("The reader was closed.");
    this.#position = sequence;
    this.#epoch = id?.epoch;
    const messages = await this.#readOn(round, sequence + 1);
    if (round !== this.#round) {
      await messages.close();
      throw new Error("The reader was closed.");
    }
    this.#created = created;
    this.#attend(round, messages);
    this.#options.onMissed?.();
  }

  /** Reads by a consumer, or by requests where none is available. */
  async #readOn(round: number, from: number): Promise<Tail> {
    const { engine, names, shard, time } = this.#options;
    const take = this.#takerOf(round);
    const byConsumer = await this.#pullFrom(from, take);
    const subject = names.log(shard, "*");
    return byConsumer ?? new RequestedReading({ engine, time, stream: this.#stream, subject, from, take });
  }

  /** Takes each message once, also where two readings bring it. */
  #takerOf(round: number): (message: LogMessage) => void {
    return (message) => {
      if (round !== this.#round) return;
      // Its messages stand where others were. A consumer on a node that does not know it yet brings those others.
      if (message.sequence <= this.#position && !this.#isLater(message)) return;
      const epoch = idOf(message.id)?.epoch;
      if (epoch !== undefined && this.#epoch !== undefined && epoch < this.#epoch) return;
      this.#epoch = epoch ?? this.#epoch;
      this.#take(message);
    };
  }

  /** Whether it is of a later epoch than the last message that was given: epochs never fall along a log, and another one begins where it has lost its end. */
  #isLater({ id }: LogMessage): boolean {
    const epoch = idOf(id)?.epoch;
    return epoch !== undefined && this.#epoch !== undefined && epoch > this.#epoch;
  }

  async #pullFrom(from: number, take: (message: LogMessage) => void): Promise<Reading | undefined> {
    const { engine, time } = this.#options;
    const start = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from } as const;
    const consumer = await openOrdered(engine, time, this.#stream, start);
    if (consumer === undefined) return undefined;
    const callback = (message: JsMsg) => take(messageOf(message));
    return pull(engine, time, consumer, { maxMessages: 1_000, heartbeatMillis: 1_000, openMillis, callback });
  }

  #attend(round: number, messages: Tail): void {
    const { shard } = this.#options;
    this.#messages = messages;
    void messages.ended.then((error) => {
      // An unrequested end.
      if (round === this.#round && this.#messages === messages)
        this.#lose(error ?? new Error(`Reading the log of shard ${shard} ended.`));
    });
    if (messages instanceof RequestedReading)
      this.#replace(round, messages).catch((error: unknown) => this.#options.onFailure(error));
  }

  /** Goes on by a consumer as soon as one is available. */
  async #replace(round: number, requested: RequestedReading): Promise<void> {
    const { time } = this.#options;
    for (;;) {
      await time.sleep(replaceMillis, requested.signal);
      if (requested.signal.aborted || round !== this.#round) return;
      const messages = await this.#pullFrom(this.#position + 1, this.#takerOf(round));
      if (messages === undefined) continue;
      if (requested.signal.aborted || round !== this.#round) return void (await messages.close());
      this.#attend(round, messages);
      return requested.close();
    }
  }

  #take(message: LogMessage): void {
    this.#position = message.sequence;
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
