/**
 * The layers that plugins put around every HTTP attempt, the first put outermost.
 */
import type { Attempt, Middleware } from "./Attempt.ts";

export class Layers {
  #layers: ReadonlyArray<{ readonly middleware: Middleware }> = [];
  // Composed once for each innermost attempt, and again when a layer comes or goes.
  #composed = new WeakMap<Attempt, Attempt>();

  /** Puts a layer inside those put before; returns the undo. */
  use(middleware: Middleware): () => void {
    const layer = { middleware };
    this.#become([...this.#layers, layer]);
    return () => this.#become(this.#layers.filter((each) => each !== layer));
  }

  around(innermost: Attempt): Attempt {
    let attempt = this.#composed.get(innermost);
    if (attempt === undefined) {
      attempt = this.#layers.reduceRight<Attempt>((next, { middleware }) => middleware(next), innermost);
      this.#composed.set(innermost, attempt);
    }
    return attempt;
  }

  #become(layers: ReadonlyArray<{ readonly middleware: Middleware }>): void {
    this.#layers = layers;
    this.#composed = new WeakMap();
  }
}
