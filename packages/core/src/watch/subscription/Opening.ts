/**
 * The first events of a subscriber: what is there, or what has changed since a cursor, and in both cases what has been
 * announced of leases that still stand.
 */
import type { CursorState } from "../cursor/Cursor.ts";
import type { Engine } from "../Engine.ts";
import type { WatchEvent } from "../event/Event.ts";
import { type EventContext, eventsOf, eventsOfEvaluation } from "../event/eventsOf.ts";
import { type Lease, leaseOf, type TaskRow } from "../event/TaskRow.ts";
import { isSameLease } from "../event/TaskVersion.ts";
import * as Changes from "../state/Changes.ts";
import { isByClock } from "../state/leaseEnd.ts";

const contextOf = ({ store, time }: Engine, replay: boolean): EventContext => ({
  evaluationId: store.evaluationId,
  time: time.eventTime(),
  origin: "server",
  isInterrupted: !replay,
  replay,
});

/** Announcements of leases that still stand: for a new subscriber the last one, else those not made before. */
export const standing = (
  { reconciler, store }: Engine,
  leads: ReadonlyArray<number>,
  since?: CursorState,
): ReadonlyArray<WatchEvent> =>
  [...store.leases].flatMap((lease) => {
    const { taskId } = lease;
    const current = store.tasks.get(taskId);
    const announced = reconciler.expiry.announced(taskId).find((one) => isSameLease({ taskId, ...one }, lease));
    if (announced === undefined || current === undefined) return [];
    const lead = announced.lead === 0 ? 0 : Math.min(...leads.filter((each) => each >= announced.lead));
    const before = since?.announced.get(taskId)?.find((one) => isSameLease({ taskId, ...one }, lease));
    if (!Number.isFinite(lead) || (before !== undefined && before.lead <= lead)) return [];
    return [reconciler.leaseEvent(lease, lead, current)];
  });

/**
 * The tasks that are there now, made into events one by one as they are taken: 100,000 tasks take no room in the queue.
 *
 * @param leads the lead times in milliseconds of the subscriber's watch
 */
export const present = (poller: Engine, leads: ReadonlyArray<number>): Iterable<WatchEvent> => {
  const { tasks } = poller.store.snapshot();
  const context = contextOf(poller, true);
  const announced = standing(poller, leads);
  return (function* () {
    for (const next of tasks.values()) yield* eventsOf({ _tag: "Added", next }, context);
    yield* announced;
  })();
};

/** Whether an event that is owed stands on what the position shows, or on a change that is given behind it. */
const comesFirst = (event: WatchEvent, { tasks }: CursorState): boolean => {
  if (!("lease" in event) || "previous" in event) return true;
  const row = tasks.get(event.taskId);
  return row !== undefined && isSameLease(leaseOf(row), event.lease);
};

/** The end of a lease that has come since a position: by whom it was seen last, the position does not say. */
const endedSince = ({ reconciler }: Engine, lease: Lease, current: TaskRow): WatchEvent =>
  ({ ...reconciler.leaseEvent(lease, 0, current), seenAt: null, gap: true }) as WatchEvent;

/** The changes since a position: first the events an earlier process had begun to deliver, unchanged. */
export const differences = (
  poller: Engine,
  leads: ReadonlyArray<number>,
  since: CursorState,
): ReadonlyArray<WatchEvent> => {
  const { reconciler, store, time } = poller;
  const changes = Changes.diff(since.tasks, store.tasks);
  const now = time.serverTime();
  const isAnnounced = (lease: Lease) => {
    const isIt = (one: { readonly assignee: string; readonly expiresAt: string | null }) =>
      isSameLease({ taskId: lease.taskId, assignee: one.assignee, expiresAt: one.expiresAt }, lease);
    const isOwed = (event: WatchEvent) => event.type === "assignment.expired" && isIt(event.lease);
    return (
      since.announced.get(lease.taskId)?.some((one) => one.lead === 0 && isIt(one)) === true || since.owed.some(isOwed)
    );
  };
  const context = contextOf(poller, false);
  const events = [...changes.values()].flatMap((change) => {
    const previous = Changes.previousOf(change);
    const current = Changes.nextOf(change);
    const lease = previous && leaseOf(previous);
    const isLeft = lease !== undefined && !isSameLease(lease, current && leaseOf(current));
    const isEndAnnounced = lease !== undefined && isAnnounced(lease);
    const hasExpired =
      isLeft && (isEndAnnounced || reconciler.expiry.hasEnded(lease) || isByClock(lease, previous!, current, now));
    const ended = hasExpired && !isEndAnnounced ? [endedSince(poller, lease, previous!)] : [];
    return [...ended, ...eventsOf(change, { ...context, hasExpired: () => hasExpired })];
  });
  const { evaluation } = store;
  const progress =
    since.evaluation === undefined || evaluation === undefined
      ? []
      : eventsOfEvaluation(since.evaluation, evaluation, context.time);
  const first = since.owed.filter((event) => comesFirst(event, since));
  const last = since.owed.filter((event) => !comesFirst(event, since));
  return [...first, ...events, ...last, ...progress, ...standing(poller, leads, since)];
};
