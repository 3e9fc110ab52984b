/**
 * The metrics of a corpus, as a stream. It promises:
 *
 * 1. Results come in the order of the records, one for each that was not skipped.
 * 2. Memory is bounded: no more records are read than are being scored.
 * 3. A bad record costs itself: it is reported in its place, or ends the run, by choice.
 * 4. After an abort, an error or an early `break` the source is closed and nothing goes on.
 */
import { checkOptions } from "../checkOptions.ts";
import { type MetricConfig, type MetricPlan, planMetrics } from "../config/computeMetrics.ts";
import type { MetricRecord } from "../config/locate.ts";
import { MetricError } from "../config/MetricError.ts";
import { type MetricOptions, metricNames } from "../config/MetricOptions.ts";
import type { Texts } from "../config/Scorer.ts";
import { BadLine } from "./jsonLines.ts";
import { Counter, type Progress } from "./Progress.ts";
import { Records } from "./Records.ts";

/** The numbers of one record. `Given` is what the source gives. */
export interface RecordScored<Given = unknown> {
  readonly _tag: "scored";
  /** The record as the source gave it. */
  readonly record: Given;
  /** The record's id, or its place from 0 as text. */
  readonly id: string;
  /** Its place in the source, from 0. */
  readonly index: number;
  /** The numbers by key, as `computeMetrics` gives them. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The signature of each number, by the same keys: mostly the very object that the record before has. */
  readonly signatures: Readonly<Record<string, string>>;
  /** The components that see nothing of the record: one of its texts has letters, and none of the tokens that are compared. */
  readonly withoutTokens: ReadonlyArray<string>;
  readonly progress: Progress;
}

/** Why one record has no numbers. */
export interface RecordFailed<Given = unknown> {
  readonly _tag: "failed";
  readonly record: Given;
  readonly id: string;
  readonly index: number;
  readonly error: MetricError;
  readonly progress: Progress;
}

export type RecordResult<Given = unknown> = RecordScored<Given> | RecordFailed<Given>;

/** Result for the texts of one record. */
export type Outcome =
  | { readonly _tag: "scored"; readonly values: ArrayLike<number>; readonly signatures: ReadonlyArray<string> }
  | { readonly _tag: "failed"; readonly error: unknown };

/** Scores texts somewhere else, several at a time. See `WorkerPool`. */
export interface ScorePool {
  /** Batches to have under way besides the one that is waited for. */
  readonly ahead: number;
  /** One outcome for each record's texts, in order. Rejects when the batch was lost. */
  readonly score: (batch: ReadonlyArray<ReadonlyArray<Texts>>) => Promise<ReadonlyArray<Outcome>>;
}

export interface CorpusOptions<Given = unknown> extends MetricOptions {
  /** The record in what the source gives, such as `value` of a `JsonEntry`; what it gives is the record when absent. */
  readonly recordOf?: ((given: Given) => unknown) | undefined;
  /** The id of a record; its `id`, or its place, when absent. */
  readonly idOf?: ((record: MetricRecord, index: number, given: Given) => string) | undefined;
  /** Resumes: a record that an earlier run has scored is skipped, without a result. */
  readonly isDone?: ((id: string, given: Given) => boolean) | undefined;
  /** A record without numbers is reported (`report`, when absent) or ends the run (`throw`). */
  readonly onBadRecord?: "report" | "throw" | undefined;
  /** Number of records, for the progress; known of itself for an array. */
  readonly total?: number | undefined;
  /** A clock in milliseconds, for the progress: `() => performance.now()`. Without it there is no rate. */
  readonly now?: (() => number) | undefined;
  /** Ends the run with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Scores in other threads. Its workers have their own options: those given here only read the records. */
  readonly pool?: ScorePool | undefined;
  /** Awaited now and then, so that a long run leaves room for other work: `() => scheduler.yield()`. */
  readonly pause?: (() => Promise<unknown>) | undefined;
}

const optionNames: Record<keyof CorpusOptions, true> = {
  ...metricNames,
  recordOf: true,
  idOf: true,
  isDone: true,
  onBadRecord: true,
  total: true,
  now: true,
  signal: true,
  pool: true,
  pause: true,
};

/** A text is an iterable, too, of letters; what `openRecords` gives has its records in `entries`. */
const checkSource = (source: unknown): void => {
  const isObject = typeof source === "object" && source !== null;
  if (isObject && (Symbol.asyncIterator in source || Symbol.iterator in source)) return;
  const what = isObject ? (Object.hasOwn(source, "entries") ? "what openRecords gives" : "an object") : typeof source;
  throw new RangeError(
    `scoreCorpus: the source is a list or stream of records, not ${what}; of a file: (await openRecords(file)).entries, with recordOf: ({ value }) => value`,
  );
};

