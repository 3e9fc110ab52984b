/** The ports that another engine would implement, held to their suites: in memory, on one node, on three. `FeedStore`: `feed.conformance.test.ts`. */
import { MemoryElection } from "@evalwire/core/feed";
import { SimulatedClock } from "@evalwire/core/testing";
import { MemoryQueue } from "@evalwire/fleet";
import { afterAll, beforeAll, describe } from "vitest";
import { BudgetGate } from "../src/budget/BudgetGate.ts";
import { BudgetOwner } from "../src/budget/BudgetOwner.ts";
import { electConfig } from "../src/engine/configs.ts";
import { connectEngine, type Engine } from "../src/engine/Engine.ts";
import { Names } from "../src/engine/Names.ts";
import { ensureStream } from "../src/engine/Streams.ts";
import { Time } from "../src/engine/Time.ts";
import { Formats } from "../src/membership/Formats.ts";
import { Members } from "../src/membership/Members.ts";
import { unique } from "./bed.ts";
import { grants } from "./budget/Budget.conformance.ts";
import { bus } from "./bus.ts";
import { conforms } from "./corpus/WorkQueue.conformance.ts";
import { elects } from "./membership/Election.conformance.ts";
import { Nats, withNats } from "./nats.ts";

describe("WorkQueue in memory", () => {
  const queue = new MemoryQueue();
  conforms(() => queue, unique, 50);
});

describe("Election in memory", () => {
  elects(async (count) => {
    const election = new MemoryElection();
    return Array.from({ length: count }, () => ({
      campaign: (signal) => election.campaign(signal),
      die: () => election.depose({ isSilent: true }),
      close: async () => undefined,
    }));
  });
});

describe("BudgetOwner in memory", () => {
  grants(async (perMinute, replicas) => {
    const clock = new SimulatedClock();
    const time = new Time(clock);
    const options = { nc: bus(time), subject: "budget", perMinute, time, onFailure: () => undefined };
    return {
      gates: Array.from({ length: replicas }, (_, index) => new BudgetGate({ ...options, member: `m${index}` })),
      own: () => {
        const owner = new BudgetOwner(options, () => replicas);
        return () => owner.close();
      },
      now: () => time.now(),
      settle: async (work) => {
        let isSettled = false;
        const done = work.finally(() => {
          isSettled = true;
        });
        while (!isSettled) await clock.advance("20 millis");
        return done;
      },
    };
  });
});

for (const nodes of [1, 3] as const) {
  const where = `on ${nodes} ${nodes === 1 ? "node" : "nodes"}`;
  withNats(`Election and BudgetOwner ${where}`, () => {
    let nats: Nats;
    const engines: Array<Engine> = [];
    const names = new Names(`t${unique()}`, 1);
    const time = new Time();
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

    elects(async (count) => {
      const office = unique();
      const all = Array.from({ length: count }, (_, index) => {
        const facts = () => ({ name: `m${index}`, formats: new Formats().facts });
        const options = { engine: engines[index]!, names, time, id: unique(), facts, leaseMillis: 500 };
        return new Members({ ...options, restore: async () => undefined, onFailure: () => undefined });
      });
      await Promise.all(all.map((each) => each.start()));
      return all.map((each) => ({
        campaign: (signal) => each.campaign(office, signal),
        die: () => each.vanish(),
        close: () => each.close(),
      }));
    });

    grants(async (perMinute, replicas) => {
      const subject = `${names.prefix}.budget.${unique()}`;
      const options = (index: number) => ({
        nc: engines[index]!.nc,
        subject,
        perMinute,
        time,
        onFailure: () => undefined,
      });
      const gates = Array.from(
        { length: replicas },
        (_, index) => new BudgetGate({ ...options(index), member: `m${index}` }),
      );
      await Promise.all(engines.map(({ nc }) => nc.flush()));
      return {
        gates,
        own: () => {
          const owner = new BudgetOwner(options(2), () => replicas);
          return () => owner.close();
        },
        now: () => time.now(),
        settle: (work) => work,
      };
    });
  });
}
