/**
 * A subscriber that checks each event of a watch against what a watch promises (the numbered sentences at `Watch`), and against what is
 * known of the server: use it in tests of programs that make or forward events.
 *
 * It keeps its own copy of the tasks by applying the events, so its `tasks` must equal the watch's snapshot.
 */
import type { WatchEvent } from "../watch/Event.ts";
import { isOpen, type Lease, leaseOf, type TaskRow } from "../watch/TaskRow.ts";
import { isSame, isSameLease } from "../watch/TaskVersion.ts";
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
}

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
  readonly tasks = new Map<string, TaskRow>();
  /** All events, in order. */
  readonly events: Array<WatchEvent> = [];
  /** The promises that were broken, each with its number. */
  readonly violations: Array<string> = [];
  readonly #truth: Truth;
  readonly #changing = new Map<string, { readonly previous: TaskRow | null; readonly current: TaskRow | null }>();
  readonly #moments = new Set<string>();
  /** Stops checking. */
  readonly unsubscribe: () => void;

  /** Subscribes. A broken promise is also thrown, so that the watch reports it as an issue of kind `listener-failed`. */
  constructor(watch: { subscribe(listener: (event: WatchEvent) => void): () => void }, truth: Truth = {}) {
    this.#truth = truth;
    this.unsubscribe = watch.subscribe((event) => {
      this.events.push(event);
      this.#check(event);
    });
  }

  /** How many events of a type there were. */
  count(type: WatchEvent["type"]): number {
    return this.events.filter((event) => event.type === type).length;
  }

  #check(event: WatchEvent): void {
    this.#hold(isJson(event), `${event.type} is no plain JSON`);
    switch (event.type) {
      case "assignment.expiring":
      case "assignment.expired": {
        const { taskId, assignee, expiresAt } = event.lease;
        const lead = event.type === "assignment.expiring" ? event.leadMillis : 0;
        const moment = `${taskId} ${assignee} ${expiresAt} ${lead}`;
        this.#hold(!this.#moments.has(moment), `9: ${event.type} twice: ${moment}`);
        this.#moments.add(moment);
        const deadline = instantOf(expiresAt ?? "") ?? Number.NaN;
        const { now, hasDate = true } = this.#truth;
        // Of a lease that is gone when its deadline may have come, the clock's error leaves open whether it has.
        const error = lead === 0 && this.#isOver(event.lease) ? 2 * (event.errorMillis ?? 0) : 0;
        const isEarly = now !== undefined && hasDate && !(this.#truth.now!() >= deadline - lead - error);
        this.#hold(!isEarly, `9: ${event.type} early: ${moment}`);
        this.#hold(
          isLease(leaseOf(event.current), event.lease),
          `9: ${event.type} of a lease that does not stand: ${moment}`,
        );
        return;
      }
      case "task.added":
      case "task.removed":
      case "task.status_changed":
      case "task.updated":
      case "assignment.created":
      case "assignment.released":
      case "assignment.extended": {
        const { taskId, previous, current } = event;
        const changing = this.#changing.get(taskId);
        // Several events may report one change: they carry the same two states.
        if (changing?.previous === previous && changing.current === current) {
          this.#matches(event);
          return;
        }
        this.#changing.set(taskId, { previous, current });
        const isNext = isEqual(this.tasks.get(taskId) ?? null, previous);
        this.#hold(isNext, `2: ${event.type} of ${taskId} does not follow the state before it`);
        if (current === null) this.tasks.delete(taskId);
        else this.tasks.set(taskId, current);
        this.#isReal(event.origin, taskId, current);
        this.#matches(event);
        return;
      }
      case "evaluation.progressed":
      case "evaluation.status_changed":
      case "watch.synced":
      case "watch.degraded":
      case "watch.recovered":
        return;
    }
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
    this.#hold(isKnown, `5: ${taskId} was never in the reported state`);
  }

  // Each event says what its two states say.
  #matches(event: WatchEvent): void {
    const hold = (condition: boolean) => this.#hold(condition, `${event.type} does not fit its states: ${event.id}`);
    switch (event.type) {
      case "task.status_changed":
        hold(event.previous.status !== event.current.status);
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
        hold(event.changed.every((field) => event.previous[field] !== event.current[field]));
        return;
      default:
        return;
    }
  }

  #hold(condition: boolean, violation: string): void {
    if (condition) return;
    this.violations.push(violation);
    throw new Error(violation);
  }
}
