/** Reading a page in place equals reading it again, at less cost. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { TaskRow } from "../../../src/watch/event/TaskRow.ts";
import { Include } from "../../../src/watch/source/Include.ts";
import { readItems } from "../../../src/watch/source/itemV4.ts";
import { Reader } from "../../../src/watch/source/Reader.ts";
import type { Page } from "../../../src/watch/source/Source.ts";
import { result, task } from "./sgp.ts";

/** An item as it may come, at one of a few ids so that pages have much in common. */
const item = fc
  .record({
    id: fc.constantFrom("1", "2", "3", "4"),
    status: fc.constantFrom<unknown>("PENDING", "COMPLETED", 7),
    holder: fc.constantFrom<unknown>(null, "ada", { id: "bo" }, ["cy"]),
    shape: fc.constantFrom("plain", "plain", "plain", "plain", "no task", "no task id", "no id", "no object"),
    updated_at: fc.constantFrom("2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z"),
  })
  .map(({ id, status, holder, shape, updated_at }): unknown => {
    const whole = result(id, { updated_at, task: task(id, { status, assigned_to: holder }) });
    switch (shape) {
      case "no task":
        return { ...whole, task: null };
      case "no task id":
        return { ...whole, task: task(id, { id: null }) };
      case "no id":
        return { ...whole, id: undefined };
      case "no object":
        return 7;
      default:
        return whole;
    }
  });

const read = (items: ReadonlyArray<unknown>, known: ReadonlyMap<string, TaskRow>, last?: Page): Page => ({
  ...readItems(
    () => new Reader(new Map()),
    items,
    (id) => known.get(id),
    new Include([]),
    last,
  ),
  total: items.length,
  next: undefined,
});

const shape = ({ rows, items, unreadable, withoutId, issues }: Page) => ({
  rows,
  items,
  unreadable,
  withoutId,
  issues,
});
/** Condition for comparing with a page: a complete scan saw each item and each task once. */
const isDistinct = ({ rows, items }: Page): boolean =>
  new Set(items).size === items.length && new Set(rows.map(({ id }) => id)).size === rows.length;
const byId = ({ rows }: Page): ReadonlyMap<string, TaskRow> => new Map(rows.map((row) => [row.id, row]));

/** A page, and the same page later: some places with other items, some items moved. */
const pages = fc.array(item, { maxLength: 6 }).chain((before) =>
  fc.tuple(
    fc.constant(before),
    fc
      .tuple(...before.map((each) => fc.oneof({ weight: 4, arbitrary: fc.constant(structuredClone(each)) }, item)))
      .chain((after) => fc.oneof({ weight: 3, arbitrary: fc.constant(after) }, fc.shuffledSubarray(after))),
  ),
);

it("read(items, known, last) = read(items, known), for any page before", () =>
  fc.assert(
    fc.property(pages, ([before, after]) => {
      const last = read(before, new Map());
      fc.pre(isDistinct(last));
      const known = byId(last);
      expect(shape(read(after, known, last))).toEqual(shape(read(after, known)));
    }),
    { numRuns: 500 },
  ));

it("changed are the rows that are not the last ones, and there are such only where nothing moved", () =>
  fc.assert(
    fc.property(pages, ([before, after]) => {
      const last = read(before, new Map());
      const page = read(after, byId(last), last);
      if (page.changed === undefined) return;
      expect(page.items).toBe(last.items);
      expect(page.rows.map(({ id }) => id)).toEqual(last.rows.map(({ id }) => id));
      expect(page.changed).toEqual(page.rows.filter((row, index) => row !== last.rows[index]));
      if (page.changed.length === 0) expect(page.rows).toBe(last.rows);
    }),
    { numRuns: 500 },
  ));

it("a page of tasks that came again is unmoved, and its unchanged rows are the very same", () => {
  const before = ["1", "2", "3"].map((id) => result(id));
  const last = read(before, new Map());
  const later = before.with(1, result("2", { task: task("2", { assigned_to: "ada" }) }));
  const page = read(structuredClone(later), byId(last), last);
  expect(page.changed).toEqual([expect.objectContaining({ id: "2", assigned_to: "ada" })]);
  expect(page.rows[0]).toBe(last.rows[0]);
  expect(read(structuredClone(before).reverse(), byId(last), last).changed).toBeUndefined();
});

it("fresh: the tasks whose items say that they were made after the instant asked about, in any offset", () => {
  const since = Date.UTC(2030, 0, 1, 12);
  const made = [
    "2030-01-01T12:00:00Z",
    "2030-01-01T12:00:00.001Z",
    "2030-01-01T12:30:00+01:00",
    "2030-01-01T11:30:00-01:00",
  ];
  const odd = [null, 7, "soon"];
  const items = [...made, ...odd].map((created_at, index) => ({
    ...result(String(index), { task: task(String(index), {}) }),
    created_at,
  }));
  const of = (instant?: number) =>
    readItems(
      () => new Reader(new Map()),
      items,
      () => undefined,
      new Include([]),
      undefined,
      instant,
    );
  expect([...of(since).fresh!]).toEqual(["1", "3"]);
  expect([...of().fresh!]).toEqual([]);
  // No row says when it was made: rows are counted by their bytes.
  expect(JSON.stringify(of(since).rows)).not.toContain("2030-01-01T12:00:00.001Z");
});
