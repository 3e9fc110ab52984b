/** A corpus whose workers are killed in the middle of a piece: each record is counted once, and the numbers are those of one machine. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { SGPClient } from "@evalwire/core";
import { createFleet } from "@evalwire/fleet";
import { type RecordResult, scoreCorpus } from "@evalwire/metrics/corpus";
import { expect, it } from "vitest";
import { unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";

const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
const textOf = (seed: number, length: number) =>
  Array.from({ length }, (_, index) => words[(seed * 31 + index * index * 7) % words.length]).join(" ");
const records = Array.from({ length: 2_400 }, (_, index) =>
  index % 97 === 5 ? { id: `r${index}` } : { id: `r${index}`, is: textOf(index, 24), was: textOf(index + 1, 28) },
);
const config = {
  components: [
    { name: "overlap", type: "rougeL", mappings: { candidate: "item.is", reference: "item.was" } },
    { name: "bleu", type: "bleu", mappings: { candidate: "item.is", reference: "item.was" } },
  ],
};

/** Everything that a summary is made of, in its order. */
const collect = async (results: AsyncIterable<RecordResult>) => {
  const all: Array<unknown> = [];
  const sums = new Map<string, number>();
  for await (const { progress: _, record: __, ...result } of results) {
    all.push(result);
    if (result._tag === "scored")
      for (const [key, value] of Object.entries(result.metrics)) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return { all, sums };
};

withNats("A corpus whose workers are killed with -9", () => {
  // A piece that died with its worker waits five seconds for another; on a busy machine a process takes as long to begin.
  it("is scored once, record by record, bit for bit as on one machine", { timeout: 180_000 }, async () => {
    await using nats = await Nats.start(1);
    const name = unique();
    const entry = fileURLToPath(new URL("./worker.ts", import.meta.url));
    const living = new Set<ChildProcess>();
    let killed = 0;
    /** Kills itself in the middle of its second piece, while more than `kills` are to be killed. */
    const begin = (kills: number): ChildProcess => {
      const worker = fork(entry, [nats.servers.join(","), name], {
        execArgv: ["--conditions=@evalwire/source", "--disable-warning=ExperimentalWarning"],
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      living.add(worker);
      let begun = 0;
      worker.on("message", (message) => {
        if (message !== "begun" || ++begun !== 2 || killed >= kills) return;
        killed++;
        living.delete(worker);
        worker.kill("SIGKILL");
        begin(kills);
      });
      return worker;
    };
    const fleet = await createFleet({
      servers: nats.servers,
      client: new SGPClient({ apiKey: "k", fetch: new Platform().fetch }),
      name,
      shards: 1,
    });
    const own = await collect(scoreCorpus(records, config));
    begin(3);
    begin(3);
    const there = await collect(fleet.scoreCorpus({ source: records, config, pieceRecords: 100, pieces: 6 }));
    expect(killed).toBe(3);
    expect(there.all).toHaveLength(records.length);
    expect(there.all).toEqual(own.all);
    expect([...there.sums].map(([key, sum]) => [key, Object.is(sum, own.sums.get(key))])).toEqual(
      [...own.sums.keys()].map((key) => [key, true]),
    );
    await fleet.close();
    for (const worker of living) {
      const ended = once(worker, "exit");
      worker.kill("SIGKILL");
      await ended;
    }
  });
});
