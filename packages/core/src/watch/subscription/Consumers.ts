/**
 * Where the subscriptions of a watch stand: what is known, less what one of them has been given, or waits for, and has not finished.
 *
 * 1. Of several subscriptions the one that is furthest behind counts, for each task by itself.
 * 2. When the last one leaves, its place stays until another one comes. Those that leave in one turn, as when a watch is closed, leave
 *    together.
 * 3. Of a change of which some events are finished, the others are kept with the position; so is what the clock said of leases.
 *
 * Nothing is counted in advance: the queues themselves know the unfinished events.
 */
import type { CursorState } from "../cursor/Cursor.ts";
import type { EvaluationRow, TaskEvent, WatchEvent } from "../event/Event.ts";
import type { TaskRow } from "../event/TaskRow.ts";
import { ShardedMap } from "./ShardedMap.ts";
import type { Subscription, Unfinished } from "./Subscription.ts";

/** How a task stands for those who are behind. */
interface Place {
  /** The first change that is not finished, by its place among all events; infinite where there is none. */
  order: number;
  /** Whether some events of that change are finished. */
  isBegun: boolean;
  row: TaskRow | undefined;
  /** The events of that change that are not finished, where some are. */
  rest: Array<WatchEvent> | undefined;
  /** Unfinished events of the clock, by id. */
  clocked: Map<string, WatchEvent> | undefined;
}

const nowhere = (): Place => ({
  order: Number.POSITIVE_INFINITY,
  isBegun: false,
  row: undefined,
  rest: undefined,
  clocked: undefined,
});

// Events that are looked at between two turns: about a millisecond.
const eventsInSlice = 1_000;

// To pass over one of another task takes so much of the time for one that counts.
const otherInSlice = 0.1;

/** The unfinished events, to be taken off the known state. */
export class Behind {
  readonly #places = new ShardedMap<Place>();
  /** Of each replay that is not over: the tasks that were given. */
  readonly #given: Array<ReadonlySet<string>> = [];
  #evaluation: { readonly order: number; readonly row: EvaluationRow | undefined } | undefined;

  /** The tasks it is asked about; all where not given. */
  readonly #of: ReadonlySet<string> | undefined;

  private constructor(of: ReadonlySet<string> | undefined) {
    this.#of = of;
  }

  /**
   * Looks through the unfinished events of this moment, in slices, so that many of them do not keep others waiting. A change between two
   * slices is not seen: its task has to be asked about again.
   */
  static *of(consumers: Iterable<Subscription>, of?: ReadonlySet<string>): Generator<undefined, Behind, void> {
    const behind = new Behind(of);
    const unfinished: Array<Iterable<Unfinished>> = [];
    for (const consumer of consumers) {
      if (consumer.given !== undefined) behind.#given.push(consumer.given);
      if (!consumer.isLevel) unfinished.push(consumer.unfinished());
    }
    for (const events of unfinished) yield* behind.#add(events);
    return behind;
  }

  get isNothing(): boolean {
    return this.#places.size === 0 && this.#given.length === 0 && this.#evaluation === undefined;
  }

  /** Whether some replay has yet to show what has been announced of leases. */
  get isReplaying(): boolean {
    return this.#given.length > 0;
  }

