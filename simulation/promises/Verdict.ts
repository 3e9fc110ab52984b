/** The first promise that was seen broken; nothing that is seen later counts. */

export interface Broken {
  /** The number of the watch's promise, 1 to 16; 0 for what the world around it owes. */
  readonly promise: number;
  readonly what: string;
  /** When it was seen, in milliseconds since the beginning. */
  readonly at: number;
}

export class Verdict {
  #broken: Broken | undefined;
  readonly #elapsed: () => number;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  get broken(): Broken | undefined {
    return this.#broken;
  }

  /** Takes down that a promise is not kept, unless it is. Returns whether it is. */
  hold(promise: number, isKept: boolean, what: () => string): boolean {
    if (!isKept) this.#broken ??= { promise, what: what(), at: this.#elapsed() };
    return isKept;
  }
}
