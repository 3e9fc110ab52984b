/**
 * The events that report a change of one task.
 *
 * 1. Every change is reported by at least one event, and every event of a change carries the same `previous` and `current`.
 * 2. Events of one change come in the order in which a task lives: released, status, created or extended, the rest.
 * 3. `task.updated` names what no other event of the change explains.
 * 4. A finished task has no lease: finishing is reported as `task.status_changed` only, unless the assignee went away with it.
 */

import * as lifecycle from "../../contract/lifecycle.ts";
import { isSameInstant } from "../../contract/sameInstant.ts";
import type { Change } from "../state/Changes.ts";
import { reasonOf } from "../state/leaseEnd.ts";
import type { AssignmentExpired, AssignmentExpiring, EvaluationEvent, EvaluationRow, TaskEvent } from "./Event.ts";
import * as TaskRow from "./TaskRow.ts";
import * as TaskVersion from "./TaskVersion.ts";

type Row = TaskRow.TaskRow;

/** Facts about the request that showed a change. */
export interface EventContext {
  readonly evaluationId: string;
  /** ISO 8601 by the watch's own clock. */
  readonly time: string;
  readonly origin: TaskEvent["origin"];
  /** Whether states may have been missed since the request before it. */
  readonly isInterrupted: boolean;
  /** Whether what it shows as new was there before the watch began. */
  readonly replay: boolean;
  /** Tasks of which states may have been missed, regardless of the request before. */
  readonly gaps?: ReadonlySet<string> | undefined;
  /** The version by the history of its result: when it began, and whether the history has none between it and the one before. */
  readonly version?: { readonly at: string | undefined; readonly isKnown: boolean } | undefined;
  /** Whether the end of a lease by the clock has been reported, or is with these events. */
  readonly hasExpired?: ((lease: TaskRow.Lease) => boolean) | undefined;
}

/** Whether one step of a task's life leads from one row to the other. */
const isOneStep = (previous: Row, current: Row): boolean => {
  const isSameHolder = previous.assigned_to === current.assigned_to;
  if (previous.status === current.status) {
    // From one holder to another it takes giving up and claiming.
    return isSameHolder || previous.assigned_to === null || current.assigned_to === null;
  }
  if (!lifecycle.canMove(previous.status, current.status)) return false;
  // Finishing may end the assignment, handing back for a redo may make one; neither goes with a change of hands.
  return TaskRow.isOpen(current) || isSameHolder || current.assigned_to === null;
};

/** The id of a row's events: its version and, where the history says when that began, the time, since a state can recur. */
const namer = (row: Row, { version }: EventContext) => {
  const name = `${row.id}:${TaskVersion.of(row)}`;
  return (type: string) =>
    version?.at === undefined ? { id: `${type}:${name}` } : { id: `${type}:${name}@${version.at}`, at: version.at };
};

const isFresh = (row: Row): boolean =>
  row.assigned_to === null && (row.status === "PENDING" || row.status === "NOT_READY");

const explainedByStatus: ReadonlyArray<TaskRow.Field> = ["status", "label_status", "updated_at"];
const explainedByLease: ReadonlyArray<TaskRow.Field> = ["assigned_to", "updated_at"];

