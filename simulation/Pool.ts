/** Simulations side by side: one thread for each processor, each playing the next seed as soon as it is free. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Outcome } from "./simulate.ts";
import type { Fault } from "./world/Deployment.ts";
import type { Api } from "./world/ServerHost.ts";

/** The task of a thread. */
export interface Task {
  readonly seed: number;
  readonly steps: number;
  readonly faults?: ReadonlyArray<Fault>;
  readonly api?: Api;
}

export interface Options {
  readonly from: number;
  readonly seeds: number;
  readonly steps: number;
  /** The faults of the deployment; drawn by default. */
  readonly faults?: ReadonlyArray<Fault>;
  /** The version of the API; drawn by default. */
  readonly api?: Api;
  /** How many threads; one for each processor by default. */
  readonly threads?: number;
  /** Called for each simulation that is over, in the order in which they end. */
  readonly onOutcome: (outcome: Outcome) => void;
}

/**
 * Plays seeds in their order until all are played, or one breaks a promise: then those that have begun are played to their end.
 *
 * @returns the outcome with the lowest seed that broke a promise; `undefined` when none did
 */
export const play = async (options: Options): Promise<Outcome | undefined> => {
  const { from, seeds, steps, faults, api, threads = availableParallelism(), onOutcome } = options;
  const given = { ...(faults === undefined ? {} : { faults }), ...(api === undefined ? {} : { api }) };
  let next = from;
  let broken: Outcome | undefined;
  const run = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const give = () => {
        if (broken !== undefined || next >= from + seeds) resolve();
        else worker.postMessage({ seed: next++, steps, ...given } satisfies Task);
      };
      worker.on("message", (outcome: Outcome) => {
        onOutcome(outcome);
        const isLowest = broken === undefined || outcome.seed < broken.seed;
        if (outcome.broken !== undefined && isLowest) broken = outcome;
        give();
      });
      worker.on("error", reject);
      give();
    });
  const workers = Array.from({ length: Math.min(threads, seeds) }, () => {
    return new Worker(new URL("./worker.ts", import.meta.url));
  });
  try {
    await Promise.all(workers.map(run));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return broken;
};
