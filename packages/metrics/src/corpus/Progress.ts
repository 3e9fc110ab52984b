/** How far a corpus run is. */
export interface Progress {
  /** Records that are through: scored, failed or skipped. */
  readonly done: number;
  /** Of these, the ones without a score because of an error. */
  readonly failed: number;
  /** Of these, the ones not looked at because an earlier run had them. */
  readonly skipped: number;
  /** Records in all, where that is known. */
  readonly total?: number;
  /** Records scored or failed per second, since the start; absent until a clock was given and has moved. */
  readonly ratePerSecond?: number;
  /** Seconds left at this rate; absent without a total or a rate. */
  readonly etaSeconds?: number;
}

/** Counts records, and gives the progress after each. */
export class Counter {
  #failed = 0;
  #skipped = 0;
  #done = 0;
  readonly #total: number | undefined;
  readonly #now: (() => number) | undefined;
  readonly #startedAt: number;

  /** @param now a clock in milliseconds, whose zero does not matter */
  constructor(total: number | undefined, now: (() => number) | undefined) {
    this.#total = total;
    this.#now = now;
    this.#startedAt = now?.() ?? 0;
  }

  skip(): void {
    this.#done++;
    this.#skipped++;
  }

  count(isFailure: boolean): Progress {
    this.#done++;
    if (isFailure) this.#failed++;
    const elapsed = this.#now === undefined ? 0 : (this.#now() - this.#startedAt) / 1000;
    const rate = elapsed > 0 ? (this.#done - this.#skipped) / elapsed : undefined;
    const total = this.#total;
    return {
      done: this.#done,
      failed: this.#failed,
      skipped: this.#skipped,
      ...(total === undefined ? {} : { total }),
      ...(rate === undefined ? {} : { ratePerSecond: rate }),
      ...(rate === undefined || total === undefined ? {} : { etaSeconds: Math.max(total - this.#done, 0) / rate }),
    };
  }
}
