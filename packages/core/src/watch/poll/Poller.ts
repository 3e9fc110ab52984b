/**
 * Keeps one evaluation's state true for as long as it is wanted; shared by the watches of an evaluation.
 *
 * It works while it is held, and rests when it is not; set to work again it catches up from where it was.
 */
import { Listeners } from "../../client/Listeners.ts";
import type { CursorState } from "../cursor/Cursor.ts";
import type { Engine } from "../Engine.ts";
import { EngineRun } from "../EngineRun.ts";
import { PendingHistory } from "../history/PendingHistory.ts";
import { IssueLog } from "../IssueLog.ts";
import * as Stats from "../Stats.ts";
import type { Include } from "../source/Include.ts";
import type { PageSize } from "../source/PageSize.ts";
import type { Capabilities, Source, Write } from "../source/Source.ts";
import { lookLeadMillis } from "../state/LeaseReports.ts";
import { Reconciler } from "../state/Reconciler.ts";
import type { Store } from "../state/Store.ts";
import { Timekeeper } from "../time/Timekeeper.ts";
import type { Polling } from "../WatchOptions.ts";
import { Health } from "./Health.ts";
import { Loop, type LoopDeps, type Tally } from "./Loop.ts";
import { PollScheduler } from "./PollScheduler.ts";

export class Poller implements Engine {
  readonly polling: Polling;
  readonly capabilities: Capabilities;
  readonly reconciler: Reconciler;
  readonly issues = new IssueLog();
  readonly time: Timekeeper;
  readonly scheduler: PollScheduler;
  readonly #health: Health;
  readonly #loop: Loop;
  readonly #canHistory: boolean;
  readonly #include: Include | undefined;
  readonly #run: EngineRun<Poller>;
  readonly #onSync = new Listeners((error) => this.reportListener(error));
  readonly #leads = new Map<object, ReadonlyArray<number>>();
  // By how many watches each lead time is wanted.
  readonly #wanted = new Map<number, number>();
  #hasLeads = false;

  /** @param roster the pollers at work, by evaluation: each stands there as long as it works */
  constructor(
    source: Source,
    world: LoopDeps,
    polling: Polling,
    roster: Map<string, Poller>,
    from?: CursorState,
    reading?: { readonly pageSize: PageSize; readonly include: Include },
  ) {
    this.polling = polling;
    this.capabilities = source.capabilities;
    this.time = new Timekeeper(world.clock);
    const history = new PendingHistory(Math.max(1, Math.floor(polling.requestsPerMinute / 2)));
    this.#canHistory = source.history !== undefined;
    this.scheduler = new PollScheduler({
      perMinute: polling.requestsPerMinute,
      shortest: polling.shortestMillis,
      longest: polling.longestMillis,
      limiter: world.limiter,
      bytesPerMinute: polling.bytesPerMinute,
      pointReads: source.capabilities.pointReads,
      needsEvaluation: source.needsEvaluation,
      history,
    });
    const { pointReads } = source.capabilities;
    this.reconciler = new Reconciler(source.evaluationId, this.time, this.issues, from, pointReads, history);
    this.#health = new Health(this.store, this.time);
    const { time, scheduler, reconciler, issues } = this;
    const onSync = () => this.#synced();
    this.#loop = new Loop({
      world,
      source,
      polling,
      time,
      scheduler,
      reconciler,
      health: this.#health,
      issues,
      onSync,
      pageSize: reading?.pageSize,
    });
    this.#include = reading?.include;
    const { clock, random } = world;
    const onRest = () => this.#health.connect();
    this.#run = new EngineRun<Poller>({ engine: this, roster, clock, random, run: this.#loop.run, onRest });
  }

  /** More fields of the results are wanted: all watches get the fields requested by any of them. */
  include(fields: ReadonlyArray<string>): void {
    if (this.#include?.add(fields) !== true) return;
    this.scheduler.requestFullScan(this.time.now());
    this.#loop.wake();
  }

  /** Some watch wants the history: from now on all watches get it. Returns whether the platform has one. */
  wantHistory(): boolean {
    this.reconciler.history.isWanted = this.#canHistory;
    return this.#canHistory;
  }

  get store(): Store {
    return this.reconciler.store;
  }

  get tally(): Readonly<Tally> {
    return this.#loop.tally;
  }

  get isEnded(): boolean {
    return this.#health.isEnded;
  }

  /** Keeps the poller at work until the returned function is called; after the last of them it resolves when nothing is left at work. */
  hold(): () => Promise<void> {
    return this.#run.hold();
  }

  /** Announces leases so many milliseconds before their end, until `owner` is set to none. */
  setLeads(owner: object, leads: ReadonlyArray<number> | undefined): void {
    const before = this.#leads.get(owner) ?? [];
    if (leads === undefined) this.#leads.delete(owner);
    else this.#leads.set(owner, leads);
    const added = (leads ?? []).map((lead) => this.#count(lead, 1));
    const removed = before.map((lead) => this.#count(lead, -1));
    if (this.#hasLeads && ![...added, ...removed].some(Boolean)) return;
    this.#hasLeads = true;
    this.reconciler.expiry.setLeads(new Set(this.#wanted.keys()), lookLeadMillis);
    this.#loop.wake();
  }

  /** Returns whether the lead time is wanted for the first time, or no longer. */
  #count(lead: number, change: 1 | -1): boolean {
    const before = this.#wanted.get(lead) ?? 0;
    if (before + change > 0) this.#wanted.set(lead, before + change);
    else this.#wanted.delete(lead);
    return before === 0 || before + change === 0;
  }

  /** Calls `listener` after each complete scan, and when the poller has ended; returns its undo. */
  onSync(listener: () => void): () => void {
    return this.#onSync.add(listener);
  }

  /** Takes note of what a subscriber threw. */
  reportListener(error: unknown): void {
    this.issues.report({ kind: "listener-failed", message: `a listener threw: ${String(error)}` });
  }

  hear(write: Write): void {
    this.#loop.hear(write);
  }

  stats(): Stats.WatchStats {
    return Stats.of(this);
  }

  #synced(): void {
    if (this.isEnded) this.#run.signOff();
    this.#onSync.notify();
  }
}
