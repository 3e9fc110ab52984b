import fc from "fast-check";
import { expect, it } from "vitest";
import * as Figure from "../../src/score/output/Figure.ts";

it.each([
  [1 / 1001, 1000, "<0.001"],
  [1 / 5001, 5000, "<0.0002"],
  [1 / 1_000_001, 1_000_000, "<0.000001"],
  [1 / 301, 300, "<0.0034"],
  [2 / 1001, 1000, "0.0020"],
  [4 / 1_000_001, 1_000_000, "4e-6"],
  [1, 1000, "1.0000"],
])("p = %d of %d samples is shown as %s", (value, samples, shown) => {
  expect(Figure.formatP(value, samples)).toBe(shown);
});

it.each([
  [0, "0.0000"],
  [0.5, "0.5000"],
  [0.00005, "0.0001"],
  [0.00004, "4.0e-5"],
  [5.5034464391059774e-155, "5.5e-155"],
  [-3e-7, "-3.0e-7"],
  [Number.NaN, "–"],
])("the score %d is shown as %s: what is not 0 does not look it", (value, shown) => {
  expect(Figure.formatScore(value)).toBe(shown);
});

it("a p value is never shown as 0, and never as less than it is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(1_000_000), (samples, count) => {
      const value = (Math.min(count, samples) + 1) / (samples + 1);
      const shown = Figure.formatP(value, samples);
      expect(Number(shown.replace("<", ""))).toBeGreaterThan(0);
      if (shown.startsWith("<")) expect(Number(shown.slice(1))).toBeGreaterThanOrEqual(value);
      expect(shown.startsWith("<")).toBe(value <= Figure.leastP(samples));
    }),
  );
});
