/**
 * A live view of one evaluation's tasks: a snapshot that is kept true, and events that say what changed.
 *
 * Promises to a subscriber:
 *
 *  1. If the server stops changing and answers, then within one full scan the snapshot equals the server.
 *  2. Per task, events come in the order of the states seen; between tasks no order is promised.
 *  3. A late subscriber first receives `task.added` with `replay: true` for everything present, and what has been announced of
 *     leases that still stand; then live events; nothing falls between.
 *  4. Each subscriber is served serially and independently: a slow or throwing one affects no other. Its queue is
 *     bounded (`latest-per-task` by default, or `drop-oldest`, or `error`).
 *  5. Intermediate states may be skipped, never invented; `gap` says so. Time does not go back: an answer with an older `updated_at` than is
 *     known (a replica that lags) is no news unless a second answer agrees, and then comes with `gap: true`.
 *  6. `task.removed` needs two complete scans without the task, or, where a list repeats or misses items, scans and a look at the task
 *     itself that finds none while the evaluation still answers, and carries its last known state.
 *  7. One's own write is visible at once, and stays until a look that began after it shows it, or what came after it (`gap: true`), or it is
 *     rolled back. Where looks show what was before it, the second one settles it, with `gap: true` and an issue.
 *  8. An answer to a request that began before a write never overwrites that write.
 *  9. For each lease (task, assignee, deadline): `assignment.expiring` at most once per lead time; `assignment.expired` exactly once
 *     if the clock ends it, also where a poll shows it released first, and never if anything else does: the task is looked at two
 *     seconds before the deadline and at it. Never early by the server's clock (offset estimated from `Date`, with its error bound);
 *     where no look comes through, ten seconds after the deadline with `gap: true`, and without a network once there is one again.
 * 10. A snapshot that was not confirmed in time is never called `synced`: without a network the watch is degraded at once (reason
 *     `Offline`), and for any reason when `freshUntil` passes (reason `Stale`). A failing poll degrades the watch, and recovery
 *     is announced; only 401, 403, and 404 on the evaluation end it, as a typed
 *     error, and once anything was answered only when they are said three times over some seconds.
 * 11. One poller per client and evaluation, shared by all subscribers; started by the first, stopped after the last; polls never
 *     overlap.
 * 12. Requests stay within the given budget; polling quickens near change and expiry and slows when idle or hidden;
 *     `Retry-After` is obeyed.
 * 13. After sleep, a clock jump or a hidden tab: one catch-up scan, no burst, no missed expiry.
 * 14. After `close()` nothing is left: no timer, listener, fiber or socket.
 * 15. Given the same seed, clock and answers, the same events come out, byte for byte.
 * 16. `cursor()` resumes: a watch started with it reports exactly the differences since. A cursor is a consumer's place: nothing that was
 *     emitted and not handled is lost, and at most the event in hand is delivered twice.
 *
 * A watch is at work from when it is made. Once it has had a listener, it is at work as long as it has one: after the
 * last listener it rests, and the next one makes it catch up. `close()` ends it for good.
 */
import type { EventOf, WatchEvent, WatchEventType } from "./event/Event.ts";
import type { WatchStats } from "./Stats.ts";
import type { WatchStatus } from "./Status.ts";
import type { Capabilities } from "./source/Source.ts";
import type { WatchSnapshot } from "./state/Snapshot.ts";
import type { SubscribeOptions } from "./WatchOptions.ts";

/** The place of a consumer in what a watch emits. */
export interface Position<Event> {
  /**
   * The events this consumer has finished handling, as a string for the option `cursor`. An event that was given and is not finished (a
   * listener's promise is pending, a `for await` has not requested the next) is delivered again to a watch that begins with it.
   */
  cursor(): string;
  /** The event is handled; needed with `ack: "manual"`, and else early. A second call, or one with another event, does nothing. */
  ack(event: Event): void;
}

/** Ends a subscription. A second call does nothing. */
export interface Unsubscribe<Event = WatchEvent> extends Position<Event> {
  (): void;
}

export interface EventStream<Event = WatchEvent> extends AsyncIterable<Event>, Position<Event> {}

export interface Watch extends AsyncIterable<WatchEvent>, AsyncDisposable {
  readonly evaluationId: string;
  /** The fields that can be read of this evaluation's tasks; anything else is `null` in rows, and no event reports it. */
  readonly capabilities: Capabilities;
  snapshot(): WatchSnapshot;
  /**
   * Calls `listener` with what is there and then with each event, one at a time; a promise it returns is waited for.
   * Returns the undo, after which it is not called again, with the place of this subscription.
   */
  subscribe<Type extends WatchEventType = WatchEventType>(
    listener: (event: EventOf<Type>) => unknown,
    options?: SubscribeOptions<Type>,
  ): Unsubscribe<EventOf<Type>>;
  /** The same as an iterable; each `for await` over it is a subscription, and leaving the loop ends it. */
  events<Type extends WatchEventType = WatchEventType>(options?: SubscribeOptions<Type>): EventStream<EventOf<Type>>;
  /** Calls `listener` after `snapshot()` has become another one; for stores and hooks. Returns its undo. */
  onChange(listener: () => void): () => void;
  readonly status: WatchStatus;
  /** Resolves after the first complete scan; rejects when the watch ends before, or `readyTimeout` has passed (reason `Timeout`). */
  readonly ready: Promise<void>;
  /**
   * Where this watch stands, as a string for the option `cursor`: the events all its subscriptions have finished handling, except
   * `transient` ones. Waiting and unfinished events are delivered again to a watch that begins with it. Without subscribers
   * it stands where the last one left; before the first, at the last state read. Closed, it stands where it was closed.
   */
  cursor(): string;
  stats(): WatchStats;
  /** Ends the watch for all its subscribers; resolves when nothing of it is left at work. A second call does nothing more. */
  close(): Promise<void>;
}
