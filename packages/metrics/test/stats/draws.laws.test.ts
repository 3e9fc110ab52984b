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

describe("Mersenne Twister", () => {
  it("fillBelow = as many calls of below, wherever a list ends, and the next draw goes on behind them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.array(
          fc.tuple(
            fc.nat({ max: 1500 }),
            fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 2 ** 31 })),
          ),
          {
            maxLength: 4,
          },
        ),
        (seed, lists) => {
          const [whole, single] = [new MersenneTwister(seed), new MersenneTwister(seed)];
          for (const [length, count] of lists) {
            const draws = new Uint32Array(length);
            whole.fillBelow(draws, count);
            expect(draws).toEqual(Uint32Array.from({ length }, () => single.below(count)));
          }
          expect(whole.next()).toBe(single.next());
        },
      ),
    );
  });

  it("gives numpy 2.4.6's numbers: np.random.seed(12345), randint(0, 2**32, 1000, dtype=np.uint32)", () => {
    const random = new MersenneTwister(12345);
    const all = Array.from({ length: 1000 }, () => random.next());
    expect([all[0], all[1], all[2], all[999]]).toEqual([3992670690, 3823185381, 1358822685, 47030557]);
  });
});
