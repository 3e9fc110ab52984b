/**
 * The listeners of a store, and the life of what feeds them.
 *
 * 1. What feeds them is started by the first listener and stopped after the last.
 * 2. It is stopped one microtask after the last has left, so a page that swaps one component for another, and
 *    StrictMode's double mount, do not restart it.
 * 3. A listener that has left is not called again, also when it leaves while the others are being called.
 */
export class Listeners {
  readonly #start: (() => () => void) | undefined;
  readonly #all = new Set<{ readonly listener: () => void }>();
  #stop: (() => void) | undefined;

  /** `start` begins to feed and returns what ends it. */
  constructor(start?: () => () => void) {
    this.#start = start;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Adds a listener; the function it returns removes it, once. */
  add(listener: () => void): () => void {
    const entry = { listener };
    this.#all.add(entry);
    try {
      this.#stop ??= this.#start?.();
    } catch (refused) {
      this.#all.delete(entry);
      throw refused;
    }
    return () => {
      if (this.#all.delete(entry) && this.#all.size === 0) queueMicrotask(() => this.#stopWhenLeft());
    };
  }

  notify(): void {
    for (const entry of [...this.#all]) if (this.#all.has(entry)) entry.listener();
  }

  #stopWhenLeft(): void {
    if (this.#all.size > 0) return;
    const stop = this.#stop;
    this.#stop = undefined;
    stop?.();
  }
}
