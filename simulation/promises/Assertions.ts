/** The first broken promise; later ones are ignored. */

export interface Broken {
  /** The number of the watch's promise, 1 to 16; 0 for what the world around it owes. */
  readonly promise: number;
  readonly what: string;
  /** When it was seen, in milliseconds since the beginning. */
  readonly at: number;
}

export class Assertions {
  #broken: Broken | undefined;
  readonly #elapsed: () => number;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  get broken(): Broken | undefined {
    return this.#broken;
  }

  /** Records a broken promise. Returns whether it is kept. */
  hold(promise: number, isKept: boolean, what: () => string): boolean {
    if (!isKept) this.#broken ??= { promise, what: what(), at: this.#elapsed() };
    return isKept;
  }
}
