/** A corpus scored by the workers of a fleet: texts travel in pieces, numbers come back, and the run is the same as on one machine. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { MetricConfig, MetricPlan, Preset } from "@evalwire/metrics";
import { MetricError, planMetrics } from "@evalwire/metrics";
import type { Outcome, ScorePool } from "@evalwire/metrics/corpus";
import { nodePool, type WorkerPool } from "@evalwire/metrics/node";
import { FleetError } from "../engine/FleetError.ts";
import type { Time } from "../engine/Time.ts";
import type { QueueRun, Work } from "./Queue.ts";

export const scoreKind = "score";

type Batch = Parameters<ScorePool["score"]>[0];

/** The metric settings a worker needs. */
export interface ScoreSetup {
  readonly config: MetricConfig;
  readonly preset?: Preset | undefined;
}

interface ScoreJob extends ScoreSetup {
  readonly batch: Batch;
}

/** Values record by record, key by key, as base64 of doubles: exact. */
interface ScoreAnswer {
  readonly keys: ReadonlyArray<string>;
  readonly values: string;
  readonly signatures: ReadonlyArray<ReadonlyArray<string>>;
  readonly signaturesOf: ReadonlyArray<number>;
  readonly failures: ReadonlyArray<readonly [at: number, reason: MetricError["reason"], component: string | undefined]>;
}

const bytesOf = (value: unknown): Uint8Array => gzipSync(JSON.stringify(value), { level: 1 });
const valueOf = <A>(bytes: Uint8Array): A => JSON.parse(gunzipSync(bytes).toString()) as A;

const answerOf = (keys: ReadonlyArray<string>, outcomes: ReadonlyArray<Outcome>): ScoreAnswer => {
  const values = new Float64Array(outcomes.length * keys.length);
  const signatures: Array<ReadonlyArray<string>> = [];
  const known = new Map<string, number>();
  const failures: Array<ScoreAnswer["failures"][number]> = [];
  const signaturesOf = outcomes.map((outcome, at) => {
    if (outcome._tag === "failed") {
      const { error } = outcome;
      failures.push(
        error instanceof MetricError
          ? [at, error.reason, error.component]
          : [at, { _tag: "Failed", problem: String(error) }, undefined],
      );
      return 0;
    }
    values.set(Array.from(outcome.values), at * keys.length);
    const text = JSON.stringify(outcome.signatures);
    const index = known.get(text) ?? signatures.push(outcome.signatures) - 1;
    known.set(text, index);
    return index;
  });
  return { keys, values: Buffer.from(values.buffer).toString("base64"), signatures, signaturesOf, failures };
};

const outcomesOf = ({ keys, values, signatures, signaturesOf, failures }: ScoreAnswer): ReadonlyArray<Outcome> => {
  const buffer = Buffer.from(values, "base64");
  const all = new Float64Array(buffer.length / 8);
  new Uint8Array(all.buffer).set(buffer);
  const outcomes: Array<Outcome> = signaturesOf.map((which, at) => ({
    _tag: "scored",
    values: all.subarray(at * keys.length, (at + 1) * keys.length),
    signatures: signatures[which] ?? [],
  }));
  for (const [at, reason, component] of failures)
    outcomes[at] = { _tag: "failed", error: new MetricError(reason, { component }) };
  return outcomes;
};

/** Configurations whose threads are kept for their next piece. */
const keptPools = 4;

interface Kept {
  readonly keys: ReadonlyArray<string>;
  readonly pool: WorkerPool;
  busy: number;
}

/**
 * Scores the pieces it is given in worker threads, so that this thread goes on saying that it is at work.
 *
 * @param start begins the threads of a configuration
 */
export const scoreWork = (
  threads: number,
  options: { readonly setup?: string | URL; readonly setupData?: unknown },
  start = nodePool,
) => {
  /** The one that was used last is the last one. */
  const pools = new Map<string, Kept>();
  const forget = (kept: Kept): void => {
    for (const [key, each] of pools) if (each === kept) pools.delete(key);
    void kept.pool.close();
  };
  const keptOf = ({ config, preset }: ScoreSetup): Kept => {
    const key = JSON.stringify([config, preset]);
    let kept = pools.get(key);
    if (kept === undefined) {
      const plan = planMetrics(config, { ...(preset === undefined ? {} : { preset }), unavailable: "omit" });
      kept = { keys: plan.keys, pool: start({ config, preset, workers: threads, ...options }), busy: 0 };
    }
    pools.delete(key);
    pools.set(key, kept);
    return kept;
  };
  const work: Work = async (bytes) => {
    const { batch, ...setup } = valueOf<ScoreJob>(bytes);
    const kept = keptOf(setup);
    const { pool, keys } = kept;
    kept.busy++;
    try {
      for (const each of [...pools.values()].slice(0, -keptPools)) if (each.busy === 0) forget(each);
      await pool.ready;
      const share = Math.max(1, Math.ceil(batch.length / threads));
      const parts = Array.from({ length: Math.ceil(batch.length / share) }, (_, at) =>
        batch.slice(at * share, (at + 1) * share),
      );
      const outcomes = (await Promise.all(parts.map((part) => pool.score(part)))).flat();
      return bytesOf(answerOf(keys, outcomes));
    } catch (error) {
      // A pool fails as a whole, and for good; the next piece begins another one.
      forget(kept);
      throw error;
    } finally {
      kept.busy--;
    }
  };
  const close = async () => {
    await Promise.all([...pools.values()].map(({ pool }) => pool.close()));
  };
  return { work, close };
};

