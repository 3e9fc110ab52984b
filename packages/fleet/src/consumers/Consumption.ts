/**
 * Brings every event of a fleet to one replica, with a position that the fleet keeps.
 *
 * 1. An event is handled by one replica: normally exactly once, and once more where a replica dies, or is cut off, before it could say that it had
 *    handled it. Its `id` identifies a repetition. Where the handler fails at one of the events of a poll, those before it are not handled again.
 * 2. Events of a shard are handled in order, one after the other over all replicas, unless `concurrency` says otherwise.
 * 3. A handler that fails is given the event again, later and later; after `deliveries` times the event becomes a dead letter, and what
 *    is behind it goes on. The same holds for `accepts`, and for a message that cannot be read.
 * 4. Events dropped from the log before they were handled are reported, never skipped silently.
 * 5. Where JetStream loses the position, or the log, a running consumer goes on behind what was handled here last, or with the new log.
 */
import type { WatchEvent } from "@evalwire/core";
import { AckPolicy, type ConsumerConfig, DeliverPolicy, type JsMsg, ReplayPolicy } from "@nats-io/jetstream";
import { nanos } from "@nats-io/nats-core";
import type { Engine } from "../engine/Engine.ts";
import { isError, isPassing } from "../engine/errorCodes.ts";
import { FleetError } from "../engine/FleetError.ts";
import { abandoned, Grace } from "../engine/Grace.ts";
import { guarded } from "../engine/guarded.ts";
import { explained } from "../engine/inWords.ts";
import { keepAlive } from "../engine/keepAlive.ts";
import type { Names } from "../engine/Names.ts";
import { patiently } from "../engine/patiently.ts";
import { pull, type Reading } from "../engine/pull.ts";
import type { Time } from "../engine/Time.ts";
import { decodeBody } from "../log/Body.ts";
import { type LogMessage, messageOf } from "../log/LogMessage.ts";
import type { Formats } from "../membership/Formats.ts";
import { type ConsumeOptions, checkConsumer, millisOfStart } from "./ConsumeOptions.ts";
import { type DeadLetter, DeadLetters } from "./DeadLetters.ts";
import { eventsOfBody } from "./eventsOfBody.ts";
import { HandledEvents } from "./HandledEvents.ts";

export interface Consumption extends AsyncDisposable {
  /** Resolves when every log that is there is read. */
  readonly ready: Promise<void>;
  /** Messages that no replica has handled yet, over all shards. */
  lag(): Promise<number>;
  /** Events that were given up, the oldest first. */
  deadLetters(): Promise<ReadonlyArray<DeadLetter>>;
  /**
   * Stops handling here; other replicas go on. Aborts the handlers' `signal` and waits for them, for `closeMillis` at most: an event whose handler
   * has not ended by then goes back. One that is on its way here at that moment, or goes back where `concurrency` is above 1, comes to another replica after
   * `ackMillis` at the latest.
   */
  close(): Promise<void>;
}

export type Handler = (
  event: WatchEvent,
  facts: { readonly delivery: number; readonly signal: AbortSignal },
) => unknown;

interface Deps {
  readonly engine: Engine;
  readonly names: Names;
  readonly time: Time;
  readonly formats: Formats;
  /** Nodes that keep each message. */
  readonly replicas: number;
  readonly onFailure: (error: unknown) => void;
}

/** A message in hand, and how far it is handled. */
interface Work {
  readonly shard: number;
  readonly message: LogMessage;
  readonly delivery: number;
  index: number;
  since: number;
}

/** A shard's log as it was found, and how far it was handled. */
interface Place {
  /** When its stream was made. */
  readonly created: string;
  /** The sequence up to which everything is handled, as far as is known here. */
  handled: number;
}

const longestPauseMillis = 60_000;
/** How often is looked for the logs of shards that had none. */
const lookMillis = 2_000;
const openMillis = 5_000;

