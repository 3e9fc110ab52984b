/** The corpora that one replica has scored by the fleet, and the workers by which it scores pieces of anyone's. */
import { type MetricConfig, type Preset, planMetrics } from "@evalwire/metrics";
import { type CorpusOptions, type RecordResult, scoreCorpus } from "@evalwire/metrics/corpus";
import { checkIs, checkWhole } from "../engine/checkIs.ts";
import { checkOptions } from "../engine/checkOptions.ts";
import { randomName } from "../engine/Names.ts";
import { FleetPool, type PieceOptions, scoreKind, scoreWork } from "./scorePieces.ts";
import type { WorkQueueDeps } from "./stow.ts";
import type { Worker } from "./Worker.ts";
import { WorkQueue } from "./WorkQueue.ts";

export interface FleetCorpusOptions<Given = unknown>
  extends Omit<CorpusOptions<Given>, "pool" | "scorers" | "punkt" | "wordnet" | "embeddings" | "preset">,
    PieceOptions {
  readonly source: AsyncIterable<Given> | Iterable<Given>;
  readonly config: MetricConfig;
  readonly preset?: Preset;
  /** Names the run, so that it can be gone on with after it was aborted or its program has died. Default: it cannot. */
  readonly run?: string;
}

export interface WorkOptions {
  /** Threads that score. Default 1. */
  readonly threads?: number;
  /** URL of a module whose default export is the workers' options: scorers, word data. See `WorkerPoolOptions`. */
  readonly setup?: string | URL;
  readonly setupData?: unknown;
  /** How long closing waits for the pieces in hand, in milliseconds; then they go back. Default 10,000. */
  readonly closeMillis?: number;
}

const workNames: Record<keyof WorkOptions, true> = { threads: true, setup: true, setupData: true, closeMillis: true };

const corpusNames: Record<keyof FleetCorpusOptions, true> = {
  source: true,
  config: true,
  preset: true,
  run: true,
  pieceRecords: true,
  pieces: true,
  recordOf: true,
  idOf: true,
  isDone: true,
  onBadRecord: true,
  total: true,
  now: true,
  signal: true,
  key: true,
  providers: true,
  unavailable: true,
  pause: true,
};

export class Corpora {
  readonly #deps: WorkQueueDeps;
  readonly #workers = new Set<Worker>();
  #queue: WorkQueue | undefined;

  constructor(deps: WorkQueueDeps) {
    this.#deps = deps;
  }

  get queue(): WorkQueue {
    this.#queue ??= new WorkQueue(this.#deps);
    return this.#queue;
  }

  /** See `Fleet.scoreCorpus`. */
  async *score<Given>(options: FleetCorpusOptions<Given>): AsyncGenerator<RecordResult<Given>, void, undefined> {
    checkOptions<FleetCorpusOptions<any>>("scoreCorpus", options, corpusNames);
    checkWhole("scoreCorpus", "pieces", options.pieces, 1);
    checkWhole("scoreCorpus", "pieceRecords", options.pieceRecords, 1);
    const { source, config, preset, run: name = `run-${randomName()}`, pieceRecords, pieces, ...rest } = options;
    const setup = { config, preset };
    const plan = planMetrics(config, { ...(preset === undefined ? {} : { preset }), unavailable: "omit" });
    const run = await this.queue.run(name);
    let isDone = false;
    try {
      const sizes = {
        ...(pieceRecords === undefined ? {} : { pieceRecords }),
        ...(pieces === undefined ? {} : { pieces }),
      };
      const pool = new FleetPool(run, setup, plan, this.#deps.time, sizes);
      yield* scoreCorpus(source, plan, { ...rest, pool });
      isDone = true;
    } finally {
      // A run with a name can be gone on with.
      await run.close({ keepResults: !isDone && options.run !== undefined });
    }
  }

  /** See `Fleet.work`. */
  async work(options: WorkOptions): Promise<Worker> {
    checkOptions("work", options, workNames);
    const { threads = 1, setup, setupData, closeMillis } = options;
    checkWhole("work", "threads", threads, 1);
    checkIs(typeof setup === "string" || setup instanceof URL, "work", "setup", "the URL of a module", setup);
    const own = { ...(setup === undefined ? {} : { setup }), ...(setupData === undefined ? {} : { setupData }) };
    const { work, close } = scoreWork(threads, own);
    // One piece is scored while the next is fetched.
    const worker = await this.queue.work({ [scoreKind]: work }, 2, closeMillis);
    const stop = worker.close.bind(worker);
    worker.close = async () => {
      await stop();
      await close();
    };
    this.#workers.add(worker);
    return worker;
  }

  /** The workers running here: how many there are, how many pieces they have in hand, and how many they have scored. */
  facts() {
    const workers = [...this.#workers];
    return {
      workers: workers.length,
      busy: workers.reduce((sum, { busy }) => sum + busy, 0),
      done: workers.reduce((sum, { done }) => sum + done, 0),
    };
  }

  /** Stops the workers; what they have in hand is finished. */
  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((each) => each.close()));
  }
}
