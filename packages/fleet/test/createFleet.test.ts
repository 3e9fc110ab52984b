import { SGPClient } from "@evalwire/core";
import { createFleet, type Fleet, type FleetOptions } from "@evalwire/fleet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectEngine } from "../src/engine/Engine.ts";
import { Names } from "../src/engine/Names.ts";
import { ensureStream } from "../src/engine/Streams.ts";
import { unique } from "./bed.ts";
import { FollowerCheck } from "./FollowerCheck.ts";
import { Nats, withNats } from "./nats.ts";
import { Platform } from "./platform.ts";

for (const nodes of [1, 3] as const) {
  withNats(`A fleet on ${nodes} ${nodes === 1 ? "node" : "nodes"}`, () => {
    let nats: Nats;
    beforeAll(async () => {
      nats = await Nats.start(nodes);
    });
    afterAll(() => nats.stop());

    const clientOf = (platform: Platform) =>
      new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch, maxRetries: 0 });

    const join = (platform: Platform, name: string, more: Partial<FleetOptions> = {}): Promise<Fleet> =>
      createFleet({
        servers: nats.servers,
        client: clientOf(platform),
        name,
        shards: 4,
        // Several replicas share one thread here: a shorter one is lost whenever the machine is busy.
        lease: 1_000,
        beat: 300,
        requestsPerMinute: 6_000,
        polling: { interval: [50, 200], requestsPerMinute: 6_000 },
        ...more,
      });

    it("one replica polls, all follow, and what one writes is shown by all", async () => {
      const platform = new Platform();
      platform.add("e1", 5);
      const name = unique();
      const clients = [clientOf(platform), clientOf(platform), clientOf(platform)];
      const fleets = await Promise.all(clients.map((client) => join(platform, name, { client })));
      const checks = fleets.map((fleet) => new FollowerCheck(fleet.watch("e1"), platform, "e1"));
      await Promise.all(checks.map(({ watch }) => watch.ready));
      await Promise.all(checks.map((check) => check.caughtUp()));
      platform.set("e1", "e1-t2", { priority: 7 });
      await Promise.all(checks.map((check) => check.caughtUp()));
      // Two of the three do not poll.
      const publishing = fleets.map((fleet) => fleet.status().shards.flatMap(({ publications }) => publications));
      expect(publishing.filter((each) => each.length > 0)).toHaveLength(1);
      const shown = Promise.all(checks.map((check) => check.caughtUp()));
      await clients[2]!.evaluations.tasks.update({ evaluation_id: "e1", task_id: "e1-t3", assigned_to: "ada" });
      expect(checks[2]!.watch.snapshot().tasks.get("e1-t3")?.assigned_to).toBe("ada");
      await shown;
      await Promise.all(checks.map((check) => check.caughtUp()));
      for (const check of checks) expect(check.violations()).toEqual([]);
      for (const fleet of fleets) await fleet.close();
    });

    it("goes on with another replica when one leaves or is added, and reports nothing twice", async () => {
      const platform = new Platform();
      const ids = ["e1", "e2", "e3", "e4", "e5", "e6"];
      for (const id of ids) platform.add(id, 3);
      const name = unique();
      const first = await join(platform, name);
      const checks = ids.map((id) => new FollowerCheck(first.watch(id), platform, id));
      await Promise.all(checks.map(({ watch }) => watch.ready));
      const second = await join(platform, name);
      const others = ids.map((id) => new FollowerCheck(second.watch(id), platform, id));
      await Promise.all(others.map(({ watch }) => watch.ready));
      const spreadOver = () => first.status().members.map(({ shards }) => shards);
      await new Promise<void>((resolve) => {
        const undo = checks[0]!.watch.onChange(() => undefined);
        const look = () => {
          if (spreadOver().join() !== "2,2") return void setTimeout(look, 10);
          undo();
          resolve();
        };
        look();
      });
      for (const id of ids) platform.set(id, `${id}-t1`, { priority: 2 });
      await Promise.all([...checks, ...others].map((check) => check.caughtUp()));
      await first.close();
      for (const id of ids) platform.set(id, `${id}-t1`, { priority: 3 });
      await Promise.all(others.map((check) => check.caughtUp()));
      for (const check of others) expect(check.violations()).toEqual([]);
      expect(second.status().members).toHaveLength(1);
      await second.close();
    });

    it("goes on after a log was deleted and recreated, and then trimmed under its followers", async () => {
      const platform = new Platform();
      platform.add("e1", 3);
      const name = unique();
      const fleets = await Promise.all([join(platform, name, { shards: 1 }), join(platform, name, { shards: 1 })]);
      const checks = fleets.map((fleet) => new FollowerCheck(fleet.watch("e1"), platform, "e1"));
      await Promise.all(checks.map(({ watch }) => watch.ready));
      const engine = await connectEngine({ servers: nats.servers });
      const stream = new Names(name, 1).logStream(0);
      const remove = () => engine.jsm.streams.delete(stream);
      // Recreated before the publisher has noticed: it must not go on in a log that does not have what it wrote before.
      const remake = async () => {
        const { config } = await engine.jsm.streams.info(stream);
        await engine.jsm.streams.delete(stream);
        await ensureStream(engine, config);
      };
      const trim = (keep?: number) => () => engine.jsm.streams.purge(stream, keep === undefined ? undefined : { keep });
      for (const [round, work] of [remove, trim(1), trim(), remake, remove].entries()) {
        await work();
        for (const priority of [2, 3, 4]) {
          platform.set("e1", "e1-t1", { priority: priority + round * 10 });
          await Promise.all(checks.map((check) => check.caughtUp()));
        }
      }
      for (const check of checks) expect(check.violations()).toEqual([]);
      await engine.close();
      for (const fleet of fleets) await fleet.close();
    });
  });
}
