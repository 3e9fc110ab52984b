/**
 * Workers that score batches of texts for `scoreCorpus`. How a worker is spawned is given: `@evalwire/metrics/node` has Node's, and a
 * browser's is `workerOf(new Worker(...))` on a module that imports `@evalwire/metrics/worker`.
 */
import { checkOptions } from "../checkOptions.ts";
import type { MetricConfig } from "../config/computeMetrics.ts";
import { MetricError, type MetricErrorReason } from "../config/MetricError.ts";
import type { MetricOptions } from "../config/MetricOptions.ts";
import type { Texts } from "../config/Scorer.ts";
import type { Outcome, ScorePool } from "./scoreCorpus.ts";

/** The options that can be sent to a worker. Scorers, providers and the like come from its `setup` module. */
export type SentOptions = Pick<MetricOptions, "preset" | "unavailable">;

/** Message of a pool to a worker. */
export type Request =
  | {
      readonly _tag: "begin";
      readonly config: MetricConfig;
      readonly options: SentOptions;
      readonly setup: string | undefined;
      readonly setupData: unknown;
    }
  | { readonly _tag: "score"; readonly id: number; readonly batch: ReadonlyArray<ReadonlyArray<Texts>> };

/** Message of a worker to its pool. Values are record by record, key by key; failures are by record. */
export type Answer =
  | { readonly _tag: "ready" }
  | { readonly _tag: "unfit"; readonly problem: string }
  | {
      readonly _tag: "scored";
      readonly id: number;
      readonly values: Float64Array<ArrayBuffer>;
      /** Each list of signatures that occurred, key by key, and which of them each record has. */
      readonly signatures: ReadonlyArray<ReadonlyArray<string>>;
      readonly signaturesOf: Uint32Array<ArrayBuffer>;
      readonly failures: ReadonlyArray<readonly [at: number, reason: MetricErrorReason, component: string | undefined]>;
    };

/** A worker as the pool sees it. */
export interface PoolWorker {
  readonly post: (request: Request) => void;
  /** Called once, before anything is posted. */
  readonly listen: (onAnswer: (answer: Answer) => void, onEnd: (problem: string) => void) => void;
  readonly end: () => Promise<unknown> | unknown;
}

export interface WorkerPoolOptions extends SentOptions {
  /** The `metric_config`; the one `scoreCorpus` is given. */
  readonly config: MetricConfig;
  /** Number of workers, at least 1. */
  readonly workers: number;
  readonly spawn: () => PoolWorker;
  /** URL of a module whose default export is the workers' `MetricOptions` (or makes them): scorers, providers. */
  readonly setup?: string | URL | undefined;
  /** Argument of the default export of `setup`, in each worker: anything that can be cloned, like the paths of word data. */
  readonly setupData?: unknown;
}

const optionNames: Record<keyof WorkerPoolOptions, true> = {
  config: true,
  workers: true,
  spawn: true,
  setup: true,
  setupData: true,
  preset: true,
  unavailable: true,
};

interface Job {
  readonly batch: ReadonlyArray<ReadonlyArray<Texts>>;
  readonly resolve: (outcomes: ReadonlyArray<Outcome>) => void;
  readonly reject: (reason: Error) => void;
}

/** A worker has the next batch at hand while it scores one. */
const seatsPerWorker = 2;

/** Threads that score. Ended by `close`; a worker that dies or cannot begin fails every batch under way and to come. */
export class WorkerPool implements ScorePool, AsyncDisposable {
  readonly ahead: number;
  /** Resolves when all workers have their plan. Rejects with what keeps one from it: a bad config, a `setup` that fails. */
  readonly ready: Promise<void>;
  readonly #workers: ReadonlyArray<PoolWorker>;
  /** Workers that can take a batch; a worker is listed once per free seat. */
  readonly #free: Array<PoolWorker>;
  readonly #waiting: Array<Job> = [];
  readonly #running = new Map<number, Job>();
  #nextId = 0;
  #failure: Error | undefined;

  constructor(options: WorkerPoolOptions) {
    checkOptions("WorkerPool", options, optionNames);
    const { config, workers, spawn, setup, setupData, preset, unavailable } = options;
    if (!Number.isInteger(workers) || workers < 1)
      throw new RangeError(`workers must be a whole number above 0, not ${workers}`);
    this.ahead = workers * seatsPerWorker;
    this.#workers = Array.from({ length: workers }, spawn);
    this.#free = Array.from({ length: seatsPerWorker }, () => this.#workers).flat();
    const begun = this.#workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          const fail = (problem: string): void => reject(this.#fail(problem));
          worker.listen((answer) => {
            if (answer._tag === "ready") resolve();
            else if (answer._tag === "unfit") fail(answer.problem);
            else this.#finish(worker, answer);
          }, fail);
          const sent = { config, options: { preset, unavailable }, setup: setup?.toString(), setupData };
          worker.post({ _tag: "begin", ...sent });
        }),
    );
    this.ready = Promise.all(begun).then(() => {});
    this.ready.catch(() => {}); // Callers that wait for it and every batch get the error.
  }

  /** Scores a batch on the next worker that is free. */
  score(batch: ReadonlyArray<ReadonlyArray<Texts>>): Promise<ReadonlyArray<Outcome>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      this.#dispatch();
    });
  }

  /** Ends the workers. Batches under way are lost, and say so; a second call does nothing. */
  async close(): Promise<void> {
    this.#fail("the pool was closed");
    await Promise.all(this.#workers.map((worker) => worker.end()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #dispatch(): void {
    while (this.#free.length > 0 && this.#waiting.length > 0) {
      const worker = this.#free.shift()!;
      const job = this.#waiting.shift()!;
      const id = this.#nextId++;
      this.#running.set(id, job);
      worker.post({ _tag: "score", id, batch: job.batch });
    }
  }

  #finish(worker: PoolWorker, answer: Answer & { readonly _tag: "scored" }): void {
    const job = this.#running.get(answer.id);
    if (job === undefined) return; // The pool has failed meanwhile.
    this.#running.delete(answer.id);
    this.#free.push(worker);
    this.#dispatch();
    job.resolve(outcomesOf(job.batch.length, answer));
  }

  #fail(problem: string): Error {
    this.#failure ??= new Error(`worker pool: ${problem}`);
    for (const { reject } of [...this.#running.values(), ...this.#waiting]) reject(this.#failure);
    this.#running.clear();
    this.#waiting.length = 0;
    return this.#failure;
  }
}

const outcomesOf = (records: number, answer: Answer & { readonly _tag: "scored" }): ReadonlyArray<Outcome> => {
  const { values, signatures, signaturesOf, failures } = answer;
  const width = values.length / records;
  const all: Array<Outcome> = Array.from({ length: records }, (_, at) => ({
    _tag: "scored",
    values: values.subarray(at * width, (at + 1) * width),
    signatures: signatures[signaturesOf[at]!] ?? [],
  }));
  for (const [at, reason, component] of failures) {
    all[at] = { _tag: "failed", error: new MetricError(reason, { component }) };
  }
  return all;
};
