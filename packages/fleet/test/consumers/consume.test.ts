import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SGPClient, type WatchEvent } from "@evalwire/core";
import { webhook } from "@evalwire/core/plugins/webhook";
import { createFleet, type Fleet, FleetError, type FleetOptions } from "@evalwire/fleet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unique } from "../bed.ts";
import { FollowerCheck } from "../FollowerCheck.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";
import { quickly } from "../quickly.ts";

/** Resolves when a condition holds, looked at after each call of `changed`. */
const changes = () => {
  let waiters: ReadonlyArray<() => void> = [];
  return {
    changed: () => {
      for (const wake of waiters) wake();
    },
    until: (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds()) return;
          waiters = waiters.filter((each) => each !== look);
          resolve();
        };
        waiters = [...waiters, look];
        look();
      }),
  };
};

withNats("Events consumed by a fleet", () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await Nats.start(1);
  });
  afterAll(() => nats.stop());

  const join = (platform: Platform, name: string, more: Partial<FleetOptions> = {}): Promise<Fleet> =>
    createFleet({
      ...quickly(nats, platform),
      name,
      shards: 2,
      ...more,
    });

  const settled = async (fleets: ReadonlyArray<Fleet>, platform: Platform, id: string) => {
    const checks = fleets.map((fleet) => new FollowerCheck(fleet.watch(id), platform, id));
    await Promise.all(checks.map(({ watch }) => watch.ready));
    await Promise.all(checks.map((check) => check.caughtUp()));
    return checks;
  };

  it("a handler that never ends does not hold a close: its signal is aborted, and another replica has the event", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const name = unique();
    const failures: Array<unknown> = [];
    const onFailure = (error: unknown) => void failures.push(error);
    const fleets = [await join(platform, name, { onFailure }), await join(platform, name)];
    await settled(fleets, platform, "e1");
    // It is given back, and not waited for.
    const ackMillis = 600_000;
    const begun = Promise.withResolvers<{ readonly event: WatchEvent; readonly signal: AbortSignal }>();
    const endless = fleets[0]!.consume(
      "journal",
      (event, { signal }) => {
        begun.resolve({ event, signal });
        return new Promise(() => undefined);
      },
      { closeMillis: 20, ackMillis },
    );
    await endless.ready;
    platform.set("e1", "e1-t1", { priority: 2 });
    const { event, signal } = await begun.promise;
    expect(signal.aborted).toBe(false);
    await fleets[0]!.close();
    expect(signal.aborted).toBe(true);
    expect(failures).toContainEqual(expect.objectContaining({ name: "FleetError", problem: "Unfinished" }));
    const again = Promise.withResolvers<WatchEvent>();
    const next = fleets[1]!.consume("journal", (each) => again.resolve(each), { ackMillis });
    expect((await again.promise).id).toBe(event.id);
    await next.close();
    await fleets[1]!.close();
  });

  it("a replica that consumes later begins where the name began, also in a log that is newer", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const name = unique();
    const fleets = [await join(platform, name), await join(platform, name)];
    const { changed, until } = changes();
    const handled: Array<WatchEvent> = [];
    const take = (event: WatchEvent) => {
      handled.push(event);
      changed();
    };
    await fleets[0]!.consume("journal", take).ready;
    const [check] = await settled([fleets[0]!], platform, "e1");
    platform.set("e1", "e1-t1", { priority: 2 });
    await check!.caughtUp();
    await fleets[1]!.consume("journal", take).ready;
    platform.set("e1", "e1-t1", { priority: 3 });
    const priorities = () => handled.flatMap((each) => (each.type === "task.updated" ? [each.current.priority] : []));
    await until(() => priorities().includes(3));
    expect(priorities()).toEqual([2, 3]);
    // Once it is forgotten, the name begins again.
    await Promise.all(fleets.map((fleet) => fleet.close()));
    const last = await join(platform, name);
    await last.forget("journal");
    handled.length = 0;
    await last.consume("journal", take).ready;
    const [after] = await settled([last], platform, "e1");
    platform.set("e1", "e1-t1", { priority: 4 });
    await after!.caughtUp();
    await until(() => priorities().includes(4));
    expect(priorities()).toEqual([4]);
    await last.close();
  });

  it("replicas that begin a name at the same moment share it", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const name = unique();
    const failures: Array<unknown> = [];
    const onFailure = (error: unknown) => void failures.push(error);
    const fleets = [await join(platform, name, { onFailure }), await join(platform, name, { onFailure })];
    const [check] = await settled(fleets, platform, "e1");
    const { changed, until } = changes();
    const handled = new Map<string, number>();
    const names = Array.from({ length: 8 }, (_, index) => `journal${index}`);
    const consumptions = names.flatMap((each) =>
      fleets.map((fleet) =>
        fleet.consume(each, () => {
          handled.set(each, (handled.get(each) ?? 0) + 1);
          changed();
        }),
      ),
    );
    await Promise.all(consumptions.map(({ ready }) => ready));
    platform.set("e1", "e1-t1", { priority: 2 });
    await check!.caughtUp();
    await until(() => names.every((each) => handled.has(each)));
    await Promise.all(fleets.map((fleet) => fleet.close()));
    expect([...handled.values()]).toEqual(names.map(() => 1));
    expect(failures).toEqual([]);
  });

  it("each event is handled once, whichever replica does it, in order, as a follower receives it", async () => {
    const platform = new Platform();
    platform.add("e1", 3);
    const name = unique();
    const fleets = [await join(platform, name), await join(platform, name)];
    const { changed, until } = changes();
    const handled: Array<{ readonly replica: number; readonly event: WatchEvent }> = [];
    const consumers = fleets.map((fleet, replica) =>
      fleet.consume("journal", (event) => {
        handled.push({ replica, event });
        changed();
      }),
    );
    await Promise.all(consumers.map(({ ready }) => ready));
    const checks = await settled(fleets, platform, "e1");
    for (let priority = 2; priority < 12; priority++) {
      platform.set("e1", "e1-t1", { priority });
      await Promise.all(checks.map((check) => check.caughtUp()));
    }
    const isUpdate = (event: WatchEvent) => event.type === "task.updated";
    await until(() => handled.filter(({ event }) => isUpdate(event)).length >= 10);
    const received = checks[0]!.events.filter(isUpdate);
    expect(handled.map(({ event }) => event).filter(isUpdate)).toEqual(received);
    // The last one is handled before it is acknowledged.
    while ((await consumers[0]!.lag()) > 0);
    for (const fleet of fleets) await fleet.close();
  });

  it("a consumer can be closed at once, and what it was given meanwhile is handled by another replica", async () => {
    const platform = new Platform();
    platform.add("e1", 3);
    const name = unique();
    const fleet = await join(platform, name);
    const checks = await settled([fleet], platform, "e1");
    const own = { from: "start", replay: true, ackMillis: 500, concurrency: 8 } as const;
    const { changed, until } = changes();
    const handled: Array<WatchEvent> = [];
    for (let turns = 0; turns < 8; turns++) {
      const consumer = fleet.consume("hasty", (event) => void handled.push(event), own);
      if (turns % 2 === 1) await consumer.ready;
      await consumer.close();
    }
    const patient = fleet.consume(
      "hasty",
      (event) => {
        handled.push(event);
        changed();
      },
      own,
    );
    const added = checks[0]!.events.filter(({ type }) => type === "task.added");
    await until(() => added.every(({ id }) => handled.some((each) => each.id === id)));
    expect(await patient.deadLetters()).toEqual([]);
    await fleet.close();
  });

  it("a replica that comes later goes on where the last one stopped; a replay begins where requested", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const name = unique();
    const first = await join(platform, name);
    const { changed, until } = changes();
    const handled: Array<number | null> = [];
    const handler = (event: WatchEvent) => {
      if (event.type === "task.updated") handled.push(event.current.priority);
      changed();
    };
    const consumer = first.consume("journal", handler);
    await consumer.ready;
    const [check] = await settled([first], platform, "e1");
    const change = async (priority: number) => {
      platform.set("e1", "e1-t1", { priority });
      await check!.caughtUp();
    };
    await change(2);
    await until(() => handled.length === 1);
    await consumer.close();
    await change(3);
    await change(4);
    const second = await join(platform, name);
    second.consume("journal", handler);
    await until(() => handled.length === 3);
    expect(handled).toEqual([2, 3, 4]);
    const replayed = second.consume("audit", handler, { from: "start" });
    await until(() => handled.length === 6);
    expect(handled.slice(3)).toEqual([2, 3, 4]);
    await replayed.close();
    await second.forget("audit");
    second.consume("audit", handler, { from: { time: new Date(Date.now() - 3_600_000) } });
    await until(() => handled.length === 9);
    await first.close();
    await second.close();
  });

  it("a handler that fails is given the event again; in the end it is a dead letter, and the next event comes", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const fleet = await join(platform, unique());
    const { changed, until } = changes();
    const tries: Array<number | null> = [];
    const consumer = fleet.consume(
      "journal",
      (event) => {
        if (event.type !== "task.updated") return;
        tries.push(event.current.priority);
        changed();
        if (event.current.priority === 2) throw new Error("no");
      },
      { deliveries: 3, retryMillis: 20 },
    );
    await consumer.ready;
    const [check] = await settled([fleet], platform, "e1");
    platform.set("e1", "e1-t1", { priority: 2 });
    await check!.caughtUp();
    platform.set("e1", "e1-t1", { priority: 3 });
    await until(() => tries.includes(3));
    expect(tries).toEqual([2, 2, 2, 3]);
    const letters = await consumer.deadLetters();
    expect(letters).toMatchObject([{ error: "no", event: { type: "task.updated", current: { priority: 2 } } }]);
    await fleet.close();
  });

  it("a webhook marked once is sent by one replica, and by the next one when that is gone", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const { changed, until } = changes();
    const received: Array<{
      readonly type: string;
      readonly data: { readonly current: { readonly priority: number } };
    }> = [];
    const receiver = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        received.push(JSON.parse(text));
        response.end();
        changed();
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => receiver.once("listening", resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const name = unique();
    const replica = () => {
      const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
      const hook = webhook({
        url,
        secret,
        once: true,
        events: { types: ["task.updated"] },
        fetch: (to, init) => fetch(to, init),
      });
      const client = new SGPClient({
        apiKey: "k",
        baseURL: "https://sgp.test",
        fetch: platform.fetch,
        plugins: [hook],
      });
      return join(platform, name, { client });
    };
    const fleets = [await replica(), await replica(), await replica()];
    const checks = await settled(fleets, platform, "e1");
    const change = async (priority: number, of = checks) => {
      platform.set("e1", "e1-t1", { priority });
      await Promise.all(of.map((check) => check.caughtUp()));
    };
    await change(2);
    await change(3);
    await until(() => received.length === 2);
    await fleets[0]!.close();
    await change(4, checks.slice(1));
    await until(() => received.length === 3);
    expect(received.map(({ data }) => data.current.priority)).toEqual([2, 3, 4]);
    await fleets[1]!.close();
    await fleets[2]!.close();
    receiver.close();
  });

  it("refuses a name that cannot be, and a consumer of another shape", async () => {
    const platform = new Platform();
    platform.add("e1", 1);
    const fleet = await join(platform, unique());
    expect(() => fleet.consume("a b", () => undefined)).toThrow(FleetError);
    await settled([fleet], platform, "e1");
    const one = fleet.consume("journal", () => undefined);
    await one.ready;
    await expect(fleet.consume("journal", () => undefined, { concurrency: 4 }).ready).rejects.toThrow(
      "The consumer journal exists with other options: max_ack_pending is 1 instead of 4",
    );
    await fleet.close();
  });
});
