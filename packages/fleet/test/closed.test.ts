/** After `close`, every method of a fleet, and of what it has given out, says so in a sentence or does what can still be done. */
import { SGPClient } from "@evalwire/core";
import { createFleet, type Fleet, FleetError, openQueue, type WorkQueue } from "@evalwire/fleet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unique } from "./bed.ts";
import { Nats, withNats } from "./nats.ts";
import { Platform } from "./platform.ts";

const isClosed = {
  name: "FleetError",
  problem: "Closed",
  message: expect.stringMatching(/^The fleet.* was closed; make/),
};

/** The result or error of a call, whether at once or later; a generator gives its first value. */
const outcomeOf = async (call: () => unknown): Promise<unknown> => {
  try {
    const given = await call();
    const isGenerator = typeof given === "object" && given !== null && "next" in given;
    return isGenerator ? await (given as AsyncGenerator).next() : given;
  } catch (error) {
    return error;
  }
};

const work = { kind: async (job: Uint8Array) => job };
const config = { metrics: [] } as never;

const queueCalls: Record<keyof WorkQueue, (queue: WorkQueue) => unknown> = {
  run: (queue) => queue.run("nightly"),
  work: (queue) => queue.work(work),
};

type Refused = Exclude<keyof Fleet, "status" | "health" | "drain" | "close" | "queue" | typeof Symbol.asyncDispose>;

const refused: Record<Refused, (fleet: Fleet) => unknown> = {
  watch: (fleet) => fleet.watch("e1"),
  v5: (fleet) => fleet.v5.watch("e1"),
  feed: (fleet) => fleet.feed("e1"),
  consume: (fleet) => fleet.consume("journal", () => undefined),
  forget: (fleet) => fleet.forget("journal"),
  scoreCorpus: (fleet) => fleet.scoreCorpus({ source: [], config }),
  work: (fleet) => fleet.work(),
};

withNats("A fleet that was closed", () => {
  let nats: Nats;
  let fleet: Fleet;
  const failures: Array<unknown> = [];
  const held: Record<string, () => unknown> = {};
  beforeAll(async () => {
    nats = await Nats.start(1);
    const platform = new Platform();
    platform.add("e1", 1);
    fleet = await createFleet({
      servers: nats.servers,
      client: new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch: platform.fetch, maxRetries: 0 }),
      name: unique(),
      shards: 1,
      onFailure: (error) => void failures.push(error),
    });
    await fleet.watch("e1").ready;
    const consumption = fleet.consume("journal", () => undefined);
    await consumption.ready;
    const { queue } = fleet;
    const run = await queue.run("nightly");
    held["consumption.lag"] = () => consumption.lag();
    held["consumption.deadLetters"] = () => consumption.deadLetters();
    held["run.do"] = () => run.do("kind", new Uint8Array([1]));
    held["queue.run"] = () => queue.run("nightly");
    held["queue.work"] = () => queue.work(work);
    await fleet.close();
  });
  afterAll(() => nats.stop());

  it.each(Object.entries(refused))("refuses %s", async (_, call) => {
    const error = await outcomeOf(() => call(fleet));
    expect(error).toBeInstanceOf(FleetError);
    expect(error).toMatchObject(isClosed);
  });

  it.each(Object.entries(queueCalls))("refuses queue.%s", async (_, call) => {
    expect(await outcomeOf(() => call(fleet.queue))).toMatchObject(isClosed);
  });

  it.each(["consumption.lag", "consumption.deadLetters", "run.do", "queue.run", "queue.work"])(
    "refuses %s of what it gave out before",
    async (name) => {
      expect(await outcomeOf(held[name]!)).toMatchObject(isClosed);
    },
  );

  it("still says how it does, and closing again does nothing", async () => {
    expect(fleet.status().connection).toBe("closed");
    expect(await fleet.health()).toMatchObject({ state: "closed", problems: [] });
    await Promise.all([fleet.close(), fleet.drain(), fleet[Symbol.asyncDispose]()]);
  });

  it("has reported no failure of its own end", () => {
    expect(failures).toEqual([]);
  });

  describe("and a queue without a fleet", () => {
    it.each(Object.entries(queueCalls))("refuses %s", async (_, call) => {
      const open = await openQueue({ servers: nats.servers, name: unique() });
      await open.queue.run("nightly");
      await open.close();
      await open.close();
      expect(await outcomeOf(() => call(open.queue))).toMatchObject(isClosed);
    });
  });
});
