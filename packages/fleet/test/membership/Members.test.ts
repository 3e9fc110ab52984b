import { afterAll, beforeAll, expect, it } from "vitest";
import { electConfig } from "../../src/engine/configs.ts";
import { connectEngine, type Engine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { ensureStream } from "../../src/engine/Streams.ts";
import { Time } from "../../src/engine/Time.ts";
import { Formats } from "../../src/membership/Formats.ts";
import { Members } from "../../src/membership/Members.ts";
import { unique } from "../bed.ts";
import { Nats, withNats } from "../nats.ts";

const never = new AbortController().signal;

for (const nodes of [1, 3] as const) {
  withNats(`Elections on ${nodes} ${nodes === 1 ? "node" : "nodes"}`, () => {
    let nats: Nats;
    const engines: Array<Engine> = [];
    const names = new Names(`t${unique()}`, 1);
    const failures: Array<unknown> = [];
    beforeAll(async () => {
      nats = await Nats.start(nodes);
      for (let index = 0; index < 3; index++)
        engines.push(await connectEngine({ servers: [nats.servers[index % nodes]!] }));
      await ensureStream(engines[0]!, electConfig(names, nodes));
    });
    afterAll(async () => {
      for (const engine of engines) await engine.close();
      await nats.stop();
    });

    const member = async (index: number, leaseMillis = 300): Promise<Members> => {
      const members = new Members({
        engine: engines[index]!,
        names,
        time: new Time(),
        id: unique(),
        facts: () => ({ name: `m${index}`, formats: new Formats().facts }),
        leaseMillis,
        restore: async () => undefined,
        onFailure: (error) => failures.push(error),
      });
      await members.start();
      return members;
    };

    it("no epoch is won twice, however many try at once", async () => {
      const all = await Promise.all([0, 1, 2].map((index) => member(index, 60_000)));
      const won: Array<number> = [];
      for (let round = 0; round < 40; round++) {
        const held = await Promise.all(all.map((each) => each.take("shard-1")));
        for (const one of held) if (one !== undefined) won.push(one.epoch);
        await Promise.all(held.map((one) => one?.resign()));
      }
      expect(won.length).toBeGreaterThanOrEqual(40);
      expect(new Set(won).size).toBe(won.length);
      for (const each of all) await each.close();
    });

    it("when the one in office is killed another is elected, to a higher epoch; one that leaves is followed at once", async () => {
      const [a, b, c] = await Promise.all([0, 1, 2].map((index) => member(index)));
      const first = await a!.campaign("shard-2", never);
      const second = b!.campaign("shard-2", never);
      a!.vanish();
      const held = await second;
      expect(held.epoch).toBeGreaterThan(first.epoch);
      const third = c!.campaign("shard-2", never);
      await held.resign();
      expect(held.lost.aborted).toBe(true);
      expect((await third).epoch).toBe(held.epoch + 1);
      await b!.close();
      await c!.close();
    });

    it("one that cannot reach the server believes in its office no longer than its lease", async () => {
      const a = await member(0);
      const held = await a.campaign("shard-3", never);
      const lost = new Promise<void>((resolve) => held.lost.addEventListener("abort", () => resolve()));
      // Its beats do not come back.
      const { nc } = engines[0]!;
      const publish = nc.publish;
      nc.publish = () => undefined;
      await lost;
      nc.publish = publish;
      expect(a.held("shard-3")).toBeUndefined();
      await a.close();
    });

    it("a candidate that withdraws is not elected", async () => {
      const a = await member(0);
      const held = await a.campaign("shard-4", never);
      const b = await member(1);
      const abort = new AbortController();
      const waiting = b.campaign("shard-4", abort.signal);
      abort.abort(new Error("withdrawn"));
      await expect(waiting).rejects.toThrow("withdrawn");
      await held.resign();
      expect(b.held("shard-4")).toBeUndefined();
      await a.close();
      await b.close();
    });
  });
}
