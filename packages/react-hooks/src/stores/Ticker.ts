/**
 * The time, as something to render: one sleeper for all who look at it, however many they are.
 *
 * 1. Shows the clock's time rounded down to a whole period, so it is never ahead of the clock.
 * 2. Without listeners, it has no timer.
 * 3. A clock that jumps is followed at the next tick.
 */
import type { Clock } from "effect/Clock";
import * as Listeners from "./Listeners.ts";
import { again } from "./lingering.ts";
import type { Store } from "./Store.ts";

/** Milliseconds since 1970; `undefined` on a server and while its page is hydrated, where "now" is not one instant. */
export type Ticker = Store<number | undefined>;

/** The page's countdowns share one period, in milliseconds. */
const periodMillis = 1_000;

export const make = (clock: Clock): Ticker => {
  const now = () => clock.currentTimeMillisUnsafe();
  const untilNext = () => periodMillis - (now() % periodMillis);
  let shown: number;
  const look = () => {
    const at = now();
    shown = at - (at % periodMillis);
  };
  const listeners = Listeners.make(() => {
    look();
    return again(clock, untilNext, () => {
      look();
      listeners.notify();
    });
  });
  return {
    snapshot: () => {
      if (listeners.size === 0) look();
      return shown;
    },
    onChange: listeners.add,
    initial: () => undefined,
  };
};
