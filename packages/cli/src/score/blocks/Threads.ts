/**
 * Threads that load what scores blocks: they can be started before it is known what they are to do.
 *
 * A thread that fails is heard from the start on, and nothing keeps running once they are disposed.
 */
import { Worker } from "node:worker_threads";

export interface Threads extends AsyncDisposable {
  readonly workers: ReadonlyArray<Worker>;
  /** Why one of them has ended, in words; it never rejects. */
  readonly ended: Promise<string>;
  /** Begins to end them: the promise of disposing says when they have. */
  readonly end: () => void;
}

/** Beside this module, as a source or as built. */
const entry = new URL(import.meta.url.endsWith(".ts") ? "./blockWorker.ts" : "./blockWorker.js", import.meta.url);

export const start = (count: number): Threads => {
  const workers = Array.from({ length: count }, () => new Worker(entry));
  const ended = new Promise<string>((resolve) => {
    for (const worker of workers) {
      worker.on("error", (error) => resolve(`a worker failed: ${error.message}`));
      worker.on("exit", (code) => resolve(`a worker ended with code ${code}`));
    }
  });
  const end = () => Promise.all(workers.map((worker) => worker.terminate()));
  return {
    workers,
    ended,
    end: () => void end(),
    [Symbol.asyncDispose]: async () => {
      await end();
    },
  };
};
