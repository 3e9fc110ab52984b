/** What a watch promises: each law has the number of its sentence in the module comment of `Watch`. */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SgpError } from "../../src/client/SgpError.ts";
import type { EventOf, WatchEvent } from "../../src/watch/Event.ts";
import type { Watch } from "../../src/watch/Watch.ts";
import { type Model, ofLife, ofTrouble } from "./moves.ts";
import { servers } from "./Platform.ts";
import { Witness } from "./Witness.ts";
import { brief, record, stage, withWatch } from "./watching.ts";

const patience = { timeout: 60_000 };

const modelOf = (on: ReturnType<typeof stage>): Model => ({
  tasks: new Map(
    Array.from(on.platform.tasks.values(), (row) => [
      row.id,
      { status: row.status, holder: row.assigned_to, priority: row.priority ?? 0 },
    ]),
  ),
});

/** Plays moves on a stage and leaves the network healed. */
const play = async (on: ReturnType<typeof stage>, live: Watch, moves: unknown): Promise<void> => {
  await fc.asyncModelRun(
    () => ({ model: modelOf(on), real: { ...on, live, check: () => undefined } }),
    moves as Parameters<typeof fc.asyncModelRun>[1] as never,
  );
  on.platform.faults.length = 0;
  on.tab.become({ visible: true, online: true });
};

