/**
 * The middleware that plugins put around every HTTP attempt, the first put outermost.
 */
import type { Attempt, Middleware } from "./Attempt.ts";

export class MiddlewareStack {
  #stack: ReadonlyArray<{ readonly middleware: Middleware }> = [];
  // Composed once for each innermost attempt, and again when a middleware comes or goes.
  #composed = new WeakMap<Attempt, Attempt>();

  /** Puts a middleware inside those put before; returns the undo. */
  use(middleware: Middleware): () => void {
    const entry = { middleware };
    this.#become([...this.#stack, entry]);
    return () => this.#become(this.#stack.filter((each) => each !== entry));
  }

  around(innermost: Attempt): Attempt {
    let attempt = this.#composed.get(innermost);
    if (attempt === undefined) {
      attempt = this.#stack.reduceRight<Attempt>((next, { middleware }) => middleware(next), innermost);
      this.#composed.set(innermost, attempt);
    }
    return attempt;
  }

  #become(stack: ReadonlyArray<{ readonly middleware: Middleware }>): void {
    this.#stack = stack;
    this.#composed = new WeakMap();
  }
}
