import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MersenneTwister } from "../../src/kernel/MersenneTwister.ts";
import { atOnce, resampledMeans } from "../../src/stats/draws.ts";

describe("resampled means of several columns", () => {
  it("are those of each column by itself", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 2, max: 50 }), (width, rows) => {
        const columns = Array.from({ length: width }, (_, column) =>
          Float64Array.from({ length: rows }, (_, row) => Math.sin(row * 7 + column)),
        );
        const of = (some: ReadonlyArray<Float64Array>) => atOnce(resampledMeans(some, 20, new MersenneTwister(3)));
        expect(of(columns)).toEqual(columns.flatMap((one) => of([one])));
      }),
    );
  });
});
