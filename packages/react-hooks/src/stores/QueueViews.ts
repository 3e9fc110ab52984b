import type { TaskRow } from "@evalwire/core";
import type { queue } from "@evalwire/tasks";

export type Index = queue.QueueIndex<TaskRow>;
type Held = ReturnType<Index["held"]>;

/** The views of `queue` of `@evalwire/tasks`, at the server's time as the watch knows it. */
export interface QueueViews {
  /** The server's time, in milliseconds since 1970, of these views; whole seconds. */
  readonly nowMillis: number;
  readonly counts: () => queue.QueueCounts;
  /** The held tasks, those that expire next first. */
  readonly held: (limit?: number) => Held;
  /** The tasks whose lease ends within so many milliseconds, next first. */
  readonly expiring: (withinMillis: number) => Held;
  /** The tasks that are still assigned although their lease has expired. */
  readonly overdue: () => Held;
  /** The open tasks that are not held, the first in the queue first. */
  readonly ready: (limit?: number) => ReadonlyArray<TaskRow>;
  /** The tasks that wait for something upstream. */
  readonly blocked: () => ReadonlyArray<TaskRow>;
  readonly heldBy: (assignee: string) => Held;
  /** How many tasks each person holds. */
  readonly loads: () => ReadonlyMap<string, number>;
  /** Tasks handed in within the last `windowMillis` (an hour), in all and by person. */
  readonly throughput: (windowMillis?: number) => ReturnType<Index["throughput"]>;
  readonly timeToLabel: () => queue.TimeToLabel;
  readonly redoRate: () => queue.Rate;
  readonly firstPassAcceptance: () => queue.Rate;
  /** How long what is left will take at the rate of the last `windowMillis` (an hour). */
  readonly timeLeft: (windowMillis?: number) => queue.Estimate;
}

export const of = (index: Index, nowMillis: number): QueueViews => ({
  nowMillis,
  counts: () => index.counts(nowMillis),
  held: (limit) => index.held(nowMillis, limit),
  expiring: (withinMillis) => index.expiring(nowMillis, withinMillis),
  overdue: () => index.overdue(nowMillis),
  ready: (limit) => index.ready(nowMillis, limit),
  blocked: () => index.blocked(),
  heldBy: (assignee) => index.heldBy(assignee, nowMillis),
  loads: () => index.loads(nowMillis),
  throughput: (windowMillis) => index.throughput(nowMillis, windowMillis),
  timeToLabel: () => index.timeToLabel(),
  redoRate: () => index.redoRate(),
  firstPassAcceptance: () => index.firstPassAcceptance(),
  timeLeft: (windowMillis) => index.timeLeft(nowMillis, windowMillis),
});