export class Consuming implements Consumption {
  readonly #deps: Deps;
  readonly #name: string;
  readonly #handler: Handler;
  readonly #options: ConsumeOptions;
  readonly #abort = new AbortController();
  readonly #shards = new Map<number, Reading>();
  readonly #places = new Map<number, Place>();
  readonly #handled: HandledEvents;
  readonly #dead: DeadLetters;
  readonly #atWork = new Set<Promise<void>>();
  readonly #grace: Grace;
  #closing: Promise<void> | undefined;
  /** When the name was first consumed, where that was not here. */
  #begun: string | undefined;
  readonly ready: Promise<void>;
  readonly #looking: Promise<void>;

  constructor(deps: Deps, name: string, handler: Handler, options: ConsumeOptions) {
    checkConsumer(name, handler, options, deps.names);
    this.#deps = deps;
    this.#name = name;
    this.#handler = handler;
    this.#options = options;
    this.#dead = new DeadLetters(deps, name);
    this.#handled = new HandledEvents(deps, name, this.#abort.signal);
    this.#grace = new Grace(deps.time, options.closeMillis);
    this.ready = this.#look(true);
    this.#looking = this.#keepLooking();
  }

  get name(): string {
    return this.#name;
  }

  async lag(): Promise<number> {
    const { engine, names } = this.#deps;
    try {
      const infos = await Promise.all(
        [...this.#places.keys()].map((shard) => engine.jsm.consumers.info(names.logStream(shard), this.#name)),
      );
      return infos.reduce((sum, { num_pending, num_ack_pending }) => sum + num_pending + num_ack_pending, 0);
    } catch (error) {
      throw explained(error, `consumer ${this.#name}`);
    }
  }

  deadLetters(): Promise<ReadonlyArray<DeadLetter>> {
    return this.#dead.list();
  }

  close(): Promise<void> {
    this.#closing ??= this.#grace.during(this.#close());
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#abort.abort();
    await this.#looking;
    await Promise.all([...this.#shards.values()].map((messages) => messages.close()));
    await Promise.all(this.#atWork);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #keepLooking(): Promise<void> {
    const { time, names, onFailure } = this.#deps;
    await this.ready.catch(() => undefined);
    while (!this.#abort.signal.aborted) {
      await time.sleep(lookMillis, this.#abort.signal);
      if (this.#abort.signal.aborted || this.#shards.size === names.shards) continue;
      // A log that is new has nothing from before this consumer.
      await this.#look(false).catch(onFailure);
    }
  }

  async #look(isFirst: boolean): Promise<void> {
    const { engine, names, time } = this.#deps;
    try {
      const look = async () => {
        if (isFirst) this.#begun = await this.#begin();
        const found: Array<string> = [];
        for await (const name of engine.jsm.streams.names(names.log("*", "*"))) found.push(name);
        await Promise.all(
          Array.from({ length: names.shards }, (_, shard) => shard)
            .filter((shard) => !this.#shards.has(shard) && found.includes(names.logStream(shard)))
            .map((shard) => this.#open(shard, isFirst)),
        );
      };
      await patiently(time, look, { signal: this.#abort.signal });
    } catch (error) {
      throw explained(error, `consumer ${this.#name}`);
    }
  }

  /**
   * Notes when the name begins; resolves with the time where it is not new. A log may be made between the first looks of two replicas: the
   * second one begins where the first would have.
   */
  async #begin(): Promise<string | undefined> {
    const { engine, names } = this.#deps;
    const subject = names.begun(this.#name);
    try {
      await engine.js.publish(subject, "", { expect: { lastSubjectSequence: 0 } });
      return undefined;
    } catch (error) {
      if (!isError(error, "wrongLastSequence")) throw error;
      return (await engine.jsm.streams.getMessage(names.electStream, { last_by_subj: subject }))?.timestamp;
    }
  }

  async #open(shard: number, isFirst: boolean): Promise<void> {
    const { engine, names } = this.#deps;
    const stream = names.logStream(shard);
    const { concurrency = 1, ackMillis = 10_000 } = this.#options;
    const find = () =>
      engine.jsm.consumers.info(stream, this.#name).catch((error: unknown) => {
        if (isError(error, "consumerNotFound")) return undefined;
        throw error;
      });
    let known = await find();
    const wanted = {
      durable_name: this.#name,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackMillis),
      max_ack_pending: concurrency,
      // Deliveries are counted here: a message has several events, and each has as many tries.
      max_deliver: -1,
      replay_policy: ReplayPolicy.Instant,
    } as const;
    const { created, state } = await engine.jsm.streams.info(stream);
    const place = this.#places.get(shard);
    const isKnown = place?.created === String(created);
    if (known === undefined) {
      const start = isKnown
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: place!.handled + 1 }
        : isFirst && place === undefined
          ? await this.#start(shard)
          : { deliver_policy: DeliverPolicy.All };
      const config = { ...wanted, ...start } as Partial<ConsumerConfig>;
      await engine.jsm.consumers.add(stream, config).catch(async (error: unknown) => {
        // Another replica was first, and begins elsewhere.
        known = await find();
        if (known === undefined) throw error;
      });
    }
    if (known !== undefined) {
      const { config } = known;
      const others = Object.entries(wanted)
        .filter(([key, value]) => config[key as keyof ConsumerConfig] !== value)
        .map(([key, value]) => `${key} is ${config[key as keyof ConsumerConfig]} instead of ${value}`);
      if (others.length > 0)
        throw new FleetError(
          "OtherShape",
          `The consumer ${this.#name} exists with other options: ${others.join(", ")}; give it another name, or the same options.`,
        );
      this.#checkGap(shard, known.ack_floor.stream_seq, state.first_seq);
    }
    const info = await engine.jsm.consumers.info(stream, this.#name);
    const handled = Math.max(info.ack_floor.stream_seq, (info.config.opt_start_seq ?? 1) - 1);
    this.#places.set(shard, {
      created: String(created),
      handled: isKnown ? Math.max(handled, place!.handled) : handled,
    });
    const consumer = await engine.js.consumers.get(stream, this.#name);
    const messages = await pull(engine, this.#deps.time, consumer, {
      maxMessages: concurrency,
      heartbeatMillis: 1_000,
      openMillis,
    });
    if (this.#abort.signal.aborted) {
      await messages.close();
      return;
    }
    this.#shards.set(shard, messages);
    void this.#run(shard, messages);
  }

  /** Says what was dropped from the log before it was handled. */
  #checkGap(shard: number, handled: number, first: number): void {
    const { onFailure } = this.#deps;
    if (handled === 0 || first <= handled + 1) return;
    const { onGap = onFailure } = this.#options;
    guarded(
      onGap,
      onFailure,
    )(
      new FleetError(
        "StoreFull",
        `The log of shard ${shard} has dropped its messages ${handled + 1} to ${first - 1} before the consumer ${this.#name} had handled them; keep more, or consume faster.`,
      ),
    );
  }

  async #start(shard: number): Promise<Partial<ConsumerConfig>> {
    const { engine, names } = this.#deps;
    const { from = "now" } = this.#options;
    if (from === "start") return { deliver_policy: DeliverPolicy.All };
    if (typeof from === "object" && "time" in from) {
      const opt_start_time = new Date(millisOfStart(from.time)).toISOString();
      return { deliver_policy: DeliverPolicy.StartTime, opt_start_time };
    }
    const { state } = await engine.jsm.streams.info(names.logStream(shard));
    const begun = this.#begun;
    // Never "new": a consumer's own state may be lost with its node, and it would begin as new once more.
    const now =
      begun === undefined
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: state.last_seq + 1 }
        : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: begun };
    if (from === "now") return now;
    const key = names.keyOf(from.evaluationId, from.version ?? "v4");
    if (names.shardOf(key) !== shard) return now;
    const sequence = await this.#sequenceOf(shard, key, from.number);
    return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: sequence };
  }

