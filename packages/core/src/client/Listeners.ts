/**
 * Functions to be called when something happens.
 *
 * 1. They are called at once, in the order in which they were added; adding one function twice calls it twice.
 * 2. A listener that was removed is not called again, even when it is removed while the others are being called.
 * 3. An error that a listener throws goes to `onFailure`, and the others are called all the same.
 */
export class Listeners<A = void> {
  readonly #entries = new Set<{ readonly listener: (value: A) => void }>();
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure receives each error that a listener throws */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Returns a function that removes the listener; a second call does nothing. */
  add(listener: (value: A) => void): () => void {
    const entry = { listener };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  notify(value: A): void {
    for (const entry of [...this.#entries]) {
      if (!this.#entries.has(entry)) continue;
      try {
        entry.listener(value);
      } catch (error) {
        this.#onFailure(error);
      }
    }
  }
}
