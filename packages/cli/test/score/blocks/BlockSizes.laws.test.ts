import fc from "fast-check";
import { expect, it } from "vitest";
import * as BlockSizes from "../../../src/score/blocks/BlockSizes.ts";

it("the result of a part fits a message of the NATS server's defaults, for records of any length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 9, max: 2_000 }), fc.integer({ min: 2, max: 1 << 20 }), (resultBytes, length) => {
      const bytes = BlockSizes.ofFleet(resultBytes).rangeOf(length);
      expect(bytes).toBeLessThanOrEqual(1 << 23);
      // A part that no thread would be given is not worth its way.
      expect(bytes).toBeGreaterThanOrEqual(BlockSizes.ofThreads.rangeOf(length));
      if (bytes > 1 << 19) expect((bytes / length) * resultBytes).toBeLessThanOrEqual(1_000_000);
    }),
  );
});

it("records of 64 words travel in parts that are worth their way", () => {
  expect(BlockSizes.ofFleet(41).rangeOf(835)).toBe(1 << 23);
});
