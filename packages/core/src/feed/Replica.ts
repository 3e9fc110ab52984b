/**
 * A follower's state: the feed's state, with the follower's own unsettled writes laid over it.
 *
 * 1. A visible change is reported as the publisher reported it; where an own write lies over the task, by the visible states.
 * 2. An own write is taken off when the feed has come to the mark that its publisher named, or after two whole scans of a
 *    publisher; each write by itself.
 * 3. A snapshot is reported as the differences from the state before, all at once.
 *
 * Nothing here waits or connects.
 */
import * as Cursor from "../watch/cursor/Cursor.ts";
import { types, type WatchEvent } from "../watch/event/Event.ts";
import * as EventsOf from "../watch/event/eventsOf.ts";
import { type EventContext, eventOfLease, eventsOfEvaluation } from "../watch/event/eventsOf.ts";
import * as TaskRow from "../watch/event/TaskRow.ts";
import { isSameLease } from "../watch/event/TaskVersion.ts";
import type { IssueLog } from "../watch/IssueLog.ts";
import type { Write } from "../watch/source/Source.ts";
import * as Changes from "../watch/state/Changes.ts";
import { Endings, patienceMillis } from "../watch/state/Endings.ts";
import { Store } from "../watch/state/Store.ts";
import { type Shown, WriteOverlays } from "../watch/state/WriteOverlays.ts";
import type { Expiry } from "../watch/time/Expiry.ts";
import type { Timekeeper } from "../watch/time/Timekeeper.ts";
import type { Health, Mark, News, NewsEntry, WireEvent } from "./Entry.ts";
import { type Ledger, leadOf } from "./Ledger.ts";

// A scan under way when a write ended proves nothing about it; the one after it does.
const scansToConfirm = 2;
// A beat that comes after a write has ended may have been written before; the one after it was not.
const beatsToBegin = 2;

/** A write that has ended, and shows until the feed is known to carry it. */
interface Ended {
  mark: Mark | undefined;
  /** How many beats of one epoch have come since, and how many scans were made by then. */
  epoch: number;
  beats: number;
  scans: number;
}

// A follower waits so much longer than its publisher before it reports the end of a lease by itself.
const publisherMillis = 5_000;

const justEnded = (): Ended => ({ mark: undefined, epoch: -1, beats: 0, scans: 0 });

const isReached = (at: Mark | undefined, mark: Mark): boolean =>
  at !== undefined && at.generation === mark.generation && at.epoch === mark.epoch && at.number >= mark.number;

const known = new Set<string>(types);

export class Replica {
  readonly store: Store;
  readonly origin: Cursor.CursorState | undefined;
  readonly #time: Timekeeper;
  readonly #writes = new WriteOverlays();
  readonly #endings = new Endings(patienceMillis + publisherMillis);
  readonly #ended = new Map<string, Ended>();
  readonly #started = new Set<string>();
  // Orders the writes heard of.
  #count = 0;
  #isComplete = false;
  #lastBeat: { readonly epoch: number; readonly scans: number } | undefined;
  // Scans between two beats of one publisher.
  #scansSince = 0;
  #isFresh: boolean;

  constructor(evaluationId: string, time: Timekeeper, issues: IssueLog, from?: Cursor.CursorState) {
    this.#time = time;
    this.origin = from;
    this.#isFresh = from === undefined;
    this.store = new Store(
      {
        evaluationId,
        evaluation: from?.evaluation,
        tasks: from?.tasks ?? new Map(),
        status: { _tag: "connecting", since: time.time() },
      },
      (error) => issues.report({ kind: "listener-failed", message: `a listener threw: ${String(error)}` }),
      from,
    );
  }

  get expiry(): Expiry {
    return this.store.leases.expiry;
  }

  /**
   * A feed says what is gone: once it is complete, it is as good as two scans. Those that its publisher has made since are counted as well, for
   * followers of this one.
   */
  get completeScans(): number {
    return this.#isComplete ? scansToConfirm + this.#scansSince : 0;
  }

  get passes(): number {
    return this.completeScans;
  }

  get unconfirmedWrites(): number {
    return this.#writes.size;
  }

  position(): Cursor.CursorState {
    return this.store.position();
  }

  taskOf(testCaseResultId: string): string | undefined {
    for (const { id, test_case_result_id } of this.store.tasks.values()) {
      if (test_case_result_id === testCaseResultId) return id;
    }
    return undefined;
  }

  /** A follower has seen nothing on the server itself. */
  leaseEvent(lease: TaskRow.Lease, lead: number, current: TaskRow.TaskRow): WatchEvent {
    return eventOfLease(lease, lead, current, {
      evaluationId: this.store.evaluationId,
      time: this.#time.eventTime(),
      errorMillis: this.#time.errorMillis(),
      seenAt: null,
      gap: lead === 0,
    });
  }

