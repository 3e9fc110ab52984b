/** Everything a watch knows at one moment. */
import type { EvaluationRow } from "./Event.ts";
import type { WatchStatus } from "./Status.ts";
import type { Lease, TaskRow } from "./TaskRow.ts";

/** Immutable, and the same reference until something in it changes. */
export interface WatchSnapshot {
  readonly evaluationId: string;
  /** `undefined` until first read. */
  readonly evaluation: EvaluationRow | undefined;
  /** By task id. The same reference until a task changes. */
  readonly tasks: ReadonlyMap<string, TaskRow>;
  /** The leases of open tasks, by task id. The same reference until a lease changes. */
  readonly leases: ReadonlyMap<string, Lease>;
  readonly status: WatchStatus;
}
