/** A handler that fails at one of the events of a poll: those before it are handled, on whichever replica the rest is. */
import type { WatchEvent } from "@evalwire/core";
import { createFleet, type Fleet, type Handler } from "@evalwire/fleet";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectEngine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { unique } from "../bed.ts";
import { FollowerCheck } from "../FollowerCheck.ts";
import { Nats, withNats } from "../nats.ts";
import { Platform } from "../platform.ts";
import { quickly } from "../quickly.ts";

withNats("Events of one poll, of which one fails", () => {
  let nats: Nats;
  beforeAll(async () => {
    nats = await Nats.start(1);
  });
  afterAll(() => nats.stop());

  const tasks = ["e1-t1", "e1-t2", "e1-t3", "e1-t4"];

  /** Two replicas of a fleet with an evaluation of four tasks, all of which change between two polls. */
  const world = async () => {
    const platform = new Platform();
    platform.add("e1", tasks.length);
    const name = unique();
    const join = (member: string) =>
      createFleet({
        ...quickly(nats, platform),
        name,
        member,
      });
    const fleets = [await join("a"), await join("b")] as const;
    const check = new FollowerCheck(fleets[0].watch("e1"), platform, "e1");
    await check.watch.ready;
    await check.caughtUp();
    const change = (priority: number) => {
      for (const taskId of tasks) platform.set("e1", taskId, { priority });
    };
    return { names: new Names(name, 1), fleets, change, check };
  };

  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  };
  const accepts = ({ type }: WatchEvent) => type === "task.updated";
  const taskOf = (event: WatchEvent) => ("taskId" in event ? event.taskId : "");
  const consume = (fleet: Fleet, handler: Handler, more = {}) =>
    fleet.consume("journal", handler, { accepts, retryMillis: 10, ackMillis: 1_000, ...more });

  it("the next replica begins with the event that failed", async () => {
    const { fleets, change } = await world();
    const [here, there]: [Array<string>, Array<string>] = [[], []];
    const first = consume(
      fleets[0],
      (event) => {
        here.push(taskOf(event));
        if (here.length === 3) throw new Error("no");
      },
      { retryMillis: 200 },
    );
    await first.ready;
    change(2);
    await until(() => here.length === 3);
    await first.close();
    await consume(fleets[1], (event) => void there.push(taskOf(event))).ready;
    await until(() => there.includes("e1-t4"));
    expect([here, there]).toEqual([tasks.slice(0, 3), tasks.slice(2)]);
    await Promise.all(fleets.map((fleet) => fleet.close()));
  });

  it("whichever of two replicas has it, each event has as many tries, in order, and nothing is kept in the end", async () => {
    const { fleets, names, change } = await world();
    const handled: Array<string> = [];
    const by = new Set<number>();
    const consumptions = fleets.map((fleet, index) =>
      consume(
        fleet,
        (event) => {
          const task = taskOf(event);
          by.add(index);
          handled.push(task);
          const tries = handled.filter((each) => each === task).length;
          if (task === "e1-t2" ? tries < 6 : task === "e1-t3") throw new Error("no");
        },
        { deliveries: 6 },
      ),
    );
    await Promise.all(consumptions.map(({ ready }) => ready));
    change(2);
    await until(() => handled.includes("e1-t4"));
    const six = (task: string) => Array.from({ length: 6 }, () => task);
    expect(handled).toEqual(["e1-t1", ...six("e1-t2"), ...six("e1-t3"), "e1-t4"]);
    while ((await consumptions[0]!.lag()) > 0);
    expect((await consumptions[0]!.deadLetters()).map(({ event }) => event && taskOf(event))).toEqual(["e1-t3"]);
    await using engine = await connectEngine({ servers: nats.servers }).then((each) => ({
      ...each,
      [Symbol.asyncDispose]: each.close,
    }));
    const kept = async () => {
      const filter = { subjects_filter: names.elect("handled-journal-0", "*") };
      return Object.keys((await engine.jsm.streams.info(names.electStream, filter)).state.subjects ?? {});
    };
    while ((await kept()).length > 0);
    await Promise.all(fleets.map((fleet) => fleet.close()));
  });

  it("a consumer that is closed in the midst of them gives back the others only", async () => {
    const { fleets, change } = await world();
    const [here, there]: [Array<string>, Array<string>] = [[], []];
    const go = Promise.withResolvers<void>();
    // They are given back, and not waited for.
    const ackMillis = 600_000;
    const handler = (event: WatchEvent) => {
      here.push(taskOf(event));
      return here.length === 2 ? go.promise : undefined;
    };
    const first = consume(fleets[0], handler, { ackMillis });
    await first.ready;
    change(2);
    await until(() => here.length === 2);
    const closing = first.close();
    go.resolve();
    await closing;
    await consume(fleets[1], (event) => void there.push(taskOf(event)), { ackMillis }).ready;
    await until(() => there.includes("e1-t4"));
    expect([here, there]).toEqual([tasks.slice(0, 2), tasks.slice(2)]);
    await Promise.all(fleets.map((fleet) => fleet.close()));
  });

  it("a consumer that is forgotten begins with all of them", async () => {
    const { fleets, change } = await world();
    const [here, there]: [Array<string>, Array<string>] = [[], []];
    const first = consume(fleets[0], (event) => {
      here.push(taskOf(event));
      if (here.length > 1) throw new Error("no");
    });
    await first.ready;
    change(2);
    await until(() => here.length === 4);
    await first.close();
    await fleets[0].forget("journal");
    const next = (event: WatchEvent) => {
      there.push(taskOf(event));
      if (there.length === 1) throw new Error("not at first");
    };
    await consume(fleets[1], next, { from: "start" }).ready;
    await until(() => there.includes("e1-t4"));
    expect(there).toEqual([tasks[0], ...tasks]);
    await Promise.all(fleets.map((fleet) => fleet.close()));
  });
});
