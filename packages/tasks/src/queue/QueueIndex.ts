/**
 * The views of a queue, kept up to date one change at a time.
 *
 * 1. After any changes every view equals one rebuilt from the current tasks.
 * 2. A change costs O(log n); a count O(log n); a list O(log n) and what it holds.
 * 3. Whether a lease is over depends on the time passed to a query, so views need no clock.
 *
 * `nowMillis` is the server's time in milliseconds since 1970.
 */
import type { TaskEvent } from "@evalwire/core";
import { checkOptions, Instant, lifecycle } from "@evalwire/core/contract";
import * as Lease from "../lease/Lease.ts";
import { type Estimate, estimate } from "./estimate.ts";
import { SortedSet } from "./SortedSet.ts";
import type { Held } from "./views.ts";
import { type QueueTask, type Rate, type Throughput, type TimeToLabel, WorkFigures } from "./WorkFigures.ts";

export interface QueueCounts {
  readonly total: number;
  /** PENDING and PENDING_REDO: held, ready or overdue. */
  readonly open: number;
  readonly held: number;
  /** Open and unassigned. */
  readonly ready: number;
  /** Still assigned although the lease has expired. */
  readonly overdue: number;
  /** NOT_READY: waits for something upstream. */
  readonly blocked: number;
  readonly done: number;
}

export interface QueueOptions {
  /** Which end of the priorities stands first in `ready`; the platform's direction is not documented. Default `high-first`. */
  readonly priorityOrder?: "high-first" | "low-first";
}

const optionNames: Record<keyof QueueOptions, true> = { priorityOrder: true };

interface Entry<T> {
  readonly task: T;
  readonly lease: Lease.Lease | undefined;
  /** Of the lease, in milliseconds since 1970. */
  readonly deadline: number;
  readonly place: number;
}

const byNumber = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
const byId = <T extends QueueTask>(a: Entry<T>, b: Entry<T>): number => byNumber(a.place, b.place);
const byDeadline = <T extends QueueTask>(a: Entry<T>, b: Entry<T>): number =>
  byNumber(a.deadline, b.deadline) || byId(a, b);

const heldOf = <T>({ task, lease }: Entry<T>): Held<T> => ({ task, lease: lease! });

