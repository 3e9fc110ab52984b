/**
 * When the lease of each task was last seen standing: the earliest time that can have been, by the server's clock, in milliseconds since
 * 1970; `undefined` where it is not known.
 *
 * 1. A pass over the whole list has seen every lease that it did not miss.
 * 2. A lease that changed since the last pass began was seen when it changed. One that is only shown since a write set it was not seen.
 * 3. A task that a pass has missed keeps the time at which it was seen before, for any reason it was missed.
 *
 * Counts order requests begun and writes observed, as in the reconciler.
 */
import type { Period } from "../time/Timekeeper.ts";

interface Sighting {
  /** The count at which it was noted. */
  readonly count: number;
  readonly at: number | undefined;
}

export class Sightings {
  #pass: number | undefined;
  /** The same of the scan under way, and of the first of those that are joined. */
  #scan: number | undefined;
  #coverage: number | undefined;
  readonly #own = new Map<string, Sighting>();

  /** The earliest time at which the last pass can have begun. */
  get pass(): number | undefined {
    return this.#pass;
  }

  /** The first page of a scan came. */
  scanBegan(made: Period): void {
    this.#scan = made.earliest;
  }

  /** The scan that just ended is the first of those that are joined. */
  coverageBegan(): void {
    this.#coverage = this.#scan;
  }

  /** The lease of a task is another one since this count. */
  changed(taskId: string, count: number, at: number | undefined): void {
    this.#own.set(taskId, { count, at });
  }

  /** The task has no lease of which anything has to be known by itself. */
  forget(taskId: string): void {
    this.#own.delete(taskId);
  }

  /** When the lease of a task was last seen. */
  of(taskId: string): number | undefined {
    const own = this.#own.get(taskId);
    return own === undefined ? this.#pass : own.at;
  }

  /**
   * A pass is over.
   *
   * @param began the count when its first request began
   * @param isJoined whether several scans together were the pass
   * @param isUnconfirmed whether a task still shows a write that no look has confirmed: that was not seen in this pass either
   */
  passed(began: number, isJoined: boolean, isUnconfirmed: (taskId: string) => boolean): void {
    this.#pass = isJoined ? this.#coverage : this.#scan;
    for (const [taskId, { count }] of this.#own) {
      if (count < began && !isUnconfirmed(taskId)) this.#own.delete(taskId);
    }
  }

  /** The server's clock was set back by so many milliseconds (negative): earlier times are converted to the clock as it is now. */
  setBack(millis: number): void {
    const shift = (at: number | undefined) => (at === undefined ? undefined : at + millis);
    this.#pass = shift(this.#pass);
    this.#scan = shift(this.#scan);
    this.#coverage = shift(this.#coverage);
    for (const [taskId, { count, at }] of this.#own) this.#own.set(taskId, { count, at: shift(at) });
  }
}
