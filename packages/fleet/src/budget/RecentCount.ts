/** How much was counted lately: all of the last period, and at most that of two. */
export class RecentCount {
  readonly #periodMillis: number;
  #began = Number.NEGATIVE_INFINITY;
  #now = 0;
  #before = 0;

  constructor(periodMillis: number) {
    this.#periodMillis = periodMillis;
  }

  add(now: number, count = 1): void {
    this.#turn(now);
    this.#now += count;
  }

  at(now: number): number {
    this.#turn(now);
    return this.#before + this.#now;
  }

  #turn(now: number): void {
    const elapsed = now - this.#began;
    if (elapsed < this.#periodMillis) return;
    this.#before = elapsed < 2 * this.#periodMillis ? this.#now : 0;
    this.#now = 0;
    this.#began = now;
  }
}
