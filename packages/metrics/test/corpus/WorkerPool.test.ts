import { afterEach, describe, expect, it } from "vitest";
import { type PoolWorker, scoreCorpus, type WebWorker, WorkerPool, webWorker } from "../../src/corpus/index.ts";
import { serveScores } from "../../src/corpus/serveScores.ts";
import type { MetricConfig } from "../../src/index.ts";
import { type NodePoolOptions, nodePool } from "../../src/node.ts";
import { collect } from "./collect.ts";

const mappings = { candidate: "item.is", reference: "item.was" };
const config: MetricConfig = {
  components: [
    { name: "r", type: "rouge", params: { use_stemmer: true }, mappings },
    { name: "f", type: "f1", mappings },
  ],
};
const records = Array.from({ length: 700 }, (_, index) => ({
  is: `running ${index} dogs and ${index % 7} cats`,
  ...(index % 50 === 3 ? {} : { was: index % 2 ? [`run ${index} dogs`, `and ${index} cats`] : `run ${index} dogs` }),
}));

let pool: WorkerPool | undefined;
const poolOf = (options: Partial<NodePoolOptions> = {}): WorkerPool => {
  pool = nodePool({ config, workers: 2, ...options });
  return pool;
};
afterEach(() => pool?.close());

describe("a pool of worker threads", () => {
  it("gives what this thread gives, in order, bad records in their places", async () => {
    const here = await collect(scoreCorpus(records, config));
    const there = await collect(scoreCorpus(records, config, { pool: poolOf() }));
    expect(there).toEqual(here);
    expect(here.filter(({ _tag }) => _tag === "failed")).toHaveLength(14);
  });

  it("has its scorers and providers from a setup module; a failing one costs its record", async () => {
    const custom = { components: [{ name: "n", type: "length", mappings }] };
    const setup = new URL("./length.ts", import.meta.url);
    const source = [
      { is: "four", was: "" },
      { is: "throw", was: "" },
      { is: "", was: "" },
    ];
    const results = await collect(
      scoreCorpus(source, custom, {
        pool: poolOf({ config: custom, setup }),
        scorers: (await import("./length.ts")).default().scorers,
      }),
    );
    expect(results.map((one) => (one._tag === "scored" ? one.metrics.n : one.error.message))).toEqual([
      4,
      "record 1: its scorer failed: Error: as asked",
      0,
    ]);
  });

  it("gives its setup module what is meant for it", async () => {
    const custom = { components: [{ name: "n", type: "length", mappings }] };
    const setup = new URL("./length.ts", import.meta.url);
    const several = poolOf({ config: custom, setup, setupData: { unit: 10 } });
    const [outcome] = await several.score([[{ candidate: "four", references: [""] }]]);
    expect(outcome).toMatchObject({ _tag: "scored", signatures: ["length|unit:10"] });
    expect(outcome?._tag === "scored" && Array.from(outcome.values)).toEqual([40]);
  });

  it("says that a worker cannot begin: to `ready` and to every batch", async () => {
    const broken = poolOf({ setup: "data:text/javascript,export const none = 1" });
    await expect(broken.ready).rejects.toThrow(/no default export/);
    await expect(collect(scoreCorpus(records, config, { pool: broken }))).rejects.toThrow(/no default export/);
  });

  it("fails what is under way when a worker ends, and when it is closed", async () => {
    const custom = { components: [{ name: "n", type: "length", mappings }] };
    const dying = poolOf({
      config: custom,
      setup: "data:text/javascript,setTimeout(() => process.exit(3));export default {}",
    });
    await expect(dying.ready).rejects.toThrow(/worker pool: a worker ended with code 3|unknown type/);
    await dying.close();
    const closed = poolOf();
    const lost = expect(closed.score([[{ candidate: "a", references: ["a"] }]])).rejects.toThrow("the pool was closed");
    await closed.close();
    await lost;
    await expect(closed.score([])).rejects.toThrow("worker pool: the pool was closed");
  });

  it("refuses to be none", () => {
    expect(() => nodePool({ config, workers: 0 })).toThrow(RangeError);
  });
});

it("a web worker serves a pool through messages", async () => {
  const { port1, port2 } = new MessageChannel();
  serveScores({
    post: (answer, transfer) => port2.postMessage(answer, [...transfer]),
    listen: (listener) => {
      port2.onmessage = ({ data }) => listener(data);
    },
  });
  port1.start();
  const worker = Object.assign(port1, { terminate: () => port1.close() }) as unknown as WebWorker;
  const spawn = (): PoolWorker => webWorker(worker);
  pool = new WorkerPool({ config, workers: 1, spawn });
  await pool.ready;
  expect(await collect(scoreCorpus(records, config, { pool }))).toEqual(await collect(scoreCorpus(records, config)));
});
