/** One thread of a pool: plays the seeds it is sent. */
import { parentPort } from "node:worker_threads";
import type { Task } from "./Pool.ts";
import { simulate } from "./simulate.ts";

parentPort?.on("message", async ({ seed, ...options }: Task) => {
  parentPort?.postMessage(await simulate(seed, options));
});
