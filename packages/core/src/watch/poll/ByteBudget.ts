/**
 * How many bytes of answers a watch may receive.
 *
 * 1. Over any time of some minutes at most that many times `perMinute` are received, one more minute's worth, and one answer: an answer is
 *    never cut short, and the next scan waits for its excess.
 * 2. Only pages wait. Reads that show changes, of the evaluation and single tasks, are small: they count, but do not wait.
 *
 * Time is monotonic and in milliseconds; nothing here waits.
 */
const minuteMillis = 60_000;

export class ByteBudget {
  readonly #perMinute: number | undefined;
  // When all that was received is paid for.
  #paidAt = Number.NEGATIVE_INFINITY;

  /** @param perMinute as many as come where there is none */
  constructor(perMinute: number | undefined) {
    this.#perMinute = perMinute;
  }

  /** The earliest instant at which another page may be requested. */
  readyAt(now: number): number {
    return Math.max(now, this.#paidAt);
  }

  received(bytes: number, now: number): void {
    if (this.#perMinute === undefined) return;
    this.#paidAt = Math.max(this.#paidAt, now - minuteMillis) + (bytes / this.#perMinute) * minuteMillis;
  }
}
