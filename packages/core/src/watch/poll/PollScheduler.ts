/**
 * When to send the next request, and which.
 *
 * There are two speeds. A *scan* reads all pages and is the only thing that shows everything; it is expensive when there are many pages.
 * Between scans, *point reads* read one hot task each (just written, just claimed, at its deadline, under lease), and the
 * evaluation's own counts say cheaply whether something moved. Three quarters of the budget are for scans, a quarter for the rest.
 *
 * 1. No request is due before the budget and the limiter allow it.
 * 2. The pause between scans is short when much changes and grows to `longest` when nothing does (`AdaptiveInterval`); hidden, it is `longest`.
 *    Scans of many pages begin no sooner after one another than the budget makes them.
 * 3. Where a scan is one page it costs what a point read costs, and is made instead. The evaluation has an eighth of the budget at most:
 *    its counts are looked at several times between two scans of many pages, and once for several of one.
 * 4. After a failure the pause doubles from `shortest` to `longest`, with jitter; offline nothing is due.
 * 5. A task whose lease is about to end, or has ended, is looked at at once: by a scan where that is as cheap and can begin soon, else by
 *    itself. A third of the reads is kept for these while one is near.
 * 6. Histories of results come after all looks at single tasks and after the pages of a scan under way. They may spend what looks at leases
 *    do not need, and half of what is for scans.
 * 7. Overdue work is coalesced: after any interruption exactly one scan is due, not one for each scan missed.
 * 8. A scan of many bytes is made up to four times less often than `longest` says once nothing has changed for long. The budget of bytes,
 *    where there is one, holds back only scans.
 *
 * Time is monotonic and in milliseconds; nothing here waits.
 */

import type { PendingHistory } from "../history/PendingHistory.ts";
import { AdaptiveInterval } from "./AdaptiveInterval.ts";
import { Budget, type Limiter } from "./Budget.ts";
import { ByteBudget } from "./ByteBudget.ts";

export interface Settings {
  readonly perMinute: number;
  readonly shortest: number;
  readonly longest: number;
  readonly limiter: Limiter;
  /** The most bytes of answers in a minute, on average. Default: as many as come. */
  readonly bytesPerMinute?: number | undefined;
  /** Whether the source can look at one task by itself. */
  readonly pointReads: boolean;
  /** Whether nothing else can be read before the evaluation. */
  readonly needsEvaluation?: boolean | undefined;
  /** The tasks that wait for the history of their result. */
  readonly history?: PendingHistory | undefined;
}

export type Step =
  | { readonly _tag: "Evaluation" }
  | { readonly _tag: "Page" }
  | { readonly _tag: "Task"; readonly taskId: string }
  | { readonly _tag: "History"; readonly taskId: string };

export interface Due {
  /** Infinite when nothing will be due until something happens. */
  readonly at: number;
  readonly step: Step;
  /** Whether it is to show the end of a lease that is about to end, or has ended. */
  readonly isLook?: boolean;
}

const minuteMillis = 60_000;

// For so long a look at a lease that is about to end, or has ended, waits for a scan, which shows all of them at once; where many end
// together they all wait as long as the second.
const scanWorthMillis = { near: 100, ended: 2_500 } as const;
const manyLooks = 8;

// A quiet scan of so many bytes is made half as often, one of many more a quarter as often.
const weightyBytes = 8 * 2 ** 20;
const mostWeight = 4;

