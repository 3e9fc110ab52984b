/** A history is read in any order, with repetitions, with or without tasks, and with items that are none. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as TaskRow from "../../../src/watch/event/TaskRow.ts";
import { fill } from "../../../src/watch/history/fill.ts";
import { readHistory, versionsOf } from "../../../src/watch/source/historyV4.ts";
import { Reader } from "../../../src/watch/source/Reader.ts";
import { instantOf } from "../../../src/watch/time/instantOf.ts";

const row = TaskRow.make({ id: "t1", test_case_result_id: "r1" });
const time = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute)).toISOString();

/** A result whose task changed hands at each of these minutes, and which was itself written where `isWritten` says so. */
const versions = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }).map((written) => {
  let updated_at = time(0);
  return written.map((isWritten, index) => {
    if (index > 0 && isWritten) updated_at = time(index);
    return {
      id: "r1",
      label_status: "PENDING",
      updated_at,
      ...(index < written.length - 1 ? { invalidated_at: time(index + 1) } : {}),
      task: { id: "t1", status: "PENDING", priority: index, assigned_to: { id: `user-${index}` } },
    };
  });
});

const read = (items: ReadonlyArray<unknown>) => readHistory(new Reader(new Map()), items, row, []);

describe("a history", () => {
  it("read in any order is the same, and each version begins when the one before it ended", () => {
    fc.assert(
      fc.property(versions, fc.integer(), (items, seed) => {
        const shuffled = [...items].sort(
          (a, b) => ((a.task.priority * 7919 + seed) % 11) - ((b.task.priority * 7919 + seed) % 11),
        );
        const inOrder = read(items);
        expect(inOrder.map(({ at }) => at)).toEqual(items.map((_, index) => time(index)));
        expect(inOrder.map(({ task }) => task?.assigned_to)).toEqual(items.map((_, index) => `user-${index}`));
        expect(read(shuffled)).toEqual(inOrder);
        expect(read(items.toReversed())).toEqual(inOrder);
      }),
    );
  });

  it("with repetitions and with items that are none reports each version once", () => {
    fc.assert(
      fc.property(versions, fc.nat(7), (items, place) => {
        const odd = [...items, items[place % items.length]!, null, "a text", 7];
        const rows = items.map((item, index) =>
          TaskRow.make({
            ...row,
            task_type: "",
            status: "PENDING",
            priority: index,
            assigned_to: `user-${index}`,
            label_status: "PENDING",
            updated_at: item.updated_at,
          }),
        );
        const steps = fill(rows[0], rows.at(-1)!, read(odd));
        expect(steps.map((step) => step.row.priority)).toEqual(rows.slice(1).map(({ priority }) => priority));
        expect(steps.every(({ isKnown }) => isKnown)).toBe(true);
      }),
    );
  });

  it("of a server whose clock was set back keeps the server's own order, and each version begins when the one before it ended", () => {
    const past = fc.integer({ min: 100, max: 1_000 });
    fc.assert(
      fc.property(versions, past, fc.integer({ min: 1, max: 7 }), fc.boolean(), (items, back, place, isReversed) => {
        if (items.length < 2) return;
        // Changes from this place on have times of the clock that was set back.
        const from = 1 + ((place - 1) % (items.length - 1));
        const timeOf = (index: number) => time(index < from ? index : index - back);
        const moved = (text: string) => timeOf((Date.parse(text) - Date.parse(time(0))) / 60_000);
        const own = items.map((item) => ({
          ...item,
          updated_at: moved(item.updated_at),
          ...(item.invalidated_at === undefined ? {} : { invalidated_at: moved(item.invalidated_at) }),
        }));
        const inOrder = read(isReversed ? own.toReversed() : own);
        expect(inOrder.map(({ task }) => task?.assigned_to)).toEqual(items.map((_, index) => `user-${index}`));
        expect(inOrder.map(({ at }) => at)).toEqual(items.map((_, index) => timeOf(index)));
      }),
    );
  });

  it("whose times go back says nothing of which of several equal states was seen: the last of them, with a gap", () => {
    const version = (until: number | undefined, assignee: string | null) => ({
      id: "r1",
      label_status: "PENDING",
      updated_at: time(0),
      ...(until === undefined ? {} : { invalidated_at: time(until) }),
      task: { id: "t1", status: "PENDING", priority: 1, assigned_to: assignee === null ? null : { id: assignee } },
    });
    const items = [
      version(2, null),
      version(-50, "ada"),
      version(-48, null),
      version(-46, "bob"),
      version(undefined, null),
    ];
    const facts = { ...row, status: "PENDING", priority: 1, label_status: "PENDING", updated_at: time(0) };
    const known = { ...TaskRow.make({ ...facts, assigned_to: "ada" }), as_of: time(-49) };
    const seen = TaskRow.make(facts);
    const reported = (from: TaskRow.TaskRow) =>
      fill(from, seen, read(items)).map((step) => [step.row.assigned_to, step.at, step.isLoose]);
    expect(reported(known)).toEqual([
      [null, time(-50), false],
      ["bob", time(-48), false],
      [null, time(-46), false],
    ]);
    const claimed = { ...TaskRow.make({ ...facts, assigned_to: "bob" }), as_of: time(1) };
    expect(reported(claimed)).toEqual([[null, time(-46), false]]);
    const again = [...items.slice(0, 4), version(-45, null), version(undefined, "cy")];
    const holder = TaskRow.make({ ...facts, assigned_to: "cy" });
    const behind = fill({ ...seen, as_of: time(1) }, holder, read(again));
    expect(behind.map((step) => [step.row.assigned_to, step.isLoose])).toEqual([["cy", true]]);
  });

  it("without tasks reports the results, and does not call the way between them known", () => {
    const at = (updated_at: string, label_status: string, invalidated_at?: string) => ({
      id: "r1",
      updated_at,
      label_status,
      invalidated_at,
    });
    const items = [
      at(time(0), "PENDING", time(1)),
      at(time(1), "COMPLETED", time(2)),
      at(time(2), "PENDING", time(3)),
      at(time(3), "COMPLETED"),
    ];
    const open = TaskRow.make({
      ...row,
      status: "PENDING",
      assigned_to: "ada",
      label_status: "PENDING",
      updated_at: time(0),
    });
    const done = { ...open, status: "COMPLETED", label_status: "COMPLETED", updated_at: time(3) };
    const steps = fill(open, done, read(items));
    expect(steps.map((step) => [step.row.status, step.row.assigned_to, step.at, step.isKnown])).toEqual([
      ["COMPLETED", "ada", time(1), false],
      ["PENDING_REDO", null, time(2), false],
      ["COMPLETED", "ada", time(3), false],
    ]);
  });

  it("that does not reach up to the read state is reported as far as it goes, and the read state behind it", () => {
    const items = [
      { id: "r1", updated_at: time(0), label_status: "PENDING", task: { id: "t1", status: "PENDING", priority: 1 } },
    ];
    const known = TaskRow.make({
      ...row,
      status: "PENDING",
      priority: 1,
      label_status: "PENDING",
      updated_at: time(0),
    });
    const seen = { ...known, priority: 5 };
    const single = { row: seen, at: undefined, isKnown: false, isLoose: true };
    expect(fill(known, seen, read(items))).toEqual([single]);
    expect(fill(known, seen, [])).toEqual([single]);
  });

  it("that lags behind what two looks show repeats none of its versions behind the first of them", () => {
    const version = (began: number, until: number | undefined, priority: number) => ({
      id: "r1",
      updated_at: time(began),
      label_status: "PENDING",
      ...(until === undefined ? {} : { invalidated_at: time(until) }),
      task: { id: "t1", status: "PENDING", priority },
    });
    const items = [version(0, 10, 1), version(10, undefined, 2)];
    const withPriority = (priority: number, as_of?: string) => ({
      ...TaskRow.make({ ...row, status: "PENDING", priority, label_status: "PENDING", updated_at: time(0) }),
      ...(as_of === undefined ? {} : { as_of }),
    });
    const limits = { until: instantOf(time(30))! };
    // By its bounds the first look may have been made before the version it follows; of a rough one nothing is known.
    for (const as_of of [time(9), undefined]) {
      const first = fill(withPriority(1, time(0)), withPriority(3, as_of), read(items), limits);
      expect(first.map((step) => step.row.priority)).toEqual([2, 3]);
      const second = fill(first.at(-1)!.row, withPriority(4, time(20)), read(items), limits);
      expect(second.map((step) => [step.row.priority, step.isLoose])).toEqual([[4, true]]);
    }
  });

  it("is a list, or a page of one; anything else is none", () => {
    expect(versionsOf([1])).toEqual([1]);
    expect(versionsOf({ items: [1] })).toEqual([1]);
    for (const value of [null, undefined, "text", 7, {}, { items: 7 }]) expect(versionsOf(value)).toBeUndefined();
  });
});
