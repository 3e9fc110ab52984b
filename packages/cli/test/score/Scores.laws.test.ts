import fc from "fast-check";
import { expect, it } from "vitest";
import * as Scores from "../../src/score/Scores.ts";

it("valuesOf(scores, key) = what was added under the key, in order, however many", () => {
  const records = fc.array(fc.record({ a: fc.double(), b: fc.double() }), { maxLength: 20 });
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 300 }), (some, times) => {
      const all = Array.from({ length: times }, () => some).flat();
      const scores = Scores.make(["a", "b"]);
      for (const { a, b } of all) Scores.add(scores, [a, b]);
      expect(Scores.count(scores)).toBe(all.length);
      expect(Array.from(Scores.valuesOf(scores, "a"))).toEqual(all.map(({ a }) => a));
      expect(Array.from(Scores.valuesOf(scores, "b"))).toEqual(all.map(({ b }) => b));
    }),
    { numRuns: 50 },
  );
});

it("a signature is new once for each key", () => {
  const scores = Scores.make(["a", "b"]);
  expect([Scores.sign(scores, "a", "x"), Scores.sign(scores, "b", "y")]).toEqual([true, true]);
  expect([Scores.sign(scores, "a", "x"), Scores.sign(scores, "b", "x")]).toEqual([false, true]);
  expect(scores.signatures).toEqual(
    new Map([
      ["a", new Set(["x"])],
      ["b", new Set(["y", "x"])],
    ]),
  );
});

it("placesOf(scores, group) = the places of its records, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("x", "y", "z")), (groups) => {
      const scores = Scores.make(["a"]);
      for (const group of groups) Scores.add(scores, [0], group);
      for (const group of scores.groups) {
        expect([...Scores.placesOf(scores, group)]).toEqual(
          groups.flatMap((one, place) => (one === group ? [place] : [])),
        );
      }
      expect(new Set(scores.groups)).toEqual(new Set(groups));
    }),
  );
});

it("addAll(scores, values, group) = add(scores, record, group) of each record, in any mixture", () => {
  const block = fc.record({
    records: fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 30 }),
    times: fc.constantFrom(1, 1, 1, 700),
    group: fc.constantFrom("", "x", "y"),
    isWhole: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
      const [whole, single] = [Scores.make(["a", "b"]), Scores.make(["a", "b"])];
      for (const { records, times, group, isWhole } of blocks) {
        const all = Array.from({ length: times }, () => records).flat();
        for (const record of all) Scores.add(single, record, group);
        if (isWhole) Scores.addAll(whole, Float64Array.from(all.flat()), group);
        else for (const record of all) Scores.add(whole, record, group);
      }
      expect(Scores.count(whole)).toBe(Scores.count(single));
      for (const key of ["a", "b"]) expect(Scores.valuesOf(whole, key)).toEqual(Scores.valuesOf(single, key));
      expect(whole.groups).toEqual(single.groups);
      for (const group of single.groups) {
        expect(Scores.placesOf(whole, group)).toEqual(Scores.placesOf(single, group));
      }
    }),
    { numRuns: 50 },
  );
});
