/** Promises of a watch on one's own writes: 7 and 8. Each law has the number of its sentence in the module comment of `Watch`. */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brief, patience, stage, withWatch } from "../watching.ts";

describe("A watch promises", () => {
  describe("7. and 8. one's own write", () => {
    const write = fc.record({
      latencyMillis: fc.integer({ min: 2, max: 6_000 }),
      writeMillis: fc.integer({ min: 2, max: 6_000 }),
      startsAfter: fc.integer({ min: 0, max: 8_000 }),
      pageSize: fc.constantFrom(1, 1_000),
      outcome: fc.constantFrom("succeeded" as const, "refused" as const, "unclear" as const),
      /** How far the request under way has come when the write starts; before the next one otherwise. */
      during: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    });

    it(
      "is visible at once, and stays until a look that began after it confirms it, or it is rolled back; no earlier answer overwrites it",
      patience,
      async () => {
        await fc.assert(
          fc.asyncProperty(write, async ({ latencyMillis, writeMillis, startsAfter, pageSize, outcome, during }) => {
            const on = stage(3, { pageSize });
            on.platform.latencyMillis = latencyMillis;
            await using live = on.watch();
            await on.clock.until(live.ready);
            await on.clock.advance(startsAfter);
            if (during !== undefined) {
              while (on.platform.inFlight === 0) await on.clock.advance(1);
              await on.clock.advance(Math.floor(during * latencyMillis));
            }
            const seen: Array<string | null | undefined> = [];
            const look = () => seen.push(live.snapshot().tasks.get("t1")?.assigned_to);
            const origins: Array<string> = [];
            live.subscribe(
              (event) => {
                if ("origin" in event && event.taskId === "t1") origins.push(`${event.type} ${event.origin}`);
              },
              { replay: false },
            );
            Effect.runFork(on.platform.write({ assigned_to: "ada" }, "t1", { outcome, millis: writeMillis }));
            look();
            live.onChange(look);
            await on.clock.advance("2 minutes");
            const isDone = outcome === "succeeded";
            // From the write on it shows, and once it has gone it does not come back.
            expect([...new Set(seen)]).toEqual(isDone ? ["ada"] : ["ada", null]);
            expect(seen.join(",")).toMatch(isDone ? /^ada(,ada)*$/ : /^ada(,ada)*(,)*$/);
            expect(origins[0]).toBe("assignment.created write");
            if (outcome === "refused") expect(origins[1]).toBe("assignment.released rollback");
            if (outcome === "unclear") expect(origins[1]).toBe("assignment.released server");
            expect(live.stats().unconfirmedWrites).toBe(0);
          }),
          { numRuns: 100 },
        );
      },
    );

    it("two at once to one task: the later one shows, and each is undone separately", async () => {
      await withWatch({ count: 1 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        platform.faultsOf.page = [{ _tag: "Slow", millis: 60_000 }];
        const holder = () => live.snapshot().tasks.get("t1")?.assigned_to;
        Effect.runFork(platform.write({ assigned_to: "ada" }, "t1", { millis: 1_000 }));
        Effect.runFork(platform.write({ assigned_to: "bob" }, "t1", { millis: 500, outcome: "refused" }));
        expect(holder()).toBe("bob");
        await clock.advance("600 millis");
        expect(holder()).toBe("ada");
        await clock.advance("2 minutes");
        expect(holder()).toBe("ada");
      });
    });

    it("is heard of from the moment the watch is made", async () => {
      const on = stage(1);
      await using _live = on.watch();
      expect([on.platform.writers, on.tab.listeners]).toEqual([1, 1]);
    });

    it("whose end was missed without listeners is settled by the next poll", async () => {
      const on = stage(1);
      await using live = on.watch();
      const leave = live.onChange(() => undefined);
      await on.clock.until(live.ready);
      Effect.runFork(on.platform.write({ assigned_to: "ada" }, "t1", { millis: 5_000, outcome: "refused" }));
      leave();
      await on.clock.advance("1 minute");
      live.onChange(() => undefined);
      await on.clock.advance("10 seconds");
      expect(live.snapshot().tasks.get("t1")?.assigned_to).toBeNull();
      expect(live.stats().unconfirmedWrites).toBe(0);
    });

    it("holds what the server lost meanwhile, until it has ended", async () => {
      await withWatch({ count: 1 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        Effect.runFork(platform.write({ assigned_to: "ada" }, "t1", { millis: 300_000, outcome: "refused" }));
        platform.remove("t1");
        await clock.advance("299 seconds");
        expect(live.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
        await clock.advance("1 minute");
        expect(brief(events).slice(-2)).toEqual(["assignment.released t1", "task.removed t1"]);
      });
    });

    it("what others changed meanwhile shows beneath it", async () => {
      await withWatch({ count: 1 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        Effect.runFork(platform.write({ assigned_to: "ada" }, "t1", { millis: 30_000 }));
        platform.set("t1", { priority: 9 });
        await clock.advance("10 seconds");
        expect(live.snapshot().tasks.get("t1")).toMatchObject({ assigned_to: "ada", priority: 9 });
      });
    });
  });
});
