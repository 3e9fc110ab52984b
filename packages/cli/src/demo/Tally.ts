/** Totals of a run of events: how many of each type, and what each user did. */
import type { WatchEvent, WatchEventType } from "@evalwire/core";
import { lifecycle } from "@evalwire/tasks";

export interface Share {
  /** First answers handed in. */
  finished: number;
  /** Answers handed in again after an auditor sent the task back. */
  redone: number;
  /** Open tasks given back before the lease was over. */
  skipped: number;
  /** Expired leases. */
  expired: number;
}

export interface Tally {
  add(event: WatchEvent): void;
  /** Only types that occurred, in the order of their first occurrence. */
  readonly byType: ReadonlyMap<WatchEventType, number>;
  readonly byUser: ReadonlyMap<string, Readonly<Share>>;
}

export const make = (): Tally => {
  const byType = new Map<WatchEventType, number>();
  const byUser = new Map<string, Share>();
  const expired = new Set<string>();
  const shareOf = (user: string): Share => {
    const share = byUser.get(user) ?? { finished: 0, redone: 0, skipped: 0, expired: 0 };
    byUser.set(user, share);
    return share;
  };
  return {
    byType,
    byUser,
    add(event) {
      byType.set(event.type, (byType.get(event.type) ?? 0) + 1);
      switch (event.type) {
        case "task.status_changed": {
          const { previous, current } = event;
          if (current.status !== "COMPLETED" || current.assigned_to === null) return;
          if (previous.status === "PENDING") shareOf(current.assigned_to).finished++;
          if (previous.status === "PENDING_REDO") shareOf(current.assigned_to).redone++;
          return;
        }
        case "assignment.expired":
          expired.add(`${event.lease.taskId} ${event.lease.assignee} ${event.lease.expiresAt}`);
          shareOf(event.lease.assignee).expired++;
          return;
        case "assignment.released":
          if (lifecycle.isDone(event.current.status)) return;
          if (expired.has(`${event.lease.taskId} ${event.lease.assignee} ${event.lease.expiresAt}`)) return;
          shareOf(event.lease.assignee).skipped++;
          return;
        default:
          return;
      }
    },
  };
};

/** How many tasks are in each status, in the order of the names. */
export const byStatus = (tasks: Iterable<{ readonly status: string }>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of tasks) counts[status] = (counts[status] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
};
