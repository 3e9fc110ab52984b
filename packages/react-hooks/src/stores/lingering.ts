import type { Clock } from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Linger } from "./Listeners.ts";

/** Calls `run` after a time by a clock; returns the undo. */
export const after = (clock: Clock, millis: number, run: () => void): (() => void) => {
  const interrupt = Effect.runCallback(Effect.andThen(clock.sleep(Duration.millis(millis)), Effect.sync(run)));
  return () => void interrupt();
};

/** Lingers for `millis`; not at all for 0. */
export const lingering = (clock: Clock, millis: number): Linger | undefined =>
  millis > 0 ? (stop) => after(clock, millis, stop) : undefined;
