import type { Answer, PoolWorker } from "./WorkerPool.ts";

/** The part of a browser's `Worker` that is used. */
export interface WebWorker {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: Answer }) => void): void;
  addEventListener(type: "error", listener: (event: { readonly message: string }) => void): void;
  terminate(): void;
}

/**
 * A browser's worker for a `WorkerPool`; its module imports `@evalwire/metrics/worker`.
 *
 *     const spawn = () => webWorker(new Worker(new URL("./scores.ts", import.meta.url), { type: "module" }));
 *     const pool = new WorkerPool({ config, workers: navigator.hardwareConcurrency, spawn });
 */
export const webWorker = (worker: WebWorker): PoolWorker => ({
  post: (request) => worker.postMessage(request),
  listen: (onAnswer, onEnd) => {
    worker.addEventListener("message", ({ data }) => onAnswer(data));
    worker.addEventListener("error", ({ message }) => onEnd(`a worker failed: ${message}`));
  },
  end: () => worker.terminate(),
});
