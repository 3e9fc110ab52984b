/**
 * The time, as something to render: one sleeper for all who look at it, however many they are.
 *
 * 1. Shows the clock's time rounded down to a whole period, so it is never ahead of the clock.
 * 2. Without listeners, it has no timer.
 * 3. A clock that jumps is followed at the next tick.
 */
import type { Clock } from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { Listeners } from "./Listeners.ts";
import type { Store } from "./Store.ts";

/** Milliseconds since 1970; `undefined` on a server and while its page is hydrated, where "now" is not one instant. */
export type Ticker = Store<number | undefined>;

/**
 * A ticker over a clock.
 *
 * @param clock - Effect's clock, or a simulated one
 * @param periodMillis - how often it ticks, in milliseconds; the page's countdowns share one of 1,000
 */
export const make = (clock: Clock, periodMillis = 1_000): Ticker => {
  const read = () => Math.floor(clock.currentTimeMillisUnsafe() / periodMillis) * periodMillis;
  let running = false;
  let shown = read();

  const tick = () => {
    const now = read();
    if (now === shown) return;
    shown = now;
    listeners.notify();
  };
  const untilNext = Effect.suspend(() => {
    const past = clock.currentTimeMillisUnsafe() - read();
    return clock.sleep(Duration.millis(periodMillis - past));
  });
  const listeners = new Listeners(() => {
    shown = read();
    running = true;
    const interrupt = Effect.runCallback(Effect.forever(Effect.andThen(untilNext, Effect.sync(tick))));
    return () => {
      running = false;
      interrupt();
    };
  });

  return {
    snapshot: () => {
      if (!running) shown = read();
      return shown;
    },
    onChange: (listener) => listeners.add(listener),
    initial: () => undefined,
  };
};
