/** Tasks that will not move by themselves, or move much more slowly than the others, with the reason. */
import { leaseOf, type TaskRow } from "@evalwire/core";
import { deadlineOf } from "./Deadline.ts";
import { lengthOf, millisOf } from "./Time.ts";

export interface Stuck {
  readonly task: TaskRow;
  readonly kind: "expired" | "failed" | "slow" | "redo";
  readonly reason: string;
  /** For how long, in milliseconds; `undefined` where unknown. */
  readonly forMillis: number | undefined;
}

export interface StuckArgs {
  readonly tasks: Iterable<TaskRow>;
  /** By the server's clock, in milliseconds since 1970. */
  readonly now: number;
  /** When a task's holder got it, in milliseconds since 1970, as far as it was seen. */
  readonly heldSince: ReadonlyMap<string, number>;
  /** How long nine tenths of the tasks took, in milliseconds; `undefined` while unknown. */
  readonly usualMillis: number | undefined;
}

const order: Readonly<Record<Stuck["kind"], number>> = { expired: 0, failed: 1, slow: 2, redo: 3 };
// A server takes an expired task back within a moment; only what stays is stuck.
const graceMillis = 15_000;
const redoMillis = 600_000;

const stuckOf = (task: TaskRow, { now, heldSince, usualMillis }: StuckArgs): Stuck | undefined => {
  const lease = leaseOf(task);
  const overBy = lease === undefined ? Number.NEGATIVE_INFINITY : now - deadlineOf(task);
  if (overBy > graceMillis) {
    return { task, kind: "expired", reason: `expired, and still assigned to ${lease?.assignee}`, forMillis: overBy };
  }
  if (task.label_status === "FAILED") {
    return { task, kind: "failed", reason: "labelling failed", forMillis: undefined };
  }
  const since = heldSince.get(task.id);
  if (lease !== undefined && since !== undefined && usualMillis !== undefined && now - since > usualMillis) {
    const reason = `${lease.assignee} has had it longer than nine in ten tasks take (${lengthOf(usualMillis)})`;
    return { task, kind: "slow", reason, forMillis: now - since };
  }
  const changed = millisOf(task.updated_at);
  if (task.status === "PENDING_REDO" && changed !== undefined && now - changed > redoMillis) {
    const holder = task.assigned_to === null ? "it is not claimed" : `${task.assigned_to} has not finished it`;
    return { task, kind: "redo", reason: `sent back, and ${holder}`, forMillis: now - changed };
  }
  return undefined;
};

/** The longest first, by kind: what is over, what failed, what is slow, what is to be redone. */
export const stuckTasks = (args: StuckArgs): ReadonlyArray<Stuck> => {
  const found: Array<Stuck> = [];
  for (const task of args.tasks) {
    const stuck = stuckOf(task, args);
    if (stuck !== undefined) found.push(stuck);
  }
  return found.sort((a, b) => order[a.kind] - order[b.kind] || (b.forMillis ?? 0) - (a.forMillis ?? 0));
};

/** The time that nine tenths of the times do not exceed, in milliseconds; `undefined` of fewer than ten. */
export const usualMillisOf = (seconds: ReadonlyArray<number>): number | undefined => {
  if (seconds.length < 10) return undefined;
  const sorted = [...seconds].sort((a, b) => a - b);
  return sorted[Math.ceil(0.9 * sorted.length) - 1]! * 1_000;
};
