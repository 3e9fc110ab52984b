/**
 * Scores of records, computed somewhere else and remembered.
 *
 * 1. A record is scored once, however often it is requested; a record that is gone is forgotten.
 * 2. Records are scored in the order in which they were requested, a batch at a time; `onChange` is called after each batch.
 * 3. A worker that is not available, or dies, costs nothing but its speed: the same batch is scored here.
 */
import type { SgpError } from "@evalwire/core";
import type { MetricError, MetricOptions, MetricPlan, MetricRecord } from "@evalwire/metrics";
import type { ScorePool, WebWorker } from "@evalwire/metrics/corpus";
import * as Listeners from "../stores/Listeners.ts";
import type { Store } from "../stores/Store.ts";

/**
 * The scores of one record by key, e.g. `{ "overlap/rouge1": 0.5 }`, why there are none (an `SgpError` where what scores could not be loaded),
 * or that they are on their way.
 */
export type MetricScores =
  | { readonly scores: Readonly<Record<string, number>>; readonly error?: undefined; readonly isPending?: false }
  | { readonly scores?: undefined; readonly error: MetricError | SgpError; readonly isPending?: false }
  | { readonly scores?: undefined; readonly error?: undefined; readonly isPending: true };

export interface MetricScoresOptions extends MetricOptions {
  /**
   * Makes the worker that scores; its module imports `@evalwire/metrics/worker`. Default: a worker of this package, which bundlers find by
   * its address. `false` scores in the page's own thread, a few records at a time; so do custom scorers and providers, which no worker can
   * be sent, and pages where workers are not available.
   */
  readonly worker?: (() => WebWorker) | false;
}

/** The scorer: made once, when the first record is requested. */
export interface Engine {
  /** The plan, or what keeps there from being one. */
  readonly plan: MetricPlan | MetricError;
  /** Workers, if there are any. */
  readonly pool: (ScorePool & { readonly close: () => Promise<void> }) | undefined;
  /** Why a record has no scores. */
  readonly errorOf: (failure: unknown, record: MetricRecord) => MetricError;
}

export interface ScoreQueue extends Store<number> {
  /** State of a record's scores. */
  get(record: MetricRecord): MetricScores;
  /** Asks for the scores of records that are not known yet. */
  ask(records: ReadonlyArray<MetricRecord>): void;
}

const pending: MetricScores = { isPending: true };
const batchSize = 64;

/** Lets the page do what waits. */
const nextTurn = (): Promise<unknown> => {
  const { scheduler } = globalThis as { readonly scheduler?: { readonly yield?: () => Promise<unknown> } };
  return (
    scheduler?.yield?.() ??
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(undefined);
      };
      port2.postMessage(undefined);
    })
  );
};

export const make = (start: () => Engine): ScoreQueue => {
  const known = new WeakMap<MetricRecord, MetricScores>();
  let waiting: Array<MetricRecord> = [];
  let version = 0;
  let isRunning = false;
  let engine: Engine | undefined;
  let hasWorkers = true;

  const listeners = Listeners.make(() => {
    void run();
    return () => {
      void engine?.pool?.close();
      engine = undefined;
      hasWorkers = true;
    };
  });

  const here = async ({ plan, errorOf }: Engine, batch: ReadonlyArray<MetricRecord>): Promise<void> => {
    for (const record of batch) {
      try {
        const values = await (plan as MetricPlan).measureAsync(record);
        known.set(record, { scores: Object.fromEntries(values.map(({ key, value }) => [key, value])) });
      } catch (failure) {
        known.set(record, { error: errorOf(failure, record) });
      }
    }
    await nextTurn();
  };

  const there = async (engine: Engine, pool: ScorePool, batch: ReadonlyArray<MetricRecord>): Promise<void> => {
    const plan = engine.plan as MetricPlan;
    const readable: Array<MetricRecord> = [];
    const texts = batch.flatMap((record) => {
      try {
        const read = plan.read(record);
        readable.push(record);
        return [read];
      } catch (failure) {
        known.set(record, { error: engine.errorOf(failure, record) });
        return [];
      }
    });
    const outcomes = texts.length === 0 ? [] : await pool.score(texts);
    for (const [at, record] of readable.entries()) {
      const outcome = outcomes[at]!;
      known.set(
        record,
        outcome._tag === "failed"
          ? { error: engine.errorOf(outcome.error, record) }
          : { scores: Object.fromEntries(plan.keys.map((key, index) => [key, outcome.values[index]!])) },
      );
    }
  };

  const score = async (batch: ReadonlyArray<MetricRecord>): Promise<void> => {
    engine ??= start();
    const { plan, pool } = engine;
    if (!("measure" in plan)) for (const record of batch) known.set(record, { error: plan });
    else if (pool === undefined || !hasWorkers) await here(engine, batch);
    else {
      try {
        await there(engine, pool, batch);
      } catch {
        // The workers are gone, and do not come back.
        hasWorkers = false;
        await here(engine, batch);
      }
    }
  };

  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    try {
      while (waiting.length > 0 && listeners.size > 0) {
        const batch = waiting.slice(0, batchSize).filter((record) => !known.has(record));
        if (batch.length > 0) await score(batch);
        waiting = waiting.slice(batchSize);
        version++;
        listeners.notify();
      }
    } finally {
      isRunning = false;
    }
  };

  return {
    get: (record) => known.get(record) ?? pending,
    ask: (records) => {
      const asked = new Set(waiting);
      const fresh = records.filter((record) => !known.has(record) && !asked.has(record));
      if (fresh.length === 0) return;
      waiting = [...waiting, ...fresh];
      void run();
    },
    snapshot: () => version,
    initial: () => 0,
    onChange: listeners.add,
  };
};
