import * as fc from "fast-check";
import { expect, it } from "vitest";
import { bootstrapIntervals, type Coded, mean, quantiles } from "../../src/stats/index.ts";

/** Each number gets the next code when it first comes; code 0 is that of none. */
const coded = (values: ReadonlyArray<number>): Coded => {
  const codes = new Map<unknown, number>();
  const nameOf = (value: number) => (Object.is(value, -0) ? "-0" : value);
  const numbers = [Number.NaN];
  for (const value of values) if (!codes.has(nameOf(value))) codes.set(nameOf(value), numbers.push(value) - 1);
  return {
    codes: Uint16Array.from(values, (value) => codes.get(nameOf(value))!),
    numbers: Float64Array.from(numbers),
  };
};

const some = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
  fc.constantFrom(0, -0, 1 / 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324),
);

/** Lists of few numbers that come often, of which codes are counted, and of many that come once. */
const lists = fc
  .tuple(fc.array(some, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(), { maxLength: 400, size: "max" }))
  .map(([numbers, picks]) => picks.map((pick) => numbers[pick % numbers.length]!));

it("quantiles by codes are those of the numbers, to the last bit, and NaN where one is NaN", () => {
  const probabilities = [0, 0.1, 0.25, 0.5, 0.75, 0.999, 1];
  const check = (values: ReadonlyArray<number>) => {
    const own = quantiles(coded(values), probabilities);
    const expected = quantiles(values, probabilities);
    expect(own.map((one, at) => Object.is(one, expected[at]))).toEqual(probabilities.map(() => true));
  };
  fc.assert(
    fc.property(lists, (values) => {
      check(values);
      check([...values, Number.NaN]);
    }),
  );
  expect(() => quantiles(coded(new Array<number>(99).fill(1)), [1.5])).toThrow(/must lie in \[0, 1\]/);
});

it("intervals by codes are those of the numbers, to the last bit, in batches and by record, of each method", async () => {
  const finite = lists.map((values) => values.filter(Number.isFinite));
  await fc.assert(
    fc.asyncProperty(
      finite,
      fc.constantFrom("percentile", "basic", "bca"),
      fc.constantFrom(undefined, 2, 7),
      fc.nat(9),
      async (values, method, batches, seed) => {
        const options = { samples: 20, method, batches, seed } as const;
        const reversed = values.toReversed();
        const own = await bootstrapIntervals([coded(values), reversed], options);
        const expected = await bootstrapIntervals([values, reversed], options);
        expect(own).toStrictEqual(expected);
        if (values.length > 0) expect(own[0]!.estimate).toBe(mean(values));
      },
    ),
  );
});

it("columns by codes that are not equally long are refused", async () => {
  await expect(bootstrapIntervals([coded([1, 2]), [1]])).rejects.toThrow(
    /Columns must be equally long: 2 and 1 are not/,
  );
});
