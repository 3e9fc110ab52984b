/** A source read by hand, so that an abort need not wait for it. */
export class Records<Given> {
  readonly #iterator: AsyncIterator<Given> | Iterator<Given>;
  readonly #signal: AbortSignal | undefined;
  /** Rejects what is being waited for. One slot, not a race: a race would hold every promise of a long run. */
  #interrupt: ((reason: unknown) => void) | undefined;
  #index = 0;
  #isOver = false;

  constructor(source: AsyncIterable<Given> | Iterable<Given>, signal: AbortSignal | undefined) {
    this.#iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : (source as Iterable<Given>)[Symbol.iterator]();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
  }

  /** The next record with its place from 0; `undefined` after the last. Rejects with the signal's reason once it is aborted. */
  async next(): Promise<{ readonly value: Given; readonly index: number } | undefined> {
    this.#signal?.throwIfAborted();
    if (this.#isOver) return undefined;
    const pulled = this.#iterator.next();
    const next = pulled instanceof Promise ? await this.unlessAborted(pulled) : await pulled;
    this.#isOver = next.done === true;
    return this.#isOver ? undefined : { value: next.value, index: this.#index++ };
  }

  /** A promise, or the signal's reason if that comes first. */
  unlessAborted<A>(promise: Promise<A>): Promise<A> {
    if (this.#signal === undefined) return promise;
    if (this.#signal.aborted) return Promise.reject(this.#signal.reason);
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  }

  /** Lets go of the signal and closes the source. After an abort it is not waited for: it may never answer. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    if (this.#isOver) return;
    this.#isOver = true;
    const closing = Promise.resolve(this.#iterator.return?.());
    if (this.#signal?.aborted)
      closing.catch(() => {}); // The caller gets the abort error.
    else await closing;
  }

  readonly #onAbort = (): void => this.#interrupt?.(this.#signal!.reason);
}