describe("A watch promises", () => {
  it(
    "1. if the server stops changing and answers, then within one full scan the snapshot equals the server (two where a task is gone)",
    patience,
    async () => {
      await fc.assert(
        fc.asyncProperty(ofLife(20), fc.constantFrom(2, 1_000), async (moves, pageSize) => {
          const on = stage(5);
          on.platform.pageSize = pageSize;
          await using live = on.watch();
          await play(on, live, moves);
          const complete = async (scans: number): Promise<void> => {
            for (let waited = 0; live.stats().completeScans < scans; waited++) {
              expect(waited).toBeLessThan(500);
              await on.clock.advance("1 second");
            }
          };
          // A scan under way began before the last change, and may still tell of a task that is gone: those after it count.
          const { scans } = live.stats();
          await complete(scans);
          const hasLost = [...live.snapshot().tasks.keys()].some((id) => !on.platform.tasks.has(id));
          await complete(scans + (hasLost ? 2 : 1));
          expect(live.snapshot().tasks).toEqual(on.platform.rows());
        }),
        { numRuns: 30 },
      );
    },
  );

  it("2. per task, events come in the order of the states seen", patience, async () => {
    // The witness compares the previous state of each event with the one it was told last.
    await fc.assert(
      fc.asyncProperty(ofTrouble(40), fc.constantFrom(2, 1_000), async (moves, pageSize) => {
        const on = stage(5);
        on.platform.pageSize = pageSize;
        await using live = on.watch();
        const witness = new Witness(live, on.platform);
        await play(on, live, moves);
        await on.clock.advance("3 minutes");
        expect(witness.tasks).toEqual(live.snapshot().tasks);
        expect(live.stats().issues.filter(({ kind }) => kind === "listener-failed")).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  describe("3. a late subscriber", () => {
    it("first receives task.added with replay for everything present, then live events", async () => {
      await withWatch({ count: 3 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const late = record(live);
        platform.claim("t2", "ada", 600_000);
        await clock.advance("10 seconds");
        expect(brief(late)).toEqual(["task.added t1", "task.added t2", "task.added t3", "assignment.created t2"]);
        expect(late.slice(0, 3).every((event) => event.type === "task.added" && event.replay)).toBe(true);
      });
    });

    it("misses nothing and hears nothing twice, whenever it comes", patience, async () => {
      await fc.assert(
        fc.asyncProperty(ofTrouble(15), ofTrouble(15), fc.constantFrom(2, 1_000), async (before, after, pageSize) => {
          const on = stage(5);
          on.platform.pageSize = pageSize;
          await using live = on.watch();
          await play(on, live, before);
          const witness = new Witness(live, on.platform);
          await play(on, live, after);
          await on.clock.advance("3 minutes");
          expect(witness.tasks).toEqual(on.platform.rows());
          const ids = witness.told.filter(({ type }) => type === "task.added").length;
          expect(ids).toBe(new Set(witness.told.filter(({ type }) => type === "task.added")).size);
        }),
        { numRuns: 20 },
      );
    });

    it("that comes from within a listener misses nothing either", async () => {
      await withWatch({ count: 2 }, async ({ clock, platform, live }) => {
        let late: Witness | undefined;
        live.subscribe((event) => {
          if (event.type === "assignment.created") late ??= new Witness(live, platform);
        });
        await clock.until(live.ready);
        platform.claim("t1", "ada", 600_000);
        platform.claim("t2", "bob", 600_000);
        await clock.advance("10 seconds");
        expect(late?.tasks).toEqual(platform.rows());
      });
    });

    it("hears what was announced of leases that still stand", async () => {
      await withWatch({ count: 2 }, async ({ clock, platform, live }) => {
        platform.claim("t1", "ada", 250_000);
        platform.claim("t2", "ada", 20_000);
        await clock.advance("30 seconds");
        const late = record(live);
        await clock.advance("1 second");
        expect(brief(late).slice(2)).toEqual(["assignment.expiring t1", "assignment.expired t2"]);
      });
    });
  });

  describe("4. each subscriber is served serially and alone", () => {
    it("a throwing one breaks nobody and is served on; the failure is said once", async () => {
      await withWatch({ count: 5 }, async ({ clock, live, events }) => {
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

    it("a slow one delays nobody, and is never called while it is at work", async () => {
      await withWatch({ count: 5 }, async ({ clock, live, events }) => {
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
          fc.asyncProperty(ofLife(40), fc.integer({ min: 1, max: 5 }), async (moves, capacity) => {
            const on = stage(5);
            await using live = on.watch();
            let wake = () => {};
            const asleep = new Promise<void>((resolve) => {
              wake = resolve;
            });
            const told: Array<WatchEvent> = [];
            live.subscribe(
              async (event) => {
                await asleep;
                told.push(event);
              },
              { capacity },
            );
            await play(on, live, moves);
            await on.clock.advance("3 minutes");
            wake();
            await on.clock.advance("1 second");
            const rows = new Map<string, unknown>();
            for (const event of told) {
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
      await withWatch({ count: 1 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const told: Array<EventOf<"task.status_changed">> = [];
        const watch = live.events({ types: ["task.status_changed"], capacity: 1, replay: false });
        const iterator = watch[Symbol.asyncIterator]();
        for (const status of ["COMPLETED", "PENDING_REDO", "COMPLETED", "FIXED"]) {
          platform.set("t1", { status });
          await clock.advance("1 minute");
        }
        told.push((await iterator.next()).value);
        expect(told.map(({ previous, current, gap }) => [previous.status, current.status, gap])).toEqual([
          ["PENDING", "FIXED", true],
        ]);
        await iterator.return?.();
      });
    });

    it("drop-oldest: the newest stay", async () => {
      await withWatch({ count: 1 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const iterator = live
          .events({ types: ["task.updated"], overflow: "drop-oldest", capacity: 2, replay: false })
          [Symbol.asyncIterator]();
        for (const priority of [2, 3, 4, 5]) {
          platform.set("t1", { priority });
          await clock.advance("1 minute");
        }
        const kept = [await iterator.next(), await iterator.next()];
        expect(kept.map(({ value }) => value.current.priority)).toEqual([4, 5]);
        await iterator.return?.();
      });
    });

    it("error: the subscription ends with an error after what fitted, the others go on", async () => {
      await withWatch({ count: 4 }, async ({ clock, live, events }) => {
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

  describe("5. intermediate states may be skipped, never invented", () => {
    it("each state told was one the server had", patience, async () => {
      await fc.assert(
        fc.asyncProperty(ofLife(40), fc.constantFrom(2, 1_000), async (moves, pageSize) => {
          const on = stage(5);
          on.platform.pageSize = pageSize;
          await using live = on.watch();
          const witness = new Witness(live, on.platform);
          await play(on, live, moves);
          await on.clock.advance("3 minutes");
          expect(witness.told.length).toBeGreaterThan(0);
          expect(live.stats().issues).toEqual([]);
        }),
        { numRuns: 20 },
      );
    });

    it.each([
      ["a claim", false, { assigned_to: "ada" }, {}],
      ["a change of hands", true, { assigned_to: "ada" }, { assigned_to: "bob" }],
      ["finishing", false, { status: "COMPLETED" }, { assigned_to: "ada" }],
      ["claiming and finishing", true, { status: "COMPLETED", assigned_to: "ada" }, {}],
      ["handing back for a redo", false, { status: "PENDING_REDO", assigned_to: "ada" }, { status: "COMPLETED" }],
      ["a redo nobody finished first", true, { status: "PENDING_REDO" }, {}],
      ["a status nobody knows", true, { status: "LATER_MEMBER" }, {}],
      ["another priority", false, { priority: 7 }, {}],
    ])("gap says so: %s has gap %s", async (_, gap, change, first) => {
      await withWatch({}, async ({ clock, platform, live, events }) => {
        platform.add("t1", first);
        await clock.until(live.ready);
        platform.set("t1", change);
        await clock.advance("1 minute");
        const changes = events.filter((event) => "previous" in event && "taskId" in event && event.previous !== null);
        expect(changes.length).toBeGreaterThan(0);
        for (const event of changes) expect(event).toMatchObject({ gap });
      });
    });

    it("gap says so: what is seen after a failed poll may lie far from what was seen before", async () => {
      await withWatch({ count: 1 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        platform.faults.push({ _tag: "Fail", reason: servers.down });
        await clock.until(
          new Promise<void>((resolve) => live.subscribe(() => resolve(), { types: ["watch.degraded"] })),
        );
        platform.claim("t1", "ada", 600_000);
        await clock.advance("1 minute");
        expect(events.find(({ type }) => type === "assignment.created")).toMatchObject({ gap: true });
        platform.release("t1");
        await clock.advance("1 minute");
        expect(events.find(({ type }) => type === "assignment.released")).toMatchObject({ gap: false });
      });
    });
  });

  describe("6. task.removed", () => {
    it("needs two complete scans without the task, and carries its last known state", async () => {
      await withWatch({ count: 2 }, async ({ clock, platform, live, events }) => {
        platform.claim("t1", "ada", 600_000);
        await clock.until(live.ready);
        const last = platform.tasks.get("t1");
        platform.remove("t1");
        const { completeScans } = live.stats();
        while (live.stats().completeScans < completeScans + 1) await clock.advance("100 millis");
        expect(live.snapshot().tasks.has("t1")).toBe(true);
        while (live.stats().completeScans < completeScans + 2) await clock.advance("100 millis");
        expect(live.snapshot().tasks.has("t1")).toBe(false);
        expect(live.snapshot().leases.has("t1")).toBe(false);
        expect(events.filter(({ type }) => type === "task.removed")).toMatchObject([
          { taskId: "t1", previous: last, current: null },
        ]);
      });
    });

    it("is not told for a task that one scan missed", async () => {
      await withWatch({ count: 4 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        let hidden = 1;
        platform.tamper = (page) => {
          if (hidden-- <= 0) return page;
          // One went and another came between two pages: the count is right and t2 is not there.
          const rows = page.rows.filter(({ id }) => id !== "t2");
          return { ...page, rows, items: [...rows.map((row) => row.test_case_result_id ?? ""), "another"] };
        };
        await clock.advance("3 minutes");
        expect(brief(events)).not.toContain("task.removed t2");
      });
    });

    it("is not told from scans in which one item came twice and another not, though the count is right", async () => {
      await withWatch({ count: 4 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        platform.tamper = (page) => {
          const rows = page.rows.filter(({ id }) => id !== "t2");
          const items = rows.map((row) => row.test_case_result_id ?? "");
          return { ...page, rows, items: [...items, "result-t1"], total: 3 };
        };
        await clock.advance("5 minutes");
        expect(live.stats().scans).toBeGreaterThan(10);
        expect(brief(events)).not.toContain("task.removed t2");
      });
    });

    it("is not told from scans between whose pages the number of items changed, though it is right in the end", async () => {
      await withWatch({ count: 4 }, async ({ clock, platform, live, events }) => {
        platform.pageSize = 2;
        await clock.until(live.ready);
        // As if t1 went each time after the first page was read, and pulled t3 from the second to the first.
        platform.tamper = (page) => {
          if (page.next !== undefined) return page;
          const rows = page.rows.filter(({ id }) => id !== "t3");
          return { ...page, rows, items: ["result-t4"], total: 3 };
        };
        await clock.advance("5 minutes");
        expect(live.stats().scans).toBeGreaterThan(5);
        expect(brief(events)).not.toContain("task.removed t3");
      });
    });

    it.each([
      ["an item comes twice", "result-t1"],
      ["an item is missing", undefined],
    ])("is not told from scans that are not stable: %s", async (_, extra) => {
      await withWatch({ count: 4 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        let scan = 0;
        platform.tamper = (page) => {
          const rows = page.rows.filter(({ id }) => id !== "t2");
          const items = rows.map((row) => row.test_case_result_id ?? "");
          // The total changes from scan to scan, so that no two of them agree on what is wrong.
          return { ...page, rows, items: extra === undefined ? items : [...items, extra], total: 4 + (scan++ % 3) };
        };
        await clock.advance("5 minutes");
        expect(live.stats().scans).toBeGreaterThan(10);
        expect(brief(events)).not.toContain("task.removed t2");
        platform.tamper = (page) => page;
        await clock.advance("3 minutes");
        expect(live.snapshot().tasks).toEqual(platform.rows());
      });
    });
  });

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
            const on = stage(3);
            on.platform.latencyMillis = latencyMillis;
            on.platform.pageSize = pageSize;
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

    it("two at once to one task: the later one shows, and each is undone alone", async () => {
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

    it("whose end was not heard, since nobody listened, is settled by the next look", async () => {
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

  describe("9. for each lease", () => {
    it(
      "each lead and the end are told at most once, never early by the server's clock, and at the deadline without a poll",
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
              // Looks are rare: what is told at a deadline is told by the clock.
              await using live = on.watch({
                interval: ["5 minutes", "5 minutes"],
                expiring: ["2 minutes", "10 seconds"],
              });
              await on.clock.until(live.ready);
              const witness = new Witness(live, on.platform);
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
              // Told when first known, where that was after the moment; else within the clock's error of it.
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

    it("an end beyond what a timer can count is told at its time", async () => {
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

  describe("10. a failing poll", () => {
    it("degrades the watch, which keeps what it knows, and recovery is announced", async () => {
      await withWatch({ count: 2 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        for (const reason of [servers.down, servers.gone, servers.garbled, servers.busy])
          platform.faults.push({ _tag: "Fail", reason });
        await clock.advance("3 seconds");
        expect(live.status).toMatchObject({ _tag: "degraded", nextPollAt: expect.any(String) });
        expect(live.snapshot().tasks.size).toBe(2);
        await clock.advance("3 minutes");
        expect(live.status._tag).toBe("synced");
        const told = events.filter(({ type }) => type === "watch.degraded" || type === "watch.recovered");
        expect(told).toMatchObject([
          { type: "watch.degraded", error: { reason: "Unreachable" } },
          { type: "watch.recovered", degradedAt: told[0]!.time },
        ]);
      });
    });

    it.each(["Unauthorized", "Forbidden", "NotFound"] as const)(
      "%s on the evaluation ends it, with a typed error for everybody",
      async (_tag) => {
        await withWatch({ count: 1 }, async ({ clock, platform, tab, live }) => {
          await clock.until(live.ready);
          const ends: Array<unknown> = [];
          live.subscribe(() => undefined, { onEnd: (error) => ends.push(error) });
          const looping = (async () => {
            for await (const _event of live);
          })().catch((error: SgpError) => error.reason);
          platform.faultsOf.evaluation = [{ _tag: "Fail", reason: { _tag } }];
          await clock.advance("3 minutes");
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
      const on = stage(1);
      on.platform.faultsOf.evaluation = [{ _tag: "Fail", reason: { _tag: "Forbidden" } }];
      const live = on.watch();
      await expect(on.clock.until(live.ready)).rejects.toMatchObject({ reason: { _tag: "Forbidden" } });
      // The next watch of the evaluation begins anew.
      await using again = on.watch();
      await on.clock.until(again.ready);
      expect(again.snapshot().tasks.size).toBe(1);
    });

    it("that is our own mistake degrades it, and does not leave it hanging", async () => {
      await withWatch({ count: 1 }, async ({ clock, platform, live, events }) => {
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

    it("404 on the list makes the evaluation be asked next, which says what it means", async () => {
      await withWatch({ count: 3, interval: ["2 seconds", "10 minutes"] }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        await clock.advance("5 minutes");
        platform.faultsOf.page = [{ _tag: "Fail", reason: { _tag: "NotFound" } }];
        platform.faultsOf.evaluation = [{ _tag: "Fail", reason: { _tag: "NotFound" } }];
        while (platform.faultsOf.page.length > 0) await clock.advance("1 second");
        await clock.advance("5 seconds");
        expect(live.status._tag).toBe("closed");
      });
    });

    it("404 on anything but the evaluation does not end it", async () => {
      await withWatch({ count: 3 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        platform.faultsOf.page = [{ _tag: "Fail", reason: { _tag: "NotFound" } }];
        await clock.advance("3 minutes");
        expect(live.status._tag).toBe("synced");
        expect(brief(events).slice(-2)).toEqual(["watch.degraded", "watch.recovered"]);
      });
    });
  });

  describe("11. one poller per client and evaluation", () => {
    it("is shared by all watches and subscribers, and its polls never overlap", async () => {
      const on = stage(3);
      on.platform.latencyMillis = 5_000;
      const open = [on.watch(), on.watch(), on.watch()];
      for (const live of open) for (let count = 0; count < 3; count++) record(live);
      await on.clock.advance("2 minutes");
      const alone = stage(3);
      alone.platform.latencyMillis = 5_000;
      const single = alone.watch();
      await alone.clock.advance("2 minutes");
      expect(on.platform.requests).toHaveLength(alone.platform.requests.length);
      expect(on.platform.mostInFlight).toBe(1);
      await Promise.all([...open, single].map((live) => live.close()));
    });

    it("stops after the last and not before", async () => {
      const on = stage(1);
      const [first, second] = [on.watch(), on.watch()];
      await on.clock.until(first.ready);
      await first.close();
      const before = on.platform.requests.length;
      await on.clock.advance("2 minutes");
      expect(on.platform.requests.length).toBeGreaterThan(before);
      await second.close();
      const after = on.platform.requests.length;
      await on.clock.advance("10 minutes");
      expect(on.platform.requests).toHaveLength(after);
      expect(on.clock.pending).toBe(0);
    });

    it("rests after the last listener and catches up for the next; who leaves and comes back at once interrupts nothing", async () => {
      const on = stage(1);
      await using live = on.watch();
      const undo = live.onChange(() => undefined);
      await on.clock.until(live.ready);
      undo();
      const back = live.onChange(() => undefined);
      await on.clock.advance("1 second");
      expect(live.status._tag).toBe("synced");
      back();
      await on.clock.advance("1 second");
      expect([on.clock.pending, on.tab.listeners, on.platform.writers]).toEqual([0, 0, 0]);
      on.platform.claim("t1", "ada", 600_000);
      const events = record(live);
      await on.clock.advance("10 seconds");
      expect(brief(events)).toEqual(["task.added t1", "assignment.created t1", "watch.synced"]);
      expect(events[1]).toMatchObject({ gap: true });
    });

    it("shares the poller of others who set one to work while it rested", async () => {
      const on = stage(2);
      await using first = on.watch();
      const leave = first.onChange(() => undefined);
      await on.clock.until(first.ready);
      leave();
      await on.clock.advance("1 second");
      await using second = on.watch();
      await on.clock.until(second.ready);
      const events = record(first);
      on.platform.requests.length = 0;
      on.platform.claim("t1", "ada", 600_000);
      await on.clock.advance("10 seconds");
      expect(brief(events)).toEqual(["task.added t1", "task.added t2", "assignment.created t1"]);
      expect(first.snapshot()).toBe(second.snapshot());
      expect(first.stats()).toEqual(second.stats());
    });

    it("begins its scan anew after it has rested in the middle of one", async () => {
      const on = stage(6);
      on.platform.pageSize = 2;
      await using live = on.watch();
      const leave = live.onChange(() => undefined);
      while (on.platform.requests.at(-1)?.page !== 2) await on.clock.advance(1);
      leave();
      await on.clock.advance("1 minute");
      on.platform.requests.length = 0;
      live.onChange(() => undefined);
      await on.clock.advance("10 seconds");
      expect(on.platform.requests.flatMap(({ page }) => page ?? []).slice(0, 3)).toEqual([1, 2, 3]);
    });

    it("a loop that is left stops it", async () => {
      const on = stage(1);
      const live = on.watch();
      const seen = (async () => {
        for await (const event of live) return event.type;
        return undefined;
      })();
      await on.clock.advance("10 seconds");
      expect(await seen).toBe("evaluation.progressed");
      await on.clock.advance("1 second");
      expect([on.clock.pending, on.tab.listeners, on.platform.writers]).toEqual([0, 0, 0]);
      await live.close();
    });

    it("says when other options than those at work are asked for", async () => {
      const on = stage(1);
      const issues: Array<string> = [];
      await using _first = on.watch({ requestsPerMinute: 30 });
      await using second = on.watch({ requestsPerMinute: 10, interval: ["2 seconds", "1 minute"] });
      issues.push(...second.stats().issues.map(({ message }) => message));
      expect(issues).toEqual([expect.stringContaining("other values of: requestsPerMinute")]);
    });
  });

  describe("12. requests", () => {
    it("stay within the budget, whatever happens", patience, async () => {
      await fc.assert(
        fc.asyncProperty(
          ofTrouble(40),
          fc.integer({ min: 1, max: 30 }),
          fc.constantFrom(1, 2, 1_000),
          async (moves, requestsPerMinute, pageSize) => {
            const on = stage(5);
            on.platform.pageSize = pageSize;
            await using live = on.watch({ requestsPerMinute, interval: ["100 millis", "10 seconds"] });
            await play(on, live, moves);
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
      await withWatch({ count: 2 }, async (on) => {
        await on.clock.until(on.live.ready);
        await on.clock.advance("10 minutes");
        const idle = await requestsIn(on, "1 minute");
        const before = on.platform.requests.length;
        for (let change = 0; change < 24; change++) {
          on.platform.set("t1", { priority: change });
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
      await withWatch({ count: 2 }, async (on) => {
        await on.clock.until(on.live.ready);
        Effect.runFork(on.platform.write({ priority: 5 }, "t1"));
        await on.clock.advance("10 minutes");
        expect(await requestsIn(on, "5 minutes")).toBeLessThanOrEqual(11);
      });
    });

    it("look at a task right after its lease has ended", async () => {
      await withWatch({ count: 2 }, async ({ clock, platform, live }) => {
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
      await withWatch({ count: 40, requestsPerMinute: 60 }, async ({ clock, platform, live }) => {
        platform.pageSize = 2;
        for (const id of ["t7", "t8"]) platform.claim(id, "ada", 3_600_000);
        await clock.until(live.ready);
        await clock.advance("2 minutes");
        platform.requests.length = 0;
        platform.release("t8");
        Effect.runFork(platform.write({ priority: 5 }, "t3"));
        await clock.advance("1 minute");
        const kinds = platform.requests.map(({ kind }) => kind);
        expect(kinds.filter((kind) => kind === "glance").length).toBeGreaterThan(2);
        expect(kinds.filter((kind) => kind === "evaluation").length).toBeGreaterThan(0);
        expect(live.stats()).toMatchObject({ pagesPerScan: 20 });
      });
    });

    it("change of the counts brings the next scan forward", async () => {
      const interval = ["1 second", "10 minutes"] as const;
      await withWatch({ count: 40, requestsPerMinute: 240, interval }, async ({ clock, platform, live }) => {
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
      await withWatch({ count: 40, requestsPerMinute: 240, interval }, async (on) => {
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
      await withWatch({ count: 60, interval: ["1 second", "10 seconds"] }, async ({ clock, platform, live }) => {
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
      await withWatch({ count: 1, requestsPerMinute: 60 }, async ({ clock, platform, live }) => {
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
      await withWatch({ count: 1 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const reason = { _tag: "RateLimited", retryAt: undefined, retryAfterMillis: 365 * 86_400_000 } as const;
        platform.faults.push({ _tag: "Fail", reason });
        await clock.advance("20 minutes");
        expect(live.status._tag).toBe("synced");
        expect(live.stats().issues.map(({ kind }) => kind)).toEqual(["excessive-retry-after"]);
      });
    });
  });

  describe("13. after", () => {
    it.each(["12 hours", "-12 hours"])("a jump of the clock by %s: one catch-up scan, no burst", async (by) => {
      await withWatch({ count: 3 }, async ({ clock, platform, live }) => {
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

    it("a sleep in which leases ended: their end is told after the catch-up scan, once, and no stale warning", async () => {
      await withWatch({ count: 2 }, async ({ clock, platform, live, events }) => {
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
    });

    it("a jump before the first answer: no lease ends early", async () => {
      await withWatch({ count: 1 }, async ({ clock, platform, events }) => {
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

    it("a clock that somebody set forward: no lease ends early", async () => {
      await withWatch({ count: 1 }, async ({ clock, platform, live, events }) => {
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
      await withWatch({ count: 2 }, async ({ clock, platform, tab, live }) => {
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
      await withWatch({ count: 2 }, async ({ clock, platform, tab, live }) => {
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

  describe("14. after close()", () => {
    it("nothing is left, whenever it comes: no timer, no listener, no request, no event", patience, async () => {
      await fc.assert(
        fc.asyncProperty(
          ofTrouble(12),
          fc.integer({ min: 0, max: 5_000 }),
          fc.integer({ min: 0, max: 4_000 }),
          async (moves, after, latencyMillis) => {
            const on = stage(4);
            on.platform.pageSize = 2;
            on.platform.latencyMillis = latencyMillis;
            const controller = new AbortController();
            const live = on.watch({ signal: controller.signal });
            const events = record(live);
            let changes = 0;
            live.onChange(() => changes++);
            const looping = (async () => {
              for await (const _event of live);
            })();
            await play(on, live, moves);
            await on.clock.advance(after);
            const isWriting = on.clock.pending;
            await live.close();
            await live.close();
            await looping;
            expect(on.clock.pending).toBeLessThan(isWriting + 1);
            const [told, changed, asked] = [events.length, changes, on.platform.requests.length];
            await on.clock.advance("10 minutes");
            expect([events.length, changes, on.platform.requests.length]).toEqual([told, changed, asked]);
            expect([on.clock.pending, on.tab.listeners, on.platform.writers, on.platform.inFlight]).toEqual([
              0, 0, 0, 0,
            ]);
            expect(live.status._tag).toBe("closed");
          },
        ),
        { numRuns: 40 },
      );
    });

    it("a subscription made later ends at once, and ready rejects if it never came", async () => {
      const on = stage(1);
      const live = on.watch();
      await live.close();
      await expect(live.ready).rejects.toMatchObject({ reason: { _tag: "Aborted" } });
      const ends: Array<unknown> = [];
      live.subscribe(() => undefined, { onEnd: (error) => ends.push(error) });
      for await (const event of live) ends.push(event);
      expect(ends).toEqual([undefined]);
    });

    it("a signal closes the watch or a subscription, and keeps no listener of those that are closed", async () => {
      const on = stage(1);
      const controller = new AbortController();
      const { signal } = controller;
      let listeners = 0;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof add>) => {
        listeners++;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>) => {
        listeners--;
        remove(...args);
      };
      for (let count = 0; count < 20; count++) {
        const live = on.watch({ signal });
        live.subscribe(() => undefined, { signal })();
        await live.close();
      }
      expect(listeners).toBe(0);
      const live = on.watch({ signal });
      const other = on.watch();
      const ends: Array<unknown> = [];
      other.subscribe(() => undefined, { signal, onEnd: (error) => ends.push(error) });
      controller.abort();
      expect(live.status._tag).toBe("closed");
      expect(ends).toEqual([undefined]);
      expect(other.status._tag).toBe("connecting");
      await other.close();
      expect(on.watch({ signal }).status._tag).toBe("closed");
    });

    it("leaving an await using block closes it", async () => {
      const on = stage(1);
      {
        await using live = on.watch();
        await on.clock.until(live.ready);
      }
      expect([on.clock.pending, on.platform.writers]).toEqual([0, 0]);
    });
  });

  it("15. given the same seed, clock and answers, the same events come out, byte for byte", patience, async () => {
    const once = async (moves: unknown, seed: number, pageSize: number) => {
      const on = stage(5, seed);
      on.platform.pageSize = pageSize;
      await using live = on.watch();
      const events = record(live);
      await play(on, live, moves);
      await on.clock.advance("3 minutes");
      return JSON.stringify([events, on.platform.requests, live.cursor()]);
    };
    await fc.assert(
      fc.asyncProperty(ofTrouble(40), fc.nat(), fc.constantFrom(2, 1_000), async (moves, seed, pageSize) => {
        expect(await once(moves, seed, pageSize)).toBe(await once(moves, seed, pageSize));
      }),
      { numRuns: 20 },
    );
  });

  describe("16. cursor()", () => {
    it("resumes: a watch started with it reports exactly the differences since", patience, async () => {
      await fc.assert(
        fc.asyncProperty(
          ofLife(20),
          ofLife(20),
          fc.constantFrom(2, 1_000),
          fc.boolean(),
          async (before, after, pageSize, isShared) => {
            const on = stage(5);
            on.platform.pageSize = pageSize;
            const first = on.watch();
            await on.clock.until(first.ready);
            await play(on, first, before);
            const cursor = first.cursor();
            const then = first.snapshot();
            const told = new Set<string>();
            const unsubscribe = first.subscribe((event) => {
              if (event.type === "assignment.expired" || event.type === "assignment.expiring") told.add(event.id);
            });
            await on.clock.advance(1);
            unsubscribe();
            if (!isShared) await first.close();
            await play(on, first, after);
            await using second = on.watch({ cursor });
            const events = record(second);
            await on.clock.advance("3 minutes");
            await first.close();
            const rows = new Map(then.tasks);
            const touched = new Set<string>();
            for (const event of events) {
              if (event.type === "assignment.expired" || event.type === "assignment.expiring")
                expect(told).not.toContain(event.id);
              else if ("taskId" in event) {
                expect(event.type === "task.added" && event.replay).toBe(false);
                touched.add(event.taskId);
                if (event.current === null) rows.delete(event.taskId);
                else rows.set(event.taskId, event.current);
              }
            }
            expect(rows).toEqual(on.platform.rows());
            if (!isShared) for (const id of touched) expect(rows.get(id)).not.toEqual(then.tasks.get(id));
          },
        ),
        { numRuns: 40 },
      );
    });

    it("shows what was known at once, before the first answer", async () => {
      const on = stage(2);
      const first = on.watch();
      await on.clock.until(first.ready);
      const cursor = first.cursor();
      await first.close();
      await using second = on.watch({ cursor });
      expect(second.snapshot().tasks).toEqual(on.platform.rows());
      expect(second.status._tag).toBe("connecting");
      const events = record(second);
      await on.clock.advance("1 minute");
      expect(brief(events)).toEqual(["watch.synced"]);
    });

    it.each([
      ["nonsense", "not a cursor"],
      ["other JSON", "{}"],
      ["null", "null"],
      [
        "a cursor of another evaluation",
        JSON.stringify({ format: "evalwire-cursor-1", evaluationId: "e2", evaluation: null, tasks: [], told: [] }),
      ],
    ])("%s is refused with a clear error", (_, cursor) => {
      const on = stage(1);
      expect(() => on.watch({ cursor })).toThrow("cursor");
      expect(on.clock.pending).toBe(0);
    });
  });
});
