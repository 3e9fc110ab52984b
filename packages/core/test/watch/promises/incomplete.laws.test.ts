/** Promises 1, 3, 6 and 12 where a list repeats items, misses them, or moves while it is read. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apis, brief, patience, record, stage, withWatch } from "../watching.ts";

/** The list in another order for each request, as rows of equal sort keys come: made from a seed, so that a failure repeats. */
const shuffled = (seed: number) => {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  return <A>(list: ReadonlyArray<A>): ReadonlyArray<A> => {
    const all = [...list];
    for (let at = all.length - 1; at > 0; at--) {
      const other = Math.floor(next() * (at + 1));
      [all[at], all[other]] = [all[other]!, all[at]!];
    }
    return all;
  };
};

describe.each(apis)("on %s", (api) => {
  it("an item that comes twice on every read keeps nothing from being complete", async () => {
    await withWatch({ api, count: 10 }, async ({ clock, platform, live, events }) => {
      platform.tamper = (page) => ({
        ...page,
        changed: undefined,
        rows: [...page.rows, page.rows[0]!],
        items: [...page.items, page.items[0]!],
        total: platform.tasks.size + 1,
      });
      await clock.until(live.ready);
      expect(live.status._tag).toBe("synced");
      platform.remove("t7");
      await clock.advance("3 minutes");
      expect(brief(events)).toContain("task.removed t7");
      expect(live.stats().issues).toEqual([expect.objectContaining({ kind: "incomplete-scan" })]);
    });
  });

  it.each([1_000_000, undefined])(
    "a list of total %j whose pages repeat without end is not read without end: what it has is shown, and that is reported",
    async (total) => {
      await withWatch({ api, count: 9 }, async ({ clock, platform, live }) => {
        platform.tamper = (page) => {
          const rows = [...platform.tasks.values()].slice(0, 3);
          const items = rows.map((row) => row.test_case_result_id ?? row.id);
          return { ...page, changed: undefined, rows, items, total, next: api === "v4" ? "2" : items.at(-1) };
        };
        await clock.until(live.ready);
        expect(live.snapshot().tasks.size).toBe(3);
        expect(live.stats().requests).toBeLessThan(30);
        await clock.advance("5 minutes");
        expect(live.status._tag).toBe("synced");
        expect(live.stats().issues).toEqual([expect.objectContaining({ kind: "incomplete-scan" })]);
      });
    },
  );

  it(
    "promise 1, rows in another order for each page: the snapshot becomes the server's, and nothing is removed that is there",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 20, max: 40 }), async (seed, count) => {
          await withWatch({ api, count, seed }, async ({ clock, platform, live, events }) => {
            platform.pageSize = Math.ceil(count / 3);
            platform.order = shuffled(seed);
            await clock.until(live.ready);
            await clock.advance("10 minutes");
            expect([...live.snapshot().tasks.keys()].sort()).toEqual([...platform.tasks.keys()].sort());
            expect(brief(events).filter((event) => event.startsWith("task.removed"))).toEqual([]);
            for (const id of ["t1", "t2", "t3"]) platform.remove(id);
            await clock.advance("30 minutes");
            expect([...live.snapshot().tasks.keys()].sort()).toEqual([...platform.tasks.keys()].sort());
            expect(live.stats().issues.map(({ kind }) => kind)).toContain("incomplete-scan");
          });
        }),
        { numRuns: 8 },
      );
    },
    patience.timeout,
  );

  it(
    "promise 6, an evaluation that is gone for a while, or for good: a look that finds no task then says nothing about the task",
    async () => {
      const lives = fc.record({
        requestsPerMinute: fc.integer({ min: 8, max: 40 }),
        goneAt: fc.integer({ min: 20_000, max: 300_000 }),
        goneFor: fc.oneof(fc.integer({ min: 20_000, max: 60_000 }), fc.constant(Number.POSITIVE_INFINITY)),
      });
      await fc.assert(
        fc.asyncProperty(lives, fc.nat(), async ({ requestsPerMinute, goneAt, goneFor }, seed) => {
          await withWatch({ api, count: 9, seed, requestsPerMinute }, async ({ clock, platform, live, events }) => {
            platform.pageSize = 3;
            await clock.until(live.ready);
            // Scans miss a task again and again, which only a look at it shows.
            platform.tamper = (page) => ({
              ...page,
              changed: undefined,
              rows: page.rows.filter(({ id }) => id !== "t7"),
              items: page.items.filter((item) => !item.endsWith("t7")),
            });
            await clock.advance(goneAt);
            platform.exists = false;
            if (Number.isFinite(goneFor)) {
              await clock.advance(goneFor);
              platform.exists = true;
            }
            await clock.advance("4 minutes");
            expect(brief(events).filter((event) => event.startsWith("task.removed"))).toEqual([]);
          });
        }),
        { numRuns: 40 },
      );
    },
    patience.timeout,
  );

  it("promise 3, while tasks are imported: ready comes after the first full pass, and what is made later is no replay", async () => {
    await withWatch({ api, count: 30 }, async ({ clock, platform, live, events }) => {
      platform.pageSize = 10;
      platform.latencyMillis = 150;
      let made = 30;
      const importOne = () => {
        made++;
        platform.add(`t${made}`);
      };
      const ready = { at: 0 };
      void live.ready.then(() => {
        ready.at = made;
      });
      for (let turn = 0; turn < 60; turn++) {
        await clock.advance(300);
        importOne();
      }
      expect(ready.at).toBeGreaterThan(0);
      expect(ready.at).toBeLessThan(35);
      const later = events.filter((event) => event.type === "task.added" && Number(event.taskId.slice(1)) > ready.at);
      expect(later.length).toBeGreaterThan(10);
      expect(later.filter((event) => event.type === "task.added" && event.replay)).toEqual([]);
    });
  });

  it("promise 3, while the list is read for the first time: what is made later than the server's clock may be off is no replay, all else is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(900), { minLength: 6, maxLength: 14 }),
        fc.integer({ min: -7_200_000, max: 7_200_000 }),
        async (pauses, offsetMillis) => {
          const on = stage(40, { api });
          on.platform.offsetMillis = offsetMillis;
          for (const [id] of on.platform.created) on.platform.created.set(id, on.platform.now());
          on.platform.pageSize = 4;
          on.platform.latencyMillis = 400;
          const live = on.watch();
          const events = record(live);
          const began = on.platform.now();
          let made = 40;
          for (const pause of pauses) {
            await on.clock.advance(pause);
            on.platform.add(`t${++made}`);
          }
          await on.clock.advance("2 minutes");
          const added = events.filter((event) => event.type === "task.added");
          expect(new Set(added.map(({ taskId }) => taskId)).size).toBe(made);
          for (const { taskId, replay } of added) {
            const at = on.platform.created.get(taskId)! - began;
            // The first page was made within the first answers' time, and \`Date\` says whole seconds.
            if (at > 3_000) expect(replay).toBe(false);
            if (at <= 0) expect(replay).toBe(true);
          }
          await live.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it("promise 12, a list that is never complete: the pause between scans grows, and the budget is not burnt", async () => {
    await withWatch({ api, count: 30, requestsPerMinute: 60 }, async ({ clock, platform, live }) => {
      platform.pageSize = 10;
      // Each page says another total: no scan can be complete, and none sees as much as was said first.
      let turn = 0;
      platform.tamper = (page) => ({ ...page, changed: undefined, total: 100 + (turn++ % 2) });
      await clock.until(live.ready);
      await clock.advance("5 minutes");
      const before = platform.requests.length;
      await clock.advance("10 minutes");
      expect(platform.requests.length - before).toBeLessThan(150);
    });
  });

  it("promise 12, an order that changes now and then: scans that miss something are repeated at once only a few times, and then come no more often than others", async () => {
    await withWatch({ api, count: 12, requestsPerMinute: 120 }, async ({ clock, platform, live }) => {
      platform.pageSize = 4;
      const shuffle = shuffled(7);
      let request = 0;
      let kept: ReadonlyArray<string> = [...platform.tasks.keys()];
      platform.order = (tasks) => {
        if (request++ % 5 === 4) kept = shuffle(kept);
        return kept.map((id) => tasks.find((task) => task.id === id)!);
      };
      await clock.until(live.ready);
      await clock.advance("30 minutes");
      const firstPages = () => platform.requests.filter(({ kind, page }) => kind === "page" && page === 1).length;
      const before = firstPages();
      await clock.advance("20 minutes");
      expect(live.stats().issues.map(({ kind }) => kind)).toContain("incomplete-scan");
      expect(firstPages() - before).toBeLessThanOrEqual(24);
    });
  });
});
