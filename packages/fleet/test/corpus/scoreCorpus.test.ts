import { SGPClient } from "@evalwire/core";
import { createFleet, type Fleet } from "@evalwire/fleet";
import { type RecordResult, scoreCorpus } from "@evalwire/metrics/corpus";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";
import { conforms } from "./WorkQueue.conformance.ts";

const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
const textOf = (seed: number, length: number) =>
  Array.from({ length }, (_, index) => words[(seed * 31 + index * index * 7) % words.length]).join(" ");
const records = Array.from({ length: 1_000 }, (_, index) =>
  index % 97 === 5 ? { id: `r${index}` } : { id: `r${index}`, is: textOf(index, 12), was: textOf(index + 1, 14) },
);
const config = {
  components: [
    { name: "overlap", type: "rouge1", mappings: { candidate: "item.is", reference: "item.was" } },
    { name: "bleu", type: "bleu", mappings: { candidate: "item.is", reference: "item.was" } },
  ],
};

const collect = async (results: AsyncIterable<RecordResult>) => {
  const all: Array<unknown> = [];
  for await (const { progress: _, record: __, ...result } of results) all.push(result);
  return all;
};

for (const nodes of [1, 3] as const) {
  withNats(`Work over a fleet on ${nodes} ${nodes === 1 ? "node" : "nodes"}`, () => {
    let nats: Nats;
    let fleets: ReadonlyArray<Fleet> = [];
    beforeAll(async () => {
      nats = await Nats.start(nodes);
      const name = unique();
      const client = () => new SGPClient({ apiKey: "k", fetch: new Platform().fetch });
      fleets = await Promise.all(
        [0, 1, 2].map(() => createFleet({ servers: nats.servers, client: client(), name, shards: 1, lease: 1_000 })),
      );
    });
    afterAll(async () => {
      await Promise.all(fleets.map((fleet) => fleet.close()));
      await nats.stop();
    });

    conforms(() => fleets[0]!.queue, unique, nodes === 1 ? 10 : 4);

    it("a corpus is scored as on one machine, bit for bit, bad records included, and goes on where it was aborted", async () => {
      const workers = await Promise.all([fleets[1]!.work(), fleets[2]!.work()]);
      const own = await collect(scoreCorpus(records, config));
      const options = { source: records, config, pieceRecords: 100, run: unique() };
      const abort = new AbortController();
      const some: Array<unknown> = [];
      const aborted = (async () => {
        for await (const result of fleets[0]!.scoreCorpus({ ...options, signal: abort.signal })) {
          some.push(result);
          if (some.length === 300) abort.abort(new Error("enough"));
        }
      })();
      await expect(aborted).rejects.toThrow("enough");
      const before = workers.reduce((sum, { done }) => sum + done, 0);
      expect(before).toBeGreaterThan(0);
      expect(await collect(fleets[0]!.scoreCorpus(options))).toEqual(own);
      await Promise.all(workers.map((worker) => worker.close()));
      // No piece was done twice: what was done before the abort was there.
      expect(workers.reduce((sum, { done }) => sum + done, 0)).toBeLessThanOrEqual(Math.ceil(records.length / 100) + 1);
    });
  });
}
