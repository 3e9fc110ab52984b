/** Promises of a watch on leases: 9. Each law has the number of its sentence in the module comment of `Watch`. */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventChecker } from "../../../src/testing/EventChecker.ts";
import type { WatchEvent } from "../../../src/watch/event/Event.ts";
import { brief, patience, record, stage, withWatch } from "../watching.ts";

describe("A watch promises", () => {
  describe("9. for each lease", () => {
    it(
      "each lead and the end are reported at most once, never early by the server's clock, and at the deadline without a poll",
      patience,
      async () => {
        const lease = fc.record({
          length: fc.integer({ min: 100, max: 900_000 }),
          after: fc.integer({ min: 0, max: 60_000 }),
        });
        await fc.assert(
          fc.asyncProperty(
            fc.array(lease, { minLength: 1, maxLength: 8 }),
            fc.constantFrom(0, -3_600_000, 3_600_000, 777),
            async (leases, offsetMillis) => {
              const on = stage(leases.length);
              on.platform.offsetMillis = offsetMillis;
              // Reads are rare: events at a deadline come from the clock.
              await using live = on.watch({
                interval: ["5 minutes", "5 minutes"],
                expiring: ["2 minutes", "10 seconds"],
              });
              await on.clock.until(live.ready);
              const witness = new EventChecker(live, on.platform);
              const late: Array<number> = [];
              live.subscribe(
                (event) => {
                  const deadline = Date.parse(event.lease.expiresAt ?? "");
                  const lead = event.type === "assignment.expiring" ? event.leadMillis : 0;
                  late.push(on.platform.now() - (deadline - lead));
                  expect(event.errorMillis).toBeLessThanOrEqual(1_100);
                },
                { types: ["assignment.expiring", "assignment.expired"] },
              );
              for (const [index, { length, after }] of leases.entries()) {
                await on.clock.advance(after);
                Effect.runFork(
                  on.platform.write(
                    { assigned_to: "ada", assignment_expires_at: on.platform.iso(length) },
                    `t${index + 1}`,
                  ),
                );
              }
              await on.clock.advance("20 minutes");
              expect(witness.count("assignment.expired")).toBe(leases.length);
              // Announced when first known, where that was after the moment; else within the clock's error of it.
              for (const [index, millis] of late.entries()) {
                expect(millis, `moment ${index}`).toBeGreaterThanOrEqual(0);
              }
              const inTime = late.filter((millis) => millis <= 2_300);
              expect(inTime.length).toBeGreaterThanOrEqual(leases.filter(({ length }) => length > 200).length);
            },
          ),
          { numRuns: 40 },
        );
      },
    );

    it("an extension is another lease; a release or a finish ends it without a word about expiry", async () => {
      await withWatch({ count: 3, expiring: ["1 minute"] }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        for (const id of ["t1", "t2", "t3"]) platform.claim(id, "ada", 120_000);
        await clock.advance("70 seconds");
        platform.claim("t1", "ada", 300_000);
        platform.release("t2");
        platform.complete("t3");
        await clock.advance("10 minutes");
        const clocked = events.filter(({ type }) => type === "assignment.expiring" || type === "assignment.expired");
        expect(brief(clocked)).toEqual([
          "assignment.expiring t1",
          "assignment.expiring t2",
          "assignment.expiring t3",
          "assignment.expiring t1",
          "assignment.expired t1",
        ]);
      });
    });

    it("an end beyond what a timer can count is reported at its time", async () => {
      await withWatch({ count: 1, interval: ["10 days", "10 days"] }, async ({ clock, platform, live, events }) => {
        platform.claim("t1", "ada", 2 ** 31 + 86_400_000);
        await clock.until(live.ready);
        await clock.advance("25 days");
        expect(brief(events)).not.toContain("assignment.expired t1");
        await clock.advance("1 day");
        expect(brief(events)).toContain("assignment.expired t1");
      });
    });

    it("thousands of leases wait on one timer", async () => {
      await withWatch({ count: 2_000 }, async ({ clock, platform, live, events }) => {
        platform.pageSize = 10_000;
        for (let index = 1; index <= 2_000; index++) platform.claim(`t${index}`, "ada", 3_600_000 + index * 7);
        await clock.until(live.ready);
        await clock.advance("1 minute");
        expect(live.stats().leases).toBe(2_000);
        expect(clock.pending).toBe(1);
        await clock.advance("62 minutes");
        expect(events.filter(({ type }) => type === "assignment.expired")).toHaveLength(2_000);
      });
    });

    it("other watches' lead times are no concern of this one", async () => {
      const on = stage(1);
      await using near = on.watch({ expiring: ["10 seconds"] });
      await using far = on.watch({ expiring: ["10 minutes"] });
      const [nears, fars] = [record(near), record(far)];
      await on.clock.until(near.ready);
      on.platform.claim("t1", "ada", 900_000);
      await on.clock.advance("20 minutes");
      const leadsOf = (events: ReadonlyArray<WatchEvent>) =>
        events.flatMap((event) => (event.type === "assignment.expiring" ? [event.leadMillis] : []));
      expect([leadsOf(nears), leadsOf(fars)]).toEqual([[10_000], [600_000]]);
    });
  });
});
