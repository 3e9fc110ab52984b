/**
 * How a worker stops: softly at first, so that tasks already begun are finished, and hard after a while.
 */
import * as Effect from "effect/Effect";
import { whenAborted } from "./attempt.ts";
import { Bell } from "./Bell.ts";

export class Stopping {
  readonly #hard = new AbortController();
  /** Rings when it begins to stop, and when it stops hard. */
  readonly bell = new Bell();
  #isSoft = false;

  /** Nothing more is begun. */
  get isSoft(): boolean {
    return this.#isSoft;
  }

  /** Work already begun is interrupted. */
  get isHard(): boolean {
    return this.#hard.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#hard.signal;
  }

  /** Waits so long, but no longer than until the worker begins to stop, and not at all once it has. */
  pause(millis: number): Effect.Effect<void> {
    return Effect.suspend(() => (this.#isSoft ? Effect.void : this.bell.wait(millis)));
  }

  /** Result of an effect; `undefined`, and the effect interrupted, when the worker stops hard first. */
  unlessHard<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A | undefined, E, R> {
    return Effect.raceFirst(effect, whenAborted(this.signal, undefined));
  }

  /** Result of an effect; `undefined`, and the effect interrupted, when it is not done so long after the worker stopped hard, or after now if later. */
  within<A, E, R>(graceMillis: number, effect: Effect.Effect<A, E, R>): Effect.Effect<A | undefined, E, R> {
    return Effect.raceFirst(
      effect,
      Effect.andThen(this.unlessHard(Effect.never), Effect.as(Effect.sleep(graceMillis), undefined)),
    );
  }

  begin(): void {
    this.#isSoft = true;
    this.bell.ring();
  }

  breakOff(): void {
    this.#isSoft = true;
    this.#hard.abort(new Error("The worker stops."));
    this.bell.ring();
  }
}