export class PollScheduler {
  readonly #settings: Settings;
  readonly #scans: Budget;
  readonly #reads: Budget;
  readonly #bytes: ByteBudget;
  readonly #interval: AdaptiveInterval;
  // Bytes of the scan under way.
  #scanBytes = 0;
  #pause: number;
  #pages = 1;
  #isScanning = false;
  #pageSentAt = Number.NEGATIVE_INFINITY;
  #scanAt = Number.NEGATIVE_INFINITY;
  #scannedAt = Number.NEGATIVE_INFINITY;
  #evaluationAt = Number.NEGATIVE_INFINITY;
  #evaluatedAt = Number.NEGATIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #failed: Step["_tag"] | undefined;
  #isOnline = true;
  #isVisible = true;
  /** When each hot task is due. */
  readonly #refreshes = new Map<string, number>();
  /** The tasks whose lease is about to end or has ended, since when each is to be looked at, and until when it waits for a scan. */
  readonly #looks = new Map<string, { readonly at: number; readonly until: number }>();
  #isLookNear = false;
  // Tasks under lease, the next to end first: read at in turn while nothing hotter is due.
  #rotation: Array<string> = [];
  #rotationAt = Number.NEGATIVE_INFINITY;
  /** Tasks of which only a look at each can say whether they are gone. */
  #doubtful: Array<string> = [];

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#interval = new AdaptiveInterval(settings.shortest, settings.longest);
    this.#pause = settings.shortest;
    this.#bytes = new ByteBudget(settings.bytesPerMinute);
    const forReads = Math.floor(settings.perMinute / 4);
    this.#scans = new Budget(settings.perMinute - forReads, settings.limiter);
    this.#reads = forReads > 0 ? new Budget(forReads, settings.limiter) : this.#scans;
  }

  /** Requests allowed in a minute just now. */
  get allowed(): number {
    return this.#scans.allowed + (this.#reads === this.#scans ? 0 : this.#reads.allowed);
  }

  sentInLastMinute(now: number): number {
    return this.#scans.sentInLastMinute(now) + (this.#reads === this.#scans ? 0 : this.#reads.sentInLastMinute(now));
  }

  /** How many tasks under lease are worth glancing at between two scans. */
  get leaseRotation(): number {
    return this.#canReadTasks ? this.#reads.perMinute : 0;
  }

  /**
   * The next request and when it is due; of those due at once what has been due for longest comes first, so that none keeps the others
   * waiting for good where the budget of several watches lets few pass, and last of all what failed last: what fails again and again keeps
   * nothing else waiting. Once the evaluation is known, the first scan goes first.
   */
  next(now: number): Due {
    if (!this.#isOnline) return { at: Number.POSITIVE_INFINITY, step: { _tag: "Evaluation" } };
    const free = Math.max(now, this.#notBefore);
    const readsAt = Math.max(free, this.#reads.readyAt(now));
    const scansAt = Math.max(free, this.#scans.readyAt(now), this.#bytes.readyAt(now));
    // While hidden, do not poll between scans.
    const idleAt = this.#isVisible ? Number.NEGATIVE_INFINITY : this.#scanAt;
    const evaluationSince = Math.max(idleAt, this.#evaluationAt);
    const evaluation = {
      at: Math.max(readsAt, evaluationSince),
      since: evaluationSince,
      step: { _tag: "Evaluation" },
    } as const;
    if (this.#settings.needsEvaluation === true && !Number.isFinite(this.#evaluatedAt)) return evaluation;
    const dues: Array<Due & { readonly since: number }> = [evaluation];
    const lookAt = this.#looks.entries().next().value;
    if (lookAt !== undefined && this.#settings.pointReads && !this.#isScanWorth(scansAt, now)) {
      const look = {
        at: Math.max(readsAt, lookAt[1].at),
        since: lookAt[1].at,
        step: { _tag: "Task", taskId: lookAt[0] } as const,
        isLook: true,
      };
      // It is of no use later; nothing else is.
      if (look.at <= now && this.#failed !== "Task") return look;
      dues.push(look);
    }
    const doubtful = this.#doubtful[0];
    const pointRead =
      doubtful !== undefined
        ? { taskId: doubtful, at: idleAt, isRotation: false }
        : this.#canReadTasks
          ? this.#nextRefresh(idleAt)
          : undefined;
    if (pointRead !== undefined) {
      const spare = pointRead.isRotation && this.#isLookNear ? Math.floor(this.#reads.perMinute / 3) : 0;
      const at = Math.max(readsAt, pointRead.at, this.#reads.readyAt(now, spare));
      dues.push({ at, since: pointRead.at, step: { _tag: "Task", taskId: pointRead.taskId } });
    }
    const page = {
      at: this.#scanDueAt(scansAt, now),
      since: this.#isScanning ? this.#pageSentAt : this.#scanAt,
      step: { _tag: "Page" } as const,
      isLook: this.#isScanForLooks(now),
    };
    if (page.isLook && page.at <= now && this.#failed !== "Page") return page;
    const history = this.#nextHistory(free, now);
    if (this.#isScanning) dues.push(page, ...history);
    else dues.push(...history, page);
    const isFirstScan = Number.isFinite(this.#evaluatedAt) && !Number.isFinite(this.#scannedAt);
    const last = this.#failed ?? (isFirstScan ? "Evaluation" : undefined);
    const isLast = ({ step }: Due) => step._tag === last;
    return dues.reduce((first, due) => {
      if (due.at !== first.at) return due.at < first.at ? due : first;
      if (isLast(first) !== isLast(due)) return isLast(first) ? due : first;
      return due.since < first.since ? due : first;
    });
  }

  /** Whether a scan shows the end of a lease that is to be read now. */
  #isScanForLooks(now: number): boolean {
    if (this.#isScanning || this.#looks.size === 0 || this.#looks.size < this.#pages) return false;
    return [...this.#looks.values()].some(({ at }) => at <= now);
  }

  #nextHistory(free: number, now: number): ReadonlyArray<Due & { readonly since: number }> {
    const next = this.#settings.history?.next();
    if (next === undefined) return [];
    const at = Math.max(free, next.at, this.#bytes.readyAt(now), this.#historyBudget(now).at);
    return [{ at, since: next.at, step: { _tag: "History", taskId: next.taskId } }];
  }

  /** Which budget a history is spent from, and when. */
  #historyBudget(now: number): { readonly budget: Budget; readonly at: number } {
    const reads = { budget: this.#reads, at: this.#reads.readyAt(now, Math.floor(this.#reads.perMinute / 3)) };
    const scans = { budget: this.#scans, at: this.#scans.readyAt(now, Math.floor(this.#scans.perMinute / 2)) };
    return reads.at <= scans.at ? reads : scans;
  }

  #scanDueAt(scansAt: number, now: number): number {
    const scanAt = this.#isScanning ? now : Math.max(this.#scanAt, this.#scannedAt + this.#settings.shortest);
    return Math.max(scansAt, scanAt);
  }

  /** Whether a scan that can begin soon shows what all those looks would. */
  #isScanWorth(scansAt: number, now: number): boolean {
    if (this.#looks.size < this.#pages || this.#isScanning) return false;
    const dueAt = this.#scanDueAt(scansAt, now);
    if (this.#looks.size > manyLooks) return dueAt <= now + scanWorthMillis.ended;
    return [...this.#looks.values()].every(({ until }) => dueAt <= until);
  }

  /** When the next look at a lease that is about to end, or has ended, is due; infinite where none is. */
  get nextLookAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#looks.values()) next = Math.min(next, at);
    return next;
  }

  /** Whether there is a network. */
  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** When the next scan is due, in monotonic milliseconds. */
  get nextScanAt(): number {
    return this.#scanAt;
  }

  /** Whether the budget allows a request just now. */
  canSend(step: Step, now: number): boolean {
    return (step._tag === "Page" ? this.#scans : this.#reads).readyAt(now) <= now;
  }

  /** A request goes out. */
  sent(step: Step, now: number): void {
    switch (step._tag) {
      case "Page":
        this.#isScanning = true;
        this.#pageSentAt = now;
        this.#scans.spend(now);
        return;
      case "Evaluation":
        this.#evaluationAt = Number.POSITIVE_INFINITY;
        this.#reads.spend(now);
        return;
      case "History":
        this.#settings.history?.sent(step.taskId);
        this.#historyBudget(now).budget.spend(now);
        return;
      case "Task":
        this.forget(step.taskId);
        this.#rotationAt = now + Math.max(this.#pause, minuteMillis / this.#reads.allowed);
        this.#reads.spend(now);
        return;
    }
  }

  /** A request came back. */
  succeeded(): void {
    this.#failures = 0;
    this.#failed = undefined;
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }

  /** An answer of so many bytes came. */
  received(step: Step, bytes: number, now: number): void {
    this.#bytes.received(bytes, now);
    if (step._tag === "Page") this.#scanBytes += bytes;
  }

  /** A request failed. @param chance a number in [0, 1) */
  failed(step: Step, now: number, chance: number): void {
    this.#failures++;
    this.#failed = step._tag;
    const { shortest, longest } = this.#settings;
    const pause = Math.min(longest, shortest * 2 ** Math.min(this.#failures - 1, 30));
    this.#notBefore = now + pause * (0.5 + chance / 2);
    if (step._tag === "Evaluation") this.#evaluationAt = now;
    if (step._tag === "Task") this.#refreshes.set(step.taskId, now);
  }

  /** The evaluation was looked at. */
  evaluated(now: number, hasMoved: boolean): void {
    const { shortest, longest } = this.#settings;
    // Cheap beside a scan of many pages, and as expensive as a one-page scan.
    const pause = this.#canReadTasks
      ? Math.max(shortest, this.#pause / Math.min(this.#pages, 4))
      : Math.max(longest, this.#pause * 4);
    this.#evaluatedAt = now;
    this.#evaluationAt = Math.max(now + pause, this.#evaluationFrom);
    if (hasMoved) this.#scanAt = Math.min(this.#scanAt, now);
  }

  /**
   * A scan is over, complete or given up.
   *
   * @param began when it began: what became hot before has been looked at
   * @param leased the tasks under lease that end next, the first to end first
   */
  scanned(now: number, scan: { began: number; pages: number; hasMoved: boolean; leased: ReadonlyArray<string> }): void {
    const { longest } = this.#settings;
    this.#isScanning = false;
    this.#pages = Math.max(1, scan.pages);
    if (scan.hasMoved) this.#interval.noteChange(now);
    this.#pause = this.#interval.pauseAt(now);
    const budgeted = (this.#pages * minuteMillis) / this.#scans.allowed;
    this.#scannedAt = now;
    const isQuiet = !scan.hasMoved && this.#pause >= longest;
    const pause = isQuiet ? longest * this.#weightOf(this.#scanBytes) : this.#isVisible ? this.#pause : longest;
    this.#scanBytes = 0;
    this.#scanAt = Math.max(scan.began + budgeted, now + pause);
    if (scan.hasMoved) this.#evaluationAt = Math.min(this.#evaluationAt, Math.max(now, this.#evaluationFrom));
    for (const [taskId, at] of this.#refreshes) if (at <= scan.began) this.#refreshes.delete(taskId);
    for (const [taskId, { at }] of this.#looks) if (at <= scan.began) this.#looks.delete(taskId);
    if (this.#looks.size >= this.#pages)
      for (const { at } of this.#looks.values()) this.#scanAt = Math.min(this.#scanAt, at);
    if (this.#refreshes.size > 0) this.#hastenScan();
    this.#rotation = [...scan.leased];
    this.#rotationAt = now + Math.max(this.#pause, minuteMillis / this.#reads.allowed);
  }

  // While nothing moves a scan of many bytes is made less often: the evaluation's counts, looked at meanwhile, bring it forward.
  #weightOf(bytes: number): number {
    return this.#settings.pointReads && this.#pages > 1 ? Math.min(mostWeight, 1 + bytes / weightyBytes) : 1;
  }

  /** Something may have happened to a task: read it soon. */
  requestRefresh(taskId: string, now: number): void {
    this.noteActivity(now);
    this.#refreshes.set(taskId, now);
    this.#hastenScan();
  }

  /** Whether some lease says within a minute that it is about to end, or ends: reads are kept for that. */
  expectLook(isNear: boolean): void {
    this.#isLookNear = isNear;
  }

  /** The lease of a task is about to end (`isNear`), or has ended: read its task at the instant `at`. */
  requestLook({ taskId, isNear }: { readonly taskId: string; readonly isNear: boolean }, now: number, at = now): void {
    this.noteActivity(now);
    this.#looks.delete(taskId);
    this.#looks.set(taskId, { at, until: at + scanWorthMillis[isNear ? "near" : "ended"] });
    if (this.#looks.size >= this.#pages || !this.#settings.pointReads) this.#scanAt = Math.min(this.#scanAt, at);
  }

  /** The task needs no further read. */
  forget(taskId: string): void {
    this.#refreshes.delete(taskId);
    this.#looks.delete(taskId);
    this.#rotation = this.#rotation.filter((each) => each !== taskId);
    this.#doubtful = this.#doubtful.filter((each) => each !== taskId);
  }

  /** These tasks, and no others, are to be looked at to see whether they are gone; as many as a minute's budget for reads allows. */
  confirm(taskIds: Iterable<string>): void {
    this.#doubtful = [...taskIds].slice(0, this.#reads.perMinute);
  }

  /** Work is going on: keep the next pauses short. */
  noteActivity(now: number): void {
    this.#interval.noteActivity(now);
  }

  /** Only a scan can show what happened: make it due now. */
  requestFullScan(now: number): void {
    this.#scanAt = Math.min(this.#scanAt, now);
    this.#evaluationAt = Math.min(this.#evaluationAt, now);
  }

  /** Gives up the scan under way; the next page begins a new one. */
  abandon(): void {
    this.#isScanning = false;
  }

  /** The world is back, after sleep, a hidden tab or no network: everything is due, once. */
  wake(now: number): void {
    this.#notBefore = Number.NEGATIVE_INFINITY;
    this.noteActivity(now);
    this.requestFullScan(now);
  }

  /** Returns whether the world is back. */
  setEnvironment(isVisible: boolean, isOnline: boolean, now: number): boolean {
    const isBack = (isVisible && !this.#isVisible) || (isOnline && !this.#isOnline);
    if (!isVisible && this.#isVisible && !this.#isScanning) {
      this.#scanAt = Math.max(this.#scanAt, this.#scannedAt + this.#settings.longest);
    }
    this.#isVisible = isVisible;
    this.#isOnline = isOnline;
    if (isBack) this.wake(now);
    return isBack;
  }

  /** From when on the evaluation may be looked at again: each eighth request. */
  get #evaluationFrom(): number {
    return this.#evaluatedAt + (8 * minuteMillis) / this.allowed;
  }

  get #canReadTasks(): boolean {
    return this.#settings.pointReads && this.#pages > 1;
  }

  // As many reads of single tasks as a scan has pages cost as much and show less.
  #hastenScan(): void {
    if (this.#canReadTasks && this.#refreshes.size < this.#pages) return;
    for (const at of this.#refreshes.values()) this.#scanAt = Math.min(this.#scanAt, at);
  }

  #nextRefresh(
    idleAt: number,
  ): { readonly taskId: string; readonly at: number; readonly isRotation: boolean } | undefined {
    let next: { readonly taskId: string; readonly at: number; readonly isRotation: boolean } | undefined;
    for (const [taskId, at] of this.#refreshes) {
      if (next === undefined || at < next.at) next = { taskId, at, isRotation: false };
    }
    if (next !== undefined) return next;
    const taskId = this.#rotation[0];
    return taskId === undefined ? undefined : { taskId, at: Math.max(this.#rotationAt, idleAt), isRotation: true };
  }
}