const eventsOfUpdate = (previous: Row, current: Row, context: EventContext): ReadonlyArray<TaskEvent> => {
  const events: Array<TaskEvent> = [];
  const isSkipping = context.isInterrupted || context.gaps?.has(current.id) === true || !isOneStep(previous, current);
  const gap = context.version?.isKnown !== true && isSkipping;
  const named = namer(current, context);
  const base = <const Type extends string>(type: Type) => ({
    type,
    ...named(type),
    time: context.time,
    evaluationId: context.evaluationId,
    taskId: current.id,
    gap,
    origin: context.origin,
    previous,
    current,
  });
  const before = TaskRow.leaseOf(previous);
  const after = TaskRow.leaseOf(current);
  const explained = new Set<TaskRow.Field>();
  const emit = (event: TaskEvent, explains: ReadonlyArray<TaskRow.Field>) => {
    events.push(event);
    for (const field of explains) explained.add(field);
  };

  if (before !== undefined && before.assignee !== current.assigned_to) {
    const reason = context.hasExpired?.(before) === true ? "expired" : reasonOf(current);
    emit({ ...base("assignment.released"), lease: before, reason }, [...explainedByLease, "assignment_expires_at"]);
  }
  if (previous.status !== current.status) {
    const deadlineWentAlong = before !== undefined && after === undefined;
    emit(base("task.status_changed"), [
      ...explainedByStatus,
      ...(deadlineWentAlong ? (["assignment_expires_at"] as const) : []),
    ]);
  }
  if (after !== undefined && before?.assignee !== after.assignee) {
    emit({ ...base("assignment.created"), lease: after }, [...explainedByLease, "assignment_expires_at"]);
  } else if (before !== undefined && after !== undefined && !isSameInstant(before.expiresAt, after.expiresAt)) {
    emit({ ...base("assignment.extended"), lease: after, previousExpiresAt: before.expiresAt }, [
      "assignment_expires_at",
      "updated_at",
    ]);
  }
  const changed = TaskVersion.changedFields(previous, current).filter((field) => !explained.has(field));
  if (changed.length > 0) emit({ ...base("task.updated"), changed }, []);
  return events;
};

/** The events that report one change of a task, in order; at least one. */
export const eventsOf = (change: Change, context: EventContext): ReadonlyArray<TaskEvent> => {
  const about = <const Type extends string>(type: Type, row: Row) => ({
    type,
    ...namer(row, context)(type),
    time: context.time,
    evaluationId: context.evaluationId,
    taskId: row.id,
    origin: context.origin,
  });
  switch (change._tag) {
    case "Added": {
      const mayMiss = context.isInterrupted || context.gaps?.has(change.next.id) === true;
      const isSkipping = !context.replay && (mayMiss || !isFresh(change.next));
      const gap = context.version?.isKnown !== true && isSkipping;
      return [
        { ...about("task.added", change.next), gap, previous: null, current: change.next, replay: context.replay },
      ];
    }
    case "Removed":
      return [
        {
          ...about("task.removed", change.previous),
          gap: context.isInterrupted,
          previous: change.previous,
          current: null,
        },
      ];
    case "Updated":
      return eventsOfUpdate(change.previous, change.next, context);
  }
};

/** The event that a lease emits `lead` milliseconds before its end; 0 for the end itself. */
export const eventOfLease = (
  lease: TaskRow.Lease,
  lead: number,
  current: Row,
  facts: Pick<AssignmentExpired, "errorMillis" | "evaluationId" | "time" | "seenAt"> & { readonly gap?: boolean },
): AssignmentExpired | AssignmentExpiring => {
  const base = { gap: false, ...facts, taskId: lease.taskId, origin: "server" as const, lease, current };
  const name = `${lease.taskId}:${lease.assignee}:${lease.expiresAt}`;
  return lead === 0
    ? { type: "assignment.expired", id: `assignment.expired:${name}`, ...base }
    : { type: "assignment.expiring", id: `assignment.expiring:${name}:${lead}`, ...base, leadMillis: lead };
};

/** The events that report a change of the evaluation itself; none when only its name changed. */
export const eventsOfEvaluation = (
  previous: EvaluationRow | undefined,
  current: EvaluationRow,
  time: string,
): ReadonlyArray<EvaluationEvent> => {
  const base = { time, evaluationId: current.id, current };
  const events: Array<EvaluationEvent> = [];
  if (previous?.total !== current.total || previous.completed !== current.completed) {
    const id = `evaluation.progressed:${current.id}:${current.completed}/${current.total}`;
    events.push({ type: "evaluation.progressed", id, ...base, previous: previous ?? null });
  }
  if (previous !== undefined && previous.status !== current.status) {
    const id = `evaluation.status_changed:${current.id}:${current.status}`;
    events.push({ type: "evaluation.status_changed", id, ...base, previous });
  }
  return events;
};
