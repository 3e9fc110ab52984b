/**
 * The reads that showed a changed task and wait for the history of its result, so that the versions in between can be reported with it.
 *
 * 1. A task waits `limitMillis` at most, even if the request fails; later reads of it wait with the first.
 * 2. No more tasks wait than the budget can request in that time; the others do not wait.
 * 3. A history that fails for a passing reason, or does not contain the read state yet, is requested again a few times, ever later.
 * 4. After other failures nothing waits for a while, the longer the more there were.
 *
 * Time is monotonic and in milliseconds; nothing here waits.
 */

import type { TaskRow } from "../event/TaskRow.ts";
import type { HistoryVersion } from "../source/Source.ts";
import type { Period } from "../time/Timekeeper.ts";

export const limitMillis = 60_000;

const mostAttempts = 4;
const longestPauseMillis = 600_000;

export interface Look {
  readonly row: TaskRow;
  /** The count when its request began. */
  readonly began: number;
  /** When it was made, by the server's clock. */
  readonly made: Period;
  /** Whether the look before was not next to it. */
  readonly isInterrupted: boolean;
  /** The earliest time at which the last pass before it can have begun: a task that was not known then has come since. */
  readonly since: number | undefined;
  /** Whether a look before it showed the same. */
  readonly isRepeated?: boolean;
}

interface Waiting {
  readonly looks: Array<Look>;
  until: number;
  /** When the history may be requested; infinite while a request is under way. */
  askAt: number;
  attempts: number;
  /** The last answer, where that did not contain the read state yet. */
  versions: ReadonlyArray<HistoryVersion> | undefined;
}

/** A task that need not wait any more. */
export interface Released {
  readonly looks: ReadonlyArray<Look>;
  readonly versions: ReadonlyArray<HistoryVersion> | undefined;
}

export class PendingHistory {
  /** Whether some watch requests it. */
  isWanted = false;
  readonly #most: number;
  readonly #waiting = new Map<string, Waiting>();
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #failures = 0;

  /** @param most how many tasks may wait */
  constructor(most: number) {
    this.#most = most;
  }

  has(taskId: string): boolean {
    return this.#waiting.has(taskId);
  }

  /** The row that the last look at a waiting task showed. */
  rowOf(taskId: string): TaskRow | undefined {
    return this.#waiting.get(taskId)?.looks.at(-1)?.row;
  }

  /** Lets a look wait. Returns why it cannot. */
  hold(look: Look, isSame: (one: TaskRow, other: TaskRow) => boolean, now: number): "paused" | "crowded" | undefined {
    const waiting = this.#waiting.get(look.row.id);
    if (waiting !== undefined) {
      const last = waiting.looks.at(-1)!;
      if (isSame(last.row, look.row))
        waiting.looks[waiting.looks.length - 1] = { ...look, row: last.row, since: last.since, isRepeated: true };
      else waiting.looks.push(look);
      return undefined;
    }
    if (now < this.#pausedUntil) return "paused";
    if (this.#waiting.size >= this.#most) return "crowded";
    const facts = { until: now + limitMillis, askAt: now, attempts: 0, versions: undefined };
    this.#waiting.set(look.row.id, { looks: [look], ...facts });
    return undefined;
  }

  /** The task whose history is to be requested next, and when. */
  next(): { readonly taskId: string; readonly at: number } | undefined {
    let next: { readonly taskId: string; readonly at: number } | undefined;
    for (const [taskId, { askAt }] of this.#waiting) {
      if (Number.isFinite(askAt) && (next === undefined || askAt < next.at)) next = { taskId, at: askAt };
    }
    return next;
  }

  /** The history of a task is being requested. */
  sent(taskId: string): void {
    const waiting = this.#waiting.get(taskId);
    if (waiting === undefined) return;
    waiting.askAt = Number.POSITIVE_INFINITY;
    waiting.attempts++;
  }

  /**
   * A history came. Returns whether the task is to be reported now.
   *
   * @param isShown whether it shows what the last look did
   */
  answered(taskId: string, versions: ReadonlyArray<HistoryVersion>, isShown: boolean, now: number): boolean {
    this.#failures = 0;
    const waiting = this.#waiting.get(taskId);
    if (waiting === undefined) return false;
    waiting.versions = versions;
    return isShown || !this.#again(waiting, now);
  }

  /** A history did not come. Returns whether the task is to be reported now. @param isPassing whether it may come another time */
  failed(taskId: string, isPassing: boolean, now: number): boolean {
    const waiting = this.#waiting.get(taskId);
    if (isPassing && waiting !== undefined && this.#again(waiting, now)) return false;
    this.#pausedUntil = now + Math.min(longestPauseMillis, 1_000 * 4 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    return waiting !== undefined;
  }

  /** No requests were made until now: those under way are lost, and the waiting starts over. */
  restart(now: number): void {
    for (const waiting of this.#waiting.values()) {
      waiting.until = now + limitMillis;
      waiting.askAt = now;
    }
  }

  /** Takes a task that waits no longer. */
  take(taskId: string): Released | undefined {
    const waiting = this.#waiting.get(taskId);
    this.#waiting.delete(taskId);
    return waiting;
  }

  /** The tasks that have waited long enough. */
  overdue(now: number): ReadonlyArray<string> {
    return [...this.#waiting].flatMap(([taskId, { until }]) => (until <= now ? [taskId] : []));
  }

  /** When the first of them has waited long enough. */
  get overdueAt(): number | undefined {
    // All wait equally long: the first to come is the first to go.
    return this.#waiting.values().next().value?.until;
  }

  #again(waiting: Waiting, now: number): boolean {
    const at = now + 500 * 2 ** waiting.attempts;
    if (waiting.attempts >= mostAttempts || at >= waiting.until) return false;
    waiting.askAt = at;
    return true;
  }
}
