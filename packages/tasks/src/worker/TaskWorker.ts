/**
 * A worker: claims tasks of an evaluation, runs a handler on each, checks its answer, writes it, and goes on.
 *
 * 1. Each client is a lane of its own and holds one task at a time; two clients of one user differ only in their tasks, and the
 *    second lane stops with an error that says so.
 * 2. No answer is sent under a lease that could have ended. Every answer a handler returns is stored exactly once, or reported in `answer.lost`.
 * 3. A handler that fails `tries` times on a task does not see it again: the task is skipped, and `task.poisoned` reports the error.
 * 4. Without work it waits, ever longer and with jitter, and wakes at once when a watch sees a task that may be claimed.
 * 5. `stop` begins nothing new, lets tasks already begun finish within the time given, then aborts them and gives them back. It has ended at the latest three
 *    times `grace` after that, in any state of the network: for the handler, for handing its answer in, and for reading the outcome.
 * 6. After a crash nothing has to be restored: the platform gives a caller their own task first, so a new worker goes on with it.
 * 7. After it has stopped nothing is left at work: no timer, listener, fiber or socket.
 */
import type { EventOf, SGPClient, Transport } from "@evalwire/core";
import { checkOptions, lifecycle } from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import type * as Context from "effect/Context";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { type Estimate, estimate } from "../queue/estimate.ts";
import type { Starter } from "./attempt.ts";
import { Bell } from "./Bell.ts";
import { Lane, type Shared } from "./Lane.ts";
import { Material } from "./Material.ts";
import { type Handler, millis, type Settings, settle, type WorkerOptions } from "./Options.ts";
import { Stopping } from "./Stopping.ts";
import { counterOf, type Happened, type WorkerCounts, type WorkerEvent } from "./WorkerEvent.ts";

declare module "@evalwire/core" {
  interface PluginResources {
    /** Called with every event of a worker whose client has the plugin that provides this. */
    taskWorker: (event: WorkerEvent) => void;
  }
}

export interface WorkerProgress extends Estimate {
  /** Tasks this worker handed in. */
  readonly submitted: number;
  /** Tasks left in the evaluation, as last known; `null` before that. */
  readonly remaining: number | null;
}

/** Result of a worker that has stopped. */
export interface WorkerReport {
  readonly counts: WorkerCounts;
  /** The error each lane ended with, where there was one. */
  readonly errors: ReadonlyArray<Error>;
  /** The tasks that failed for good, with what they failed with. */
  readonly poisoned: ReadonlyMap<string, Error>;
}

export interface StopOptions {
  /** How long what is begun may take to finish, before it is aborted. Default 30 seconds. */
  readonly within?: Duration.Input;
}

const noCounts: WorkerCounts = {
  claimed: 0,
  submitted: 0,
  failed: 0,
  poisoned: 0,
  skipped: 0,
  givenBack: 0,
  leasesLost: 0,
  answersLost: 0,
  errors: 0,
};

/** Events after which there may be something to claim. */
const wakers = [
  "task.added",
  "task.status_changed",
  "assignment.created",
  "assignment.released",
  "assignment.expired",
] as const;

/** A worker as both faces use it. The services are those of one lane each. */
export class Worker {
  readonly #settings: Settings;
  readonly #lanes: ReadonlyArray<Context.Context<Transport>>;
  readonly #shared: Shared;
  readonly #listeners = new Set<(event: WorkerEvent) => void>();
  readonly #clock: Clock.Clock;
  readonly #broken = new WeakSet<(event: WorkerEvent) => void>();
  readonly #errors: Array<Error> = [];
  readonly #startedAt: number;
  #counts = noCounts;

