/**
 * The leases whose end is near or has come by the clock, until their outcome is known.
 *
 * 1. An end is due to be announced once a look that began after the deadline has shown the lease still standing, or `patienceMillis`
 *    after the deadline where no look comes through. While no look can be made at all (no network) the patience does not run.
 * 2. Where a look by itself found no task before the deadline, by any clock of the server, the end is not the clock's: nothing is announced.
 *
 * Instants of the server are in milliseconds since 1970, those of the watch monotonic milliseconds; nothing here waits.
 */
import { type Lease, leaseOf, type TaskRow } from "../event/TaskRow.ts";
import { isSameLease } from "../event/TaskVersion.ts";
import type { Moment } from "../time/Expiry.ts";
import { latestByAny, type Period } from "../time/Timekeeper.ts";

/** So long after the deadline an end is announced at the latest, with what is known by then. */
export const patienceMillis = 10_000;

interface Ending {
  readonly lease: Lease;
  readonly deadline: number;
  /** The earliest time by the server's clock at which the lease was last seen standing; `undefined` when it was not since it is here. */
  seen: number | undefined;
  /** The latest time by any of the server's clocks at which the task was first missing since. */
  missing: number | undefined;
  /** Since when its end has come, by the monotonic clock; `undefined` while it is only near. */
  dueSince: number | undefined;
}

/** An end that is to be announced now. */
export interface Ended {
  readonly lease: Lease;
  readonly deadline: number;
  readonly seen: number | undefined;
}

export class Endings {
  readonly #byTask = new Map<string, Ending>();
  readonly #patience: number;

  /** @param patience how long an end waits for a look, in milliseconds */
  constructor(patience: number = patienceMillis) {
    this.#patience = patience;
  }

  get size(): number {
    return this.#byTask.size;
  }

  /** The end of a lease is near. */
  near(moment: Moment): void {
    this.#of(moment);
  }

  /** The end of a lease has come. Returns whether a read has to show its outcome. */
  reached(moment: Moment, now: number): boolean {
    const ending = this.#of(moment);
    ending.dueSince ??= now;
    return (ending.seen ?? Number.NEGATIVE_INFINITY) < ending.deadline;
  }

  /** A look has shown a task. */
  see(row: TaskRow, made: Period): void {
    const ending = this.#byTask.get(row.id);
    if (ending === undefined || !isSameLease(leaseOf(row), ending.lease)) return;
    ending.seen = Math.max(ending.seen ?? made.earliest, made.earliest);
    ending.missing = undefined;
  }

  /** A look has not found a task. */
  miss(taskId: string, made: Period): void {
    const ending = this.#byTask.get(taskId);
    if (ending !== undefined) ending.missing ??= latestByAny(made);
  }

  /** The lease of a task is another one now, or none. */
  delete(taskId: string): void {
    this.#byTask.delete(taskId);
  }

  /** When a task was first missing, at the latest; `undefined` where it is not. */
  missingSince(taskId: string): number | undefined {
    return this.#byTask.get(taskId)?.missing;
  }

  /** When the lease of a task was last seen standing. */
  seenAt(taskId: string): number | undefined {
    return this.#byTask.get(taskId)?.seen;
  }

  /** The server's clock was set back by so many milliseconds (negative): earlier times are converted to the clock as it is now. */
  setBack(millis: number): void {
    for (const ending of this.#byTask.values()) {
      if (ending.seen !== undefined) ending.seen += millis;
      if (ending.missing !== undefined) ending.missing += millis;
    }
  }

  /** No read could be made until now: the patience starts over. */
  restart(now: number): void {
    for (const ending of this.#byTask.values()) if (ending.dueSince !== undefined) ending.dueSince = now;
  }

  /**
   * The ends that are to be announced now; each is given once.
   *
   * @param isImpatient whether nothing is waited for any more
   */
  take(now: number, isImpatient = false): ReadonlyArray<Ended> {
    const ended: Array<Ended> = [];
    for (const [taskId, { lease, deadline, seen, missing, dueSince }] of this.#byTask) {
      if (dueSince === undefined) continue;
      const isKnown = seen !== undefined && seen >= deadline;
      const isMissing = missing !== undefined && missing < deadline;
      const isOver = isImpatient || now - dueSince >= this.#patience;
      if (!isKnown && (!isOver || isMissing)) continue;
      this.#byTask.delete(taskId);
      ended.push({ lease, deadline, seen });
    }
    return ended;
  }

  /** When the patience with the first of them is over, by the monotonic clock. */
  nextAt(): number | undefined {
    let next: number | undefined;
    for (const { deadline, missing, dueSince } of this.#byTask.values()) {
      if (dueSince === undefined || (missing !== undefined && missing < deadline)) continue;
      const at = dueSince + this.#patience;
      if (next === undefined || at < next) next = at;
    }
    return next;
  }

  #of({ lease, deadline }: Moment): Ending {
    const known = this.#byTask.get(lease.taskId);
    if (known !== undefined && isSameLease(known.lease, lease)) return known;
    const ending = { lease, deadline, seen: undefined, missing: undefined, dueSince: undefined };
    this.#byTask.set(lease.taskId, ending);
    return ending;
  }
}
