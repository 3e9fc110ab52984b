/**
 * The last pulse of a publisher, as it would be now, for those who come later: while there is news a publisher writes no beats, so the last
 * one may be long ago.
 */
import type * as Clock from "effect/Clock";
import { instantOf } from "../watch/time/instantOf.ts";
import { type Pulse, pulseOf } from "./Entry.ts";

export class HeldPulse {
  readonly #clock: Clock.Clock;
  #pulse: Pulse = { beatMillis: 5_000, serverTime: null, scans: 0 };
  #time = "";
  // Monotonic milliseconds: when the last beat or snapshot came, and when anything did.
  #beatAt = 0;
  #writtenAt = 0;

  constructor(clock: Clock.Clock) {
    this.#clock = clock;
  }

  /** News came that were written at `time` by the publisher's clock, ISO 8601. */
  wrote(time: string): void {
    this.#time = time;
    this.#writtenAt = this.#now();
  }

  /** A beat or a snapshot came. */
  beat(entry: Pulse & { readonly time: string }): void {
    this.#pulse = pulseOf(entry);
    this.wrote(entry.time);
    this.#beatAt = this.#writtenAt;
  }

  /** Whether something came so lately that its publisher may be taken for alive. */
  get isFresh(): boolean {
    return this.#now() <= this.#writtenAt + 1.5 * this.#pulse.beatMillis;
  }

  /** The pulse and the publisher's time, had it written them now: both have moved on by as much as this clock. */
  now(): Pulse & { readonly time: string } {
    const now = this.#now();
    const { serverTime } = this.#pulse;
    const written = instantOf(this.#time);
    return {
      ...this.#pulse,
      serverTime: serverTime === null ? null : serverTime + now - this.#beatAt,
      time: written === undefined ? this.#time : new Date(written + now - this.#writtenAt).toISOString(),
    };
  }

  #now(): number {
    return Number(this.#clock.monotonicTimeNanosUnsafe()) / 1e6;
  }
}
