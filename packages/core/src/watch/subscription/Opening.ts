/**
 * The first events of a subscriber: what is there, or what has changed since a cursor, and in both cases what has been
 * announced of leases that still stand.
 */
import type { CursorState } from "../Cursor.ts";
import type { Engine } from "../Engine.ts";
import type { WatchEvent } from "../Event.ts";
import { type EventContext, eventsOf } from "../eventsOf.ts";
import * as Changes from "../state/Changes.ts";
import { isSameLease } from "../TaskRow.ts";

const contextOf = ({ store, time }: Engine, replay: boolean): EventContext => ({
  evaluationId: store.evaluationId,
  time: time.time(),
  origin: "server",
  isInterrupted: !replay,
  replay,
});

/** What has been announced of leases that still stand: to a new subscriber the last of it, else what was not announced before. */
const standing = (
  { reconciler, store }: Engine,
  leads: ReadonlyArray<number>,
  since?: CursorState,
): ReadonlyArray<WatchEvent> =>
  [...store.leases].flatMap((lease) => {
    const { taskId } = lease;
    const current = store.tasks.get(taskId);
    const told = reconciler.expiry.announced(taskId).find((one) => isSameLease({ taskId, ...one }, lease));
    if (told === undefined || current === undefined) return [];
    const lead = told.lead === 0 ? 0 : Math.min(...leads.filter((each) => each >= told.lead));
    const before = since?.told.get(taskId)?.find((one) => isSameLease({ taskId, ...one }, lease));
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

/** What has changed since a position. */
export const differences = (
  poller: Engine,
  leads: ReadonlyArray<number>,
  since: CursorState,
): ReadonlyArray<WatchEvent> => {
  const changes = Changes.diff(since.tasks, poller.store.tasks);
  const context = contextOf(poller, false);
  const events = [...changes.values()].flatMap((change) => eventsOf(change, context));
  return [...events, ...standing(poller, leads, since)];
};
