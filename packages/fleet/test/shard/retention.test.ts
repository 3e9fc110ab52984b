/** A replica whose retention is not that of the logs that are there: it goes on with theirs, and says so. */
import { createFleet, type FleetOptions } from "@evalwire/fleet";
import { nanos } from "@nats-io/nats-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectEngine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { unique } from "../bed.ts";
import { FollowerCheck } from "../FollowerCheck.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";
import { quickly } from "../quickly.ts";

withNats("A replica with another retention than its logs", () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await Nats.start(1);
  });
  afterAll(() => nats.stop());

  it("publishes and follows all the same, and says whose counts, until the streams are changed", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const name = unique();
    const stream = new Names(name, 1).logStream(0);
    const join = async (retention: NonNullable<FleetOptions["retention"]>) => {
      const failures: Array<unknown> = [];
      const fleet = await createFleet({
        ...quickly(nats, platform),
        name,
        retention,
        onFailure: (error) => void failures.push(error),
      });
      const check = new FollowerCheck(fleet.watch("e1"), platform, "e1");
      await check.watch.ready;
      platform.set("e1", "e1-t1", { priority: platform.requests.length });
      await check.caughtUp();
      expect(check.violations()).toEqual([]);
      return { fleet, failures };
    };
    const old = await join({ age: "1 hour" });
    expect([old.failures, (await old.fleet.health()).problems]).toEqual([[], []]);
    await old.fleet.close();
    const [hour, day] = [nanos(3_600_000), nanos(86_400_000)];
    const message = `The log ${stream} keeps messages by other limits than retention says: max_bytes is -1 instead of 1000000, max_age is ${hour} instead of ${day}; those of the log count until it is changed (nats stream edit).`;
    const next = await join({ age: "1 day", bytesPerShard: 1_000_000 });
    expect(next.failures).toEqual([expect.objectContaining({ problem: "OtherOptions", message })]);
    expect((await next.fleet.health()).problems).toEqual([message]);
    await next.fleet.close();
    const engine = await connectEngine({ servers: nats.servers });
    const { config } = await engine.jsm.streams.info(stream);
    expect([config.max_age, config.max_bytes]).toEqual([hour, -1]);
    await engine.jsm.streams.update(stream, { max_age: day, max_bytes: 1_000_000 });
    await engine.close();
    const last = await join({ age: "1 day", bytesPerShard: 1_000_000 });
    expect([last.failures, (await last.fleet.health()).problems]).toEqual([[], []]);
    await last.fleet.close();
  });
});
