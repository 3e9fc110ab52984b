import type { Clock } from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Linger } from "./Listeners.ts";

/** Calls `run` after a time by a clock; returns the undo. */
export const after = (clock: Clock, millis: number, run: () => void): (() => void) =>
  Effect.runCallback(Effect.map(clock.sleep(Duration.millis(millis)), run));

/** How long a value that a suspended component waited for is kept until it is mounted, in milliseconds. */
export const holdMillis = 5_000;

/** Calls `run` again and again, each time after as many milliseconds as `untilNext` says; returns what ends it. */
export const again = (clock: Clock, untilNext: () => number, run: () => void): (() => void) => {
  let cancel: () => void;
  const wait = () => {
    cancel = after(clock, untilNext(), () => {
      wait();
      run();
    });
  };
  wait();
  return () => cancel();
};

/** Lingers for `millis`; not at all for 0. */
export const lingering =
  (clock: Clock, millis: number): Linger =>
  (stop) =>
    millis > 0 ? after(clock, millis, stop) : undefined;

/** Milliseconds of a duration as options have it. */
export const millisOf = (given: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(given));