/** A record on its way: read, and either bad already or waiting for its outcome. */
interface Read<Given> {
  readonly given: Given;
  readonly id: string;
  readonly index: number;
  readonly texts: ReadonlyArray<Texts> | MetricError;
}

/** A batch holds this many records or, if they are long, characters: enough to make the way to another thread worth it. */
const batchRecords = 128;
const batchCharacters = 1 << 18;

/** Without a pool, records between two pauses. */
const recordsPerPause = 64;

const failure = (error: unknown, id: string): MetricError => {
  if (error instanceof MetricError) return new MetricError(error.reason, { component: error.component, record: id });
  const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new MetricError({ _tag: "Failed", problem }, { record: id });
};

/** The id a record is known by: the given one, its own, or its place. */
const idOf = <Given>(record: MetricRecord, index: number, given: Given, options: CorpusOptions<Given>): string => {
  if (options.idOf !== undefined) return options.idOf(record, index, given);
  const id: unknown = record.id;
  return typeof id === "string" || typeof id === "number" ? String(id) : String(index);
};

/** Reads a record; `undefined` when an earlier run has it. */
const readRecord = <Given>(
  plan: MetricPlan,
  given: Given,
  index: number,
  options: CorpusOptions<Given>,
): Read<Given> | undefined => {
  const bad = (problem: string): Read<Given> => {
    const id = String(index);
    return { given, id, index, texts: new MetricError({ _tag: "BadRecord", problem }, { record: id }) };
  };
  const record = options.recordOf === undefined ? given : options.recordOf(given);
  if (record instanceof BadLine) return bad(`line ${record.line} is ${record.problem}`);
  if (typeof record !== "object" || record === null || Array.isArray(record)) return bad("it is not an object");
  const id = idOf(record as MetricRecord, index, given, options);
  if (options.isDone?.(id, given)) return undefined;
  try {
    return { given, id, index, texts: plan.read(record as MetricRecord) };
  } catch (error) {
    return { given, id, index, texts: failure(error, id) };
  }
};

const lengthOf = (texts: ReadonlyArray<Texts>): number =>
  texts.reduce(
    (sum, { candidate, references }) => references.reduce((all, one) => all + one.length, sum + candidate.length),
    0,
  );

/** This thread as a pool: one record at a time. */
const thisThread = (plan: MetricPlan, pause: CorpusOptions["pause"]): ScorePool => {
  let sincePause = 0;
  return {
    ahead: 0,
    score: async (batch) => {
      if (pause !== undefined && ++sincePause % recordsPerPause === 0) await pause();
      const outcomes: Array<Outcome> = [];
      for (const texts of batch) {
        try {
          const values = await plan.score(texts);
          outcomes.push({ _tag: "scored", values, signatures: plan.signatures(texts) });
        } catch (error) {
          outcomes.push({ _tag: "failed", error });
        }
      }
      return outcomes;
    },
  };
};

/** Numbers or signatures by key; a key may be any text, `__proto__` included. */
const byKey = <A>(keys: ReadonlyArray<string>, values: ArrayLike<A>): Record<string, A> =>
  Object.fromEntries(keys.map((key, at) => [key, values[at]!]));

/** Lists of signatures by key. Equal lists, of which there are few, give one object, so that comparing signatures is a reference comparison. */
const sharedSignatures = (keys: ReadonlyArray<string>) => {
  const known = new Map<string, Readonly<Record<string, string>>>();
  let last: { readonly list: ReadonlyArray<string>; readonly signatures: Readonly<Record<string, string>> } | undefined;
  return (list: ReadonlyArray<string>): Readonly<Record<string, string>> => {
    if (last?.list !== list) {
      const name = JSON.stringify(list);
      const signatures = known.get(name) ?? byKey(keys, list);
      known.set(name, signatures);
      last = { list, signatures };
    }
    return last.signatures;
  };
};

/** A batch of records, and the scores of the valid ones among them. */
interface Batch<Given> {
  readonly records: ReadonlyArray<Read<Given>>;
  readonly outcomes: Promise<ReadonlyArray<Outcome>>;
}

const isPlan = (config: MetricConfig | MetricPlan): config is MetricPlan => "measure" in config;

