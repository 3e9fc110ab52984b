/** Something several fibers can wait for, and anyone can ring. */
import * as Effect from "effect/Effect";

export class Bell {
  readonly #waiting = new Set<() => void>();

  /** How often it has rung. */
  rings = 0;

  /** Wakes all who wait now. */
  ring(): void {
    this.rings++;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Waits until it rings, but not longer than so many milliseconds. */
  wait(millis: number): Effect.Effect<void> {
    const rung = Effect.callback<void>((resume) => {
      const wake = () => {
        this.#waiting.delete(wake);
        resume(Effect.void);
      };
      this.#waiting.add(wake);
      return Effect.sync(() => this.#waiting.delete(wake));
    });
    return Number.isFinite(millis) ? Effect.raceFirst(rung, Effect.sleep(millis)) : rung;
  }
}