  /**
   * Emits due lease events by the server's clock; the end of a lease is left to the publisher, who can read it, for a while.
   *
   * @param isSilent whether the publisher is not heard of
   */
  announce(isSilent: boolean): void {
    const now = this.#time.serverTime();
    const at = this.#time.now();
    const events: Array<WatchEvent> = [];
    for (const moment of this.expiry.advance(now)) {
      const { lease, deadline, lead } = moment;
      const current = this.store.tasks.get(lease.taskId);
      if (current === undefined) continue;
      if (lead === 0) this.#endings.reached(moment, at);
      // Do not warn of something that has already happened: after a sleep only the end is reported.
      else if (deadline > now) events.push(this.leaseEvent(lease, lead, current));
    }
    for (const { lease } of this.#endings.take(at, isSilent)) {
      const current = this.store.tasks.get(lease.taskId);
      if (current === undefined || !isSameLease(TaskRow.leaseOf(current), lease)) continue;
      if (this.expiry.hasEnded(lease)) continue;
      this.expiry.remember(lease, 0);
      events.push(this.leaseEvent(lease, 0, current));
    }
    this.store.emit(events);
  }

  /** When an end is reported although the publisher has not reported it, in monotonic milliseconds. */
  get impatientAt(): number | undefined {
    return this.#endings.nextAt();
  }

