/** Promises of a watch where lagging replicas answer its polls: 5, 7 and 8. Each law has the number of its sentence in `Watch`. */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../../../src/watch/event/Event.ts";
import type { TaskRow } from "../../../src/watch/event/TaskRow.ts";
import { brief, patience, record, stage } from "../watching.ts";

/** A platform whose pages may be read from a replica that shows what was `lagMillis` ago. */
const lagging = (count: number, isStale: () => boolean, lagMillis: number) => {
  const on = stage(count);
  const { platform, clock } = on;
  const states: Array<{ readonly at: number; readonly rows: ReadonlyMap<string, TaskRow> }> = [];
  const note = () => states.push({ at: clock.now(), rows: platform.rows() });
  note();
  const past = (): ReadonlyMap<string, TaskRow> =>
    states.findLast(({ at }) => at <= clock.now() - lagMillis)?.rows ?? states[0]!.rows;
  platform.tamper = (page) => {
    if (!isStale()) return page;
    const before = past();
    const rows = page.rows.map((row) => before.get(row.id) ?? row);
    return { ...page, rows, changed: page.changed && rows };
  };
  const change = (id: string, fields: Partial<TaskRow>) => {
    platform.set(id, { ...fields, updated_at: platform.iso(0) });
    note();
  };
  return { ...on, change, note };
};

/** Versions as reported, each in milliseconds. */
const versionsOf = (events: ReadonlyArray<WatchEvent>) =>
  events.flatMap((event) =>
    "current" in event && "previous" in event && event.current !== null && "updated_at" in event.current
      ? [{ at: Date.parse(event.current.updated_at ?? "1970-01-01T00:00:00Z"), gap: "gap" in event && event.gap }]
      : [],
  );