export class QueueIndex<T extends QueueTask> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #figures = new WorkFigures();
  readonly #leased = new SortedSet<Entry<T>>(byDeadline);
  readonly #byAssignee = new Map<string, SortedSet<Entry<T>>>();
  readonly #free: SortedSet<Entry<T>>;
  readonly #blocked = new SortedSet<Entry<T>>(byId);
  #done = 0;
  #open = 0;
  #places = 0;

  constructor(tasks: Iterable<T> = [], options: QueueOptions = {}) {
    checkOptions("queue", options, optionNames);
    const { priorityOrder = "high-first" } = options;
    const sign = priorityOrder === "high-first" ? -1 : 1;
    const priority = ({ task }: Entry<T>) => task.priority ?? 0;
    this.#free = new SortedSet((a, b) => sign * byNumber(priority(a), priority(b)) || byId(a, b));
    for (const task of tasks) this.set(task);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): T | undefined {
    return this.#entries.get(id)?.task;
  }

  /** Adds a task, or puts it in the place of its earlier version. `seenAt` is when the change was seen, in milliseconds since 1970. */
  set(task: T, seenAt?: number): void {
    const before = this.#entries.get(task.id);
    if (before?.task === task) return;
    const lease = Lease.of(task);
    const deadline = lease === undefined ? Number.POSITIVE_INFINITY : Lease.deadline(lease);
    const entry = { task, lease, deadline, place: before?.place ?? this.#places++ };
    if (before !== undefined) this.#count(before, -1);
    this.#entries.set(task.id, entry);
    this.#count(entry, 1);
    this.#figures.set(before?.task, task, seenAt);
  }

  delete(id: string): void {
    const before = this.#entries.get(id);
    if (before === undefined) return;
    this.#count(before, -1);
    this.#entries.delete(id);
    this.#figures.delete(id);
  }

  #count(entry: Entry<T>, by: 1 | -1): void {
    const change = (set: SortedSet<Entry<T>>) => (by === 1 ? set.add(entry) : set.delete(entry));
    const { task, lease } = entry;
    if (lifecycle.isDone(task.status)) this.#done += by;
    if (task.status === "NOT_READY") change(this.#blocked);
    if (!lifecycle.isOpen(task.status)) return;
    this.#open += by;
    if (lease === undefined) {
      change(this.#free);
      return;
    }
    change(this.#leased);
    const own = this.#byAssignee.get(lease.assignee) ?? new SortedSet<Entry<T>>(byDeadline);
    change(own);
    if (own.size === 0) this.#byAssignee.delete(lease.assignee);
    else this.#byAssignee.set(lease.assignee, own);
  }

  /** Takes what a watch says of a task; other events change nothing. */
  apply(event: TaskEvent): void {
    if (event.type === "task.removed") this.delete(event.taskId);
    else {
      const isReplay = event.type === "task.added" && event.replay;
      this.set(event.current as unknown as T, isReplay ? undefined : Instant.epochMillis(event.time));
    }
  }

  counts(nowMillis: number): QueueCounts {
    const overdue = this.#overdue(this.#leased, nowMillis);
    const held = this.#leased.size - overdue;
    const [open, ready, blocked, done] = [this.#open, this.#free.size, this.#blocked.size, this.#done];
    return { total: this.size, open, held, ready, overdue, blocked, done };
  }

  /** The held tasks, those that expire next first; `limit` of them at most. */
  held(nowMillis: number, limit = Number.POSITIVE_INFINITY): ReadonlyArray<Held<T>> {
    return this.#from(this.#leased, this.#overdue(this.#leased, nowMillis), limit);
  }

  /** The tasks whose lease ends within `withinMillis`, next first; not those that have ended. */
  expiring(nowMillis: number, withinMillis: number): ReadonlyArray<Held<T>> {
    const from = this.#overdue(this.#leased, nowMillis);
    const to = this.#leased.rank(({ deadline }) => deadline <= nowMillis + withinMillis);
    return [...this.#leased.range(from, to)].map(heldOf);
  }

  /** The tasks that are still assigned although their lease has expired, longest over first. */
  overdue(nowMillis: number): ReadonlyArray<Held<T>> {
    return [...this.#leased.range(0, this.#overdue(this.#leased, nowMillis))].map(heldOf);
  }

  /** The open tasks that are not held, the first in the queue first, then those whose lease has expired; `limit` of them at most. */
  ready(nowMillis: number, limit = Number.POSITIVE_INFINITY): ReadonlyArray<T> {
    const free = [...this.#free.range(0, Math.min(limit, this.#free.size))].map(({ task }) => task);
    const overdue = Math.min(limit - free.length, this.#overdue(this.#leased, nowMillis));
    return [...free, ...[...this.#leased.range(0, overdue)].map(({ task }) => task)];
  }

  /** The tasks that wait for something upstream. */
  blocked(): ReadonlyArray<T> {
    return [...this.#blocked].map(({ task }) => task);
  }

  /** The tasks one person holds, next to expire first. */
  heldBy(assignee: string, nowMillis: number): ReadonlyArray<Held<T>> {
    const own = this.#byAssignee.get(assignee);
    return own === undefined ? [] : this.#from(own, this.#overdue(own, nowMillis), Number.POSITIVE_INFINITY);
  }

  /** How many tasks each person holds. */
  loads(nowMillis: number): ReadonlyMap<string, number> {
    const loads = [...this.#byAssignee].map(([who, own]) => [who, own.size - this.#overdue(own, nowMillis)] as const);
    return new Map(loads.filter(([, held]) => held > 0));
  }

  /** Tasks handed in within the last `windowMillis` (an hour when left out), in all and by person. */
  throughput(
    nowMillis: number,
    windowMillis = 3_600_000,
  ): { readonly all: Throughput; readonly by: ReadonlyMap<string, Throughput> } {
    return this.#figures.throughput(nowMillis, windowMillis);
  }

  /** How long tasks took, in seconds: as the platform has it where a watch includes `time_spent_labeling_s`, else as it was seen. */
  timeToLabel(): TimeToLabel {
    return this.#figures.timeToLabel();
  }

  /** Of the tasks handed in at least once, how many were sent back at least once. */
  redoRate(): Rate {
    return this.#figures.redoRate();
  }

  /** Of the tasks an auditor has judged, how many were approved without having been corrected or sent back. */
  firstPassAcceptance(): Rate {
    return this.#figures.firstPassAcceptance();
  }

  /**
   * How long what is open and blocked will take at the rate of the last `windowMillis` (an hour when left out), or of the time since work began
   * where that is less; see `estimate`.
   */
  timeLeft(nowMillis: number, windowMillis = 3_600_000): Estimate {
    return estimate({ ...this.#figures.pace(nowMillis, windowMillis), remaining: this.#open + this.#blocked.size });
  }

  #overdue(set: SortedSet<Entry<T>>, nowMillis: number): number {
    return set.rank(({ deadline }) => deadline <= nowMillis);
  }

  #from(set: SortedSet<Entry<T>>, from: number, limit: number): ReadonlyArray<Held<T>> {
    return [...set.range(from, Math.min(set.size, from + limit))].map(heldOf);
  }
}

/**
 * The views of a queue, to be kept up to date with `set`, `delete` and `apply`; see `QueueIndex`.
 *
 * @example
 * ```ts
 * import { queue } from "@evalwire/tasks";
 *
 * const now = Date.UTC(2030, 0, 1);
 * const index = queue.index([
 *   { id: "t1", status: "PENDING", priority: 1 },
 *   { id: "t2", status: "PENDING", priority: 5 },
 *   { id: "t3", status: "PENDING", assigned_to: "ada", assignment_expires_at: "2030-01-01T00:15:00Z" },
 * ]);
 * index.ready(now).map(({ id }) => id); // => ["t2", "t1"]
 * index.set({ id: "t2", status: "COMPLETED" });
 * index.counts(now); // => { total: 3, open: 2, held: 1, ready: 1, overdue: 0, blocked: 0, done: 1 }
 * ```
 */
export const index = <T extends QueueTask>(tasks?: Iterable<T>, options?: QueueOptions): QueueIndex<T> =>
  new QueueIndex(tasks, options);
