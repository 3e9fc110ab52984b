/** A short soak; `npm run soak -- --for 20m` has a long one. */
import { expect, it } from "vitest";
import { slopeOf, soak } from "./soak/soak.ts";
import * as Chance from "./storm/Chance.ts";

it("a watching process lives through a changing evaluation, and its memory is measured", {
  timeout: 120_000,
}, async () => {
  const { samples, events, heapBytes, heapSlope } = await soak(1_000, Chance.make(1), 50);
  expect(samples).toBeGreaterThanOrEqual(4);
  expect(events).toBeGreaterThan(50);
  // So short a time shows no slope worth a bound.
  expect(Number.isFinite(heapSlope)).toBe(true);
  expect(heapBytes).toBeLessThan(64e6);
});

it("the slope is that of the line, and none for points that stand still", () => {
  expect(slopeOf([0, 1, 2, 3].map((x) => [x, 5 + 3 * x]))).toBeCloseTo(3);
  expect(slopeOf([1, 1, 1].map((y, x) => [x, y]))).toBe(0);
});
