/**
 * The state of a watch, and its subscribers. The only place where the state changes.
 *
 * 1. A change and its events are one step: no read or subscription falls in between.
 * 2. A snapshot is immutable and the same reference until something in it changes; so are its `tasks` and `leases` apart.
 * 3. A listener or subscriber that throws, is slow or closes others from within affects no other.
 */

import { Listeners } from "../../client/Listeners.ts";
import type { CursorState } from "../cursor/Cursor.ts";
import type { EvaluationRow, WatchEvent } from "../event/Event.ts";
import { type EventContext, eventsOf } from "../event/eventsOf.ts";
import type * as TaskRow from "../event/TaskRow.ts";
import type { WatchStatus } from "../Status.ts";
import { Consumers } from "../subscription/Consumers.ts";
import type { Subscription } from "../subscription/Subscription.ts";
import type { Changes, Tasks } from "./Changes.ts";
import * as Change from "./Changes.ts";
import { Leases } from "./Leases.ts";
import * as Snapshot from "./Snapshot.ts";

/** Receives events: a subscription, or a tap. */
export type EventSink = Pick<Subscription, "push" | "end"> & { readonly size?: number };

export class Store {
  readonly evaluationId: string;
  #tasks: Map<string, TaskRow.TaskRow>;
  readonly leases = new Leases();
  // Whether a caller may hold the map: then it is copied before the next change.
  #areTasksShared = false;
  #leaseView: Snapshot.LeaseView | undefined;
  // The last map of leases that was made, for the next to keep what still stands.
  #leaseMap: ReadonlyMap<string, TaskRow.Lease> | undefined;
  #evaluation: EvaluationRow | undefined;
  #status: WatchStatus;
  #snapshot: Snapshot.WatchSnapshot | undefined;
  readonly #subscribers = new Set<EventSink>();
  readonly #taps = new Set<EventSink>();
  readonly #listeners: Listeners;
  #emitted = 0;
  #order = 0;
  /** Where all subscriptions together stand. */
  readonly consumers: Consumers;

  /**
   * @param onFailure receives each error that a listener throws
   * @param origin where an earlier process stood
   */
  constructor(
    initial: Omit<Snapshot.WatchSnapshot, "leases">,
    onFailure: (error: unknown) => void,
    origin?: CursorState,
  ) {
    this.evaluationId = initial.evaluationId;
    this.#status = initial.status;
    this.#tasks = new Map(initial.tasks);
    this.#evaluation = initial.evaluation;
    this.#listeners = new Listeners(onFailure);
    this.consumers = new Consumers(origin);
    for (const row of initial.tasks.values()) this.leases.take(row.id, row);
    if (origin !== undefined) this.leases.restore(origin.announced, (taskId) => this.#tasks.has(taskId));
  }

  /** The tasks as they are now, for reading at once; a snapshot's are for keeping. */
  get tasks(): Tasks {
    return this.#tasks;
  }

  get evaluation(): EvaluationRow | undefined {
    return this.#evaluation;
  }

  get status(): WatchStatus {
    return this.#status;
  }

  /** How many subscribers there are, listeners of `onChange` included. */
  get subscribers(): number {
    return this.#subscribers.size + this.#listeners.size;
  }

  /** How many events wait in the longest queue of a subscriber. */
  get waiting(): number {
    let most = 0;
    for (const { size = 0 } of this.#subscribers) if (size > most) most = size;
    return most;
  }

  /** How many events have been emitted to subscribers. */
  get emitted(): number {
    return this.#emitted;
  }

  snapshot(): Snapshot.WatchSnapshot {
    if (this.#snapshot === undefined) {
      this.#areTasksShared = true;
      this.#leaseView ??= new Snapshot.LeaseView(this.#tasks, () => this.#leaseMap);
      const { evaluationId } = this;
      const facts = { evaluationId, evaluation: this.#evaluation, tasks: this.#tasks, status: this.#status };
      this.#snapshot = Snapshot.make(facts, this.#leaseView);
    }
    return this.#snapshot;
  }

  /** The events emitted so far, to any receiver. */
  position(): CursorState {
    const { evaluationId, evaluation, tasks } = this.snapshot();
    return { evaluationId, evaluation, tasks, announced: new Map(this.leases.expiry.remembered), owed: [] };
  }

  /** The present snapshot with another status. */
  snapshotWith(status: WatchStatus): Snapshot.WatchSnapshot {
    const { evaluationId, evaluation, tasks } = this.snapshot();
    return Snapshot.make({ evaluationId, evaluation, tasks, status }, this.#leaseView!);
  }

  /** Makes the changes and emits their events. */
  apply(changes: Changes, context: EventContext): void {
    if (changes.size === 0) return;
    const events: Array<WatchEvent> = [];
    if (this.#subscribers.size > 0 || this.#taps.size > 0) {
      for (const change of changes.values()) events.push(...eventsOf(change, context));
    }
    this.take(changes, events);
  }

  /** Makes the changes, and emits events that were made for them elsewhere. */
  take(changes: Changes, events: ReadonlyArray<WatchEvent>): void {
    if (changes.size > 0) this.#patch(changes);
    this.emit(events);
    if (changes.size > 0) this.#changed();
  }

  /** Emits events that change no task. */
  emit(events: ReadonlyArray<WatchEvent>): void {
    if (events.length === 0) return;
    if (this.#subscribers.size > 0) this.#emitted += events.length;
    this.#order++;
    for (const sink of [...this.#taps, ...this.#subscribers]) sink.push(events, this.#order);
  }

  setEvaluation(evaluation: EvaluationRow, events: ReadonlyArray<WatchEvent>): void {
    this.#evaluation = evaluation;
    this.emit(events);
    this.#changed();
  }

  setStatus(status: WatchStatus, events: ReadonlyArray<WatchEvent> = []): void {
    this.#status = status;
    this.emit(events);
    this.#changed();
  }

  add(subscriber: EventSink): void {
    this.#subscribers.add(subscriber);
  }

  delete(subscriber: EventSink): void {
    this.#subscribers.delete(subscriber);
  }

  /** Sends `sink` every event from now on; it does not count as a subscriber. */
  tap(sink: EventSink): void {
    this.#taps.add(sink);
  }

  /** Calls `notify` after each change of the snapshot; returns its undo. */
  listen(notify: () => void): () => void {
    return this.#listeners.add(notify);
  }

  /** Ends all subscriptions: what waits for them is still given, then `error`. */
  end(error?: Error): void {
    for (const sink of [...this.#taps, ...this.#subscribers]) sink.end(error);
  }

  #patch(changes: Changes): void {
    if (this.#areTasksShared) {
      this.#tasks = new Map(this.#tasks);
      this.#areTasksShared = false;
    }
    let haveLeasesChanged = false;
    for (const [id, change] of changes) {
      const next = Change.nextOf(change);
      if (next === undefined) this.#tasks.delete(id);
      else this.#tasks.set(id, next);
      if (this.leases.take(id, next)) haveLeasesChanged = true;
    }
    if (!haveLeasesChanged) return;
    this.#leaseMap = this.#leaseView?.made ?? this.#leaseMap;
    this.#leaseView = undefined;
  }

  #changed(): void {
    this.#snapshot = undefined;
    this.#listeners.notify();
  }
}
