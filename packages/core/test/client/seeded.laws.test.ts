import * as fc from "fast-check";
import { expect, it } from "vitest";
import { seeded } from "../../src/client/seeded.ts";

const seeds = fc.oneof(fc.string(), fc.integer());
const draw = (seed: string | number, count: number) => {
  const random = seeded(seed);
  return Array.from({ length: count }, () => random.nextDoubleUnsafe());
};

it("the same seed draws the same numbers, another one others", () =>
  fc.assert(
    fc.property(seeds, seeds, (one, other) => {
      expect(draw(one, 20)).toEqual(draw(one, 20));
      if (String(one) !== String(other)) expect(draw(one, 20)).not.toEqual(draw(other, 20));
    }),
  ));

it("every number lies in [0, 1), and over many they fill it evenly", () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), (seed) => {
      const numbers = draw(seed, 2_000);
      expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
      const tenths = Array.from(
        { length: 10 },
        (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length,
      );
      // 200 are expected in each; the standard deviation is 13.4.
      for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(80);
    }),
    { numRuns: 50 },
  ));

it("whole numbers are safe ones", () => {
  const random = seeded("whole");
  for (let count = 0; count < 1_000; count++) expect(Number.isSafeInteger(random.nextIntUnsafe())).toBe(true);
});
