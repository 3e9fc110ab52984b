/** The sleep of a loop between two turns, which what happens meanwhile cuts short, also what happens during a turn. */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";

export class Sleeper {
  #isAwake = false;
  #resume = () => {};

  readonly #woken = Effect.callback<void>((resume) => {
    this.#resume = () => resume(Effect.void);
    if (this.#isAwake) this.#resume();
  });

  /** Ends the present sleep, or the next one at once. */
  wake(): void {
    this.#isAwake = true;
    this.#resume();
  }

  /** A turn begins: it looks at everything that has happened so far. */
  beginTurn(): void {
    this.#isAwake = false;
  }

  /** @param millis at least 1 passes */
  sleep(millis: number): Effect.Effect<void> {
    return Effect.raceFirst(Effect.sleep(Duration.millis(Math.max(1, Math.ceil(millis)))), this.#woken);
  }
}
