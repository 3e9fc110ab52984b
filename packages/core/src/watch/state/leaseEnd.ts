/**
 * Why a lease is over, by what the platform shows: the row that had it, the row that has not, and when that row was read.
 *
 * The platform has no word for an end by the clock: the task is simply unassigned again, or already another user's. So it is decided by what
 * explains it:
 *
 * 1. A state read before the deadline is not the clock's doing.
 * 2. Work that was handed in carries the server's time of it (`updated_at`): before the deadline it finished the lease, later it came
 *    after the end.
 * 3. Anything else that was read when the deadline can have passed is the clock's doing. The watch looks at a task shortly before its
 *    lease ends, so that little else can have happened since.
 */
import * as lifecycle from "../../contract/lifecycle.ts";
import type { Lease, TaskRow } from "../event/TaskRow.ts";
import { instantOf } from "../time/instantOf.ts";

/** Why a task is no longer with the holder of a lease. */
export type ReleaseReason = "expired" | "finished" | "reassigned" | "unassigned";

/** The reason by the row only. */
export const reasonOf = (current: TaskRow): ReleaseReason => {
  if (lifecycle.isDone(current.status)) return "finished";
  return current.assigned_to === null ? "unassigned" : "reassigned";
};

/**
 * Whether a lease that a row no longer shows has been ended by the clock.
 *
 * @param previous the row that showed it
 * @param current the row that does not; `undefined` where the task is gone
 * @param latest when `current` was read at the latest, by the server's clock, in milliseconds since 1970
 */
export const isByClock = (
  { expiresAt }: Lease,
  previous: TaskRow,
  current: TaskRow | undefined,
  latest: number,
): boolean => {
  const deadline = expiresAt === null ? undefined : instantOf(expiresAt);
  if (deadline === undefined || latest < deadline) return false;
  if (current === undefined || !lifecycle.isDone(current.status)) return true;
  const { updated_at } = current;
  const handedIn = updated_at === null || updated_at === previous.updated_at ? undefined : instantOf(updated_at);
  return handedIn !== undefined && handedIn >= deadline;
};