  /** The sequence of the first entry of an evaluation after a number. */
  async #sequenceOf(shard: number, key: string, number: number): Promise<number> {
    const { engine, names } = this.#deps;
    const stream = names.logStream(shard);
    const consumer = await engine.js.consumers.get(stream, { filter_subjects: names.log(shard, key) });
    const { num_pending } = await consumer.info();
    const { state } = await engine.jsm.streams.info(stream);
    if (num_pending === 0) return state.last_seq + 1;
    const messages = await consumer.consume({ max_messages: 500 });
    let first = state.last_seq + 1;
    let seen = 0;
    for await (const message of messages) {
      const entry = decodeBody(messageOf(message), this.#deps.formats)?.entry;
      if (entry !== undefined && entry.number > number) {
        first = message.seq;
        break;
      }
      if (++seen === num_pending) break;
    }
    await messages.close();
    return first;
  }

  async #run(shard: number, messages: Reading): Promise<void> {
    const { onFailure } = this.#deps;
    try {
      for await (const message of messages) {
        const work = this.#take(shard, message).catch(onFailure);
        const tracked = work.finally(() => this.#atWork.delete(tracked));
        this.#atWork.add(tracked);
        if ((this.#options.concurrency ?? 1) === 1) await tracked;
      }
    } catch (error) {
      // Deleted by `forget`, or with its stream: nothing that a program could do about it.
      if ((error as { readonly message?: unknown } | null)?.message !== "consumer deleted") onFailure(error);
    }
    // An unrequested end: it is opened again.
    this.#shards.delete(shard);
  }

  async #take(shard: number, message: JsMsg): Promise<void> {
    const { time, onFailure } = this.#deps;
    const { ackMillis = 10_000, retryMillis = 500, concurrency = 1 } = this.#options;
    const release = keepAlive(time, message, ackMillis);
    const work: Work = { shard, message: messageOf(message), delivery: message.info.deliveryCount, index: 0, since: 0 };
    try {
      const pauseMillis = await this.#grace.of(this.#handle(work));
      if (pauseMillis === undefined) {
        message.ack();
        const place = this.#places.get(shard);
        if (place !== undefined && concurrency === 1) place.handled = message.seq;
        await this.#handled.forget(shard, work.message, work.delivery).catch(onFailure);
        return;
      }
      await this.#note(work);
      message.nak(pauseMillis === abandoned ? undefined : pauseMillis);
      if (pauseMillis === abandoned) this.#reportUnfinished();
    } catch (error) {
      // A dead letter that could not be written, or JetStream does not say how far the message was handled: not given up yet.
      onFailure(error);
      await this.#note(work);
      message.nak(isPassing(error) ? retryMillis : longestPauseMillis);
    } finally {
      release();
    }
  }

  /** Whichever replica is given the message next goes on at the event. */
  async #note({ shard, message, index, since }: Work): Promise<void> {
    await this.#handled.note(shard, message, { index, since }).catch(this.#deps.onFailure);
  }

