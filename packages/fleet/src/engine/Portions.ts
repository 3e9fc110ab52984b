/**
 * Work in portions: however much there is to do, the process's own beats and their echoes come between.
 *
 * 1. Each piece of work begins in a turn of the event loop of its own, in the order in which they came.
 * 2. Only so many are under way at once. Their answers and those to the beats come over the same connection.
 * 3. A closed one lets all pass.
 */
import type { Turns } from "./Turns.ts";

/** So many that were let in are dropped from the list together: one by one would move all behind them each time. */
const dropped = 1_024;

export class Portions {
  readonly #turns: Turns;
  readonly #atOnce: number;
  #waiting: Array<() => void> = [];
  // Of the first that waits.
  #next = 0;
  #underWay = 0;
  #isClosed = false;

  /** @param turns shared by everything in this process that is not to fill one turn together */
  constructor(turns: Turns, atOnce: number) {
    this.#turns = turns;
    this.#atOnce = atOnce;
  }

  /** Resolves when a piece of work may begin, with what says that it is over; a second call of that does nothing more. */
  async enter(): Promise<() => void> {
    if (!this.#isClosed) {
      if (this.#underWay < this.#atOnce) this.#underWay++;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (!this.#isClosed) await this.turn();
    }
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#leave();
    };
  }

  /** The next turn, for what a piece of work does with the answers: those of all that are under way may come in one. */
  turn(): Promise<void> {
    return this.#turns.next();
  }

  /** Lets all in. */
  close(): void {
    this.#isClosed = true;
    for (const resolve of this.#waiting.slice(this.#next)) resolve();
    this.#waiting = [];
    this.#next = 0;
  }

  #leave(): void {
    const next = this.#waiting[this.#next];
    if (next === undefined) {
      this.#underWay--;
      return;
    }
    this.#next++;
    if (this.#next >= dropped || this.#next === this.#waiting.length) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
    // It takes over the place.
    next();
  }
}
