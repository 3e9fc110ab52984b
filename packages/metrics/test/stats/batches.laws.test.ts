import * as fc from "fast-check";
import { expect, it } from "vitest";
import { MersenneTwister } from "../../src/kernel/MersenneTwister.ts";
import { batched } from "../../src/stats/batches.ts";
import { bootstrapIntervals, compareMeans, mean, standardDeviation } from "../../src/stats/index.ts";

const total = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0);

it("the batches hold each record once, and are of one size but for the last", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 2, max: 60 }),
      fc.nat({ max: 9 }),
      (records, most, seed) => {
        // Powers of two name the records: a sum of them says which of a column's records are in a batch.
        const column = (from: number) =>
          Array.from({ length: records }, (_, at) => (at >= from && at < from + 50 ? 2 ** (at - from) : 0));
        const columns = [column(0), column(50), column(100), column(150), column(200), column(250)];
        const { columns: sums, sizes } = batched(columns, most, new MersenneTwister(seed));
        if (records <= most) {
          sums.forEach((own, at) => {
            expect(own).toBe(columns[at]);
          });
          expect(sizes).toBeUndefined();
          return;
        }
        expect(sums[0]!.length).toBeLessThanOrEqual(most);
        expect(sums[0]!.length).toBeGreaterThanOrEqual(most / 2);
        const bits = (value: number) => value.toString(2).replaceAll("0", "").length;
        const held = Array.from(sizes!, (_, batch) => total(sums.map((one) => bits(one[batch]!))));
        expect(held).toEqual([...sizes!]);
        expect(sums.map(total)).toEqual(columns.map(total));
        expect(new Set(sizes!.slice(0, -1)).size).toBeLessThanOrEqual(1);
        expect(sizes!.at(-1)).toBeLessThanOrEqual(sizes![0]!);
      },
    ),
  );
});

const records = 5000;
const drawnScores = (seed: number): Float64Array => {
  const random = new MersenneTwister(seed);
  return Float64Array.from({ length: records }, () => (random.next() / 2 ** 32) ** 3);
};

it("intervals of batches are as wide as those of records, also where the records are sorted", async () => {
  const scores = drawnScores(1);
  const error = standardDeviation(scores) / Math.sqrt(records);
  const sorted = scores.slice().sort();
  const options = { samples: 4000, batches: 1000 };
  const intervals = await Promise.all(
    [scores, sorted].map(async (column) => (await bootstrapIntervals([column], options))[0]!),
  );
  for (const { estimate, low, high } of intervals) {
    expect(estimate).toBeCloseTo(mean(scores), 12);
    // 1 / sqrt(2 × 1,000) is 2.2 % of the width, and the draws add about as much.
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.9);
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.1);
  }
});

it("rare records stay rare: three of 5,000 are drawn none to seven times", async () => {
  const scores = new Float64Array(records);
  for (const at of [7, 8, 4321]) scores[at] = 1;
  const [interval] = await bootstrapIntervals([scores], { samples: 4000, batches: 1000 });
  expect(interval!.low).toBe(0);
  expect(interval!.high * records).toBeGreaterThanOrEqual(6);
  expect(interval!.high * records).toBeLessThanOrEqual(8);
});

it("a comparison in batches agrees with the one by records: on a small difference, on none, and on equal scores", async () => {
  const scores = drawnScores(2);
  const noise = drawnScores(3);
  const deviation = standardDeviation(noise);
  const shifted = (errors: number) =>
    scores.map((score, at) => score - (noise[at]! - mean(noise)) + (errors * deviation) / Math.sqrt(records));
  for (const [errors, least, most] of [
    [3.5, 0, 0.01],
    [1, 0.2, 0.45],
    [0, 0.85, 1],
  ] as const) {
    const right = shifted(errors);
    const byRecord = (await compareMeans([[scores, right]], { samples: 400 }))[0]!;
    const byBatch = (await compareMeans([[scores, right]], { samples: 400, batches: 1000 }))[0]!;
    for (const { randomisationPValue } of [byRecord, byBatch]) {
      expect(randomisationPValue).toBeGreaterThanOrEqual(least);
      expect(randomisationPValue).toBeLessThanOrEqual(most);
    }
    expect(byBatch.estimate).toBe(byRecord.estimate);
    expect(byBatch.effectSize).toBe(byRecord.effectSize);
    expect(Math.abs(byBatch.pValue - byRecord.pValue)).toBeLessThan(0.08);
  }
  const [same] = await compareMeans([[scores, scores]], { batches: 1000 });
  expect(same).toMatchObject({ estimate: 0, low: 0, high: 0, pValue: 1, randomisationPValue: 1 });
});

it.each([1, 2.5, Number.NaN, -3])("batches: %s is refused", async (batches) => {
  await expect(bootstrapIntervals([[1, 2]], { batches })).rejects.toThrow(/Batches must be a whole number from 2/);
});