  /** Takes the next news; returns the publisher's health where they speak of it. */
  takeNews({ news, time }: NewsEntry, at: Mark): Health | undefined {
    const rows = new Map<string, TaskRow.TaskRow | undefined>();
    const changes = new Map<string, Changes.Change>();
    const events: Array<WatchEvent> = [];
    let health: Health | undefined;
    const rowOf = (taskId: string) => (rows.has(taskId) ? rows.get(taskId) : this.store.tasks.get(taskId));
    for (const each of news) {
      if ("row" in each || "gone" in each) {
        const taskId = "row" in each ? String(each.row[0]) : each.gone;
        const before = rowOf(taskId);
        events.push(...this.#change(each, taskId, before, time, (row) => rows.set(taskId, row)));
      } else if ("clock" in each) events.push(...this.#clock(each.clock, rowOf, time));
      else if ("evaluation" in each) {
        // Emitted in its place among the rest.
        this.#flush(rows, changes, events.splice(0));
        const { evaluation } = this.store;
        const changed = eventsOfEvaluation(evaluation, each.evaluation, time);
        this.store.setEvaluation(each.evaluation, changed);
      } else if ("health" in each) {
        health = each.health;
        if (health.state === "synced") this.#isComplete = true;
      }
    }
    this.#flush(rows, changes, events);
    this.#settle((ended) => ended.mark !== undefined && isReached(at, ended.mark));
    return health;
  }

  /** Takes everything that a feed says. @param time when it said so, ISO 8601 by the publisher's clock */
  takeSnapshot(ledger: Ledger, time: string): void {
    const shown = new Map<string, TaskRow.TaskRow>();
    for (const [taskId, row] of ledger.tasks) {
      const visible = this.#writes.see(taskId, row, -1);
      if (visible !== undefined) shown.set(taskId, visible);
    }
    const changes = Changes.diff(this.store.tasks, shown);
    for (const [taskId, change] of changes) if (change._tag === "Removed") this.#writes.forget(taskId);
    const look = this.#look("server", { isInterrupted: !this.#isFresh, replay: this.#isFresh });
    this.store.apply(changes, { ...look, time });
    if (ledger.evaluation !== undefined) {
      const events = eventsOfEvaluation(this.store.evaluation, ledger.evaluation, time);
      this.store.setEvaluation(ledger.evaluation, events);
    }
    this.#isFresh = false;
    if (ledger.isComplete) this.#isComplete = true;
    this.#settle((ended) => ended.mark !== undefined && isReached(ledger.mark, ended.mark));
  }

  /** Hears from a beat how many whole scans its publisher has made in its epoch. */
  takeBeat(epoch: number, scans: number): void {
    if (epoch === this.#lastBeat?.epoch) this.#scansSince += Math.max(0, scans - this.#lastBeat.scans);
    this.#lastBeat = { epoch, scans };
    for (const ended of this.#ended.values()) {
      if (ended.epoch !== epoch) Object.assign(ended, { epoch, beats: 0 });
      ended.beats++;
      if (ended.beats <= beatsToBegin) ended.scans = scans;
    }
    this.#settle((ended) => ended.beats > beatsToBegin && scans - ended.scans >= scansToConfirm);
  }

  takeWrite(write: Write): void {
    const shown = this.#writes.hear(write, ++this.#count, (taskId) => this.store.tasks.get(taskId));
    if (write.phase === "started") this.#started.add(write.id);
    else {
      this.#started.delete(write.id);
      if (write.phase !== "refused") this.#ended.set(write.id, justEnded());
    }
    this.#show(shown, write.phase === "refused" ? "rollback" : "write");
  }

  /** The feed shows a write from `mark` on. */
  confirm(write: string, mark: Mark, at: Mark | undefined): void {
    const ended = this.#ended.get(write);
    if (ended === undefined) return;
    ended.mark = mark;
    this.#settle((one) => one === ended && isReached(at, mark));
  }

  /** Writes are reported again after a break: scans show how those that were under way have ended. */
  resume(): void {
    for (const id of this.#started) this.#ended.set(id, justEnded());
    this.#started.clear();
  }

  #change(
    news: Extract<News, { events: unknown; row: unknown } | { gone: unknown }>,
    taskId: string,
    before: TaskRow.TaskRow | undefined,
    time: string,
    set: (row: TaskRow.TaskRow | undefined) => void,
  ): ReadonlyArray<WatchEvent> {
    const beneath = "row" in news ? Cursor.rowOf(news.row) : undefined;
    const isOverlaid = this.#writes.has(taskId);
    const row = this.#writes.see(taskId, beneath, -1);
    if (beneath === undefined) this.#writes.forget(taskId);
    const next = beneath === undefined ? undefined : row;
    const change = Changes.between(before, next);
    if (change === undefined) return [];
    set(next);
    const events = news.events.filter(({ type }) => known.has(type));
    if (!isOverlaid && events.length > 0) {
      const { evaluationId } = this.store;
      const facts = { time, evaluationId, taskId, previous: before ?? null, current: next ?? null };
      return events.map((event) => ({ ...event, ...facts }) as unknown as WatchEvent);
    }
    return EventsOf.eventsOf(change, { ...this.#look("server", { isInterrupted: true, replay: false }), time });
  }

  #clock(
    carried: WireEvent & { readonly lease: TaskRow.Lease },
    rowOf: (taskId: string) => TaskRow.TaskRow | undefined,
    time: string,
  ): ReadonlyArray<WatchEvent> {
    const { lease } = carried;
    const { taskId, assignee, expiresAt } = lease;
    const lead = leadOf(carried);
    const isAnnounced = this.expiry
      .announced(taskId)
      .some((one) => isSameLease({ taskId, ...one }, lease) && one.lead <= lead);
    const current = rowOf(taskId);
    if (isAnnounced || expiresAt === null || current === undefined || !known.has(carried.type)) return [];
    this.expiry.restore(taskId, [{ assignee, expiresAt, lead }]);
    if (!isSameLease(TaskRow.leaseOf(current), lease)) return [];
    return [{ ...carried, time, evaluationId: this.store.evaluationId, taskId, current } as unknown as WatchEvent];
  }

  /** Makes the changes from the store's state to `rows`, and emits them. */
  #flush(
    rows: Map<string, TaskRow.TaskRow | undefined>,
    changes: Map<string, Changes.Change>,
    events: ReadonlyArray<WatchEvent>,
  ): void {
    for (const [taskId, row] of rows) {
      const before = this.store.tasks.get(taskId);
      const change = Changes.between(before, row);
      if (change !== undefined) changes.set(taskId, change);
    }
    this.store.take(changes, events);
    rows.clear();
    changes.clear();
  }

  #settle(isSettled: (ended: Ended) => boolean): void {
    for (const [id, ended] of [...this.#ended]) {
      if (!isSettled(ended)) continue;
      this.#ended.delete(id);
      this.#show(this.#writes.settle(id), "server");
    }
  }

  #show(shown: ReadonlyArray<Shown>, origin: EventContext["origin"]): void {
    const changes = new Map<string, Changes.Change>();
    for (const { taskId, row } of shown) {
      const change = Changes.between(this.store.tasks.get(taskId), row);
      if (change !== undefined) changes.set(taskId, change);
    }
    this.store.apply(changes, this.#look(origin, { isInterrupted: origin === "server", replay: false }));
  }

  #look(origin: EventContext["origin"], facts: Pick<EventContext, "isInterrupted" | "replay">): EventContext {
    const hasExpired = (lease: TaskRow.Lease) => this.expiry.hasEnded(lease);
    return { evaluationId: this.store.evaluationId, time: this.#time.eventTime(), origin, hasExpired, ...facts };
  }
}
