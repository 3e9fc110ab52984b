/** Promises of a watch on the age of its snapshot: 10. Each law has the number of its sentence in the module comment of `Watch`. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faultCommands, type Moves, play } from "../commands.ts";
import { apis, brief, patience, record, stage } from "../watching.ts";

describe.each(apis)("A watch on %s promises", (api) => {
  it("10. when `freshUntil` has passed the status is not synced, in any case", patience, async () => {
    await fc.assert(
      fc.asyncProperty(faultCommands(40), fc.constantFrom(2, 1_000), async (commands: Moves, pageSize) => {
        const on = stage(5, { pageSize, api });
        await using live = on.watch();
        const difference = () => on.clock.now() - Number(on.clock.monotonicTimeNanosUnsafe()) / 1e6;
        const before = difference();
        const check = () => {
          const { status } = live;
          if (status._tag !== "synced") return;
          // A timer stands still while the machine sleeps: what the wall clock has jumped over shows with the next pulse.
          const late = Math.abs(difference() - before) < 1 ? 1 : 15_001;
          expect(Date.parse(status.freshUntil!)).toBeGreaterThanOrEqual(on.clock.now() - late);
          expect(Date.parse(status.lastSyncedAt!)).toBeLessThanOrEqual(Date.parse(status.freshUntil!));
        };
        await play({ ...on, check } as never, live, commands);
        check();
        await on.clock.advance("3 minutes");
        check();
        expect(live.status._tag).toBe("synced");
      }),
      { numRuns: 30 },
    );
  });

  it("10. the status turns in the moment that `freshUntil` names, with any request under way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(2, 1_000), fc.nat(70_000), async (pageSize, after) => {
        const on = stage(5, { pageSize, api });
        await using live = on.watch({ interval: ["2 seconds", "20 seconds"] });
        await on.clock.until(live.ready);
        await on.clock.advance(after);
        for (const kind of ["evaluation", "page", "readTask"] as const)
          on.platform.faultsOf[kind] = Array.from({ length: 9 }, () => ({ _tag: "Slow", millis: 3_600_000 }));
        while (on.platform.inFlight === 0) await on.clock.advance(100);
        await on.clock.advance(21);
        const { status } = live;
        if (status._tag !== "synced") throw new Error(`it is ${status._tag}`);
        const left = Date.parse(status.freshUntil!) - on.clock.now();
        await on.clock.advance(left - 1);
        expect(live.status._tag).toBe("synced");
        await on.clock.advance(2);
        expect(live.status).toMatchObject({ _tag: "degraded", error: { reason: { _tag: "Stale" } } });
      }),
      { numRuns: 20 },
    );
  });

  it("10. without a network it is degraded at once, and recovers at once when there is one", async () => {
    const on = stage(2, { api });
    await using live = on.watch();
    const events = record(live, { types: ["watch.degraded", "watch.recovered"] });
    await on.clock.until(live.ready);
    let changes = 0;
    live.onChange(() => changes++);
    on.tab.become({ online: false });
    expect(live.status).toMatchObject({ _tag: "degraded", error: { reason: { _tag: "Offline" } } });
    expect(changes).toBeGreaterThan(0);
    const { lastSyncedAt } = live.status as { lastSyncedAt?: string };
    await on.clock.advance("10 seconds");
    expect((live.status as { lastSyncedAt?: string }).lastSyncedAt).toBe(lastSyncedAt);
    on.tab.become({ online: true });
    expect(live.status._tag).toBe("synced");
    on.tab.become({ online: false });
    await on.clock.advance("90 minutes");
    on.tab.become({ online: true });
    expect(live.status).toMatchObject({ _tag: "degraded", error: { reason: { _tag: "Stale" } } });
    await on.clock.advance(100);
    expect(live.status._tag).toBe("synced");
    expect(brief(events)).toEqual(["watch.degraded", "watch.recovered", "watch.degraded", "watch.recovered"]);
  });

  it("`ready` rejects after readyTimeout when nothing answers; the watch goes on, and nothing is left of the waiting", async () => {
    const on = stage(1, { api });
    on.tab.become({ online: false });
    const live = on.watch({ readyTimeout: "5 seconds" });
    await expect(on.clock.until(live.ready)).rejects.toMatchObject({
      reason: { _tag: "Timeout", timeoutMillis: 5_000 },
    });
    on.tab.become({ online: true });
    await on.clock.advance("1 minute");
    expect(live.status._tag).toBe("synced");
    await live.close();
    await on.clock.advance(0);
    expect(on.clock.pending).toBe(0);
  });
});
