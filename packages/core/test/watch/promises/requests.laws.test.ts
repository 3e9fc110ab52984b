/** Promises of a watch on its requests: 12. Each law has the number of its sentence in the module comment of `Watch`. */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { servers } from "../../../src/testing/ScriptedPlatform.ts";
import { faultCommands, play } from "../commands.ts";
import { apis, patience, stage, withWatch } from "../watching.ts";

describe.each(apis)("A watch on %s promises", (api) => {
  describe("12. requests", () => {
    it("always stay within the budget", patience, async () => {
      await fc.assert(
        fc.asyncProperty(
          faultCommands(40),
          fc.integer({ min: 1, max: 30 }),
          fc.constantFrom(1, 2, 1_000),
          async (commands, requestsPerMinute, pageSize) => {
            const on = stage(5, { pageSize, api });
            await using live = on.watch({ requestsPerMinute, interval: ["100 millis", "10 seconds"] });
            await play(on, live, commands);
            await on.clock.advance("2 minutes");
            const { requests } = on.platform;
            for (const { at } of requests) {
              const within = requests.filter((other) => other.at >= at && other.at < at + 60_000).length;
              expect(within).toBeLessThanOrEqual(requestsPerMinute);
            }
            expect(live.stats().requests).toBe(requests.length);
          },
        ),
        { numRuns: 40 },
      );
    });

    const requestsIn = async (on: ReturnType<typeof stage>, time: "1 minute" | "5 minutes") => {
      const before = on.platform.requests.length;
      await on.clock.advance(time);
      return on.platform.requests.length - before;
    };

    it("quicken with change, slow down when idle, and slower still when hidden", async () => {
      await withWatch({ api, count: 2 }, async (on) => {
        await on.clock.until(on.live.ready);
        await on.clock.advance("10 minutes");
        const idle = await requestsIn(on, "1 minute");
        const before = on.platform.requests.length;
        for (let change = 0; change < 24; change++) {
          on.platform.set("t1", { status: change % 7 < 4 ? "COMPLETED" : "PENDING" });
          await on.clock.advance("5 seconds");
        }
        // The first change is seen within the longest pause, and every one after it soon.
        const busy = on.platform.requests.length - before;
        expect(busy).toBeGreaterThan(8 * idle);
        on.tab.become({ visible: false });
        await on.clock.advance("1 minute");
        expect(await requestsIn(on, "5 minutes")).toBeLessThanOrEqual(11);
      });
    });

    it("calm down again after one's own write", async () => {
      await withWatch({ api, count: 2 }, async (on) => {
        await on.clock.until(on.live.ready);
        Effect.runFork(on.platform.write({ priority: 5 }, "t1"));
        await on.clock.advance("10 minutes");
        expect(await requestsIn(on, "5 minutes")).toBeLessThanOrEqual(11);
      });
    });

    // On v5 there is no lease to see.
    it.skipIf(api === "v5")("look at a task right after its lease has ended", async () => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, live }) => {
        platform.claim("t1", "ada", 600_000);
        await clock.until(live.ready);
        await clock.advance("590 seconds");
        const before = platform.requests.length;
        await clock.advance("13 seconds");
        const looks = platform.requests.slice(before).filter(({ kind }) => kind === "page");
        expect(looks.length).toBeGreaterThan(0);
      });
    });

    it("between scans of many pages, single looks at hot tasks and at the counts", async () => {
      await withWatch({ api, count: 40, requestsPerMinute: 60 }, async ({ clock, platform, live }) => {
        platform.pageSize = 2;
        for (const id of ["t7", "t8"]) platform.claim(id, "ada", 3_600_000);
        await clock.until(live.ready);
        await clock.advance("2 minutes");
        platform.requests.length = 0;
        platform.release("t8");
        Effect.runFork(platform.write({ priority: 5 }, "t3"));
        await clock.advance("1 minute");
        const kinds = platform.requests.map(({ kind }) => kind);
        // Written once; on v4 those under lease are looked at in turn, too.
        expect(kinds.filter((kind) => kind === "readTask").length).toBeGreaterThan(api === "v4" ? 2 : 0);
        expect(kinds.filter((kind) => kind === "evaluation").length).toBeGreaterThan(0);
        expect(live.stats()).toMatchObject({ pagesPerScan: 20 });
      });
    });

    it("change of the counts brings the next scan forward", async () => {
      const interval = ["1 second", "10 minutes"] as const;
      await withWatch({ api, count: 40, requestsPerMinute: 240, interval }, async ({ clock, platform, live }) => {
        platform.pageSize = 10;
        await clock.until(live.ready);
        for (const id of ["t9", "t19", "t29"]) {
          await clock.advance("33 minutes");
          platform.complete(id);
          const changedAt = clock.now();
          const isSeen = () => live.snapshot().tasks.get(id)?.status === "COMPLETED";
          while (!isSeen()) await clock.advance("1 second");
          // The counts are looked at as often as a scan has pages.
          expect(clock.now() - changedAt).toBeLessThan(600_000 / 4 + 5_000);
        }
      });
    });

    it("between scans of many pages stop altogether while hidden", async () => {
      const interval = ["1 second", "5 minutes"] as const;
      await withWatch({ api, count: 40, requestsPerMinute: 240, interval }, async (on) => {
        on.platform.pageSize = 10;
        for (const id of ["t7", "t8"]) on.platform.claim(id, "ada", 3_600_000);
        await on.clock.until(on.live.ready);
        on.tab.become({ visible: false });
        await on.clock.advance("10 minutes");
        on.platform.requests.length = 0;
        await on.clock.advance("20 minutes");
        expect(on.platform.requests.length).toBeLessThanOrEqual(4 * (4 + 3));
      });
    });

    it("of a scan of many pages go on where a failure stopped them", async () => {
      await withWatch({ api, count: 60, interval: ["1 second", "10 seconds"] }, async ({ clock, platform, live }) => {
        platform.pageSize = 2;
        for (let count = 0; count < 6; count++) {
          while (platform.requests.filter(({ kind }) => kind === "page").length < (count + 1) * 4)
            await clock.advance(100);
          platform.faultsOf.page = [{ _tag: "Fail", reason: servers.gone }];
        }
        await clock.until(live.ready);
        const pages = platform.requests.flatMap(({ page }) => page ?? []);
        expect(pages.filter((page) => page === 1)).toHaveLength(1);
        expect(live.snapshot().tasks).toEqual(platform.rows());
      });
    });

    it("obey Retry-After, and go slower after a refusal", async () => {
      await withWatch({ api, count: 1, requestsPerMinute: 60 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const reason = { _tag: "RateLimited", retryAt: undefined, retryAfterMillis: 40_000 } as const;
        platform.faults.push({ _tag: "Fail", reason });
        while (live.status._tag !== "degraded") await clock.advance("100 millis");
        expect(live.stats().requestsPerMinute).toBeLessThan(60);
        const before = platform.requests.length;
        await clock.advance("39 seconds");
        expect(platform.requests).toHaveLength(before);
        await clock.advance("2 seconds");
        expect(platform.requests.length).toBeGreaterThan(before);
      });
    });

    it("obey a Retry-After of a year as far as it can be believed, and say so once", async () => {
      await withWatch({ api, count: 1 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const reason = { _tag: "RateLimited", retryAt: undefined, retryAfterMillis: 365 * 86_400_000 } as const;
        platform.faults.push({ _tag: "Fail", reason });
        await clock.advance("20 minutes");
        expect(live.status._tag).toBe("synced");
        expect(live.stats().issues.map(({ kind }) => kind)).toEqual(["excessive-retry-after"]);
      });
    });
  });
});
