/** Work in hand when its owner is closed: it is finished, or abandoned when that takes too long. */
import type { Time } from "./Time.ts";

/** For how long closing waits by default, in milliseconds. */
export const defaultCloseMillis = 10_000;

export const abandoned = Symbol("abandoned");

export class Grace {
  readonly #time: Time;
  readonly #over = new AbortController();
  /** How long work may take after its owner was closed, in milliseconds. */
  readonly millis: number;

  constructor(time: Time, millis = defaultCloseMillis) {
    this.#time = time;
    this.millis = millis;
  }

  /** Aborted when the time is over. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** The result of some work, or `abandoned` when the time is over first. */
  async of<A>(work: Promise<A>): Promise<A | typeof abandoned> {
    const { signal } = this.#over;
    // Its result is of no use any more, and neither is its failure.
    work.catch(() => undefined);
    let leave = () => {};
    const isOver = new Promise<typeof abandoned>((resolve) => {
      const end = () => resolve(abandoned);
      leave = () => signal.removeEventListener("abort", end);
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
    });
    try {
      return await Promise.race([work, isOver]);
    } finally {
      leave();
    }
  }

  /** Closes the owner, and abandons what is in hand when that takes longer. */
  async during(closing: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    void this.#time.sleep(this.millis, done.signal).then(() => {
      if (!done.signal.aborted) this.#over.abort();
    });
    try {
      await closing;
    } finally {
      done.abort();
    }
  }
}
