/** Promises of a watch on its state: 1, 2, 5 and 6. Each law has the number of its sentence in the module comment of `Watch`. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventChecker } from "../../../src/testing/EventChecker.ts";
import { servers } from "../../../src/testing/ScriptedPlatform.ts";
import { calmCommands, faultCommands, play } from "../commands.ts";
import { apis, brief, patience, stage, withWatch } from "../watching.ts";

describe.each(apis)("A watch on %s promises", (api) => {
  it(
    "1. if the server stops changing and answers, then within one full scan the snapshot equals the server (two where a task is gone)",
    patience,
    async () => {
      await fc.assert(
        fc.asyncProperty(calmCommands(20), fc.constantFrom(2, 1_000), async (commands, pageSize) => {
          const on = stage(5, { pageSize, api });
          await using live = on.watch();
          await play(on, live, commands);
          const complete = async (scans: number): Promise<void> => {
            for (let waited = 0; live.stats().completeScans < scans; waited++) {
              expect(waited).toBeLessThan(500);
              await on.clock.advance("1 second");
            }
          };
          // A scan under way began before the last change, and may still report a task that is gone: those after it count.
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
    // The witness compares the previous state of each event with the last one reported.
    await fc.assert(
      fc.asyncProperty(faultCommands(40), fc.constantFrom(2, 1_000), async (commands, pageSize) => {
        const on = stage(5, { pageSize, api });
        await using live = on.watch();
        const witness = new EventChecker(live, on.platform);
        await play(on, live, commands);
        await on.clock.advance("3 minutes");
        expect(witness.tasks).toEqual(live.snapshot().tasks);
        expect(live.stats().issues.filter(({ kind }) => kind === "listener-failed")).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  describe("5. intermediate states may be skipped, never invented", () => {
    it("each reported state was one the server had", patience, async () => {
      await fc.assert(
        fc.asyncProperty(calmCommands(40), fc.constantFrom(2, 1_000), async (commands, pageSize) => {
          const on = stage(5, { pageSize, api });
          await using live = on.watch();
          const witness = new EventChecker(live, on.platform);
          await play(on, live, commands);
          await on.clock.advance("3 minutes");
          expect(witness.events.length).toBeGreaterThan(0);
          // A list that moves while it is read is reported; nothing else is odd.
          expect(live.stats().issues.filter(({ kind }) => kind !== "incomplete-scan")).toEqual([]);
        }),
        { numRuns: 20 },
      );
    });

    it("no state is reported before it is known what items are read by: an evaluation that fails at first delays the list at most", async () => {
      const on = stage(0, { api });
      for (const id of ["t1", "t2"]) on.platform.add(id, { status: "COMPLETED", label_status: "COMPLETED" });
      on.platform.faultsOf.evaluation = Array.from({ length: 3 }, () => ({ _tag: "Fail", reason: servers.gone }));
      await using live = on.watch();
      const witness = new EventChecker(live, on.platform);
      await on.clock.until(live.ready);
      await on.clock.advance("1 minute");
      expect(witness.violations).toEqual([]);
      expect(brief(witness.events).filter((event) => event.startsWith("task."))).toEqual([
        "task.added t1",
        "task.added t2",
      ]);
      expect(witness.tasks).toEqual(on.platform.rows());
    });

    // v5 shows neither who holds a task nor its priority.
    it.skipIf(api === "v5").each([
      ["a claim", false, { assigned_to: "ada" }, {}],
      ["a change of hands", true, { assigned_to: "ada" }, { assigned_to: "bob" }],
      ["finishing", false, { status: "COMPLETED" }, { assigned_to: "ada" }],
      ["claiming and finishing", true, { status: "COMPLETED", assigned_to: "ada" }, {}],
      ["handing back for a redo", false, { status: "PENDING_REDO", assigned_to: "ada" }, { status: "COMPLETED" }],
      ["a redo never finished before", true, { status: "PENDING_REDO" }, {}],
      ["an unknown status", true, { status: "LATER_MEMBER" }, {}],
      ["another priority", false, { priority: 7 }, {}],
    ])("gap says so: %s has gap %s", async (_, gap, change, first) => {
      await withWatch({ api }, async ({ clock, platform, live, events }) => {
        platform.add("t1", first);
        await clock.until(live.ready);
        platform.set("t1", change);
        await clock.advance("1 minute");
        const changes = events.filter((event) => "previous" in event && "taskId" in event && event.previous !== null);
        expect(changes.length).toBeGreaterThan(0);
        for (const event of changes) expect(event).toMatchObject({ gap });
      });
    });

    it.skipIf(api === "v5")(
      "gap says so: what is seen after a failed poll may lie far from what was seen before",
      async () => {
        await withWatch({ api, count: 1 }, async ({ clock, platform, live, events }) => {
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
      },
    );
  });

  describe("6. task.removed", () => {
    it("needs two complete scans without the task, and carries its last known state", async () => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, live, events }) => {
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

    it("is not emitted for a task that one scan missed", async () => {
      await withWatch({ api, count: 4 }, async ({ clock, platform, live, events }) => {
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

    it("is not emitted from scans in which one item came twice and another not, though the count is right", async () => {
      await withWatch({ api, count: 4 }, async ({ clock, platform, live, events }) => {
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

    it("is not emitted from scans between whose pages the number of items changed, though it is right in the end", async () => {
      await withWatch({ api, count: 4 }, async ({ clock, platform, live, events }) => {
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
      ["an item comes twice", "t1"],
      ["an item is missing", undefined],
    ])("is not emitted from scans that are not stable: %s", async (_, twice) => {
      await withWatch({ api, count: 4 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        let scan = 0;
        const extra = twice === undefined ? undefined : platform.tasks.get(twice)!.test_case_result_id!;
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
});