  #reportUnfinished(): void {
    const { millis } = this.#grace;
    this.#deps.onFailure(
      new FleetError(
        "Unfinished",
        `The handler of the consumer ${this.#name} has not ended within ${millis} ms of its close; its event goes back.`,
      ),
    );
  }

  /** Handles the events of a message. Resolves with the pause after which it is to come again, in milliseconds, or with `undefined` when it is done. */
  async #handle(work: Work): Promise<number | undefined> {
    const { accepts = () => true, replay = false, deliveries = 8, retryMillis = 500 } = this.#options;
    const { signal } = this.#abort;
    const { shard, message, delivery } = work;
    const at = { shard, sequence: message.sequence };
    const pauseAfter = (tries: number) => Math.min(longestPauseMillis, retryMillis * 2 ** (tries - 1));
    let events: ReadonlyArray<WatchEvent>;
    try {
      const body = decodeBody(message, this.#deps.formats);
      events = body === undefined ? [] : eventsOfBody(body);
    } catch (error) {
      // Another version of the program, on another replica, may read it.
      this.#deps.onFailure(error);
      if (delivery < deliveries || signal.aborted) return pauseAfter(delivery);
      await this.#dead.add(null, at, error);
      return undefined;
    }
    Object.assign(work, await this.#handled.of(shard, message, delivery));
    for (; work.index < events.length; work.index++, work.since = delivery - 1) {
      const event = events[work.index]!;
      if (!replay && "replay" in event && event.replay) continue;
      if (signal.aborted) {
        // Not begun here: the next delivery is its first.
        work.since = delivery;
        return 0;
      }
      try {
        if (accepts(event)) await this.#handler(event, { delivery, signal });
      } catch (error) {
        const tries = delivery - work.since;
        if (tries < deliveries || signal.aborted) return pauseAfter(tries);
        await this.#dead.add(event, at, error);
      }
    }
    return undefined;
  }
}
