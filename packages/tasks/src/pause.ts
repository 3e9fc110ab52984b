/** Pauses that grow, with jitter. */
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";

/** Between half and all of `shortest` doubled `nth` times, but of `longest` at most; in milliseconds. */
export const growing = (nth: number, [shortest, longest]: readonly [number, number]): Effect.Effect<number> =>
  Effect.map(Random.next, (chance) => Math.min(longest, shortest * 2 ** Math.min(nth, 30)) * (0.5 + chance / 2));
