/** Promises of a watch on repetition and resumption: 15 and 16. Each law has the number of its sentence in the module comment of `Watch`. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Cursor from "../../../src/watch/cursor/Cursor.ts";
import { calmCommands, faultCommands, type Moves, play } from "../commands.ts";
import { apis, brief, patience, record, stage } from "../watching.ts";

describe.each(apis)("A watch on %s promises", (api) => {
  it("15. given the same seed, clock and answers, the same events come out, byte for byte", patience, async () => {
    const once = async (commands: Moves, seed: number, pageSize: number) => {
      const on = stage(5, { seed, pageSize, api });
      await using live = on.watch();
      const events = record(live);
      await play(on, live, commands);
      await on.clock.advance("3 minutes");
      return JSON.stringify([events, on.platform.requests, live.cursor()]);
    };
    await fc.assert(
      fc.asyncProperty(faultCommands(40), fc.nat(), fc.constantFrom(2, 1_000), async (commands, seed, pageSize) => {
        expect(await once(commands, seed, pageSize)).toBe(await once(commands, seed, pageSize));
      }),
      { numRuns: 20 },
    );
  });

  describe("16. cursor()", () => {
    it("resumes: a watch started with it reports exactly the differences since", patience, async () => {
      await fc.assert(
        fc.asyncProperty(
          calmCommands(20),
          calmCommands(20),
          fc.constantFrom(2, 1_000),
          fc.boolean(),
          async (before, after, pageSize, isShared) => {
            const on = stage(5, { pageSize, api });
            const first = on.watch();
            await on.clock.until(first.ready);
            await play(on, first, before);
            const cursor = first.cursor();
            const then = first.snapshot();
            const reported = new Set<string>();
            const unsubscribe = first.subscribe((event) => {
              if (event.type === "assignment.expired" || event.type === "assignment.expiring") reported.add(event.id);
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
                expect(reported).not.toContain(event.id);
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
      const on = stage(2, { api });
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
      ["a cursor of another evaluation", Cursor.join("e2", undefined, [])],
    ])("%s is refused with a clear error", (_, cursor) => {
      const on = stage(1, { api });
      expect(() => on.watch({ cursor })).toThrow("cursor");
      expect(on.clock.pending).toBe(0);
    });
  });
});
