/** A browser whose visibility and network the simulation sets. */
import type { Environment } from "@evalwire/core";

export class BrowserEnv implements Environment {
  #isVisible = true;
  #isOnline = true;
  readonly #listeners = new Set<() => void>();

  readonly isVisible = () => this.#isVisible;
  readonly isOnline = () => this.#isOnline;
  readonly subscribe = (listener: () => void) => {
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  };

  /** How many listen to it. */
  get listeners(): number {
    return this.#listeners.size;
  }

  become(state: { readonly isVisible?: boolean; readonly isOnline?: boolean }): void {
    this.#isVisible = state.isVisible ?? this.#isVisible;
    this.#isOnline = state.isOnline ?? this.#isOnline;
    for (const listener of [...this.#listeners]) listener();
  }
}
