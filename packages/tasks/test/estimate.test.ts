import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimate, quantileF } from "../src/queue/estimate.ts";

describe("estimate", () => {
  // Percentage points of the F distribution as printed in tables (upper 5 % and 1 %), three decimals or all there are.
  it.each([
    [0.95, 1, 1, 161.4476],
    [0.95, 2, 2, 19],
    [0.95, 5, 10, 3.3258],
    [0.99, 10, 20, 3.3682],
    [0.95, 120, 120, 1.3519],
    [0.05, 10, 5, 1 / 3.3258],
  ])("the quantile %d of F(%d, %d) is %d", (p, one, other, value) => {
    expect(quantileF(p, one, other) / value).toBeCloseTo(1, 4);
  });

  it("holds the middle, and is the narrower the more is known", () => {
    const count = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 1e9 }), (done, remaining, elapsedMillis) => {
        const { millis, low, high } = estimate({ done, remaining, elapsedMillis });
        expect(low).toBeLessThan(millis!);
        expect(high).toBeGreaterThan(low);
        const better = estimate({ done: done * 4, remaining, elapsedMillis: elapsedMillis * 4 });
        expect(better.millis! / millis!).toBeCloseTo(1, 9);
        expect(better.high! - better.low).toBeLessThan(high! - low);
      }),
    );
  });

  it("holds as often as it says, where work is what the method takes it for", () => {
    // Exponential waits from a generator that repeats: 400 times 8 done, then 20 more.
    let state = 12345;
    const wait = () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return -Math.log((state + 1) / 0x80000001);
    };
    const sum = (count: number) => Array.from({ length: count }, wait).reduce((total, one) => total + one, 0);
    let held = 0;
    for (let round = 0; round < 400; round++) {
      const { low, high } = estimate({ done: 8, elapsedMillis: sum(8), remaining: 20 });
      const took = sum(20);
      if (low <= took && took <= high!) held++;
    }
    expect(held).toBeGreaterThan(400 * 0.86);
    expect(held).toBeLessThan(400 * 0.94);
  });

  it("knows nothing while nothing is done, and nothing takes no time", () => {
    expect(estimate({ done: 0, elapsedMillis: 5, remaining: 3 })).toMatchObject({ millis: null, low: 0, high: null });
    expect(estimate({ done: 0, elapsedMillis: 0, remaining: 0 })).toMatchObject({ millis: 0, high: 0, perHour: 0 });
  });

  it.each([
    [{ done: -1, elapsedMillis: 1, remaining: 1 }, "done must be"],
    [{ done: 1, elapsedMillis: Number.NaN, remaining: 1 }, "elapsedMillis must be"],
    [{ done: 1, elapsedMillis: 1, remaining: 1, confidence: 1 }, "confidence must lie"],
  ])("refuses %j", (args, message) => {
    expect(() => estimate(args)).toThrow(message);
  });
});
