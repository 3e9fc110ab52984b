/**
 * Views of the tasks of an evaluation: who holds what, what expires next, what waits, what is done.
 *
 * Pure, over any tasks: the rows of a watch's snapshot, or tasks as the API gives them. `nowMillis` is the server's time
 * in milliseconds since 1970.
 *
 * 1. Every open task is either held or waiting, and no other task is.
 * 2. A task whose lease has expired waits, whether the server has taken it back yet or not.
 */
import { lifecycle } from "@evalwire/core/contract";
import * as Lease from "../lease/Lease.ts";

/** A task with the lease it is held by. */
export interface Held<T> {
  readonly task: T;
  readonly lease: Lease.Lease;
}

const byDeadline = (a: Held<unknown>, b: Held<unknown>): number => {
  const left = Lease.deadline(a.lease);
  const right = Lease.deadline(b.lease);
  // Two leases without a deadline: Infinity - Infinity is no order.
  return left === right ? 0 : left - right;
};

const leased = <T extends Lease.Leasable>(tasks: Iterable<T>, accept: (lease: Lease.Lease) => boolean) => {
  const found: Array<Held<T>> = [];
  for (const task of tasks) {
    const lease = Lease.of(task);
    if (lease !== undefined && accept(lease)) found.push({ task, lease });
  }
  return found.sort(byDeadline);
};

/**
 * The held tasks, those that expire next first.
 *
 * @example
 * ```ts
 * import { queue } from "@evalwire/tasks";
 * const now = Date.UTC(2030, 0, 1);
 * const tasks = [
 *   { id: "t1", status: "PENDING", assigned_to: "ada", assignment_expires_at: "2030-01-01T00:15:00Z" },
 *   { id: "t2", status: "PENDING", assigned_to: "bo", assignment_expires_at: "2030-01-01T00:05:00Z" },
 *   { id: "t3", status: "COMPLETED", assigned_to: "cy", assignment_expires_at: null },
 * ];
 * queue.held(tasks, now).map(({ lease }) => lease.assignee); // => ["bo", "ada"]
 * ```
 */
export const held = <T extends Lease.Leasable>(tasks: Iterable<T>, nowMillis: number): ReadonlyArray<Held<T>> =>
  leased(tasks, (lease) => Lease.isLive(lease, nowMillis));

/**
 * The tasks whose lease ends within `withinMillis`, next first; not those that have ended.
 *
 * @example
 * ```ts
 * import { queue } from "@evalwire/tasks";
 * const now = Date.UTC(2030, 0, 1);
 * const tasks = [
 *   { id: "t1", status: "PENDING", assigned_to: "ada", assignment_expires_at: "2030-01-01T00:15:00Z" },
 *   { id: "t2", status: "PENDING", assigned_to: "bo", assignment_expires_at: "2030-01-01T00:05:00Z" },
 * ];
 * queue.expiring(tasks, now, 10 * 60_000).map(({ task }) => task.id); // => ["t2"]
 * ```
 */
export const expiring = <T extends Lease.Leasable>(
  tasks: Iterable<T>,
  nowMillis: number,
  withinMillis: number,
): ReadonlyArray<Held<T>> =>
  leased(tasks, (lease) => Lease.isLive(lease, nowMillis) && Lease.deadline(lease) <= nowMillis + withinMillis);

/** The tasks that are still assigned although their lease has expired, longest over first. */
export const expired = <T extends Lease.Leasable>(tasks: Iterable<T>, nowMillis: number): ReadonlyArray<Held<T>> =>
  leased(tasks, (lease) => !Lease.isLive(lease, nowMillis));

/** The open tasks that are not held, in the order given: the direction of `priority` is not documented. */
export const waiting = <T extends Lease.Leasable>(tasks: Iterable<T>, nowMillis: number): ReadonlyArray<T> =>
  Array.from(tasks).filter((task) => {
    const lease = Lease.of(task);
    return lifecycle.isOpen(task.status) && (lease === undefined || !Lease.isLive(lease, nowMillis));
  });

const groupBy = <T>(all: Iterable<T>, keyOf: (one: T) => string): ReadonlyMap<string, ReadonlyArray<T>> => {
  const groups = new Map<string, Array<T>>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
};

/**
 * The held tasks by user, each user's next to expire first, and the user whose task expires next first.
 *
 * @example
 * ```ts
 * import { queue } from "@evalwire/tasks";
 * const now = Date.UTC(2030, 0, 1);
 * const task = { id: "t1", status: "PENDING", assigned_to: "ada", assignment_expires_at: "2030-01-01T00:15:00Z" };
 * [...queue.byAssignee([task], now).keys()]; // => ["ada"]
 * ```
 */
export const byAssignee = <T extends Lease.Leasable>(
  tasks: Iterable<T>,
  nowMillis: number,
): ReadonlyMap<string, ReadonlyArray<Held<T>>> => groupBy(held(tasks, nowMillis), ({ lease }) => lease.assignee);

/** The tasks by status, unknown statuses under their own name, in the order given. */
export const byStatus = <T extends Pick<Lease.Leasable, "status">>(
  tasks: Iterable<T>,
): ReadonlyMap<string, ReadonlyArray<T>> => groupBy(tasks, (task) => task.status);
