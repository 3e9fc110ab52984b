/** A page of many rows is taken in slices: others have their turn between two, and nothing comes out otherwise. */
import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../../../src/index.ts";
import { EventChecker, ScriptedPlatform, SimulatedClock } from "../../../src/testing.ts";
import type { TaskRow } from "../../../src/watch/event/TaskRow.ts";
import { IssueLog } from "../../../src/watch/IssueLog.ts";
import type { Page, Write } from "../../../src/watch/source/Source.ts";
import { Reconciler } from "../../../src/watch/state/Reconciler.ts";
import { Timekeeper } from "../../../src/watch/time/Timekeeper.ts";
import { row } from "../rows.ts";

const many = 6_000;
const rowsOf = (fields: (index: number) => Partial<TaskRow>) =>
  Array.from({ length: many }, (_, index) => row(`t${index}`, fields(index)));
const pageOf = (rows: ReadonlyArray<TaskRow>, next?: string): Page => {
  const items = rows.map((each) => each.test_case_result_id ?? each.id);
  return { rows, items, unreadable: [], withoutId: 0, total: many, next, issues: [] };
};
const first = pageOf(rowsOf(() => ({})));
const second = pageOf(rowsOf((index) => ({ priority: index % 3, assigned_to: index % 5 === 0 ? "ada" : null })));

const stage = () => {
  const reconciler = new Reconciler("e1", new Timekeeper(new SimulatedClock()), new IssueLog());
  const events: Array<WatchEvent> = [];
  reconciler.store.add({ push: (emitted) => void events.push(...emitted), end: () => undefined });
  const take = (page: Page, between: (slice: number) => void = () => undefined) => {
    const taking = reconciler.takingPage(reconciler.scan(), page, reconciler.begin());
    let slices = 0;
    for (;;) {
      const { done, value } = taking.next();
      if (done === true) return { over: value, slices };
      between(slices++);
    }
  };
  return { reconciler, events, take };
};

const write = (phase: Write["phase"], fields: Partial<TaskRow>): Write => ({
  id: "w1",
  touched: ["t5999"],
  isSweeping: false,
  phase,
  patches: [{ taskId: "t5999", fields }],
});

describe("a page of 6,000 rows", () => {
  it("gives others a turn before each of three slices, and emits its events at once", () => {
    const [sliced, whole] = [stage(), stage()];
    expect(sliced.take(first).slices).toBe(3);
    whole.reconciler.takePage(whole.reconciler.scan(), first, whole.reconciler.begin());
    expect(sliced.take(second)).toMatchObject({ slices: 3, over: { result: { isComplete: true } } });
    whole.reconciler.takePage(whole.reconciler.scan(), second, whole.reconciler.begin());
    expect(sliced.events.length).toBeGreaterThan(many);
    expect(sliced.events.map(({ id }) => id)).toEqual(whole.events.map(({ id }) => id));
    expect(new Map(sliced.reconciler.store.tasks)).toEqual(new Map(whole.reconciler.store.tasks));
  });

  it("takes few rows at once", () => {
    const { take } = stage();
    const few = pageOf(first.rows.slice(0, 100));
    expect(take({ ...few, total: 100 }).slices).toBe(0);
  });

  it("7, 8. a write that is made between two slices stays, though the page was requested before it", () => {
    const { reconciler, take } = stage();
    take(first);
    take(second, (slice) => {
      if (slice === 1) reconciler.takeWrite(write("started", { assigned_to: "ben" }));
      if (slice === 2) reconciler.takeWrite(write("succeeded", { assigned_to: "ben" }));
    });
    expect(reconciler.store.tasks.get("t5999")?.assigned_to).toBe("ben");
  });

  it("whose scan is given up between two slices leaves the rest to the next scan, and says nothing of absence", () => {
    const { reconciler, take } = stage();
    take(first);
    const { over } = take(second, (slice) => {
      if (slice === 1) reconciler.abandonScan();
    });
    expect([over, reconciler.completeScans]).toEqual([undefined, 1]);
    expect([...reconciler.store.tasks.values()].filter(({ assigned_to }) => assigned_to === "ada").length).toBe(500);
    expect(take(second).over?.result.isComplete).toBe(true);
    expect(new Map(reconciler.store.tasks)).toEqual(new Map(second.rows.map((each) => [each.id, each])));
  });
});

it.each([
  [0, 0],
  [1, 0],
  [2_499, 0],
  [2_500, 0],
  [2_501, 2],
  [5_000, 2],
  [5_001, 3],
])("a page of %i rows is taken in its order, with %i turns of others, also where rows come twice", (size, slices) => {
  for (const isRepeated of [false, true]) {
    const { reconciler, take } = stage();
    take(first);
    const some = second.rows.slice(0, size);
    // The last rows are those of the beginning once more, in another state.
    const again = isRepeated ? some.slice(0, Math.ceil(size / 3)).map((each) => ({ ...each, priority: 9 })) : [];
    const rows = [...some.slice(0, size - again.length), ...again];
    const { over, slices: turns } = take({ ...pageOf(rows), total: new Set(rows.map(({ id }) => id)).size });
    expect(turns).toBe(slices);
    const repeated = rows.length - new Set(rows.map(({ id }) => id)).size;
    expect(over?.result).toMatchObject({ isComplete: true, repeated, items: rows.length - repeated });
    const expected = new Map([...first.rows, ...rows].map((each) => [each.id, each]));
    expect(new Map(reconciler.store.tasks)).toEqual(expected);
  }
});

it("a watch that reads such a page is ready, emits everything, and one that is closed between two slices leaves nothing behind", async () => {
  const clock = new SimulatedClock();
  const platform = new ScriptedPlatform(clock, many);
  platform.pageSize = many;
  const watch = platform.watch();
  const checker = new EventChecker(watch, platform);
  await clock.until(watch.ready);
  platform.claim("t7", "ada", 600_000);
  await clock.advance("5 minutes");
  expect([checker.violations, checker.count("assignment.created"), watch.snapshot().tasks.size]).toEqual([[], 1, many]);
  const other = platform.watch();
  await watch.close();
  await other.close();
  expect(clock.pending).toBe(0);
});
