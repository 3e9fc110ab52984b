/** Turns of the event loop: between two of them timers fire, and what has come in at the socket is read. */
import { setImmediate } from "node:timers/promises";

/** Resolves in the next turn, when what had come in by now has been read. */
export const nextTurn = (): Promise<void> => setImmediate();

/** Gives each of its callers a turn of its own, in the order in which they came. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.#last = this.#last.then(nextTurn);
    return this.#last;
  }
}
