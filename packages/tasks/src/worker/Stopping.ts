/**
 * How a worker is told to stop: softly at first, so that what is begun is finished, and hard after a while.
 */
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

  /** What is begun is broken off. */
  get isHard(): boolean {
    return this.#hard.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#hard.signal;
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
