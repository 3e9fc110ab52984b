/** Promises of a watch after sleep, jumps of a clock and hidden tabs: 13. Each law has the number of its sentence in the module comment of `Watch`. */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import { apis, brief, withWatch } from "../watching.ts";

describe.each(apis)("A watch on %s promises", (api) => {
  // On v5 there is no lease to see.
  const itOfLeases = it.skipIf(api === "v5");

  describe("13. after", () => {
    it.each(["12 hours", "-12 hours"])("a jump of the clock by %s: one catch-up scan, no burst", async (by) => {
      await withWatch({ api, count: 3 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        await clock.advance("10 minutes");
        // Just after a poll, when the next would be a minute away.
        const { length } = platform.requests;
        while (platform.requests.length === length || platform.inFlight > 0) await clock.advance("1 second");
        const before = platform.requests.length;
        if (by.startsWith("-")) clock.jump(-12 * 3_600_000);
        else clock.jump(12 * 3_600_000);
        await clock.advance("16 seconds");
        const caught = platform.requests.slice(before).map(({ kind }) => kind);
        expect(caught.filter((kind) => kind === "page").length).toBeGreaterThanOrEqual(1);
        expect(caught.length).toBeLessThanOrEqual(8);
        expect(live.stats().issues.map(({ kind }) => kind)).toEqual(["clock-jump"]);
      });
    });

    itOfLeases(
      "a sleep in which leases ended: their end is reported after the catch-up scan, once, and no stale warning",
      async () => {
        await withWatch({ api, count: 2 }, async ({ clock, platform, live, events }) => {
          platform.claim("t1", "ada", 3_600_000);
          await clock.until(live.ready);
          await clock.advance("10 seconds");
          // The machine sleeps: its timers and its monotonic clock stand still, the world's time goes on.
          clock.jump("12 hours");
          platform.offsetMillis += 12 * 3_600_000;
          await clock.advance("20 seconds");
          const clocked = events.filter(({ type }) => type === "assignment.expiring" || type === "assignment.expired");
          expect(brief(clocked)).toEqual(["assignment.expired t1"]);
        });
      },
    );

    itOfLeases(
      "a sleep in which a lease ended, during a write whose answer shows another: the end is reported first",
      async () => {
        await withWatch({ api, count: 1 }, async ({ clock, platform, live, events }) => {
          platform.claim("t1", "ada", 60_000);
          await clock.until(live.ready);
          await clock.advance("10 seconds");
          events.length = 0;
          // No poll is answered before the write is.
          platform.latencyMillis = 60_000;
          // As a claim does: it sets nothing that could show before its answer.
          const claiming = Effect.runPromise(
            platform.write({}, "t1", {
              millis: 4_000,
              onCarriedOut: () => platform.claim("t1", "bob", 600_000),
              isCarriedOut: true,
            }),
          );
          await clock.advance("1 second");
          clock.jump("12 hours");
          platform.offsetMillis += 12 * 3_600_000;
          await clock.advance("3 seconds");
          await claiming;
          const ofTask = events.filter((event) => "taskId" in event);
          expect(brief(ofTask)).toEqual(["assignment.expired t1", "assignment.released t1", "assignment.created t1"]);
          expect(ofTask[1]).toMatchObject({ reason: "expired", origin: "write" });
        });
      },
    );

    itOfLeases("a jump before the first answer: no lease ends early", async () => {
      await withWatch({ api, count: 1 }, async ({ clock, platform, events }) => {
        platform.latencyMillis = 5_000;
        await Effect.runPromise(
          platform.write({ assigned_to: "ada", assignment_expires_at: platform.iso(60_000) }, "t1", { millis: 0 }),
        );
        clock.jump("12 hours");
        await clock.advance("30 seconds");
        expect(brief(events)).toContain("task.added t1");
        expect(brief(events)).not.toContain("assignment.expired t1");
        await clock.advance("40 seconds");
        expect(brief(events)).toContain("assignment.expired t1");
      });
    });

    itOfLeases("a clock that was set forward: no lease ends early", async () => {
      await withWatch({ api, count: 1 }, async ({ clock, platform, live, events }) => {
        platform.claim("t1", "ada", 3_600_000);
        await clock.until(live.ready);
        clock.jump("12 hours");
        await clock.advance("50 minutes");
        expect(brief(events)).not.toContain("assignment.expired t1");
        await clock.advance("11 minutes");
        expect(brief(events)).toContain("assignment.expired t1");
      });
    });

    it("a hidden tab: one scan at once, and none that is missed is made up for", async () => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, tab, live }) => {
        await clock.until(live.ready);
        tab.become({ visible: false });
        await clock.advance("1 hour");
        const before = platform.requests.length;
        tab.become({ visible: true });
        await clock.advance("1 second");
        expect(
          platform.requests
            .slice(before)
            .map(({ kind }) => kind)
            .sort(),
        ).toEqual(["evaluation", "page"]);
      });
    });

    it("no network: nothing is asked, and one scan is made when it is back", async () => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, tab, live }) => {
        await clock.until(live.ready);
        tab.become({ online: false });
        const before = platform.requests.length;
        await clock.advance("1 hour");
        expect(platform.requests).toHaveLength(before);
        platform.claim("t1", "ada", 60_000);
        tab.become({ online: true });
        await clock.advance("1 second");
        expect(live.snapshot().tasks).toEqual(platform.rows());
        expect(platform.requests.slice(before).filter(({ kind }) => kind === "page")).toHaveLength(1);
      });
    });
  });
});
