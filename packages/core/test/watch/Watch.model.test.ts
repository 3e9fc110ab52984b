/** The watch against a plain model of the platform: for any events on the way, the end is the same. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventChecker } from "../../src/testing/EventChecker.ts";
import { calmCommands, faultCommands, type Model, type Real } from "./commands.ts";
import { stage } from "./watching.ts";

const stateOf = (
  tasks: Iterable<{ id: string; status: string; assigned_to: string | null; priority: number | null }>,
) =>
  new Map(
    Array.from(tasks, (row) => [row.id, { status: row.status, holder: row.assigned_to, priority: row.priority }]),
  );

const run = async (commands: Iterable<fc.AsyncCommand<Model, Real, true>>, seed: number, pageSize: number) => {
  const on = stage(5, { seed, pageSize });
  const live = on.watch({ requestsPerMinute: 120 });
  const witness = new EventChecker(live, on.platform);
  const model: Model = {
    tasks: new Map([1, 2, 3, 4, 5].map((index) => [`t${index}`, { status: "PENDING", holder: null, priority: 1 }])),
  };
  const check = () => {
    expect(on.platform.mostInFlight, "11: polls never overlap").toBeLessThanOrEqual(1);
    const { requests } = on.platform;
    for (const { at } of requests) {
      const within = requests.filter((other) => other.at >= at && other.at < at + 60_000).length;
      expect(within, "12: within the budget").toBeLessThanOrEqual(120);
    }
    expect(live.stats().issues.filter((issue) => issue.kind === "listener-failed")).toEqual([]);
  };
  await fc.asyncModelRun(() => ({ model, real: { ...on, live, check } }), commands);
  // Then the platform stops changing and answers.
  on.platform.faults.length = 0;
  on.tab.become({ visible: true, online: true });
  await on.clock.advance("3 minutes");
  check();
  expect(stateOf(on.platform.tasks.values())).toEqual(model.tasks);
  expect(stateOf(live.snapshot().tasks.values())).toEqual(model.tasks);
  expect(live.snapshot().tasks).toEqual(on.platform.rows());
  expect(witness.tasks).toEqual(on.platform.rows());
  expect(live.status._tag).toBe("synced");
  expect(live.stats().unconfirmedWrites).toBe(0);
  await live.close();
  expect([on.clock.pending, on.tab.listeners, on.platform.writers, on.platform.inFlight]).toEqual([0, 0, 0, 0]);
  return witness.events;
};

describe("Watch", () => {
  it("when the server has stopped changing, snapshot = server = what the events add up to", async () => {
    await fc.assert(
      fc.asyncProperty(calmCommands(), fc.nat(), fc.constantFrom(2, 1_000), async (commands, seed, pageSize) => {
        await run(commands, seed, pageSize);
      }),
      { numRuns: 60 },
    );
  });

  it("the same with faults, slow answers, one's own writes, clock jumps, hidden tabs and no network in between", {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(faultCommands(), fc.nat(), fc.constantFrom(2, 1_000), async (commands, seed, pageSize) => {
        await run(commands, seed, pageSize);
      }),
      { numRuns: 100 },
    );
  });
});
