/**
 * A publisher's heartbeats for its evaluations between entries: one message in each period for all of them.
 *
 * 1. However many evaluations a shard has, its beats are one message a period, and more only where one would be too long, or where an evaluation says
 *    the server's time for the first time: followers wait for that.
 * 2. An evaluation whose publication has not beaten for more than a period is not spoken for any more.
 * 3. A reader that has missed a message, or is new, requests all beats; they are sent once for all that request them within a moment.
 */
import type { BeatEntry } from "@evalwire/core/feed";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Time } from "../engine/Time.ts";
import type { Formats } from "../membership/Formats.ts";
import { isExpected, movedOn, type PulseMessage } from "./Pulse.ts";

const beatsInMessage = 1_000;
/** An urgent beat is sent together with all that come within this time. */
const windowMillis = 250;
/** Timers are late. */
const patience = 1.25;

interface Said {
  readonly beat: BeatEntry;
  /** Monotonic milliseconds. */
  readonly at: number;
}

export interface PulsesOptions {
  readonly nc: Pick<NatsConnection, "isClosed" | "publish">;
  readonly subject: string;
  readonly epoch: number;
  /** When the shard's stream was made. */
  readonly created: string;
  /** How often each evaluation beats; 0 sends each beat at once. */
  readonly periodMillis: number;
  readonly formats: Formats;
  readonly time: Time;
}

export class Pulses {
  readonly #options: PulsesOptions;
  /** The last beat of each evaluation. */
  readonly #latest = new Map<string, Said>();
  /** The beats that readers know. */
  readonly #said = new Map<string, Said>();
  /** Evaluations that have said the server's time. */
  readonly #timed = new Set<string>();
  #isWhole = true;
  #round = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #dueAt = Number.POSITIVE_INFINITY;
  #cancel: () => void = () => undefined;

  constructor(options: PulsesOptions) {
    this.#options = options;
  }

  add(key: string, beat: BeatEntry): void {
    this.#latest.set(key, { beat, at: this.#options.time.now() });
    const isFirstTime = beat.serverTime !== null && !this.#timed.has(key);
    if (isFirstTime) this.#timed.add(key);
    this.#plan(isFirstTime);
  }

  /** The evaluation is not published any more. */
  drop(key: string): void {
    this.#timed.delete(key);
    if (this.#latest.delete(key)) this.#plan(false);
  }

  /** Says everything once more, soon. */
  sayAll(): void {
    this.#isWhole = true;
    if (this.#latest.size > 0) this.#plan(true);
  }

  close(): void {
    this.#cancel();
    this.#dueAt = Number.NEGATIVE_INFINITY;
    this.#latest.clear();
  }

  #plan(isUrgent: boolean): void {
    const { periodMillis, time } = this.#options;
    const now = time.now();
    const soon = now + Math.min(windowMillis, periodMillis);
    const dueAt = isUrgent ? soon : Math.max(soon, this.#sentAt + periodMillis);
    if (this.#dueAt <= dueAt) return;
    this.#cancel();
    this.#dueAt = dueAt;
    if (dueAt > now) this.#cancel = time.after(dueAt - now, () => this.#flush());
    else this.#flush();
  }

  #flush(): void {
    const { time, periodMillis } = this.#options;
    const now = time.now();
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#sentAt = now;
    for (const [key, { at }] of this.#latest)
      if (periodMillis > 0 && now > at + patience * periodMillis) this.#latest.delete(key);
    const silent = [...this.#said.keys()].filter((key) => !this.#latest.has(key));
    for (const key of silent) this.#said.delete(key);
    if (this.#latest.size === 0 && silent.length === 0) return;
    let isWhole = this.#isWhole;
    this.#isWhole = false;
    const beats: Array<readonly [string, BeatEntry]> = [];
    const scans: Record<string, number> = {};
    for (const [key, { beat, at }] of this.#latest) {
      const actual = movedOn(beat, now - at);
      const said = this.#said.get(key);
      if (!isWhole && said !== undefined && isExpected(movedOn(said.beat, now - said.at), actual)) {
        const { scans: count } = actual;
        if (count === said.beat.scans) continue;
        scans[key] = count;
        this.#said.set(key, { beat: { ...said.beat, scans: count }, at: said.at });
        continue;
      }
      beats.push([key, actual]);
      this.#said.set(key, { beat: actual, at: now });
    }
    for (let from = 0; from === 0 || from < beats.length; from += beatsInMessage) {
      const rest = from === 0 ? { scans, silent } : { scans: {}, silent: [] };
      this.#send(now, beats.slice(from, from + beatsInMessage), { ...rest, isWhole });
      isWhole = false;
    }
  }

  #send(
    now: number,
    some: ReadonlyArray<readonly [string, BeatEntry]>,
    rest: Pick<PulseMessage, "scans" | "silent" | "isWhole">,
  ): void {
    const { nc, subject, epoch, created, formats } = this.#options;
    const beats = Object.fromEntries(some.map(([key, beat]) => [key, formats.written(beat)]));
    const message: PulseMessage = { created, epoch, round: ++this.#round, at: Math.round(now), beats, ...rest };
    // Without a connection the message is dropped: readers act on its absence.
    if (!nc.isClosed()) nc.publish(subject, JSON.stringify(message));
  }
}
