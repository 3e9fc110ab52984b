/**
 * How often things change, as far as looks have shown, and how long to pause between looks for it.
 *
 * 1. No pause is shorter than `shortest` or longer than `longest`.
 * 2. While things change the pause is the geometric mean of `shortest` and of the time from one change to the next: what changes
 *    four times as often is looked at twice as often. Of all ways to share out a number of looks among busy and quiet
 *    hours this one sees changes soonest on average, where they come independently of one another.
 * 3. When nothing has changed for a while, the pause is at least a tenth of that while: at any pace before, it grows to `longest`.
 * 4. The time between changes is a mean in which the last counts a quarter. A silence counts at most four times the mean, so that
 *    after a break things go on at the pace they had.
 *
 * Time is monotonic and in milliseconds.
 */

const weight = 1 / 4;
/** How many times as long as the pause after it a silence is at most. */
const silencePerPause = 10;
/** The most a silence counts, in means. */
const longestSilence = 4;
/** The time between changes before two have been seen, in shortest pauses. */
const first = 8;

export class AdaptiveInterval {
  readonly #shortest: number;
  readonly #longest: number;
  // From one change to the next, on average.
  #interval: number;
  #changedAt: number | undefined;
  // When something was last going on, a change or what may become one.
  #activeAt: number | undefined;

  constructor(shortest: number, longest: number) {
    this.#shortest = shortest;
    this.#longest = longest;
    this.#interval = first * shortest;
  }

  /** A look has shown a change. */
  noteChange(now: number): void {
    if (this.#changedAt !== undefined) {
      const silence = Math.min(now - this.#changedAt, longestSilence * this.#interval);
      this.#interval = Math.max(this.#shortest, this.#interval + weight * (silence - this.#interval));
    }
    this.#changedAt = now;
    this.#activeAt = now;
  }

  /** Something is going on, though no look has shown it yet. */
  noteActivity(now: number): void {
    this.#activeAt = now;
  }

  /** How long to pause after a look that ended now. */
  pauseAt(now: number): number {
    this.#activeAt ??= now;
    const usual = Math.sqrt(this.#shortest * this.#interval);
    const silence = now - this.#activeAt;
    return Math.min(this.#longest, Math.max(this.#shortest, usual, silence / silencePerPause));
  }
}
