/** Promises of a watch to its subscribers: 3 and 4. Each law has the number of its sentence in the module comment of `Watch`. */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventChecker } from "../../../src/testing/EventChecker.ts";
import type { EventOf, WatchEvent } from "../../../src/watch/event/Event.ts";
import { calmCommands, faultCommands, play } from "../commands.ts";
import { apis, brief, patience, record, stage, withWatch } from "../watching.ts";

describe.each(apis)("A watch on %s promises", (api) => {
  describe("3. a late subscriber", () => {
    it("first receives task.added with replay for everything present, then live events", async () => {
      await withWatch({ api, count: 3 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const late = record(live, { types: ["task.added", "task.status_changed"] });
        platform.complete("t2");
        await clock.advance("10 seconds");
        expect(brief(late)).toEqual(["task.added t1", "task.added t2", "task.added t3", "task.status_changed t2"]);
        expect(late.slice(0, 3).every((event) => event.type === "task.added" && event.replay)).toBe(true);
      });
    });

    it("misses nothing and hears nothing twice, whenever it comes", patience, async () => {
      await fc.assert(
        fc.asyncProperty(
          faultCommands(15),
          faultCommands(15),
          fc.constantFrom(2, 1_000),
          async (before, after, pageSize) => {
            const on = stage(5, { pageSize, api });
            await using live = on.watch();
            await play(on, live, before);
            const witness = new EventChecker(live, on.platform);
            await play(on, live, after);
            await on.clock.advance("3 minutes");
            expect(witness.tasks).toEqual(on.platform.rows());
            const ids = witness.events.filter(({ type }) => type === "task.added").length;
            expect(ids).toBe(new Set(witness.events.filter(({ type }) => type === "task.added")).size);
          },
        ),
        { numRuns: 20 },
      );
    });

    it(
      'that subscribes to what comes "later" has everything together with the snapshot, and no task twice',
      patience,
      async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.nat(400),
            faultCommands(10),
            fc.constantFrom(1, 2, 1_000),
            async (millis, after, pageSize) => {
              const on = stage(5, { pageSize, api });
              await using live = on.watch();
              await on.clock.advance(`${millis} millis`);
              const tasks = new Map(live.snapshot().tasks);
              const present = new Set(tasks.keys());
              live.subscribe(
                (event) => {
                  if (!("taskId" in event) || !("previous" in event)) return;
                  if (event.type === "task.added" && event.replay) expect(present).not.toContain(event.taskId);
                  if (event.current === null) tasks.delete(event.taskId);
                  else tasks.set(event.taskId, event.current);
                },
                { replay: "later" },
              );
              await play(on, live, after);
              await on.clock.advance("3 minutes");
              expect(tasks).toEqual(on.platform.rows());
              expect(live.stats().issues.filter(({ kind }) => kind === "listener-failed")).toEqual([]);
            },
          ),
          { numRuns: 20 },
        );
      },
    );

    it("that comes from within a listener misses nothing either", async () => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, live }) => {
        let late: EventChecker | undefined;
        live.subscribe((event) => {
          if (event.type === "task.status_changed") late ??= new EventChecker(live, platform);
        });
        await clock.until(live.ready);
        platform.complete("t1");
        platform.complete("t2");
        await clock.advance("10 seconds");
        expect(late?.tasks).toEqual(platform.rows());
      });
    });

    // On v5 there is no lease to see.
    it.skipIf(api === "v5")("hears what was announced of leases that still stand", async () => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, live }) => {
        platform.claim("t1", "ada", 250_000);
        platform.claim("t2", "ada", 20_000);
        await clock.advance("30 seconds");
        const late = record(live);
        await clock.advance("1 second");
        expect(brief(late).slice(2)).toEqual(["assignment.expiring t1", "assignment.expired t2"]);
      });
    });
  });

  describe("4. each subscriber is served serially and independently", () => {
    it("a throwing one affects no other and is served on; the failure is reported once", async () => {
      await withWatch({ api, count: 5 }, async ({ clock, live, events }) => {
        let calls = 0;
        const issues: Array<string> = [];
        live.subscribe(() => {
          calls++;
          throw new Error("no");
        });
        await clock.until(live.ready);
        issues.push(...live.stats().issues.map(({ kind, count }) => `${kind} ${count}`));
        expect(calls).toBe(events.length);
        expect(issues).toEqual([`listener-failed ${calls}`]);
      });
    });

    it("a slow one delays no other, and is never called while it is at work", async () => {
      await withWatch({ api, count: 5 }, async ({ clock, live, events }) => {
        const served: Array<WatchEvent> = [];
        let atWork = 0;
        live.subscribe(async (event) => {
          atWork++;
          expect(atWork).toBe(1);
          await Effect.runPromise(clock.sleep("10 seconds" as never));
          served.push(event);
          atWork--;
        });
        await clock.until(live.ready);
        await clock.advance("1 second");
        expect(events).toHaveLength(7);
        expect(served).toHaveLength(0);
        await clock.advance("2 minutes");
        expect(served).toEqual(events);
      });
    });

    it(
      "latest-per-task: however long it sleeps and however small its queue, it ends up knowing what is",
      patience,
      async () => {
        await fc.assert(
          fc.asyncProperty(calmCommands(40), fc.integer({ min: 1, max: 5 }), async (commands, capacity) => {
            const on = stage(5, { api });
            await using live = on.watch();
            let wake = () => {};
            const asleep = new Promise<void>((resolve) => {
              wake = resolve;
            });
            const emitted: Array<WatchEvent> = [];
            live.subscribe(
              async (event) => {
                await asleep;
                emitted.push(event);
              },
              { capacity },
            );
            await play(on, live, commands);
            await on.clock.advance("3 minutes");
            wake();
            await on.clock.advance("1 second");
            const rows = new Map<string, unknown>();
            for (const event of emitted) {
              if (!("previous" in event) || !("taskId" in event)) continue;
              if (event.current === null) rows.delete(event.taskId);
              else rows.set(event.taskId, event.current);
            }
            expect(rows).toEqual(on.platform.rows());
          }),
          { numRuns: 30 },
        );
      },
    );

    it("latest-per-task joins what waits of a task from the first previous to the last current, and says so by gap", async () => {
      await withWatch({ api, count: 1 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const emitted: Array<EventOf<"task.status_changed">> = [];
        const watch = live.events({ types: ["task.status_changed"], capacity: 1, replay: false });
        const iterator = watch[Symbol.asyncIterator]();
        const last = api === "v4" ? "FIXED" : "COMPLETED";
        for (const status of ["COMPLETED", "PENDING_REDO", "COMPLETED", last]) {
          platform.set("t1", { status });
          await clock.advance("1 minute");
        }
        emitted.push((await iterator.next()).value);
        expect(emitted.map(({ previous, current, gap }) => [previous.status, current.status, gap])).toEqual([
          ["PENDING", last, true],
        ]);
        expect(live.stats().waiting).toBe(0);
        await iterator.return?.();
      });
    });

    it("drop-oldest: the newest stay", async () => {
      await withWatch({ api, count: 1 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const types = ["task.status_changed"] as const;
        const all = record(live, { types, replay: false });
        const iterator = live
          .events({ types, overflow: "drop-oldest", capacity: 2, replay: false })
          [Symbol.asyncIterator]();
        for (const status of ["COMPLETED", "PENDING", "COMPLETED", "PENDING"]) {
          platform.set("t1", { status });
          await clock.advance("2 minutes");
        }
        expect(all).toHaveLength(4);
        const kept = [await iterator.next(), await iterator.next()];
        expect(kept.map(({ value }) => value)).toEqual(all.slice(2));
        await iterator.return?.();
      });
    });

    it("error: the subscription ends with an error after what fitted, the others go on", async () => {
      await withWatch({ api, count: 4 }, async ({ clock, live, events }) => {
        const ends: Array<Error | undefined> = [];
        const served: Array<WatchEvent> = [];
        live.subscribe(
          async (event) => {
            await Effect.runPromise(clock.sleep("1 second" as never));
            served.push(event);
          },
          { overflow: "error", capacity: 2, onEnd: (error) => ends.push(error) },
        );
        await clock.advance("1 minute");
        expect(ends.map(String)).toEqual([expect.stringContaining("more than 2 events")]);
        expect(served.length).toBeLessThan(events.length);
        expect(events.length).toBeGreaterThanOrEqual(6);
      });
    });
  });
});
