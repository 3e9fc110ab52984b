/**
 * A watch without a platform, for tests of its listeners: the test sets the tasks and their changes, and each change emits the
 * events that a watch emits for it.
 *
 * A `ScriptedPlatform` is the other way to a watch in a test: there time, requests and faults are scripted, and a real poller reads them.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { Listeners } from "../client/Listeners.ts";
import type { Engine } from "../watch/Engine.ts";
import type { EvaluationRow, WatchEvent } from "../watch/event/Event.ts";
import { type EventContext, eventOfLease, eventsOfEvaluation } from "../watch/event/eventsOf.ts";
import type { TaskRow } from "../watch/event/TaskRow.ts";
import { IssueLog } from "../watch/IssueLog.ts";
import { PolledWatch } from "../watch/PolledWatch.ts";
import type { WatchStats } from "../watch/Stats.ts";
import type { WatchStatus } from "../watch/Status.ts";
import { capabilities } from "../watch/source/Source.ts";
import * as Changes from "../watch/state/Changes.ts";
import { Store } from "../watch/state/Store.ts";
import { Timekeeper } from "../watch/time/Timekeeper.ts";

/** Initial state of a `ScriptedWatch`. */
export interface ScriptedWatchOptions {
  /** Default: none. */
  readonly tasks?: Iterable<TaskRow>;
  /** Default: `connecting` where no tasks are given, else `synced`. */
  readonly status?: WatchStatus;
  /** Dates the events. Default: the machine's clock. */
  readonly clock?: Clock.Clock;
}

/** The parts a watch depends on, moved by hand. */
class ScriptedEngine implements Engine {
  readonly capabilities = capabilities.v4;
  readonly issues = new IssueLog();
  readonly time: Timekeeper;
  readonly store: Store;
  readonly #onSync = new Listeners((error) => this.reportListener(error));
  clock: WatchStats["clock"] = { offsetMillis: 0, errorMillis: 0 };

  constructor(evaluationId: string, { tasks = [], status, clock = Effect.runSync(Clock.Clock) }: ScriptedWatchOptions) {
    this.time = new Timekeeper(clock);
    const byId = new Map([...tasks].map((task) => [task.id, task]));
    const since = this.time.time();
    const initial = { _tag: byId.size === 0 ? "connecting" : "synced", since } as const;
    this.store = new Store({ evaluationId, evaluation: undefined, tasks: byId, status: status ?? initial }, (error) =>
      this.reportListener(error),
    );
  }

  get isEnded(): boolean {
    return this.store.status._tag === "closed";
  }

  readonly reconciler = ((engine: ScriptedEngine): Engine["reconciler"] => ({
    origin: undefined,
    get completeScans() {
      return engine.store.status._tag === "connecting" ? 0 : 1;
    },
    get passes() {
      return this.completeScans;
    },
    get expiry() {
      return engine.store.leases.expiry;
    },
    position: () => engine.store.position(),
    leaseEvent: (lease, lead, current) =>
      eventOfLease(lease, lead, current, {
        evaluationId: engine.store.evaluationId,
        time: engine.time.time(),
        errorMillis: engine.clock?.errorMillis ?? null,
        seenAt: null,
        gap: false,
      }),
  }))(this);

  apply(changes: Changes.Changes): void {
    const context: EventContext = {
      evaluationId: this.store.evaluationId,
      time: this.time.time(),
      origin: "server",
      isInterrupted: false,
      replay: false,
    };
    this.store.apply(changes, context);
  }

  setStatus(status: WatchStatus): void {
    this.store.setStatus(status);
    if (status._tag === "closed") this.store.end(status.error);
    this.#onSync.notify();
  }

  hold(): () => Promise<void> {
    return async () => undefined;
  }

  setLeads(): void {}

  hear(): void {}

  onSync(listener: () => void): () => void {
    return this.#onSync.add(listener);
  }

  reportListener(error: unknown): void {
    this.issues.report({ kind: "listener-failed", message: `a listener threw: ${String(error)}` });
  }

  stats(): WatchStats {
    const { store } = this;
    return {
      requests: 0,
      requestsInLastMinute: 0,
      requestsPerMinute: 0,
      bytes: 0,
      failures: 0,
      scans: 0,
      completeScans: this.reconciler.completeScans,
      pagesPerScan: 0,
      retrievals: 0,
      histories: 0,
      probes: 0,
      events: store.emitted,
      tasks: store.tasks.size,
      leases: store.leases.size,
      unconfirmedWrites: 0,
      subscribers: store.subscribers,
      waiting: store.waiting,
      clock: this.clock,
      issues: this.issues.list(),
    };
  }
}

/**
 * @example
 * ```ts
 * import { ScriptedWatch, scriptedRow } from "@evalwire/core/testing";
 *
 * const watch = new ScriptedWatch("e1", { tasks: [scriptedRow("t1")] });
 * const types: Array<string> = [];
 * watch.subscribe(({ type }) => types.push(type), { replay: false });
 * watch.put(scriptedRow("t1", { assigned_to: "ada" }));
 * await Promise.resolve();
 * types; // => ["assignment.created"]
 * await watch.close();
 * ```
 */
export class ScriptedWatch extends PolledWatch {
  readonly #engine: ScriptedEngine;

  /** @param evaluationId whose tasks it shows */
  constructor(evaluationId = "e1", options: ScriptedWatchOptions = {}) {
    const engine = new ScriptedEngine(evaluationId, options);
    super(engine, new Map(), {}, undefined);
    this.#engine = engine;
  }

  /** How many listen: subscribers, and listeners of `onChange`. */
  get listeners(): number {
    return this.#engine.store.subscribers;
  }

  /** What `stats().clock` says: the server's clock minus the local one, and by how much that may be wrong; `null` while unknown. */
  set clock(clock: WatchStats["clock"]) {
    this.#engine.clock = clock;
  }

  /** Puts rows in the place of those with the same id, and adds those that are new: one change, which emits its events. */
  put(...rows: ReadonlyArray<TaskRow>): void {
    const { store } = this.#engine;
    const changes = new Map<string, Changes.Change>();
    for (const row of rows) {
      const change = Changes.between(store.tasks.get(row.id), row);
      if (change !== undefined) changes.set(row.id, change);
    }
    this.#engine.apply(changes);
  }

  /** Takes tasks away; those that are not there are left out. */
  remove(...taskIds: ReadonlyArray<string>): void {
    const { store } = this.#engine;
    const changes = taskIds.flatMap((taskId): ReadonlyArray<[string, Changes.Change]> => {
      const previous = store.tasks.get(taskId);
      return previous === undefined ? [] : [[taskId, { _tag: "Removed", previous }]];
    });
    this.#engine.apply(new Map(changes));
  }

  /** Changes fields of the evaluation; before the first time it is a pending one without items. */
  setEvaluation(fields: Partial<EvaluationRow>): void {
    const { store, time } = this.#engine;
    const before = store.evaluation;
    const empty = { id: this.evaluationId, name: "An evaluation", status: "PENDING", total: 0, completed: 0 };
    const next = { ...(before ?? empty), ...fields };
    store.setEvaluation(next, eventsOfEvaluation(before, next, time.time()));
  }

  /** Changes the status, without an event; `ready` resolves once it is not `connecting`, and one that is `closed` ends the watch. */
  setStatus(status: WatchStatus): void {
    this.#engine.setStatus(status);
  }

  /** Emits an event that follows from no change: of the clock, or one made by hand. */
  emit(...events: ReadonlyArray<WatchEvent>): void {
    this.#engine.store.emit(events);
  }
}
