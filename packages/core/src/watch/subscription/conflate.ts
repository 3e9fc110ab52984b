/**
 * Joins the events that wait for a slow subscriber: no final state is lost.
 */
import type { TaskEvent, WatchEvent, WatchEventType } from "../event/Event.ts";
import { eventsOf } from "../event/eventsOf.ts";
import { type Lease, leaseOf } from "../event/TaskRow.ts";
import { isSameLease } from "../event/TaskVersion.ts";
import * as Changes from "../state/Changes.ts";
import { isOneChange } from "./isOneChange.ts";

const isClocked = (event: WatchEvent): boolean =>
  event.type === "assignment.expiring" || event.type === "assignment.expired";

/** The waiting events of one task: the events of its first and last change, which are the same events as long as there is one change. */
interface Waiting {
  readonly first: TaskEvent;
  last: Array<TaskEvent>;
  changes: number;
  readonly clocked: Array<TaskEvent>;
  readonly released: Array<TaskEvent>;
}

/** Whether an event says that the clock has ended a lease. */
const isEndOf = (event: TaskEvent, lease: Lease): boolean =>
  (event.type === "assignment.expired" || (event.type === "assignment.released" && event.reason === "expired")) &&
  isSameLease(event.lease, lease);

const wait = (byTask: Map<string, Waiting>, event: TaskEvent): void => {
  let waiting = byTask.get(event.taskId);
  if (waiting === undefined || (waiting.changes === 0 && !isClocked(event))) {
    waiting = { first: event, last: [], changes: 0, clocked: waiting?.clocked ?? [], released: [] };
    byTask.set(event.taskId, waiting);
  }
  const last = waiting.last[0];
  if (event.type === "assignment.released") waiting.released.push(event);
  if (isClocked(event)) waiting.clocked.push(event);
  else if (last !== undefined && isOneChange(last, event)) waiting.last.push(event);
  else {
    waiting.last = [event];
    waiting.changes++;
  }
};

/** One change for all that wait: from the state first left to the state last reached. */
const join = ({ first, last: [last], clocked, released }: Waiting): ReadonlyArray<WatchEvent> => {
  if (last === undefined) return [];
  const previous = "previous" in first ? (first.previous ?? undefined) : undefined;
  const change = Changes.between(previous, last.current ?? undefined);
  if (change === undefined) return [];
  const { evaluationId, time, origin } = last;
  const hasExpired = (lease: Lease) => [...clocked, ...released].some((event) => isEndOf(event, lease));
  // A replayed task that has changed since is still one that was there before.
  const replay = first.type === "task.added" && first.replay;
  return eventsOf(change, { evaluationId, time, origin, isInterrupted: true, replay, hasExpired });
};

/**
 * The same news in fewer events: the changes of a task that has changed more than once become one, reported with `gap`; of the
 * evaluation and the watch itself the last event of each type stays. Lease events of the clock stay.
 *
 * @param taken the event that was taken last: waiting events of the same change stay as they are, since the change has been delivered in part
 */
export const conflate = (events: ReadonlyArray<WatchEvent>, taken?: WatchEvent): ReadonlyArray<WatchEvent> => {
  const byTask = new Map<string, Waiting>();
  const byType = new Map<WatchEventType, WatchEvent>();
  const isBegun = (event: WatchEvent) =>
    taken !== undefined && "taskId" in taken && "taskId" in event && isOneChange(taken, event);
  const rest = events.findIndex((event) => !isBegun(event));
  const begun = events.slice(0, rest === -1 ? events.length : rest);
  for (const event of events.slice(begun.length)) {
    if ("taskId" in event) {
      wait(byTask, event);
      continue;
    }
    const earlier = byType.get(event.type);
    const isFromThere = earlier !== undefined && "previous" in event && "previous" in earlier;
    byType.delete(event.type);
    byType.set(event.type, isFromThere ? ({ ...event, previous: earlier.previous } as WatchEvent) : event);
  }
  const joined: Array<WatchEvent> = [];
  for (const waiting of byTask.values()) {
    // A lease event of the clock precedes the change that ended the lease.
    const final = waiting.last[0]?.current;
    const standing = final === undefined || final === null ? undefined : leaseOf(final);
    const isOver = (event: TaskEvent) => final !== undefined && "lease" in event && !isSameLease(event.lease, standing);
    joined.push(
      ...waiting.clocked.filter(isOver),
      ...(waiting.changes > 1 ? join(waiting) : waiting.last),
      ...waiting.clocked.filter((event) => !isOver(event)),
    );
  }
  return [...begun, ...joined, ...byType.values()];
};
