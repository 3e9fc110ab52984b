/**
 * Reports on leases as time passes: that one is about to end, and that the clock has ended it.
 *
 * An end is reported on fresh knowledge: its task is looked at shortly before and again after (`Endings`), and a change that shows that the
 * lease is over is explained first (`leaseEnd`). Each event says when the lease was last seen, and whether something else may have happened
 * since (`gap`).
 */
import type { WatchEvent } from "../event/Event.ts";
import { type EventContext, eventOfLease } from "../event/eventsOf.ts";
import * as TaskRow from "../event/TaskRow.ts";
import * as TaskVersion from "../event/TaskVersion.ts";
import { isSameLease } from "../event/TaskVersion.ts";
import { instantOf } from "../time/instantOf.ts";
import type { Period, Timekeeper } from "../time/Timekeeper.ts";
import type { Absences } from "./Absences.ts";
import * as Changes from "./Changes.ts";
import type { Endings } from "./Endings.ts";
import { isByClock } from "./leaseEnd.ts";
import type { Sightings } from "./Sightings.ts";
import type { Store } from "./Store.ts";

/** So long before its end a lease's task is looked at: as late as the shortest usual pause allows another look at the end itself. */
export const lookLeadMillis = 2_000;

// A lease last seen so long before its end may have been given up since: its end is reported with a gap.
const freshMillis = lookLeadMillis + 3_000;

/** A task that is to be looked at, since its lease is about to end (`isNear`) or has ended. */
export interface LeaseLook {
  readonly taskId: string;
  readonly isNear: boolean;
}

interface LeaseReportsDeps {
  readonly store: Store;
  readonly time: Timekeeper;
  readonly endings: Endings;
  readonly sightings: Sightings;
  readonly absences: Absences;
  /** Takes what is known of the task, and waits to be taken, where it shows another lease. */
  readonly settle: (lease: TaskRow.Lease) => void;
}

const leaseFields: ReadonlyArray<TaskRow.Field> = ["assigned_to", "assignment_expires_at"];

/** Whether a row differs from the one before by more than the end of its lease: then something else happened, maybe before that end. */
const isMoreThanEnd = (previous: TaskRow.TaskRow, current: TaskRow.TaskRow): boolean =>
  current.assigned_to !== null ||
  TaskVersion.changedFields(previous, current).some((field) => !leaseFields.includes(field));

export class LeaseReports {
  readonly #deps: LeaseReportsDeps;

  constructor(deps: LeaseReportsDeps) {
    this.#deps = deps;
  }

