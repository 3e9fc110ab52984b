/**
 * The listeners of a store, and the life of what feeds them.
 *
 * 1. Their feed is started by the first listener and stopped after the last.
 * 2. It is stopped one microtask after the last has left, so a page that swaps one component for another, and
 *    StrictMode's double mount, do not restart it; with a `linger` it goes on for as long as that says.
 * 3. A listener that has left is not called again, also when it leaves while the others are being called.
 */

/** Calls `stop` after a while, unless the function it returns is called before. */
export type Linger = (stop: () => void) => () => void;

export class Listeners {
  readonly #start: (() => () => void) | undefined;
  readonly #linger: Linger | undefined;
  readonly #all = new Set<{ readonly listener: () => void }>();
  #stop: (() => void) | undefined;
  #stay: (() => void) | undefined;

  /** `start` begins to feed and returns what ends it. */
  constructor(start?: () => () => void, linger?: Linger) {
    this.#start = start;
    this.#linger = linger;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Adds a listener; the function it returns removes it, once. */
  add(listener: () => void): () => void {
    const entry = { listener };
    this.#stay?.();
    this.#stay = undefined;
    this.#all.add(entry);
    try {
      this.#stop ??= this.#start?.();
    } catch (refused) {
      this.#all.delete(entry);
      throw refused;
    }
    return () => {
      if (this.#all.delete(entry) && this.#all.size === 0) queueMicrotask(() => this.#leave());
    };
  }

  notify(): void {
    for (const entry of [...this.#all]) if (this.#all.has(entry)) entry.listener();
  }

  /** Stops a lingering feed; does nothing while there are listeners. */
  stop(): void {
    if (this.#all.size > 0) return;
    this.#stay?.();
    this.#stay = undefined;
    const stop = this.#stop;
    this.#stop = undefined;
    stop?.();
  }

  #leave(): void {
    if (this.#all.size > 0 || this.#stop === undefined || this.#stay !== undefined) return;
    if (this.#linger === undefined) this.stop();
    else this.#stay = this.#linger(() => this.stop());
  }
}
