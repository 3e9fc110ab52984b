import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ByteBudget } from "../../../src/watch/poll/ByteBudget.ts";

const minute = 60_000;

it("1. after a quiet minute a minute's worth is received at once, and each byte beyond it waits for its part of a minute", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.nat(10 * minute), fc.nat(4e9), (perMinute, now, bytes) => {
      const budget = new ByteBudget(perMinute);
      budget.received(bytes, now);
      const excess = Math.max(0, bytes - perMinute) / perMinute;
      expect(budget.readyAt(now)).toBeCloseTo(now + excess * minute, 3);
    }),
  );
});

it("1. over any time at most its part of the budget is received, one more minute's worth, and one answer", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2 * minute), fc.nat(3_000)), { minLength: 1 }), (answers) => {
      const perMinute = 1_000;
      const budget = new ByteBudget(perMinute);
      let now = 0;
      let received = 0;
      let largest = 0;
      for (const [after, bytes] of answers) {
        now = budget.readyAt(now + after);
        budget.received(bytes, now);
        received += bytes;
        largest = Math.max(largest, bytes);
        expect(received).toBeLessThanOrEqual((now / minute + 1) * perMinute + largest + 1e-6);
      }
    }),
  );
});

it("without a budget nothing waits", () => {
  const budget = new ByteBudget(undefined);
  budget.received(1e12, 5);
  expect(budget.readyAt(5)).toBe(5);
});