  /**
   * Reports what is due by the server's clock. Returns the tasks that are to be looked at.
   *
   * @param canLook whether there is a way to look; without one no end is reported
   */
  announce(canLook: boolean): ReadonlyArray<LeaseLook> {
    const { store, time, endings, absences } = this.#deps;
    const { expiry } = store.leases;
    const now = time.serverTime();
    const at = time.now();
    const events: Array<WatchEvent> = [];
    const looks: Array<LeaseLook> = [];
    if (!canLook) endings.restart(at);
    for (const moment of expiry.advance(now)) {
      const { lease, deadline, lead } = moment;
      const { taskId } = lease;
      const current = store.tasks.get(taskId);
      if (current === undefined) continue;
      if (lead === 0) {
        if (endings.reached(moment, at)) looks.push({ taskId, isNear: false });
      } else if (deadline > now) {
        // A warning of something that has already happened is none: after a sleep only the end is emitted.
        if (moment.isAnnounced) events.push(this.event(lease, lead, current));
        if (!moment.isLook) continue;
        endings.near(moment);
        looks.push({ taskId, isNear: true });
      } else continue;
      const missing = absences.of(taskId)?.since;
      if (missing !== undefined) endings.miss(taskId, { earliest: missing, latest: missing });
    }
    for (const { lease, deadline, seen } of endings.take(at)) {
      this.#deps.settle(lease);
      const current = store.tasks.get(lease.taskId);
      if (current === undefined || !isSameLease(TaskRow.leaseOf(current), lease)) continue;
      // The server's clock was set back meanwhile: its end is still to come.
      if (deadline > now) store.leases.again(lease.taskId);
      else if (!expiry.hasEnded(lease))
        events.push(this.#end(lease, deadline, current, seen ?? this.seenAt(lease.taskId)));
    }
    store.emit(events);
    return looks;
  }

  /**
   * The ends by the clock that changes show, which had not been reported: they come before the events of the changes themselves.
   *
   * @param count the present count of the reconciler
   * @param isFirst whether the list has not been read to its end yet: then nothing is older than that pass
   */
  endedWith(
    changes: Changes.Changes,
    origin: EventContext["origin"],
    made: Period,
    count: number,
    isFirst: boolean,
  ): ReadonlyArray<WatchEvent> {
    const { store, endings, sightings } = this.#deps;
    const events: Array<WatchEvent> = [];
    for (const [taskId, change] of changes) {
      const previous = Changes.previousOf(change);
      const current = Changes.nextOf(change);
      const lease = previous && TaskRow.leaseOf(previous);
      const next = current && TaskRow.leaseOf(current);
      if (isSameLease(lease, next)) continue;
      if (previous !== undefined && lease !== undefined && !store.leases.expiry.hasEnded(lease)) {
        const missing = current === undefined ? this.#missingSince(taskId) : undefined;
        const deadline = instantOf(lease.expiresAt ?? "") ?? Number.NaN;
        // A state that goes back in time shows nothing of what the clock did: only that it is surely past the deadline.
        const latest = current !== undefined && this.#isBack(previous, current) ? made.earliest : made.latest;
        if (isByClock(lease, previous, current, Math.min(missing ?? latest, latest))) {
          const gap = current !== undefined && isMoreThanEnd(previous, current);
          events.push(this.#end(lease, deadline, previous, this.seenAt(taskId), gap));
        }
      }
      endings.delete(taskId);
      if (next === undefined || isFirst) sightings.forget(taskId);
      else sightings.changed(taskId, count, origin === "server" ? made.earliest : undefined);
    }
    return events;
  }

  /** Whether a row is of an earlier version, or shows a lease whose end has been reported: it was believed since several answers show it. */
  #isBack(previous: TaskRow.TaskRow, current: TaskRow.TaskRow): boolean {
    const lease = TaskRow.leaseOf(current);
    const hasEnded = lease !== undefined && this.#deps.store.leases.expiry.hasEnded(lease);
    return hasEnded || TaskVersion.isOlder(current, previous);
  }

  /** The event that a lease emits `lead` milliseconds before its end. */
  event(lease: TaskRow.Lease, lead: number, current: TaskRow.TaskRow): WatchEvent {
    return this.#event(lease, lead, current, this.seenAt(lease.taskId), false);
  }

  /** When the lease of a task was last seen, at the earliest, by the server's clock; `undefined` where that is not known. */
  seenAt(taskId: string): number | undefined {
    const { endings, absences, sightings } = this.#deps;
    const ending = endings.seenAt(taskId);
    if (ending !== undefined) return ending;
    const absence = absences.of(taskId);
    return absence === undefined ? sightings.of(taskId) : absence.seen;
  }

  /** When a task was first missing, at the latest, by the server's clock. */
  #missingSince(taskId: string): number | undefined {
    const { endings, absences } = this.#deps;
    const times = [absences.of(taskId)?.since, endings.missingSince(taskId)];
    const known = times.filter((time) => time !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** The end of a lease, reported now. */
  #end(
    lease: TaskRow.Lease,
    deadline: number,
    current: TaskRow.TaskRow,
    seen: number | undefined,
    gap = false,
  ): WatchEvent {
    this.#deps.store.leases.expiry.remember(lease, 0);
    return this.#event(lease, 0, current, seen, gap || seen === undefined || seen < deadline - freshMillis);
  }

  #event(
    lease: TaskRow.Lease,
    lead: number,
    current: TaskRow.TaskRow,
    seen: number | undefined,
    gap: boolean,
  ): WatchEvent {
    const { store, time } = this.#deps;
    return eventOfLease(lease, lead, current, {
      evaluationId: store.evaluationId,
      time: time.time(),
      errorMillis: time.errorMillis(),
      seenAt: seen === undefined || !Number.isFinite(seen) ? null : new Date(Math.floor(seen)).toISOString(),
      gap,
    });
  }
}
