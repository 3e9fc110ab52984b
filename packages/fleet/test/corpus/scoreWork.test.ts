/** A worker that outlives many runs: its threads are those of a few configurations, and others begin where some have ended. */
import { planMetrics } from "@evalwire/metrics";
import { nodePool } from "@evalwire/metrics/node";
import { expect, it } from "vitest";
import { FleetPool, scoreWork } from "../../src/corpus/scorePieces.ts";
import { Time } from "../../src/engine/Time.ts";

const configOf = (name: string) => ({ components: [{ name, type: "f1" as const }] });
const batch = [[{ candidate: "the cat", references: ["the cat"] }]] as never;

const workerWith = () => {
  const pools: Array<ReturnType<typeof nodePool>> = [];
  const closed: Array<number> = [];
  const worker = scoreWork(1, {}, (options) => {
    const pool = nodePool(options);
    const at = pools.push(pool) - 1;
    const close = pool.close.bind(pool);
    pool.close = () => {
      closed.push(at);
      return close();
    };
    return pool;
  });
  const score = async (name: string) => {
    const run = {
      ...{ name: "r", resumed: 0, close: async () => undefined },
      do: async (_: string, job: Uint8Array) => ({
        bytes: await worker.work(job, new AbortController().signal),
        worker: "w1",
      }),
    };
    const config = configOf(name);
    const pool = new FleetPool(run, { config }, planMetrics(config), new Time(), { pieceRecords: 1 });
    const [outcome] = await pool.score(batch);
    return outcome;
  };
  return { worker, pools, closed, score };
};

it("threads that have ended are replaced with the next piece", async () => {
  const { worker, pools, score } = workerWith();
  expect(await score("one")).toMatchObject({ _tag: "scored" });
  await pools[0]!.close();
  await expect(score("one")).rejects.toThrow("the pool was closed");
  expect(await score("one")).toMatchObject({ _tag: "scored" });
  expect(pools).toHaveLength(2);
  await worker.close();
});

it("threads of four configurations are kept, those that scored last", async () => {
  const { worker, pools, closed, score } = workerWith();
  for (const name of ["one", "two", "three", "four", "one", "five", "six", "one"])
    expect(await score(name), name).toMatchObject({ _tag: "scored" });
  expect(pools).toHaveLength(6);
  expect(closed).toEqual([1, 2]);
  await worker.close();
  expect(closed.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
});
