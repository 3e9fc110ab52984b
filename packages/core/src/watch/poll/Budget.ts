/**
 * How many requests may be sent, and when the next.
 *
 * 1. In any 60 seconds at most `perMinute` requests are spent.
 * 2. The limiter, which all watches of a client share, lowers that by half when the server says "too many" and
 *    raises it a little with each success (additive increase, multiplicative decrease), never above the budget.
 * 3. Nothing is sent before the instant a `Retry-After` named, as far as that is believable.
 *
 * Time is monotonic and in milliseconds; nothing here waits.
 */

const minuteMillis = 60_000;

/** The most a `Retry-After` can hold a client back. Longer values are treated as a server error and clamped. */
export const longestRetryAfterMillis = 15 * minuteMillis;

/** How far the server's refusals have throttled a client. One per server, account and clock. */
export class Limiter {
  #share = 1;
  #blockedUntil = Number.NEGATIVE_INFINITY;

  /** The part of a budget that may be spent just now, in (0, 1]. */
  get share(): number {
    return this.#share;
  }

  /** When the server accepts requests again; in the past when it did not say. */
  get blockedUntil(): number {
    return this.#blockedUntil;
  }

  succeeded(): void {
    this.#share = Math.min(1, this.#share + 1 / 32);
  }

  /**
   * The server answered 429, or 503 with a `Retry-After`.
   *
   * Returns false when the requested time was too long to be plausible and was clamped.
   */
  refused(now: number, retryAfterMillis: number | undefined): boolean {
    this.#share = Math.max(1 / 64, this.#share / 2);
    const wait = retryAfterMillis ?? 0;
    this.#blockedUntil = Math.max(this.#blockedUntil, now + Math.min(wait, longestRetryAfterMillis));
    return wait <= longestRetryAfterMillis;
  }
}

/** The requests of one watch. */
export class Budget {
  perMinute: number;
  readonly #limiter: Limiter;
  // When the last requests were sent, oldest first; those older than a minute fall out.
  #sent: Array<number> = [];

  constructor(perMinute: number, limiter: Limiter) {
    if (!(perMinute >= 1)) throw new RangeError(`requestsPerMinute is at least 1, not ${perMinute}`);
    this.perMinute = Math.floor(perMinute);
    this.#limiter = limiter;
  }

  /** The requests allowed in a minute just now. */
  get allowed(): number {
    return Math.max(1, Math.floor(this.perMinute * this.#limiter.share));
  }

  sentInLastMinute(now: number): number {
    return this.#sent.reduce((count, at) => (at > now - minuteMillis ? count + 1 : count), 0);
  }

  /** The earliest instant at which another request may be sent, and so many more in the same minute. */
  readyAt(now: number, spare = 0): number {
    const oldest = this.#sent[this.#sent.length - Math.max(1, this.allowed - spare)];
    return Math.max(now, this.#limiter.blockedUntil, oldest === undefined ? now : oldest + minuteMillis);
  }

  spend(now: number): void {
    this.#sent.push(now);
    while (this.#sent.length > this.perMinute) this.#sent.shift();
  }
}