/**
 * Scores a corpus record by record.
 *
 * @param source any iterable of records, asynchronous or not: an array, `jsonLines(file)`, a client's list
 * @param config a `metric_config`, or a plan made of one
 * @param options as for `computeMetrics`, and how the run goes
 * @throws MetricError for a bad config, and with `onBadRecord: "throw"` for a bad record; the reason of an aborted signal
 *
 * @example
 * ```ts
 * import { scoreCorpus } from "@evalwire/metrics/corpus";
 *
 * const config = { components: [{ name: "overlap", type: "rouge1", mappings: { candidate: "item.is", reference: "item.was" } }] };
 * const records = [{ id: "a", is: "one two", was: "one two" }, { id: "b", is: "three" }];
 * const lines: Array<string> = [];
 * for await (const result of scoreCorpus(records, config)) {
 *   const { done, total } = result.progress;
 *   lines.push(`${done}/${total} ${result._tag === "scored" ? result.metrics.overlap : result.error.reason._tag}`);
 * }
 * lines; // => ["1/2 1", "2/2 Missing"]
 * ```
 */
export async function* scoreCorpus<Given>(
  source: AsyncIterable<Given> | Iterable<Given>,
  config: MetricConfig | MetricPlan,
  options: CorpusOptions<Given> = {},
): AsyncGenerator<RecordResult<Given>, void, undefined> {
  checkOptions<CorpusOptions<any>>("scoreCorpus", options, optionNames);
  checkSource(source);
  const { scorers, key, providers, preset, unavailable } = options;
  const plan = isPlan(config) ? config : planMetrics(config, { scorers, key, providers, preset, unavailable });
  const pool = options.pool ?? thisThread(plan, options.pause);
  const counter = new Counter(options.total ?? (Array.isArray(source) ? source.length : undefined), options.now);
  const records = new Records(source, options.signal);
  const signaturesOf = sharedSignatures(plan.keys);
  const inFlight: Array<Batch<Given>> = [];
  try {
    let isOver = false;
    while (!isOver || inFlight.length > 0) {
      if (!isOver && inFlight.length <= pool.ahead) {
        const batch = await readBatch(records, plan, counter, options);
        isOver = batch.length === 0;
        if (!isOver) inFlight.push(begin(batch, pool));
        continue;
      }
      const { records: reads, outcomes } = inFlight.shift()!;
      yield* results(reads, await records.unlessAborted(outcomes), plan, counter, signaturesOf, options);
    }
  } finally {
    await records.close();
  }
}

/** The next records that are to be scored; none at the end of the source. */
const readBatch = async <Given>(
  records: Records<Given>,
  plan: MetricPlan,
  counter: Counter,
  options: CorpusOptions<Given>,
): Promise<ReadonlyArray<Read<Given>>> => {
  const batch: Array<Read<Given>> = [];
  const most = options.pool === undefined ? 1 : batchRecords;
  let characters = 0;
  while (batch.length < most && characters < batchCharacters) {
    const next = await records.next();
    if (next === undefined) break;
    const read = readRecord(plan, next.value, next.index, options);
    if (read === undefined) counter.skip();
    else {
      batch.push(read);
      if (!(read.texts instanceof MetricError)) characters += lengthOf(read.texts);
    }
  }
  return batch;
};

const begin = <Given>(records: ReadonlyArray<Read<Given>>, pool: ScorePool): Batch<Given> => {
  const texts = records.flatMap(({ texts }) => (texts instanceof MetricError ? [] : [texts]));
  const outcomes = texts.length === 0 ? Promise.resolve([]) : pool.score(texts);
  // A batch no longer awaited may fail silently: the run has ended with another error.
  outcomes.catch(() => {});
  return { records, outcomes };
};

function* results<Given>(
  records: ReadonlyArray<Read<Given>>,
  outcomes: ReadonlyArray<Outcome>,
  plan: MetricPlan,
  counter: Counter,
  signaturesOf: (list: ReadonlyArray<string>) => Readonly<Record<string, string>>,
  options: CorpusOptions<Given>,
): Generator<RecordResult<Given>> {
  let next = 0;
  for (const { given: record, id, index, texts } of records) {
    const outcome: Outcome = texts instanceof MetricError ? { _tag: "failed", error: texts } : outcomes[next++]!;
    if (outcome._tag === "failed") {
      const error = failure(outcome.error, id);
      if (options.onBadRecord === "throw") throw error;
      yield { _tag: "failed", record, id, index, error, progress: counter.count(true) };
    } else {
      const metrics = byKey(plan.keys, outcome.values);
      const signatures = signaturesOf(outcome.signatures);
      const withoutTokens = plan.withoutTokens(texts as ReadonlyArray<Texts>);
      yield { _tag: "scored", record, id, index, metrics, signatures, withoutTokens, progress: counter.count(false) };
    }
  }
}
