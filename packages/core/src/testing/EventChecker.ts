/**
 * A subscriber that checks each event of a watch against what a watch promises (the numbered sentences at `Watch`), and against what is
 * known of the server: use it in tests of programs that make or forward events.
 *
 * It keeps its own copy of the tasks by applying the events, so its `tasks` must equal the watch's snapshot.
 */
import { canMove } from "../contract/lifecycle.ts";
import type { WatchEvent } from "../watch/event/Event.ts";
import { isOpen, type Lease, leaseOf, type TaskRow } from "../watch/event/TaskRow.ts";
import { isSame, isSameLease } from "../watch/event/TaskVersion.ts";
import { instantOf } from "../watch/time/instantOf.ts";

/** Facts about the server; rules that need a missing one are not checked. A `ScriptedPlatform` is one. */
export interface Truth {
  /** The server's time, in milliseconds since 1970; only where the watch can know it, from `Date` headers. */
  readonly now?: () => number;
  /** False where the server sends no `Date`: then nothing is said about "never early". Default true. */
  readonly hasDate?: boolean;
  /** Every state each task was ever in; `null` for its absence. */
  readonly history?: ReadonlyMap<string, ReadonlyArray<TaskRow | null>>;
  /** Tasks written to through the watched client: they may show states that the server never had. */
  readonly written?: ReadonlySet<string>;
  /** The tasks and announcements reported before the first event, as to a watch that resumes from a cursor. Default nothing. */
  readonly before?: {
    readonly tasks: ReadonlyMap<string, TaskRow>;
    /** Announcements of leases, as `announcementOf` names them. Default none. */
    readonly announced?: Iterable<string>;
  };
}

/** Thrown by `EventChecker` when an event breaks what a watch promises. */
export class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";
  /** The promise's number at `Watch`. */
  readonly promise: number;

  constructor(promise: number, violation: string) {
    super(`${promise}: ${violation}`);
    this.promise = promise;
  }
}

/**
 * The name of one announcement of a lease: `taskId assignee expiresAt leadMillis`.
 *
 * @param leadMillis milliseconds before the end; 0 for the end itself
 * @example
 * ```ts
 * import { announcementOf } from "@evalwire/core/testing";
 *
 * announcementOf({ taskId: "t1", assignee: "ada", expiresAt: "2030-01-01T00:10:00Z" }, 60_000); // => "t1 ada 2030-01-01T00:10:00Z 60000"
 * ```
 */
export const announcementOf = ({ taskId, assignee, expiresAt }: Lease, leadMillis: number): string =>
  `${taskId} ${assignee} ${expiresAt} ${leadMillis}`;

// What JSON can carry: a value that is the same after a round trip.
const isJson = (value: unknown): boolean => {
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return isPlain && Object.values(value).every(isJson);
};

const isEqual = (one: TaskRow | null, other: TaskRow | null): boolean =>
  one === null || other === null ? one === other : isSame(one, other);

const isLease = (one: Lease | undefined, other: Lease): boolean => one !== undefined && isSameLease(one, other);

/**
 * @example
 * ```ts
 * import { EventChecker, ScriptedPlatform, SimulatedClock } from "@evalwire/core/testing";
 *
 * const clock = new SimulatedClock();
 * const platform = new ScriptedPlatform(clock, 2);
 * const watch = platform.watch();
 * const checker = new EventChecker(watch, platform);
 * await clock.until(watch.ready);
 * platform.claim("t1", "ada", 600_000);
 * await clock.advance("1 minute");
 * checker.count("assignment.created"); // => 1
 * checker.violations; // => []
 * await watch.close();
 * ```
 */
export class EventChecker {
  /** The tasks as the events report them. */
  readonly tasks: Map<string, TaskRow>;
  /** All events, in order. */
  readonly events: Array<WatchEvent> = [];
  /** The announcements of leases so far, as `announcementOf` names them; those before as well. */
  readonly announced: Set<string>;
  /** The promises that were broken, each with its number. */
  readonly violations: Array<string> = [];
  readonly #truth: Truth;
  readonly #changing = new Map<string, { readonly previous: TaskRow | null; readonly current: TaskRow | null }>();
  /** Stops checking. */
  readonly unsubscribe: () => void;

  /**
   * Subscribes. A broken promise is also thrown, so that the watch reports it as an issue of kind `listener-failed`.
   *
   * @param watch the source of the events; with `undefined` they are handed to `hear`
   */
  constructor(watch: { subscribe(listener: (event: WatchEvent) => void): () => void } | undefined, truth: Truth = {}) {
    this.#truth = truth;
    this.tasks = new Map(truth.before?.tasks);
    this.announced = new Set(truth.before?.announced);
    this.unsubscribe = watch?.subscribe((event) => void this.hear(event)) ?? (() => undefined);
  }

  /** How many events of a type there were. */
  count(type: WatchEvent["type"]): number {
    return this.events.filter((event) => event.type === type).length;
  }