describe("A watch promises", () => {
  it(
    "5. time does not go back: an older version is no news unless a second look agrees, and then comes with a gap",
    patience,
    async () => {
      const looks = fc.array(fc.boolean(), { minLength: 5, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(
          looks,
          fc.array(fc.integer({ min: 200, max: 9_000 }), { minLength: 1, maxLength: 12 }),
          async (stale, pauses) => {
            let look = 0;
            let wasStale = false;
            // No two looks in a row are stale: a second one never agrees.
            const isStale = () => {
              wasStale = !wasStale && stale[look++ % stale.length]!;
              return wasStale;
            };
            const on = lagging(1, isStale, 5_000);
            await using live = on.watch();
            await on.clock.until(live.ready);
            const events = record(live, { replay: false });
            const statuses = ["COMPLETED", "PENDING_REDO"];
            for (const [index, pause] of pauses.entries()) {
              await on.clock.advance(pause);
              on.change("t1", { status: statuses[index % 2]! });
            }
            await on.clock.advance("3 minutes");
            const versions = versionsOf(events).map(({ at }) => at);
            expect(versions).toEqual(versions.toSorted((a, b) => a - b));
            expect(live.snapshot().tasks).toEqual(on.platform.rows());
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  it("5. a server whose time really went back is believed at the second look, with a gap", async () => {
    const on = lagging(2, () => false, 0);
    await using live = on.watch();
    await on.clock.until(live.ready);
    on.change("t1", { status: "COMPLETED" });
    await on.clock.advance("10 seconds");
    const restored = { status: "PENDING", updated_at: "2029-01-01T00:00:00.000Z" };
    on.platform.set("t1", restored);
    const events = record(live, { replay: false });
    await on.clock.advance("3 minutes");
    expect(live.snapshot().tasks.get("t1")).toMatchObject(restored);
    expect(brief(events)).toContain("task.status_changed t1");
    expect(events.find(({ type }) => type === "task.status_changed")).toMatchObject({ gap: true });
  });

  it("7. an own write stays until a look shows it: one by a replica that lags confirms nothing", patience, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3_000 }), async (after) => {
        let staleLooks = 1;
        let hasWritten = false;
        const on = lagging(2, () => hasWritten && staleLooks-- > 0, 60_000);
        await using live = on.watch();
        await on.clock.until(live.ready);
        await on.clock.advance(after);
        const holders: Array<string | null | undefined> = [];
        live.onChange(() => holders.push(live.snapshot().tasks.get("t1")?.assigned_to));
        Effect.runFork(
          on.platform.write({ assigned_to: "ada" }, "t1", {
            onCarriedOut: () => {
              on.note();
              hasWritten = true;
            },
          }),
        );
        await on.clock.advance("2 minutes");
        expect([...new Set(holders)]).toEqual(["ada"]);
        expect(live.stats().unconfirmedWrites).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it("7. an own write that a look has shown is not undone by one by a replica that lags", patience, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 2, maxLength: 20 }),
        fc.array(fc.constantFrom("ada", "bob", "cy"), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 9_000 }),
        async (stale, assignees, pause) => {
          let look = 0;
          let wasStale = false;
          let hasWritten = false;
          const isStale = () => {
            wasStale = hasWritten && !wasStale && stale[look++ % stale.length]!;
            return wasStale;
          };
          const on = lagging(2, isStale, 30_000);
          await using live = on.watch();
          await on.clock.until(live.ready);
          const holders: Array<string | null | undefined> = [];
          live.onChange(() => {
            const holder = live.snapshot().tasks.get("t1")?.assigned_to;
            if (holder !== holders.at(-1)) holders.push(holder);
          });
          // An assignment leaves the result's version as it is.
          for (const assigned_to of assignees) {
            Effect.runFork(
              on.platform.write({ assigned_to }, "t1", {
                onCarriedOut: () => {
                  on.note();
                  hasWritten = true;
                },
              }),
            );
            await on.clock.advance(pause + 40);
          }
          await on.clock.advance("40 seconds");
          expect(holders).toEqual(assignees.filter((one, index) => one !== assignees[index - 1]));
          expect(live.stats().unconfirmedWrites).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("7. an own write that another client undoes afterwards is undone at the second poll", async () => {
    const on = lagging(2, () => false, 0);
    await using live = on.watch();
    await on.clock.until(live.ready);
    Effect.runFork(on.platform.write({ assigned_to: "ada" }, "t1"));
    await on.clock.advance("10 seconds");
    expect(live.stats().unconfirmedWrites).toBe(0);
    const before = on.platform.requests.filter(({ kind }) => kind !== "evaluation").length;
    on.platform.set("t1", { assigned_to: null });
    while (live.snapshot().tasks.get("t1")?.assigned_to !== null) await on.clock.advance(100);
    expect(on.platform.requests.filter(({ kind }) => kind !== "evaluation").length - before).toBeLessThanOrEqual(3);
  });

  it("7. what others did after an own write that was confirmed is undone at the first look", async () => {
    const on = lagging(2, () => false, 0);
    await using live = on.watch();
    await on.clock.until(live.ready);
    Effect.runFork(on.platform.write({ assigned_to: "ada" }, "t1"));
    await on.clock.advance("10 seconds");
    const holder = () => live.snapshot().tasks.get("t1")?.assigned_to;
    for (const assigned_to of ["bob", null]) {
      const before = live.stats().completeScans;
      on.platform.set("t1", { assigned_to });
      while (holder() !== assigned_to) await on.clock.advance(100);
      expect(live.stats().completeScans - before).toBeLessThanOrEqual(1);
    }
  });

  it("8. an answer older than an own write's own answer is no news, for any earlier answers by a clock that was set back since", async () => {
    const on = stage(2);
    on.platform.set("t1", { updated_at: on.platform.iso(0) });
    await using live = on.watch();
    await on.clock.until(live.ready);
    on.platform.offsetMillis -= 7_200_000;
    Effect.runFork(on.platform.write({ assigned_to: "ada", updated_at: on.platform.iso(0) }, "t1"));
    await on.clock.advance(41);
    // The very next look shows what others did after the write, by the clock of both.
    on.platform.set("t1", { status: "PENDING_REDO", assigned_to: null, updated_at: on.platform.iso(1_000) });
    const before = on.platform.requests.filter(({ kind }) => kind !== "evaluation").length;
    while (live.snapshot().tasks.get("t1")?.assigned_to !== null) await on.clock.advance(100);
    expect(on.platform.requests.filter(({ kind }) => kind !== "evaluation").length - before).toBeLessThanOrEqual(1);
  });

  it("7. a write that never shows up settles at the second look, with a gap and an issue", async () => {
    const on = lagging(2, () => false, 0);
    await using live = on.watch();
    await on.clock.until(live.ready);
    const events = record(live, { replay: false });
    // The server says yes, and forgets.
    Effect.runFork(on.platform.write({ assigned_to: "ada" }, "t1", { onCarriedOut: () => setBack() }));
    const setBack = () => queueMicrotask(() => on.platform.set("t1", { assigned_to: null }));
    await on.clock.advance(45);
    expect(live.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
    await on.clock.advance("2 minutes");
    expect(live.snapshot().tasks.get("t1")?.assigned_to).toBeNull();
    expect(events.filter(({ type }) => type === "assignment.released")).toMatchObject([{ gap: true }]);
    expect(live.stats()).toMatchObject({ unconfirmedWrites: 0, issues: [{ kind: "write-not-shown", taskId: "t1" }] });
  });

  it("7. what others did after an own write replaces it at the first look, with a gap", async () => {
    const on = lagging(1, () => false, 0);
    await using live = on.watch();
    await on.clock.until(live.ready);
    const events = record(live, { replay: false });
    Effect.runFork(on.platform.write({ assigned_to: "ada" }, "t1"));
    await on.clock.advance(50);
    on.platform.set("t1", { assigned_to: "bob" });
    await on.clock.advance("1 minute");
    expect(live.snapshot().tasks.get("t1")?.assigned_to).toBe("bob");
    expect(events.filter(({ type }) => type === "assignment.created")).toMatchObject([{ gap: false }, { gap: true }]);
  });
});
