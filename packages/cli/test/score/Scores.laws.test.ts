import fc from "fast-check";
import { expect, it } from "vitest";
import * as Scores from "../../src/score/Scores.ts";

it("valuesOf(scores, key) = what was added under the key, in order, however many", () => {
  const records = fc.array(fc.record({ a: fc.double(), b: fc.double() }), { maxLength: 20 });
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 300 }), (some, times) => {
      const all = Array.from({ length: times }, () => some).flat();
      const scores = Scores.make(["a", "b"]);
      for (const record of all) Scores.add(scores, record);
      expect(Scores.count(scores)).toBe(all.length);
      expect(Array.from(Scores.valuesOf(scores, "a"))).toEqual(all.map(({ a }) => a));
      expect(Array.from(Scores.valuesOf(scores, "b"))).toEqual(all.map(({ b }) => b));
    }),
    { numRuns: 50 },
  );
});

it("a signature is told once for each key", () => {
  const scores = Scores.make(["a", "b"]);
  expect(Scores.sign(scores, { a: "x", b: "y" })).toEqual(["a", "b"]);
  expect(Scores.sign(scores, { a: "x", b: "y" })).toBeUndefined();
  expect(Scores.sign(scores, { a: "x", b: "x" })).toEqual(["b"]);
  expect(scores.signatures).toEqual(
    new Map([
      ["a", new Set(["x"])],
      ["b", new Set(["y", "x"])],
    ]),
  );
});