  /**
   * Checks one more event: for events that come by another way than a subscription, as from a queue or a file.
   *
   * @returns whether it is the first event of a change of a task: several may report one change
   * @throws BrokenPromise
   */
  hear(event: WatchEvent): boolean {
    this.events.push(event);
    this.#hold(5, isJson(event), `${event.type} is no plain JSON`);
    switch (event.type) {
      case "assignment.expiring":
      case "assignment.expired":
        this.#hearAnnouncement(event);
        return false;
      case "task.added":
      case "task.removed":
      case "task.status_changed":
      case "task.updated":
      case "assignment.created":
      case "assignment.released":
      case "assignment.extended":
        return this.#hearChange(event);
      case "evaluation.progressed":
      case "evaluation.status_changed":
      case "watch.synced":
      case "watch.degraded":
      case "watch.recovered":
        return false;
    }
  }

  // 9: at most once, never early, and of a lease that stands.
  #hearAnnouncement(event: Announcement): void {
    const { lease, type } = event;
    const lead = type === "assignment.expiring" ? event.leadMillis : 0;
    const announcement = announcementOf(lease, lead);
    this.#hold(9, !this.announced.has(announcement), `${type} twice: ${announcement}`);
    this.announced.add(announcement);
    const deadline = instantOf(lease.expiresAt ?? "") ?? Number.NaN;
    const { now, hasDate = true } = this.#truth;
    // Of a lease that is gone when its deadline may have come, the clock's error leaves open whether it has.
    const error = lead === 0 && this.#isOver(lease) ? 2 * (event.errorMillis ?? 0) : 0;
    const isEarly = now !== undefined && hasDate && !(this.#truth.now!() >= deadline - lead - error);
    this.#hold(9, !isEarly, `${type} early: ${announcement}`);
    this.#hold(9, isLease(leaseOf(event.current), lease), `${type} of a lease that does not stand: ${announcement}`);
  }

  #hearChange(event: Change): boolean {
    const { taskId, previous, current } = event;
    const changing = this.#changing.get(taskId);
    // Events that report one change carry the same two states.
    const isFirst = !(changing?.previous === previous && changing.current === current);
    if (isFirst) {
      this.#changing.set(taskId, { previous, current });
      const isNext = isEqual(this.tasks.get(taskId) ?? null, previous);
      this.#hold(2, isNext, `${event.type} of ${taskId} does not follow the state before it`);
      if (current === null) this.tasks.delete(taskId);
      else this.tasks.set(taskId, current);
      this.#isReal(event.origin, taskId, current);
    }
    this.#matches(event);
    return isFirst;
  }

  #isOver(lease: Lease): boolean {
    const last = this.#truth.history?.get(lease.taskId)?.at(-1);
    return last !== undefined && !(last !== null && isLease(leaseOf(last), lease));
  }

  // 5: states from the server must once have been the server's. A state set by a write may never have been.
  #isReal(origin: string, taskId: string, current: TaskRow | null): void {
    if (origin !== "server") return;
    const { history, written } = this.#truth;
    if (history === undefined || written?.has(taskId)) return;
    const isKnown = history.get(taskId)?.some((state) => isEqual(state, current)) ?? false;
    this.#hold(5, isKnown, `${taskId} was never in the reported state`);
  }

  // 5: each event says what its two states say.
  #matches(event: Change): void {
    const hold = (condition: boolean) => this.#hold(5, condition, `${event.type} does not fit its states: ${event.id}`);
    switch (event.type) {
      case "task.status_changed":
        hold(event.previous.status !== event.current.status);
        // Where a history was read, the state is the next one that the server itself recorded.
        hold(event.gap || event.at !== undefined || canMove(event.previous.status, event.current.status));
        return;
      case "assignment.created":
        hold(isLease(leaseOf(event.current), event.lease));
        hold(leaseOf(event.previous)?.assignee !== event.lease.assignee);
        return;
      case "assignment.released":
        hold(isLease(leaseOf(event.previous), event.lease));
        hold(event.current.assigned_to !== event.lease.assignee);
        return;
      case "assignment.extended":
        hold(leaseOf(event.previous)?.assignee === event.lease.assignee);
        hold(event.previousExpiresAt !== event.lease.expiresAt && isOpen(event.current));
        return;
      case "task.updated":
        hold(
          event.changed.length > 0 && event.changed.every((field) => event.previous[field] !== event.current[field]),
        );
        return;
      case "task.added":
      case "task.removed":
        return;
    }
  }

  #hold(promise: number, condition: boolean, violation: string): void {
    if (condition) return;
    const broken = new BrokenPromise(promise, violation);
    this.violations.push(broken.message);
    throw broken;
  }
}

type Announcement = Extract<WatchEvent, { readonly type: "assignment.expiring" | "assignment.expired" }>;

type Change = Exclude<Extract<WatchEvent, { readonly taskId: string }>, Announcement>;
