/** A consumer whose own code fails, and one whose log fails it: reported, moved aside, and what is behind it goes on. */
import type { WatchEvent } from "@evalwire/core";
import { createFleet, type Fleet, type FleetOptions } from "@evalwire/fleet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectEngine, type Engine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { unique } from "../bed.ts";
import { FollowerCheck } from "../FollowerCheck.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";
import { quickly } from "../quickly.ts";

withNats("A consumer that fails", () => {
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

  /** A fleet of one replica and one shard, with an evaluation of one task that is followed. */
  const world = async (more: Partial<FleetOptions> = {}) => {
    const platform = new Platform();
    platform.add("e1", 1);
    const name = unique();
    const failures: Array<unknown> = [];
    const fleet: Fleet = await createFleet({
      ...quickly(nats, platform),
      name,
      onFailure: (error) => void failures.push(error),
      ...more,
    });
    const check = new FollowerCheck(fleet.watch("e1"), platform, "e1");
    await check.watch.ready;
    await check.caughtUp();
    const change = async (priority: number): Promise<void> => {
      platform.set("e1", "e1-t1", { priority });
      await check.caughtUp();
    };
    return { platform, names: new Names(name, 1), failures, fleet, check, change };
  };

  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  };

  const priorityOf = (event: WatchEvent): number | null =>
    event.type === "task.updated" ? event.current.priority : null;

  it("in accepts: as often as in the handler, then the event is a dead letter, and the next one comes", async () => {
    const { fleet, change } = await world();
    const asked: Array<number> = [];
    const handled: Array<number> = [];
    const consumer = fleet.consume("journal", (event) => void handled.push(priorityOf(event)!), {
      deliveries: 3,
      retryMillis: 10,
      accepts: (event) => {
        const priority = priorityOf(event);
        if (priority === null) return false;
        asked.push(priority);
        if (priority === 2) throw new Error("no such field");
        return true;
      },
    });
    await consumer.ready;
    await change(2);
    await change(3);
    await until(() => handled.length > 0);
    expect(handled).toEqual([3]);
    expect(asked).toEqual([2, 2, 2, 3]);
    expect(await consumer.deadLetters()).toMatchObject([
      { error: "no such field", event: { type: "task.updated", current: { priority: 2 } } },
    ]);
    await fleet.close();
  });

  it("with what is no error, or one too long for a message: a dead letter all the same", async () => {
    const { fleet, change } = await world();
    const odd: Readonly<Record<number, unknown>> = {
      2: new Error("x".repeat(2_000_000)),
      3: Object.create(null),
      4: undefined,
      5: Object.assign(new Error("n"), { message: 7 }),
    };
    const handled: Array<number> = [];
    const consumer = fleet.consume(
      "journal",
      (event) => {
        const priority = priorityOf(event);
        if (priority === null) return;
        if (priority in odd) throw odd[priority];
        handled.push(priority);
      },
      { deliveries: 1, retryMillis: 10 },
    );
    await consumer.ready;
    for (const priority of [2, 3, 4, 5, 6]) await change(priority);
    await until(() => handled.length > 0);
    const letters = await consumer.deadLetters();
    expect(letters.map(({ event }) => event && priorityOf(event))).toEqual([2, 3, 4, 5]);
    for (const { error } of letters) {
      expect(error).toEqual(expect.any(String));
      expect(error.length).toBeLessThanOrEqual(2_000);
    }
    await fleet.close();
  });

  it("over a message that is none of the feed's: reported, a dead letter without an event, and the next one comes", async () => {
    const { fleet, names, failures, change } = await world();
    const handled: Array<number> = [];
    const consumer = fleet.consume("journal", (event) => void handled.push(priorityOf(event) ?? 0), {
      deliveries: 2,
      retryMillis: 10,
      accepts: ({ type }) => type === "task.updated",
    });
    await consumer.ready;
    const key = names.keyOf("e1", "v4");
    const head = {
      format: 1,
      kind: "news",
      generation: "g",
      epoch: 1,
      number: 1,
      base: 0,
      time: "2030-01-01T00:00:00Z",
    };
    const news = [{ evaluation: { id: "e1" }, events: [] }];
    const foreign: ReadonlyArray<readonly [string, string]> = [
      [key, "hello"],
      [key, "{}"],
      [key, JSON.stringify({ ...head, news })],
      ["other", JSON.stringify({ ...head, news, log: 7 })],
    ];
    for (const [subject, body] of foreign) await engine.js.publish(names.log(0, subject), body);
    await change(2);
    await until(() => handled.length > 0);
    expect(handled).toEqual([2]);
    const letters = await consumer.deadLetters();
    expect(letters).toMatchObject(foreign.map(() => ({ event: null })));
    expect(failures.length).toBeGreaterThanOrEqual(foreign.length);
    await fleet.close();
  });

  it("in onGap and onFailure: nothing else is affected", async () => {
    let calls = 0;
    const fail = () => {
      calls++;
      throw new Error("a callback's own");
    };
    const { fleet, names, change } = await world({ onFailure: fail, retention: { bytesPerShard: 8_000 } });
    const handled: Array<number> = [];
    const handler = (event: WatchEvent) => void handled.push(priorityOf(event) ?? 0);
    const accepts = ({ type }: WatchEvent) => type === "task.updated";
    const options = { accepts, deliveries: 1 };
    const first = fleet.consume("journal", handler, options);
    await first.ready;
    await change(2);
    await until(() => handled.length === 1);
    while ((await first.lag()) > 0);
    await first.close();
    for (let priority = 3; priority < 30; priority++) await change(priority);
    const second = fleet.consume("journal", handler, { ...options, onGap: fail });
    await second.ready;
    const before = calls;
    expect(before).toBeGreaterThan(0);
    await engine.js.publish(names.log(0, "other"), "hello");
    await change(30);
    await until(() => handled.includes(30));
    expect(calls).toBeGreaterThan(before);
    await fleet.close();
  });

  it("with one event of a message: each event has as many tries", async () => {
    const { fleet, platform, check } = await world();
    const tries: Array<string> = [];
    const consumer = fleet.consume(
      "journal",
      ({ type }) => {
        tries.push(type);
        const count = tries.filter((each) => each === type).length;
        if (type === "task.updated" || count < 3) throw new Error("no");
      },
      { deliveries: 3, retryMillis: 10 },
    );
    await consumer.ready;
    platform.set("e1", "e1-t1", {
      priority: 2,
      assigned_to: "ada",
      assignment_expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await check.caughtUp();
    await until(() => tries.filter((type) => type === "task.updated").length >= 3);
    while ((await consumer.lag()) > 0);
    for (const type of new Set(tries)) expect([type, tries.filter((each) => each === type).length]).toEqual([type, 3]);
    expect(new Set(tries).size).toBeGreaterThan(1);
    expect((await consumer.deadLetters()).map(({ event }) => event?.type)).toEqual(["task.updated"]);
    await fleet.close();
  });

  it("by the loss of its position: it goes on where it was", async () => {
    const { fleet, names, change } = await world();
    const handled: Array<number> = [];
    const consumer = fleet.consume("journal", (event) => void handled.push(priorityOf(event) ?? 0), {
      accepts: ({ type }) => type === "task.updated",
    });
    await consumer.ready;
    await change(2);
    await until(() => handled.length === 1);
    while ((await consumer.lag()) > 0);
    await engine.jsm.consumers.delete(names.logStream(0), "journal");
    await change(3);
    await until(() => handled.includes(3));
    expect(handled).toEqual([2, 3]);
    await fleet.close();
  });

  it("by the loss of the log: it handles what the new one says", async () => {
    const { fleet, names, change } = await world();
    const handled: Array<number> = [];
    const consumer = fleet.consume("journal", (event) => void handled.push(priorityOf(event) ?? 0), {
      accepts: ({ type }) => type === "task.updated",
    });
    await consumer.ready;
    await change(2);
    await until(() => handled.length === 1);
    await engine.jsm.streams.delete(names.logStream(0));
    await change(3);
    await change(4);
    await until(() => handled.includes(4));
    await fleet.close();
  });

  it("by the loss of the log, with events half handled: those of the new log's messages are all handled", async () => {
    const { fleet, platform, names, check } = await world();
    let isNew = false;
    let tries = 0;
    const handled: Array<number> = [];
    const consumer = fleet.consume(
      "journal",
      (event) => {
        if (event.type === "assignment.created" && isNew) handled.push(Number(event.lease.assignee));
        if (event.type !== "task.updated" || isNew) return;
        tries++;
        throw new Error("not yet");
      },
      {
        concurrency: 20,
        deliveries: 1_000,
        retryMillis: 60_000,
        accepts: ({ type }) => /^(task\.updated|assign)/.test(type),
      },
    );
    await consumer.ready;
    // Two events each: one is handled, the other is not.
    const change = async (count: number) => {
      const assignment_expires_at = new Date(Date.now() + 3_600_000 + count).toISOString();
      platform.set("e1", "e1-t1", { priority: count, assigned_to: `${count}`, assignment_expires_at });
      await check.caughtUp();
    };
    for (let count = 2; count < 12; count++) await change(count);
    await until(() => tries >= 10);
    await engine.jsm.streams.delete(names.logStream(0));
    await change(12);
    isNew = true;
    for (let count = 13; count < 30; count++) await change(count);
    await until(() => handled.includes(29));
    expect(handled.filter((priority) => priority > 13)).toEqual(Array.from({ length: 16 }, (_, index) => index + 14));
    await fleet.close();
  });

  it("and has no stream for its dead letters: it is made again", async () => {
    const { fleet, names, change } = await world();
    const handled: Array<number> = [];
    const consumer = fleet.consume(
      "journal",
      (event) => {
        const priority = priorityOf(event);
        if (priority === 2) throw new Error("no");
        if (priority !== null) handled.push(priority);
      },
      { deliveries: 1, retryMillis: 10 },
    );
    await consumer.ready;
    await engine.jsm.streams.delete(names.deadStream);
    expect(await consumer.deadLetters()).toEqual([]);
    await change(2);
    await change(3);
    await until(() => handled.includes(3));
    expect(await consumer.deadLetters()).toMatchObject([{ error: "no" }]);
    await fleet.close();
  });
});