  constructor(lanes: ReadonlyArray<Context.Context<Transport>>, options: WorkerOptions, start: Starter) {
    this.#settings = settle(options);
    const [first] = lanes;
    if (first === undefined) throw new RangeError("TaskWorker: at least one client is needed");
    if (new Set(lanes).size < lanes.length) {
      throw new RangeError("TaskWorker: the same client is given twice; lanes need keys of different users");
    }
    this.#lanes = lanes;
    this.#clock = Effect.runSyncWith(first)(Clock.Clock);
    this.#startedAt = this.#clock.currentTimeMillisUnsafe();
    this.#shared = {
      settings: this.#settings,
      material: new Material(this.#settings.evaluationId),
      stopping: new Stopping(),
      work: new Bell(),
      inHand: new Map(),
      poisoned: new Map(),
      declined: new Set(),
      tries: new Map(),
      users: new Set(),
      start,
    };
    if (options.onEvent !== undefined) this.#listeners.add(options.onEvent);
  }

  get counts(): WorkerCounts {
    return this.#counts;
  }

  get inHand(): ReadonlyArray<string> {
    return [...this.#shared.inHand.keys()];
  }

  subscribe(listener: (event: WorkerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs all lanes to their ends. */
  readonly run: Effect.Effect<WorkerReport> = Effect.suspend(() => {
    const unwatch = this.#listen();
    const lanes = this.#lanes.map((services, number) => {
      const lane = new Lane(number, this.#shared, services, (event) => this.#emit(number, event, services));
      return Effect.provide(lane.run(), services);
    });
    return Effect.all(lanes, { concurrency: "unbounded", discard: true }).pipe(
      Effect.map(() => this.report()),
      Effect.ensuring(Effect.sync(unwatch)),
    );
  });

  report(): WorkerReport {
    return { counts: this.#counts, errors: [...this.#errors], poisoned: new Map(this.#shared.poisoned) };
  }

  /** Begins to stop, and breaks off after so many milliseconds; interrupted, it does not break off. */
  stopping(withinMillis: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#shared.stopping.begin();
      return withinMillis > 0
        ? Effect.map(Effect.sleep(withinMillis), () => this.#shared.stopping.breakOff())
        : Effect.sync(() => this.#shared.stopping.breakOff());
    });
  }

  progress(): WorkerProgress {
    const { submitted } = this.#counts;
    const elapsedMillis = Math.max(0, this.#clock.currentTimeMillisUnsafe() - this.#startedAt);
    const remaining = this.#remaining();
    return { ...estimate({ done: submitted, elapsedMillis, remaining: remaining ?? 0 }), submitted, remaining };
  }

  #remaining(): number | null {
    const { watch } = this.#settings;
    if (watch !== undefined && watch.status._tag !== "connecting") {
      let open = 0;
      for (const { status } of watch.snapshot().tasks.values()) if (lifecycle.isOpen(status)) open++;
      return open;
    }
    return this.#shared.material.remaining;
  }

  #emit(lane: number, happened: Happened, services: Context.Context<Transport>): void {
    const time = new Date(this.#clock.currentTimeMillisUnsafe()).toISOString();
    const event = { ...happened, time, evaluationId: this.#settings.evaluationId, lane } as WorkerEvent;
    const counter = counterOf[event.type];
    if (counter !== undefined) this.#counts = { ...this.#counts, [counter]: this.#counts[counter] + 1 };
    if (event.type === "task.submitted") this.#shared.material.noteDone();
    if (event.type === "lane.stopped" && event.error !== undefined) this.#errors.push(event.error);
    for (const listener of [...this.#listeners, ...this.observers(services)]) {
      if (this.#broken.has(listener)) continue;
      // A listener's failure is its own: it hears nothing more.
      const broken = () => this.#broken.add(listener);
      try {
        // It may be an async function all the same, whose failure would end the program.
        const returned: unknown = listener(event);
        if (returned instanceof Promise) returned.catch(broken);
      } catch {
        broken();
      }
    }
  }

  /** Listeners that plugins provide for a lane's client. */
  observers: (services: Context.Context<Transport>) => ReadonlyArray<(event: WorkerEvent) => void> = () => [];

  /** Wakes the lanes when the watch sees something that may be claimed. */
  #listen(): () => void {
    const { watch } = this.#settings;
    if (watch === undefined) return () => undefined;
    const wake = (event: EventOf<(typeof wakers)[number]>) => {
      const { poisoned, declined, inHand, users, work } = this.#shared;
      if (!lifecycle.isOpen(event.current.status) || inHand.has(event.taskId)) return;
      // The task just skipped is free because we freed it.
      if (poisoned.has(event.taskId) || declined.has(event.taskId)) return;
      if (event.type === "assignment.created" && !users.has(event.lease.assignee)) return;
      work.ring();
    };
    return watch.subscribe<(typeof wakers)[number]>(wake, { types: wakers, replay: false });
  }
}

const started =
  (handler: Handler): Starter =>
  (context) => ({
    settled: (async () => handler(context))().then(
      (value) => ({ _tag: "Returned", value }) as const,
      (error: unknown) => ({ _tag: "Threw", error }) as const,
    ),
    interrupt: () => undefined,
  });

/**
 * A worker over one client, or over several for several tasks at a time: each key claims one.
 *
 * It begins at once. `closed` resolves with the report when it has ended: by `stop`, with an error in every lane, or, where `stopWhenEmpty`, when
 * nothing is left. The constructor throws a `RangeError` at options that cannot be right.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { TaskWorker } from "@evalwire/tasks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json(null) });
 * const handler = () => ({ result: { fluent: "yes" } });
 * await using worker = new TaskWorker(client, { evaluation_id: "e1", stopWhenEmpty: true }, handler);
 * const { counts } = await worker.closed;
 * counts.submitted; // => 0
 * ```
 */
export class TaskWorker implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #services: Context.Context<never>;
  /** Resolves when the worker has ended; never rejects. */
  readonly closed: Promise<WorkerReport>;

  constructor(clients: SGPClient | ReadonlyArray<SGPClient>, options: WorkerOptions, handler: Handler) {
    const all = Array.isArray(clients) ? (clients as ReadonlyArray<SGPClient>) : [clients as SGPClient];
    if (typeof handler !== "function") throw new RangeError("TaskWorker: the handler is a function");
    if (all.some((client) => typeof client?.transport?.call !== "function")) {
      throw new RangeError("TaskWorker: the first argument is an SGPClient, or several");
    }
    const lanes = all.map(({ services }) => services as Context.Context<Transport>);
    this.#worker = new Worker(lanes, options, started(handler));
    this.#services = lanes[0]!;
    const clientOf = new Map(lanes.map((services, index) => [services, all[index]!]));
    this.#worker.observers = (services) => {
      const observer = clientOf.get(services)!.resource("taskWorker");
      return observer === undefined ? [] : [observer];
    };
    this.closed = Effect.runPromiseWith(this.#services)(this.#worker.run);
  }

  /** How often each thing happened so far. */
  get counts(): WorkerCounts {
    return this.#worker.counts;
  }

  /** The ids of the tasks in hand. */
  get inHand(): ReadonlyArray<string> {
    return this.#worker.inHand;
  }

  /** Calls `listener` with every event from now on; returns the undo. A listener that throws is not called again. */
  subscribe(listener: (event: WorkerEvent) => void): () => void {
    return this.#worker.subscribe(listener);
  }

  /** The work done and the work left, with an estimate of the time and its interval; see `queue.estimate` for the method. */
  progress(): WorkerProgress {
    return this.#worker.progress();
  }

  /** Claims nothing more, lets what is begun finish within the time given, then aborts it and gives it back; it ends within three times `grace` after that. A second call may hurry it. Throws a `RangeError` at a time that is none, and rejects with what ended the worker. */
  stop(options: StopOptions = {}): Promise<WorkerReport> {
    checkOptions("stop", options, { within: true });
    const { within = "30 seconds" } = options;
    const withinMillis = millis("within", within);
    const end = Effect.promise(() => this.closed);
    const stop = Effect.raceFirst(end, Effect.andThen(this.#worker.stopping(withinMillis), Effect.never));
    return Effect.runPromiseWith(this.#services)(stop);
  }

  /** `stop` with its default. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
