/** Foreign messages at the subjects of a fleet and in its logs, and foreign hands on its streams: reported, and the fleet goes on. */
import { SGPClient } from "@evalwire/core";
import { createFleet, type Fleet, type FleetOptions } from "@evalwire/fleet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectEngine, type Engine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { unique } from "../bed.ts";
import { FollowerCheck } from "../FollowerCheck.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";

withNats("A fleet among strangers", () => {
  let nats: Nats;
  let engine: Engine;
  beforeAll(async () => {
    nats = await Nats.start(1);
    engine = await connectEngine({ servers: nats.servers });
  });
  afterAll(async () => {
    await engine.close();
    await nats.stop();
  });

  const join = (platform: Platform, name: string, more: Partial<FleetOptions> = {}): Promise<Fleet> =>
    createFleet({
      servers: nats.servers,
      client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch, maxRetries: 0 }),
      name,
      shards: 1,
      lease: 1_000,
      beat: 300,
      requestsPerMinute: 6_000,
      polling: { interval: [30, 100], requestsPerMinute: 6_000 },
      ...more,
    });

  const world = async (replicas: number, more: Partial<FleetOptions> = {}) => {
    const platform = new Platform();
    platform.add("e1", 2);
    const name = unique();
    const failures: Array<unknown> = [];
    const onFailure = (error: unknown) => void failures.push(error);
    const fleets: Array<Fleet> = [];
    for (let count = 0; count < replicas; count++) fleets.push(await join(platform, name, { onFailure, ...more }));
    const checks = fleets.map((fleet) => new FollowerCheck(fleet.watch("e1"), platform, "e1"));
    await Promise.all(checks.map(({ watch }) => watch.ready));
    await Promise.all(checks.map((check) => check.caughtUp()));
    const change = async (priority: number, of: ReadonlyArray<FollowerCheck> = checks): Promise<void> => {
      platform.set("e1", "e1-t1", { priority });
      await Promise.all(of.map((check) => check.caughtUp()));
    };
    return { platform, name, names: new Names(name, 1), failures, fleets, checks, change };
  };

  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  };

  it("messages that are none of the fleet's at its subjects: reported once, and nothing else happens", async () => {
    const { names, failures, fleets, checks, change } = await world(2);
    const elections = fleets.map((fleet) => fleet.status().elections);
    const subjects = [names.beat, names.pulse(0), names.ask(0), names.budget, `${names.budget}.halt`, names.health];
    const texts = [
      "hello",
      "",
      "null",
      "[]",
      "{}",
      `{"member":1}`,
      `{"member":"m","count":1,"offices":{},"facts":{}}`,
      `{"member":"m","count":1,"offices":{"s0":"all"},"facts":{"name":"m"}}`,
      `{"member":"m","count":"many"}`,
      `{"millis":null}`,
      `{"millis":"soon"}`,
      `{"created":7,"beats":{}}`,
      `{"created":"2030-01-01T00:00:00Z","beats":[7]}`,
      `{"kind":"want","wants":7}`,
      `{"kind":"write"}`,
      `{"kind":"other"}`,
    ];
    let priority = 2;
    for (const subject of subjects) {
      for (const text of texts) engine.nc.publish(subject, text);
      await engine.nc.flush();
      await change(priority++);
    }
    expect(fleets.map((fleet) => fleet.status().elections)).toEqual(elections);
    expect(fleets.map((fleet) => fleet.status().members.length)).toEqual([2, 2]);
    for (const subject of [names.beat, names.pulse(0), names.budget, `${names.budget}.halt`]) {
      const said = failures.filter((error) => String(error).includes(`A message at ${subject} is none of`));
      expect([subject, said.length > 0 && said.length <= 2 * 3]).toEqual([subject, true]);
    }
    for (const check of checks) expect(check.violations()).toEqual([]);
    for (const fleet of fleets) await fleet.close();
  });

  it("messages that are none of the feed's in the log: followers go on, and so does the next publisher", async () => {
    const { platform, name, names, failures, fleets, checks, change } = await world(2);
    const key = names.keyOf("e1", "v4");
    for (const body of ["hello", "{}", `{"format":1}`]) await engine.js.publish(names.log(0, key), body);
    await engine.js.publish(names.log(0, "other"), "hello");
    await change(2);
    const holder = fleets.findIndex((fleet) => fleet.status().shards[0]!.holder === fleet.status().member);
    await fleets[holder]!.close();
    const rest = checks.filter((_, index) => index !== holder);
    await change(3, rest);
    const late = await join(platform, name);
    const check = new FollowerCheck(late.watch("e1"), platform, "e1");
    await check.watch.ready;
    await change(4, [...rest, check]);
    expect(failures.map(String).filter((text) => text.includes("This is no entry of a feed"))).not.toEqual([]);
    for (const each of [...rest, check]) expect(each.violations()).toEqual([]);
    await late.close();
    for (const fleet of fleets) await fleet.close();
  });

  it("a snapshot that points at nothing, or is none: the log begins again, with nothing lost", async () => {
    for (const pointer of [
      `{"object":"gone","generation":"g","epoch":1,"number":1,"sequence":1}`,
      "hello",
      "7",
      "{}",
    ]) {
      const { platform, name, names, fleets, checks, change } = await world(1);
      const { headers } = await import("@nats-io/nats-core");
      const own = headers();
      own.set("Evalwire-Snapshot", pointer);
      await engine.js.publish(names.log(0, names.keyOf("e1", "v4")), "", { headers: own });
      await fleets[0]!.close();
      const late = await join(platform, name);
      const check = new FollowerCheck(late.watch("e1"), platform, "e1");
      await check.watch.ready;
      await change(4, [check]);
      expect(check.violations()).toEqual([]);
      await late.close();
      expect(checks[0]!.violations()).toEqual([]);
    }
  });

  it("the bucket of snapshots emptied, or deleted: followers and publishers begin again", async () => {
    for (const act of ["purge", "delete"] as const) {
      const { platform, name, names, fleets, checks, change } = await world(1, { snapshotEvery: 2 });
      for (let priority = 2; priority < 10; priority++) await change(priority);
      await engine.jsm.streams[act](`OBJ_${names.snapshots}`);
      const late = await join(platform, name, { snapshotEvery: 2 });
      const check = new FollowerCheck(late.watch("e1"), platform, "e1");
      await check.watch.ready;
      for (let priority = 10; priority < 16; priority++) await change(priority, [...checks, check]);
      await fleets[0]!.close();
      await change(20, [check]);
      await until(() => check.watch.status._tag === "synced");
      for (const each of [...checks, check]) expect([act, ...each.violations()]).toEqual([act]);
      await late.close();
    }
  });

  it("the stream of epochs deleted: the next holder is elected all the same, and no epoch is won twice", async () => {
    const { names, fleets, checks, change } = await world(2);
    const holder = fleets.findIndex((fleet) => fleet.status().shards[0]!.holder === fleet.status().member);
    const before = fleets[holder]!.status().shards[0]!.epoch!;
    await engine.jsm.streams.delete(names.electStream);
    await change(2);
    await fleets[holder]!.close();
    const rest = checks.filter((_, index) => index !== holder);
    await change(3, rest);
    const other = fleets[1 - holder]!;
    expect(other.status().shards[0]!.epoch).toBeGreaterThan(before);
    for (const each of rest) expect(each.violations()).toEqual([]);
    await other.close();
  });
});
