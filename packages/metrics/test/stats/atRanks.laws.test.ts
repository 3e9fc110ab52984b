import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MersenneTwister } from "../../src/kernel/MersenneTwister.ts";
import { atRanks } from "../../src/stats/atRanks.ts";
import { quantiles, quantilesOfSorted } from "../../src/stats/index.ts";

describe("the values at some places of the rising order", () => {
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.double({ noNaN: true, min: 0, max: 1 }),
    fc.constantFrom(0, -0, 1, 0.5, 5e-324, -5e-324, 1e308, -1e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    fc.integer({ min: -3, max: 3 }),
  );

  it("are those that sorting all of them gives, to the last bit", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(value, { minLength: 1, maxLength: 60 }),
          fc.array(fc.double({ noNaN: true, min: 0, max: 1 }), { minLength: 1, maxLength: 200 }),
        ),
        fc.array(fc.nat(), { maxLength: 6 }),
        (values, some) => {
          const sorted = Float64Array.from(values).sort();
          const ranks = [...new Set(some.map((rank) => rank % values.length))];
          const found = atRanks(values, ranks);
          for (const rank of ranks) expect(found.get(rank)).toBe(sorted[rank]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("make the quantiles of many values those of the sorted ones, for ties and far outliers as well", () => {
    const random = new MersenneTwister(7);
    const shapes: ReadonlyArray<(at: number) => number> = [
      () => random.next() / 2 ** 32,
      () => Math.floor((random.next() / 2 ** 32) * 5) / 4,
      (at) => (at === 3 ? 1e12 : random.next() / 2 ** 32),
      () => 0.25,
      (at) => (at === 5 ? Number.NEGATIVE_INFINITY : at),
    ];
    for (const shape of shapes) {
      const values = Float64Array.from({ length: 12_345 }, (_, at) => shape(at));
      const wanted = [0, 0.001, 0.25, 0.5, 0.75, 0.999, 1];
      expect(quantiles(values, wanted)).toEqual(quantilesOfSorted(values.toSorted(), wanted));
    }
    expect(() => quantiles(new Float64Array(20_000), [1.5])).toThrow("1.5");
    expect(quantiles(new Float64Array(20_000).fill(Number.NaN, 7, 8), [0.5])).toEqual([Number.NaN]);
  });
});
