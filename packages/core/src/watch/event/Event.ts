/**
 * The events of a watch: one closed union, discriminated by `type`.
 *
 * Events are plain JSON. `id` is a function of the thing and its version, never of the observer: two watches that see
 * the same state give the same id, and an event seen twice can be recognised as a repeat.
 */
import type { ReleaseReason } from "../state/leaseEnd.ts";
import type { Lease, TaskRow } from "./TaskRow.ts";

export type { ReleaseReason };

/** Fields a watch keeps of the evaluation itself. */
export interface EvaluationRow {
  readonly id: string;
  readonly name: string;
  /** v4: `PENDING`, `COMPLETED`, `FAILED`; v5: `running`, `completed`, `failed`; or a later member. */
  readonly status: string;
  /** Test case results (v4) or items (v5) in all. */
  readonly total: number;
  readonly completed: number;
  /** When it was archived, as the platform sends it; absent while it is not. */
  readonly archived_at?: string;
}

interface Base<Type extends string> {
  readonly type: Type;
  readonly id: string;
  /** ISO 8601 by the watch's own clock: when the watch learned of it, not when it happened on the server. */
  readonly time: string;
  readonly evaluationId: string;
}

interface OfTask<Type extends string> extends Base<Type> {
  readonly taskId: string;
  /**
   * True when states may have been skipped: one step of a task's life cannot explain the change, or the two looks it lies
   * between were not consecutive. False says that one step explains it. The platform numbers no versions, so a
   * round trip that leaves no trace (claimed, given up and claimed again between two polls) cannot be detected. With the option `history` false
   * also says that the server's own history has no version between `previous` and `current`.
   */
  readonly gap: boolean;
  /**
   * ISO 8601 by the server's clock: when the version `current` began, as the history of the test case result says. With the option `history`
   * only, and where the history shows the version.
   */
  readonly at?: string;
  /** Where the watch learnt it: a read of the server, a write made through the same client, or the undoing of a refused one. */
  readonly origin: "server" | "write" | "rollback";
}

interface Change<Type extends string> extends OfTask<Type> {
  readonly previous: TaskRow;
  readonly current: TaskRow;
}

export interface TaskAdded extends OfTask<"task.added"> {
  readonly previous: null;
  readonly current: TaskRow;
  /**
   * True when the task was there before the subscriber came. While the list is read for the first time `created_at` says which tasks were made
   * later: within the error of the server's clock, about a second, a task counts as there before.
   */
  readonly replay: boolean;
}

/** Missing from two complete scans; `previous` is the task's last known state. */
export interface TaskRemoved extends OfTask<"task.removed"> {
  readonly previous: TaskRow;
  readonly current: null;
}

export interface TaskStatusChanged extends Change<"task.status_changed"> {}

/** Anything but status and assignment; `changed` names the fields. */
export interface TaskUpdated extends Change<"task.updated"> {
  readonly changed: ReadonlyArray<keyof TaskRow>;
}

/** An open task has a new holder. */
export interface AssignmentCreated extends Change<"assignment.created"> {
  readonly lease: Lease;
}

/** A fact seen on the server: the task is no longer assigned to the one who held `lease`. */
export interface AssignmentReleased extends Change<"assignment.released"> {
  readonly lease: Lease;
  /**
   * Why, as far as the platform shows it: `expired` after the lease's end by the clock (`assignment.expired` was emitted before),
   * `finished` when another user's answers finished the task, `reassigned` when another user holds it, `unassigned` when none does:
   * it was skipped or taken back, which look the same.
   */
  readonly reason: ReleaseReason;
}

/** The same holder has another deadline, normally a later one; `lease` is the new one. */
export interface AssignmentExtended extends Change<"assignment.extended"> {
  readonly lease: Lease;
  readonly previousExpiresAt: string | null;
}

interface Clocked<Type extends string> extends OfTask<Type> {
  readonly lease: Lease;
  readonly current: TaskRow;
  /**
   * By how many milliseconds the server's clock may differ from the estimate the event was timed with; `null` while
   * no answer carried a readable `Date`, and the local clock had to stand in.
   */
  readonly errorMillis: number | null;
  /**
   * ISO 8601 by the server's clock: at this time or later the lease was last seen standing. `null` where this watch has not seen it on the
   * server yet: it comes from a cursor, or from a write whose answer was all there was.
   */
  readonly seenAt: string | null;
}

/** Less than `leadMillis` are left of a lease. */
export interface AssignmentExpiring extends Clocked<"assignment.expiring"> {
  readonly leadMillis: number;
}

/**
 * A lease has reached its end by the server's clock: emitted once for each lease that does, and for no other. The task is looked at shortly
 * before the deadline and at it, so that work handed in meanwhile is no expiry; where no read succeeds within ten seconds, it is
 * reported from the known state, with `gap: true`. The server's change of the task is reported as `assignment.released`.
 */
export interface AssignmentExpired extends Clocked<"assignment.expired"> {}

export interface EvaluationProgressed extends Base<"evaluation.progressed"> {
  readonly previous: EvaluationRow | null;
  readonly current: EvaluationRow;
}

export interface EvaluationStatusChanged extends Base<"evaluation.status_changed"> {
  readonly previous: EvaluationRow;
  readonly current: EvaluationRow;
}

/** A failure as an event can carry it: never a key, a header or a body. */
export interface Failure {
  /** The tag of `SgpError`'s reason, e.g. `RateLimited`. */
  readonly reason: string;
  readonly message: string;
}

/** The first complete scan is in since the watch was set to work: the snapshot is the server's state. */
export interface WatchSynced extends Base<"watch.synced"> {
  readonly tasks: number;
}

/** A poll failed; the watch goes on, with what it last saw. */
export interface WatchDegraded extends Base<"watch.degraded"> {
  readonly error: Failure;
}

export interface WatchRecovered extends Base<"watch.recovered"> {
  /** ISO 8601: when the watch was first degraded. */
  readonly degradedAt: string;
}

export type TaskEvent =
  | TaskAdded
  | TaskRemoved
  | TaskStatusChanged
  | TaskUpdated
  | AssignmentCreated
  | AssignmentReleased
  | AssignmentExtended
  | AssignmentExpiring
  | AssignmentExpired;

export type EvaluationEvent = EvaluationProgressed | EvaluationStatusChanged;

export type StateEvent = WatchSynced | WatchDegraded | WatchRecovered;

export type WatchEvent = TaskEvent | EvaluationEvent | StateEvent;

export type WatchEventType = WatchEvent["type"];

/** The event of one type: `EventOf<"assignment.expired">`. */
export type EventOf<Type extends WatchEventType> = Extract<WatchEvent, { readonly type: Type }>;

/** Every type, in the order of the design. */
export const types: ReadonlyArray<WatchEventType> = [
  "task.added",
  "task.removed",
  "task.status_changed",
  "task.updated",
  "assignment.created",
  "assignment.released",
  "assignment.extended",
  "assignment.expiring",
  "assignment.expired",
  "evaluation.progressed",
  "evaluation.status_changed",
  "watch.synced",
  "watch.degraded",
  "watch.recovered",
];
