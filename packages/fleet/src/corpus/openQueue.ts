/** Only a fleet's queue of work, for programs that watch nothing: workers, and programs that submit work. */
import { checkOptions } from "../engine/checkOptions.ts";
import { connectEngine } from "../engine/Engine.ts";
import { Failures } from "../engine/Failures.ts";
import { inWords } from "../engine/inWords.ts";
import { Names } from "../engine/Names.ts";
import { checkStore, defaultName, replicasOf, type StoreOptions, storeNames } from "../engine/StoreOptions.ts";
import { Time } from "../engine/Time.ts";
import { Objects } from "../log/Objects.ts";
import type { Work } from "./Queue.ts";
import { scoreKind, scoreWork } from "./scorePieces.ts";
import { WorkQueue } from "./WorkQueue.ts";

export type QueueOptions = StoreOptions;

export interface OpenQueue extends AsyncDisposable {
  readonly queue: WorkQueue;
  /** The server's version. */
  readonly version: string;
  close(): Promise<void>;
}

/** Rejects with a `FleetError`: no server, wrong credentials, no JetStream, a bucket of another shape. */
export const openQueue = async (options: QueueOptions): Promise<OpenQueue> => {
  checkOptions("openQueue", options, storeNames);
  checkStore("openQueue", options);
  const { name = defaultName } = options;
  const names = new Names(name, 1);
  const time = new Time();
  const onFailure = new Failures(options.onFailure, `fleet ${name}`, time).report;
  const engine = await connectEngine(options, time);
  try {
    const replicas = replicasOf(options, engine);
    const objects = await Objects.open(engine, names.snapshots, replicas, time);
    const member = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
    const queue = new WorkQueue({ engine, names, time, objects, replicas, member, onFailure });
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
