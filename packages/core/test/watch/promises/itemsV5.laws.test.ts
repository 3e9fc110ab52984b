/** Promises 7, 9 and 16 of a watch on v5, where nothing shows who holds a task: over the client's own source and the routes of v5. */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faultCommands, play } from "../commands.ts";
import { patience, record, stage } from "../watching.ts";

describe("A watch on v5 promises", () => {
  it("9. no event speaks of an assignment, for any life of the platform", patience, async () => {
    await fc.assert(
      fc.asyncProperty(faultCommands(30), async (commands) => {
        const on = stage(4, { api: "v5" });
        await using live = on.watch({ expiring: ["1 minute"] });
        const events = record(live);
        on.platform.claim("t1", "ada", 70_000);
        await play(on, live, commands);
        await on.clock.advance("3 minutes");
        expect(events.filter(({ type }) => type.startsWith("assignment."))).toEqual([]);
        expect(live.snapshot().leases.size).toBe(0);
        expect([...live.snapshot().tasks.values()].every(({ assigned_to }) => assigned_to === null)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it(
    "7. what an own write set is looked at once the write has ended, long before the next scan",
    patience,
    async () => {
      const write = fc.record({
        millis: fc.integer({ min: 2, max: 6_000 }),
        after: fc.integer({ min: 0, max: 20_000 }),
        outcome: fc.constantFrom("succeeded" as const, "refused" as const, "unclear" as const),
      });
      await fc.assert(
        fc.asyncProperty(write, async ({ millis, after, outcome }) => {
          const on = stage(3, { api: "v5" });
          await using live = on.watch({ interval: ["2 seconds", "10 minutes"], requestsPerMinute: 240 });
          record(live);
          await on.clock.until(live.ready);
          await on.clock.advance("30 minutes");
          await on.clock.advance(after);
          Effect.runFork(on.platform.write({ status: "COMPLETED" }, "t1", { outcome, millis }));
          await on.clock.advance(millis + 2_500);
          const { status } = on.platform.rows().get("t1")!;
          expect(status).toBe(outcome === "succeeded" ? "COMPLETED" : "PENDING");
          expect(live.snapshot().tasks.get("t1")?.status).toBe(status);
          expect(live.stats().unconfirmedWrites).toBe(0);
        }),
        { numRuns: 30 },
      );
    },
  );

  it("16. a cursor does not grow with what has happened", patience, async () => {
    const sizes: Array<number> = [];
    for (const rounds of [2, 40]) {
      const on = stage(30, { api: "v5" });
      await using live = on.watch({ interval: ["2 seconds", "20 seconds"] });
      record(live);
      await on.clock.until(live.ready);
      for (let round = 0; round < rounds; round++) {
        for (let index = 1; index <= 30; index++)
          on.platform.set(`t${index}`, { status: (round + index) % 2 === 0 ? "COMPLETED" : "PENDING" });
        await on.clock.advance("30 seconds");
      }
      expect(live.stats().events).toBeGreaterThan(rounds * 29);
      sizes.push(live.cursor().length);
    }
    expect(sizes[1]! / sizes[0]!).toBeLessThan(1.02);
  });
});
