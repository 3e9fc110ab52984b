/** The public parts of a watch. */
export { snapshotAt } from "./cursor/Cursor.ts";
export type {
  AssignmentCreated,
  AssignmentExpired,
  AssignmentExpiring,
  AssignmentExtended,
  AssignmentReleased,
  EvaluationEvent,
  EvaluationProgressed,
  EvaluationRow,
  EvaluationStatusChanged,
  EventOf,
  Failure,
  StateEvent,
  TaskAdded,
  TaskEvent,
  TaskRemoved,
  TaskStatusChanged,
  TaskUpdated,
  WatchDegraded,
  WatchEvent,
  WatchEventType,
  WatchRecovered,
  WatchSynced,
} from "./event/Event.ts";
export { types as watchEventTypes } from "./event/Event.ts";
export { isOpen, type Lease, leaseOf, type TaskRow } from "./event/TaskRow.ts";
export type { IssueListener, WatchIssue } from "./IssueLog.ts";
export type { WatchStats } from "./Stats.ts";
export type { WatchStatus } from "./Status.ts";
export type { Capabilities } from "./source/Source.ts";
export type { WatchSnapshot } from "./state/Snapshot.ts";
export { type EventsOptions, type OpenOptions, stream as watchStream, watchEvents } from "./stream.ts";
export type { Overflow } from "./subscription/Subscription.ts";
export type { Environment } from "./time/Environment.ts";
export { instantOf } from "./time/instantOf.ts";
export type { Watch } from "./Watch.ts";
export { type OpenWatch, WatchHub } from "./WatchHub.ts";
export type { SubscribeOptions, WatchOptions } from "./WatchOptions.ts";
