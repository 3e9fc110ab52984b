/** Promises of a watch on failing polls: 10. Each law has the number of its sentence in the module comment of `Watch`. */
import { describe, expect, it } from "vitest";
import type { SgpError } from "../../../src/client/SgpError.ts";
import { servers } from "../../../src/testing/ScriptedPlatform.ts";
import { apis, brief, stage, withWatch } from "../watching.ts";

describe.each(apis)("A watch on %s promises", (api) => {
  describe("10. a failing poll", () => {
    it("degrades the watch, which keeps what it knows, and recovery is announced", async () => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        for (const reason of [servers.down, servers.gone, servers.garbled, servers.busy])
          platform.faults.push({ _tag: "Fail", reason });
        while (live.status._tag !== "degraded") await clock.advance("100 millis");
        await clock.advance("100 millis");
        expect(live.status).toMatchObject({ _tag: "degraded", nextPollAt: expect.any(String) });
        expect(live.snapshot().tasks.size).toBe(2);
        await clock.advance("3 minutes");
        expect(live.status._tag).toBe("synced");
        const reported = events.filter(({ type }) => type === "watch.degraded" || type === "watch.recovered");
        expect(reported).toMatchObject([
          { type: "watch.degraded", error: { reason: "Unreachable" } },
          { type: "watch.recovered", degradedAt: reported[0]!.time },
        ]);
      });
    });

    it.each(["Unauthorized", "Forbidden", "NotFound"] as const)(
      "%s on the evaluation ends it when it is answered three times, with a typed error for all",
      async (_tag) => {
        await withWatch({ api, count: 1 }, async ({ clock, platform, tab, live }) => {
          await clock.until(live.ready);
          const ends: Array<unknown> = [];
          live.subscribe(() => undefined, { onEnd: (error) => ends.push(error) });
          const looping = (async () => {
            for await (const _event of live);
          })().catch((error: SgpError) => error.reason);
          platform.faultsOf.evaluation = Array.from({ length: 6 }, () => ({ _tag: "Fail", reason: { _tag } }));
          await clock.advance("5 minutes");
          expect(live.status._tag).toBe("closed");
          expect(await looping).toEqual({ _tag });
          expect(ends).toMatchObject([{ reason: { _tag } }]);
          expect(live.status).toMatchObject({ _tag: "closed", error: { reason: { _tag } } });
          expect([clock.pending, tab.listeners, platform.writers]).toEqual([0, 0, 0]);
          const before = platform.requests.length;
          await clock.advance("10 minutes");
          expect(platform.requests).toHaveLength(before);
        });
      },
    );

    it("that ends it before it was ready rejects ready", async () => {
      const on = stage(1, { api });
      on.platform.faultsOf.evaluation = [{ _tag: "Fail", reason: { _tag: "Forbidden" } }];
      const live = on.watch();
      await expect(on.clock.until(live.ready)).rejects.toMatchObject({ reason: { _tag: "Forbidden" } });
      // The next watch of the evaluation starts over.
      await using again = on.watch();
      await on.clock.until(again.ready);
      expect(again.snapshot().tasks.size).toBe(1);
    });

    // Over the wire of v5 the mistake would be the server's.
    it.skipIf(api === "v5")("that is our own mistake degrades it, and does not leave it hanging", async () => {
      await withWatch({ api, count: 1 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        platform.tamper = () => {
          throw new TypeError("no such thing");
        };
        await clock.advance("2 minutes");
        expect(events.find(({ type }) => type === "watch.degraded")).toMatchObject({
          error: { reason: "Undecodable", message: expect.stringContaining("no such thing") },
        });
        platform.tamper = (page) => page;
        await clock.advance("2 minutes");
        expect(live.status._tag).toBe("synced");
      });
    });

    // On v5 no lease requires a read of a task.
    const kinds = api === "v4" ? (["evaluation", "readTask"] as const) : (["evaluation"] as const);
    it.each(kinds)("of the kind %s keeps no scan waiting", async (kind) => {
      await withWatch({ api, count: 6, requestsPerMinute: 120 }, async ({ clock, platform, live }) => {
        platform.pageSize = 2;
        platform.claim("t1", "ada", 600_000);
        // Which of an item's fields say that it is done the evaluation of v5 says, once.
        if (api === "v5") await clock.until(live.ready);
        platform.faultsOf[kind] = new Array(1_000).fill({ _tag: "Fail", reason: servers.garbled });
        await clock.advance("1 minute");
        expect(live.stats().completeScans).toBeGreaterThan(0);
        platform.complete("t6");
        await clock.advance("1 minute");
        expect(live.snapshot().tasks).toEqual(platform.rows());
        expect(live.stats().failures).toBeGreaterThan(1);
        expect(platform.faultsOf[kind].length).toBeLessThan(1_000);
      });
    });

    it("404 on the list makes the evaluation be asked next, which says what it means", async () => {
      await withWatch({ api, count: 3, interval: ["2 seconds", "10 minutes"] }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        await clock.advance("5 minutes");
        platform.faultsOf.page = [{ _tag: "Fail", reason: { _tag: "NotFound" } }];
        platform.faultsOf.evaluation = Array.from({ length: 6 }, () => ({
          _tag: "Fail",
          reason: { _tag: "NotFound" },
        }));
        while (platform.faultsOf.page.length > 0) await clock.advance("1 second");
        await clock.advance("30 seconds");
        expect(live.status._tag).toBe("closed");
      });
    });

    it("404 on anything but the evaluation does not end it", async () => {
      await withWatch({ api, count: 3 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        platform.faultsOf.page = [{ _tag: "Fail", reason: { _tag: "NotFound" } }];
        await clock.advance("3 minutes");
        expect(live.status._tag).toBe("synced");
        expect(brief(events).slice(-2)).toEqual(["watch.degraded", "watch.recovered"]);
      });
    });
  });
});