interface Waiting {
  readonly batch: Batch;
  readonly resolve: (outcomes: ReadonlyArray<Outcome>) => void;
  readonly reject: (error: unknown) => void;
}

/** Bytes of the texts of a piece: packed, those of natural languages fit a message. An object costs several times as much. */
const pieceBytes = 1_800_000;

const bytesIn = (batch: Batch): number => {
  let sum = 0;
  for (const texts of batch)
    for (const { candidate, references } of texts)
      for (const text of [candidate, ...references]) sum += Buffer.byteLength(text);
  return sum;
};

export interface PieceOptions {
  /** Records that a piece has at least, so that the way to another machine is worth it; fewer where their texts are long. Default 4,000. */
  readonly pieceRecords?: number;
  /** Pieces under way at once. Default 8. */
  readonly pieces?: number;
}

/** The batches of a run, gathered to pieces that the fleet's workers score. */
export class FleetPool implements ScorePool {
  readonly ahead: number;
  readonly #run: QueueRun;
  readonly #setup: ScoreSetup;
  readonly #plan: MetricPlan;
  readonly #time: Time;
  readonly #records: number;
  readonly #checked = new Set<string>();
  #waiting: Array<Waiting> = [];
  #count = 0;
  #bytes = 0;
  #cancel: (() => void) | undefined;

  constructor(
    run: QueueRun,
    setup: ScoreSetup,
    plan: MetricPlan,
    time: Time,
    { pieceRecords = 4_000, pieces = 8 }: PieceOptions,
  ) {
    this.#run = run;
    this.#setup = setup;
    this.#plan = plan;
    this.#time = time;
    this.#records = pieceRecords;
    // A batch of a run has at most so many records.
    this.ahead = Math.ceil((pieceRecords * pieces) / 128);
  }

  score(batch: Batch): Promise<ReadonlyArray<Outcome>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      this.#count += batch.length;
      this.#bytes += bytesIn(batch);
      if (this.#count >= this.#records || this.#bytes >= pieceBytes) this.#send();
      // The end of the corpus, or one that waits for what is under way: no more comes for now.
      else {
        this.#cancel?.();
        this.#cancel = this.#time.after(20, () => this.#send());
      }
    });
  }

  #send(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const some = this.#waiting;
    this.#waiting = [];
    this.#count = 0;
    this.#bytes = 0;
    if (some.length === 0) return;
    this.#score(some).catch((error: unknown) => {
      for (const { reject } of some) reject(error);
    });
  }

  async #score(some: ReadonlyArray<Waiting>): Promise<void> {
    const batch = some.flatMap((one) => one.batch);
    const { bytes, worker } = await this.#run.do(scoreKind, bytesOf({ ...this.#setup, batch } satisfies ScoreJob));
    const answer = valueOf<ScoreAnswer>(bytes);
    const outcomes = outcomesOf(answer);
    await this.#check(worker, answer.keys, batch, outcomes);
    let from = 0;
    for (const one of some) {
      one.resolve(outcomes.slice(from, from + one.batch.length));
      from += one.batch.length;
    }
  }

  /** The first piece of each worker is held against this process's own numbers and signatures. */
  async #check(
    worker: string,
    keys: ReadonlyArray<string>,
    batch: Batch,
    outcomes: ReadonlyArray<Outcome>,
  ): Promise<void> {
    if (this.#checked.has(worker)) return;
    const refuse = (what: string): never => {
      throw new FleetError(
        "OtherMetrics",
        `The worker ${worker} computes other metrics than this program: ${what}; run the same version, word data and options on both.`,
      );
    };
    if (JSON.stringify(keys) !== JSON.stringify(this.#plan.keys))
      refuse(`${keys.join(", ")} instead of ${this.#plan.keys.join(", ")}`);
    const at = outcomes.findIndex(({ _tag }) => _tag === "scored");
    const outcome = outcomes[at];
    if (outcome?._tag !== "scored") return;
    this.#checked.add(worker);
    const texts = batch[at]!;
    const own = await this.#plan.score(texts);
    const signatures = this.#plan.signatures(texts);
    for (const [index, key] of keys.entries()) {
      if (signatures[index] !== outcome.signatures[index])
        refuse(`the signature of ${key} is ${outcome.signatures[index]} instead of ${signatures[index]}`);
      if (!Object.is(own[index], outcome.values[index]))
        refuse(`${key} is ${outcome.values[index]} instead of ${own[index]}`);
    }
  }
}
