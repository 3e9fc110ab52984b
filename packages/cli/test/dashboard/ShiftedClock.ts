/** The machine's clock, moved by hand: what waits, waits as long as ever, and the time of day is another. */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";

export class ShiftedClock implements Clock.Clock {
  readonly #real = Context.get(Context.empty(), Clock.Clock);
  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe());
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe());
  readonly monotonicTimeNanos = this.#real.monotonicTimeNanos;
  #byMillis = 0;

  move(millis: number): void {
    this.#byMillis += millis;
  }

  /**
   * A few seconds before an instant, which then comes by itself: what ends because a clock is set may just as well have
   * been given back.
   */
  moveToJustBefore(instant: number): void {
    this.move(instant - 5_000 - this.currentTimeMillisUnsafe());
  }

  get isShifted(): boolean {
    return this.#byMillis !== 0;
  }

  currentTimeMillisUnsafe(): number {
    return this.#real.currentTimeMillisUnsafe() + this.#byMillis;
  }

  currentTimeNanosUnsafe(): bigint {
    return this.#real.currentTimeNanosUnsafe() + BigInt(this.#byMillis) * 1_000_000n;
  }

  monotonicTimeNanosUnsafe(): bigint {
    return this.#real.monotonicTimeNanosUnsafe();
  }

  sleep(duration: Parameters<Clock.Clock["sleep"]>[0]): Effect.Effect<void> {
    return this.#real.sleep(duration);
  }
}
