/** Only a fleet's queue of work, for programs that watch nothing: workers, and programs that submit work. */
import { checkIs } from "../engine/checkIs.ts";
import { checkOptions } from "../engine/checkOptions.ts";
import { connectEngine, type EngineOptions, engineNames } from "../engine/Engine.ts";
import { Failures, inWords } from "../engine/Failures.ts";
import { Names } from "../engine/Names.ts";
import { Time } from "../engine/Time.ts";
import { Snapshots } from "../log/Snapshots.ts";
import type { Work } from "./Queue.ts";
import { scoreKind, scoreWork } from "./scorePieces.ts";
import { WorkQueue } from "./WorkQueue.ts";

export interface QueueOptions extends EngineOptions {
  /** The fleet's name. Default `evalwire`. */
  readonly name?: string;
  /** Nodes that keep each message: 1, 3 or 5. Default 3 where the NATS server is one of several, else 1. */
  readonly replicas?: 1 | 3 | 5;
  readonly onFailure?: (error: unknown) => void;
}

const optionNames: Record<keyof QueueOptions, true> = { ...engineNames, name: true, replicas: true, onFailure: true };

export interface OpenQueue extends AsyncDisposable {
  readonly queue: WorkQueue;
  /** The server's version. */
  readonly version: string;
  close(): Promise<void>;
}

/** Rejects with a `FleetError`: no server, wrong credentials, no JetStream, a bucket of another shape. */
export const openQueue = async (options: QueueOptions): Promise<OpenQueue> => {
  checkOptions("openQueue", options, optionNames);
  const { name = "evalwire" } = options;
  const names = new Names(name, 1);
  const time = new Time();
  checkIs([1, 3, 5].includes(options.replicas as number), "openQueue", "replicas", "1, 3 or 5", options.replicas);
  checkIs(typeof options.onFailure === "function", "openQueue", "onFailure", "a function", options.onFailure);
  const onFailure = new Failures(options.onFailure, `fleet ${name}`, time).report;
  const engine = await connectEngine(options, time);
  try {
    const replicas = options.replicas ?? (engine.isClustered ? 3 : 1);
    const snapshots = await Snapshots.open(engine, names.snapshots, replicas, time);
    const member = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
    const queue = new WorkQueue({ engine, names, time, snapshots, replicas, member, onFailure });
    const close = () => engine.close();
    return { queue, version: engine.version, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await engine.close();
    throw inWords(error, `fleet ${name}`);
  }
};

/**
 * The handler that scores the pieces of `fleet.scoreCorpus`, for `queue.work`.
 *
 * @param threads that score
 */
export const scoringWork = (
  threads: number,
): { readonly works: Readonly<Record<string, Work>>; readonly close: () => Promise<void> } => {
  const { work, close } = scoreWork(threads, {});
  return { works: { [scoreKind]: work }, close };
};
