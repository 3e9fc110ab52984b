/** `@evalwire/metrics/node`: scoring in worker threads, and the WebAssembly kernels under this process, which importing it installs. */
/// <reference types="node" />
import { Worker } from "node:worker_threads";
import { type PoolWorker, WorkerPool, type WorkerPoolOptions } from "./corpus/WorkerPool.ts";
import { installKernels } from "./wasm/index.ts";

export { keepHeapSmall } from "./heap.ts";
export type { WorkerPool };

export type NodePoolOptions = Omit<WorkerPoolOptions, "spawn">;

installKernels();

/** The worker beside this module, as a source or as built. */
const entry = new URL(import.meta.url.endsWith(".ts") ? "./nodeWorker.ts" : "./nodeWorker.js", import.meta.url);

const spawn = (): PoolWorker => {
  const worker = new Worker(entry);
  return {
    post: (request) => worker.postMessage(request),
    listen: (onAnswer, onEnd) => {
      worker.on("message", onAnswer);
      worker.on("error", (error) => onEnd(`a worker failed: ${error.message}`));
      worker.on("exit", (code) => onEnd(`a worker ended with code ${code}`));
    },
    end: () => worker.terminate(),
  };
};

/**
 * A pool of Node's worker threads for `scoreCorpus`. Worth it from some thousand pairs on: a worker takes some 50 ms to start. Each
 * worker makes its own plan; scorers and providers, which cannot be sent, come from a `setup` module.
 *
 * @param options the config, the number of workers, and what makes their options
 *
 * @example
 * ```ts
 * import { scoreCorpus } from "@evalwire/metrics/corpus";
 * import { nodePool } from "@evalwire/metrics/node";
 *
 * const config = { components: [{ name: "same", type: "rougeL", mappings: { candidate: "item.a", reference: "item.b" } }] };
 * await using pool = nodePool({ config, workers: 1 });
 * const run = scoreCorpus([{ a: "one two", b: "one two" }], config, { pool });
 * (await run.next()).value?.id; // => "0"
 * ```
 */
export const nodePool = (options: NodePoolOptions): WorkerPool => new WorkerPool({ ...options, spawn });
