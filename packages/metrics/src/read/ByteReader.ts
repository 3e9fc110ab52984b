/** Bytes that arrive in pieces of any size, read in sizes of one's own. Bytes are never copied unless a piece ends inside what is asked. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);
  #isOver = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Bytes that have arrived and are not taken yet. */
  get held(): number {
    return this.#held.length;
  }

  /** Up to `count` bytes, left in place; fewer at the end only. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#held.length < count && !this.#isOver) await this.#pull();
    return this.#held.subarray(0, count);
  }

  /** Exactly `count` bytes; `undefined` when fewer are left. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const bytes = await this.peek(count);
    if (bytes.length < count) return undefined;
    this.#held = this.#held.subarray(count);
    return bytes;
  }

  /** Passes on `count` bytes in the pieces they came in; gives how many were missing at the end. */
  async *pass(count: number): AsyncGenerator<Uint8Array, number> {
    while (count > 0) {
      if (this.#held.length === 0) {
        if (this.#isOver) return count;
        await this.#pull();
        continue;
      }
      const part = this.#held.subarray(0, count);
      this.#held = this.#held.subarray(part.length);
      count -= part.length;
      yield part;
    }
    return 0;
  }

  /** Everything that is left. Closing it closes the source. */
  async *rest(): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        if (this.#held.length > 0) {
          const held = this.#held;
          this.#held = new Uint8Array(0);
          yield held;
        }
        if (this.#isOver) return;
        await this.#pull();
      }
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#pieces.return?.();
  }

  async #pull(): Promise<void> {
    const next = await this.#pieces.next();
    if (next.done === true) this.#isOver = true;
    else this.#held = this.#held.length === 0 ? next.value : joined([this.#held, next.value]);
  }
}

export const joined = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
