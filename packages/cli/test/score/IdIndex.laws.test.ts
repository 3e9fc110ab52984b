import fc from "fast-check";
import { expect, it } from "vitest";
import { IdIndex } from "../../src/score/input/IdIndex.ts";

const id = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.uuid(),
  fc.integer().map(String),
  fc.constantFrom("", "\ud800", "\udfff"),
);

it("finds each id at the place it was added at, and no other", () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 3000, size: "max" }), fc.array(id), (ids, others) => {
      const index = new IdIndex();
      const distinct = [...new Set(ids)];
      const added = ids.filter((one) => index.add(one));
      expect(added).toEqual(distinct);
      expect(index.size).toBe(distinct.length);
      distinct.forEach((one, place) => {
        expect(index.find(one)).toBe(place);
        if (one.isWellFormed()) expect(index.at(place)).toBe(one);
      });
      for (const one of others) expect(index.find(one)).toBe(distinct.indexOf(one));
      index.clear();
      expect([index.size, ...distinct.map((one) => index.find(one))]).toEqual([0, ...distinct.map(() => -1)]);
      expect(others.filter((one) => index.add(one))).toEqual([...new Set(others)]);
    }),
    { numRuns: 30 },
  );
});