  /**
   * A task as it stands for the one furthest behind, and events that it is owed as they were emitted.
   *
   * @param known the task as it is known
   */
  standing(
    taskId: string,
    known: TaskRow | undefined,
  ): { readonly row: TaskRow | undefined; readonly owed: ReadonlyArray<WatchEvent> } {
    if (this.#given.some((given) => !given.has(taskId))) return { row: undefined, owed: [] };
    const place = this.#places.get(taskId);
    if (place === undefined) return { row: known, owed: [] };
    return {
      row: Number.isFinite(place.order) ? place.row : known,
      owed: [...(place.rest ?? []), ...(place.clocked?.values() ?? [])],
    };
  }

  /** The tasks that a consumer is behind with; some of them may be gone by now. */
  get taskIds(): Iterable<string> {
    return this.#places.keys();
  }

  evaluation(known: EvaluationRow | undefined): EvaluationRow | undefined {
    return this.#evaluation === undefined ? known : this.#evaluation.row;
  }

  /** A position without what is not finished. */
  from(known: CursorState): CursorState {
    if (this.isNothing) return known;
    const tasks = new Map<string, TaskRow>();
    const owed: Array<WatchEvent> = [...known.owed];
    for (const taskId of new Set([...known.tasks.keys(), ...this.#places.keys()])) {
      const standing = this.standing(taskId, known.tasks.get(taskId));
      if (standing.row !== undefined) tasks.set(taskId, standing.row);
      owed.push(...standing.owed);
    }
    const announced: CursorState["announced"] = this.isReplaying ? new Map() : known.announced;
    return { ...known, evaluation: this.evaluation(known.evaluation), tasks, announced, owed };
  }

  *#add(events: Iterable<Unfinished>): Generator<undefined, void, void> {
    let left = eventsInSlice;
    // Of one subscription the first change of a task counts, and of several the earliest of these.
    const changed = new ShardedMap<Place>();
    for (const { event, order, begun } of events) {
      const isOther = this.#of !== undefined && "taskId" in event && !this.#of.has(event.taskId);
      left -= isOther ? otherInSlice : 1;
      if (left <= 0) {
        left = eventsInSlice;
        yield;
      }
      if (isOther) continue;
      if ("taskId" in event) this.#addTask(changed, event, order, begun !== undefined);
      else if ("previous" in event && (this.#evaluation === undefined || order < this.#evaluation.order)) {
        this.#evaluation = { order, row: event.previous ?? undefined };
      }
    }
    for (const [taskId, one] of changed) {
      if (--left <= 0) {
        left = eventsInSlice;
        yield;
      }
      const place = this.#place(taskId);
      const isEarlier = one.order < place.order || (one.order === place.order && place.isBegun && !one.isBegun);
      if (isEarlier) Object.assign(place, { order: one.order, isBegun: one.isBegun, row: one.row, rest: one.rest });
    }
  }

  #addTask(changed: ShardedMap<Place>, event: TaskEvent, order: number, isBegun: boolean): void {
    if (!("previous" in event)) {
      const place = this.#place(event.taskId);
      place.clocked ??= new Map();
      place.clocked.set(event.id, event);
      return;
    }
    const before = changed.get(event.taskId);
    if (before === undefined) {
      const row = (isBegun ? event.current : event.previous) ?? undefined;
      changed.set(event.taskId, { ...nowhere(), order, isBegun, row, rest: isBegun ? [event] : undefined });
    } else if (isBegun) before.rest = [...(before.rest ?? []), event];
  }

  #place(taskId: string): Place {
    const known = this.#places.get(taskId);
    if (known !== undefined) return known;
    const place = nowhere();
    this.#places.set(taskId, place);
    return place;
  }
}

/** The result of what can be done in slices. */
export const atOnce = <A>(slices: Iterator<undefined, A, void>): A => {
  for (;;) {
    const { done, value } = slices.next();
    if (done === true) return value;
  }
};

/** The subscriptions whose places count together. */
export class Consumers {
  readonly #open = new Set<Subscription>();
  /** The last that left, and what was known then. */
  #left: { readonly consumers: ReadonlyArray<Subscription>; readonly known: CursorState } | undefined;
  readonly #movers = new Set<(event: WatchEvent | undefined) => void>();
  /** Those that left in this turn. */
  #leaving: Array<Subscription> = [];
  /** The position of an earlier process, until a consumer comes. */
  #origin: CursorState | undefined;

  constructor(origin: CursorState | undefined) {
    this.#origin = origin;
  }

  /**
   * Calls `listener` with each event that is finished, and with none when more may have moved: a consumer came or left. Returns its undo.
   */
  onMove(listener: (event: WatchEvent | undefined) => void): () => void {
    this.#movers.add(listener);
    return () => this.#movers.delete(listener);
  }

  /** An event is finished. */
  moved(event: WatchEvent | undefined): void {
    for (const listener of this.#movers) listener(event);
  }

  /** Counts a subscription from now on. */
  add(consumer: Subscription): void {
    this.#open.add(consumer);
    this.#left = undefined;
    this.#origin = undefined;
    this.moved(undefined);
  }

  /**
   * A subscription takes nothing more.
   *
   * @param known what is known at this moment
   */
  leave(consumer: Subscription, known: () => CursorState): void {
    if (!this.#open.delete(consumer)) return;
    if (this.#leaving.length === 0) {
      queueMicrotask(() => {
        this.#leaving = [];
      });
    }
    this.#leaving.push(consumer);
    if (this.#open.size === 0) this.#left = { consumers: [...this.#leaving], known: known() };
    else if (!consumer.isLevel) this.moved(undefined);
  }

  /** The unfinished events of the present consumers, or of the last: of these tasks, where some are given, else of all. */
  behind(of?: ReadonlySet<string>): Generator<undefined, Behind, void> {
    return Behind.of(this.#left?.consumers ?? this.#open, of);
  }

  /** The state at which the last consumer left; `undefined` where that is the current one. */
  get known(): CursorState | undefined {
    return this.#left?.known;
  }

  /** Where no consumer has begun, or one has not: the position of an earlier process. */
  get before(): CursorState | undefined {
    for (const { before } of this.#left?.consumers ?? this.#open) if (before !== undefined) return before;
    return this.#origin;
  }

  /** @param known what is known now */
  position(known: () => CursorState): CursorState {
    if (this.before !== undefined) return this.before;
    return atOnce(this.behind()).from(this.known ?? known());
  }
}
