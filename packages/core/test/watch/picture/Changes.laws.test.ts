import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Changes from "../../../src/watch/picture/Changes.ts";
import { row, tasks } from "../rows.ts";

describe("Changes", () => {
  it("patch(a, diff(a, b)) = b", () => {
    fc.assert(
      fc.property(tasks, tasks, (a, b) => {
        expect(Changes.patch(a, Changes.diff(a, b))).toEqual(b);
      }),
    );
  });

  it("diff(a, a) = none, also for an equal copy", () => {
    fc.assert(
      fc.property(tasks, (a) => {
        const copy = new Map([...a].map(([id, one]) => [id, { ...one }]));
        expect(Changes.diff(a, a)).toBe(Changes.none);
        expect(Changes.diff(a, copy)).toBe(Changes.none);
      }),
    );
  });

  it("combine(diff(a, b), diff(b, c)) = diff(a, c)", () => {
    fc.assert(
      fc.property(tasks, tasks, tasks, (a, b, c) => {
        expect(Changes.combine(Changes.diff(a, b), Changes.diff(b, c))).toEqual(Changes.diff(a, c));
      }),
    );
  });

  it("combine is associative and none is its neutral element", () => {
    fc.assert(
      fc.property(tasks, tasks, tasks, tasks, (a, b, c, d) => {
        const [ab, bc, cd] = [Changes.diff(a, b), Changes.diff(b, c), Changes.diff(c, d)];
        expect(Changes.combine(Changes.combine(ab, bc), cd)).toEqual(Changes.combine(ab, Changes.combine(bc, cd)));
        expect(Changes.combine(Changes.none, ab)).toBe(ab);
        expect(Changes.combine(ab, Changes.none)).toBe(ab);
      }),
    );
  });

  it("a row that has not changed stays the same object", () => {
    const [kept, old, young] = [row("kept"), row("moved"), row("moved", { status: "COMPLETED" })];
    const a = new Map([kept, old].map((one) => [one.id, one]));
    const b = new Map([{ ...kept }, young].map((one) => [one.id, one]));
    const patched = Changes.patch(a, Changes.diff(a, b));
    expect(patched.get("kept")).toBe(kept);
    expect(patched.get("moved")).toBe(young);
    expect(Changes.patch(a, Changes.diff(a, new Map(a)))).toBe(a);
  });

  it("additions and updates come in the order of the new collection, removals after them in the order of the old", () => {
    const a = new Map([row("1"), row("2"), row("3")].map((one) => [one.id, one]));
    const b = new Map([row("4"), row("2", { priority: 9 })].map((one) => [one.id, one]));
    expect([...Changes.diff(a, b)].map(([id, change]) => `${change._tag} ${id}`)).toEqual([
      "Added 4",
      "Updated 2",
      "Removed 1",
      "Removed 3",
    ]);
  });
});
