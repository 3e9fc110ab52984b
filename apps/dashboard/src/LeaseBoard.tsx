import { instantOf, type TaskRow } from "@evalwire/core";
import { useCountdown, useTaskEvents, useTasks } from "@evalwire/react-hooks";
import { Lease } from "@evalwire/tasks";
import { memo, useState } from "react";
import type { Results } from "./useResults.ts";

export interface LeaseBoardProps {
  readonly evaluationId: string;
  readonly results: Results["byId"];
}

/** How near its end a lease is; `open` has no end. */
export type Urgency = "open" | "calm" | "soon" | "urgent" | "over";

/** A deadline that is none, or names no instant, never comes. */
const millisOf = (instant: string | null): number => instantOf(instant ?? "") ?? Number.POSITIVE_INFINITY;

/** What ends next stands first, what has no end last. */
export const byDeadline = (a: TaskRow, b: TaskRow): number => {
  const [left, right] = [millisOf(a.assignment_expires_at), millisOf(b.assignment_expires_at)];
  return left === right ? (a.id < b.id ? -1 : 1) : left - right;
};

const isHeld = (task: TaskRow): boolean => Lease.of(task) !== undefined;

/** How near the end is, seen against the whole length of a lease: the last third is soon, the last sixth urgent. */
export const urgencyOf = (leftMillis: number | undefined, wholeMillis: number): Urgency => {
  if (leftMillis === undefined) return "open";
  if (leftMillis <= 0) return "over";
  if (leftMillis <= wholeMillis / 6) return "urgent";
  return leftMillis <= wholeMillis / 3 ? "soon" : "calm";
};

/** Milliseconds as `m:ss` or `h:mm:ss`. */
export const clockOf = (millis: number): string => {
  const total = Math.ceil(millis / 1_000);
  const [hours, minutes, seconds] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60, total % 60];
  const tail = `${hours > 0 ? String(minutes).padStart(2, "0") : minutes}:${String(seconds).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
};

/** Who holds what, and for how long; what ends next stands at the top. */
export const LeaseBoard = ({ evaluationId, results }: LeaseBoardProps) => {
  const tasks = useTasks(evaluationId, { where: isHeld, orderBy: byDeadline });
  const wholeMillis = useLeaseLength(evaluationId);
  return (
    <section className="panel leases" id="leases" tabIndex={-1} aria-labelledby="leases-head">
      <h2 id="leases-head">
        In hand <span className="count">{tasks.length}</span>
      </h2>
      {tasks.length === 0 ? (
        <p className="empty">Nobody holds a task right now.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        <section className="scroll" aria-label="Leases, the one that ends next first" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">User</th>
                <th scope="col">Task</th>
                <th scope="col" className="number">
                  Time left
                </th>
              </tr>
            </thead>
            <tbody>
              {tasks.map((task) => (
                <Row
                  key={task.id}
                  evaluationId={evaluationId}
                  task={task}
                  title={results.get(task.test_case_result_id ?? "")?.title ?? task.id}
                  wholeMillis={wholeMillis}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
};

interface RowProps {
  readonly evaluationId: string;
  readonly task: TaskRow;
  readonly title: string;
  readonly wholeMillis: number;
}

const Row = memo(({ evaluationId, task, title, wholeMillis }: RowProps) => {
  const leftMillis = useCountdown(task.assignment_expires_at, { watched: evaluationId });
  const urgency = urgencyOf(leftMillis, wholeMillis);
  const share = leftMillis === undefined ? 1 : Math.min(1, leftMillis / Math.max(wholeMillis, 1));
  return (
    <tr className={`lease lease-${urgency}`}>
      <th scope="row">{task.assigned_to}</th>
      <td className="title">
        {title}
        {task.status === "PENDING_REDO" && <span className="tag">redo</span>}
      </td>
      <td className="number left">
        <span>{leftMillis === undefined ? "no end" : leftMillis > 0 ? clockOf(leftMillis) : "over"}</span>
        <span className="left-bar" aria-hidden="true">
          <span className="left-fill" style={{ width: `${100 * share}%` }} />
        </span>
      </td>
    </tr>
  );
});

const untilSeenMillis = 900_000;

/** How long a lease of this evaluation lasts, in milliseconds: the longest that was seen to begin, 15 minutes before one was. */
const useLeaseLength = (evaluationId: string): number => {
  const [seen, setSeen] = useState<number>();
  useTaskEvents(evaluationId, {
    types: ["assignment.created"],
    limit: 0,
    onEvent: ({ lease, time }) => {
      const length = millisOf(lease.expiresAt) - millisOf(time);
      if (Number.isFinite(length)) setSeen((longest = 0) => Math.max(longest, length));
    },
  });
  return seen ?? untilSeenMillis;
};
