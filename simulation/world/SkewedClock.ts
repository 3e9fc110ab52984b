/**
 * The clock of one machine: it is off by some milliseconds, runs a little fast or slow, and can be set, while time passes alike on all machines.
 */
import type { SimulatedClock } from "@evalwire/core/testing";
import type * as Clock from "effect/Clock";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";

export class SkewedClock implements Clock.Clock {
  readonly #time: SimulatedClock;
  #offset: number;
  #set = 0;
  #jumps = 0;
  #isSet = false;
  readonly #ppm: number;
  readonly #startedAt: number;

  /**
   * @param offsetMillis by how much it is ahead of `time`
   * @param ppm by how much it runs fast, in parts per million
   */
  constructor(time: SimulatedClock, offsetMillis = 0, ppm = 0) {
    this.#time = time;
    this.#offset = offsetMillis;
    this.#ppm = ppm;
    this.#startedAt = this.#elapsed;
  }

  /** The instant it shows, in milliseconds since 1970. */
  now(): number {
    return this.#time.now() + this.offset;
  }

  /** By how many milliseconds it is ahead. */
  get offset(): number {
    const drift = this.#ppm === 0 ? 0 : ((this.#elapsed - this.#startedAt) * this.#ppm) / 1_000_000;
    return this.#offset + drift;
  }

  /** By how many milliseconds it was set, forward and back, altogether. */
  get setMillis(): number {
    return this.#set;
  }

  /** How often it jumped: it was set, or its machine slept. Jumps that cancel each other out are counted as well. */
  get jumps(): number {
    return this.#jumps;
  }

  /** Whether it was ever set. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Moves it forward or back; sleeping fibers are not affected. */
  set(byMillis: number): void {
    this.#offset += byMillis;
    this.#set += byMillis;
    this.#isSet = true;
    this.#jumps++;
  }

  /** Its machine has slept: time has gone on. */
  overslept(): void {
    this.#jumps++;
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

  get #elapsed(): number {
    return Number(this.#time.monotonicTimeNanosUnsafe()) / 1e6;
  }
}
