/**
 * The clock of one machine: it is off by some milliseconds and can be set, while time passes alike on all machines.
 */
import type { SimulatedClock } from "@evalwire/core/testing";
import type * as Clock from "effect/Clock";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";

export class SkewedClock implements Clock.Clock {
  readonly #time: SimulatedClock;
  #offset: number;
  #isSet = false;

  /** @param offsetMillis by how much it is ahead of `time` */
  constructor(time: SimulatedClock, offsetMillis = 0) {
    this.#time = time;
    this.#offset = offsetMillis;
  }

  /** The instant it shows, in milliseconds since 1970. */
  now(): number {
    return this.#time.now() + this.#offset;
  }

  /** By how many milliseconds it is ahead. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether it was ever set. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Moves it forward or back; sleeping fibers are not affected. */
  set(byMillis: number): void {
    this.#offset += byMillis;
    this.#isSet = true;
  }

  currentTimeMillisUnsafe(): number {
    return this.now();
  }
  readonly currentTimeMillis = Effect.sync(() => this.now());

  currentTimeNanosUnsafe(): bigint {
    return BigInt(Math.floor(this.now())) * 1_000_000n;
  }
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe());

  monotonicTimeNanosUnsafe(): bigint {
    return this.#time.monotonicTimeNanosUnsafe();
  }
  readonly monotonicTimeNanos = Effect.sync(() => this.monotonicTimeNanosUnsafe());

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return this.#time.sleep(duration);
  }
}
