import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  approximateRandomisation,
  benjaminiHochberg,
  bootstrapInterval,
  bootstrapIntervals,
  brierScore,
  calibration,
  cohenKappa,
  compareDifferences,
  compareMeans,
  fleissKappa,
  histogram,
  holm,
  kendall,
  krippendorffAlpha,
  mean,
  multiLabelAlpha,
  pairedBootstrap,
  pearson,
  quantiles,
  ranks,
  rocAuc,
  signFlipTest,
  spearman,
  standardDeviation,
  sum,
} from "../../src/stats/index.ts";

const value = fc.integer({ min: -50, max: 50 });
const series = fc.array(value, { minLength: 2, maxLength: 40 });
const paired = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 40 });
const columns = (rows: ReadonlyArray<readonly [number, number]>) =>
  [rows.map(([left]) => left), rows.map(([, right]) => right)] as const;

/** Kendall's tau-b by looking at every pair. */
const plainKendall = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number => {
  let [concordance, variedLeft, variedRight] = [0, 0, 0];
  for (let one = 0; one < left.length; one++) {
    for (let other = 0; other < one; other++) {
      const x = Math.sign(left[one]! - left[other]!);
      const y = Math.sign(right[one]! - right[other]!);
      concordance += x * y;
      variedLeft += Math.abs(x);
      variedRight += Math.abs(y);
    }
  }
  return concordance / Math.sqrt(variedLeft * variedRight);
};

/** Krippendorff's alpha by looking at every pair of values, with a given squared difference. */
const plainAlpha = (
  units: ReadonlyArray<ReadonlyArray<number>>,
  difference: (one: number, other: number) => number,
): number => {
  const rated = units.filter((unit) => unit.length > 1);
  const all = rated.flat();
  let [observed, expected] = [0, 0];
  for (const unit of rated) {
    for (const one of unit) for (const other of unit) observed += difference(one, other) / (unit.length - 1);
  }
  for (const one of all) for (const other of all) expected += difference(one, other) / (all.length - 1);
  return 1 - observed / expected;
};

it("min ≤ quantile ≤ max, and a larger share never gives less", () => {
  fc.assert(
    fc.property(series, (values) => {
      const found = quantiles(values, [0, 0.1, 0.5, 0.9, 1]);
      expect(found[0]).toBe(Math.min(...values));
      expect(found[4]).toBe(Math.max(...values));
      expect(found).toEqual([...found].sort((a, b) => a - b));
    }),
  );
});

it("a histogram counts every value once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1, max: 2 })),
      fc.integer({ min: 1, max: 30 }),
      (values, bins) => {
        const { edges, counts, outside } = histogram(values, { bins });
        expect(counts.reduce((sum, count) => sum + count, outside)).toBe(values.length);
        counts.forEach((count, bin) => {
          const last = bin === bins - 1;
          const inside = values.filter((v) => v >= edges[bin]! && (last ? v <= edges[bin + 1]! : v < edges[bin + 1]!));
          expect(count).toBe(inside.length);
        });
      },
    ),
  );
});

it.each([
  ["pearson", pearson],
  ["spearman", spearman],
  ["kendall", kendall],
])("%s: r(x, y) = r(y, x) = -r(-x, y), in [-1, 1], and r(x, x) = 1", (_, correlation) => {
  fc.assert(
    fc.property(paired, (rows) => {
      const [left, right] = columns(rows);
      const found = correlation(left, right);
      fc.pre(!Number.isNaN(found));
      expect(Math.abs(found)).toBeLessThanOrEqual(1);
      expect(correlation(right, left)).toBeCloseTo(found, 12);
      expect(
        correlation(
          left.map((x) => -x),
          right,
        ),
      ).toBeCloseTo(-found, 12);
      expect(correlation(left, left)).toBeCloseTo(1, 12);
    }),
  );
});

it("kendall is what looking at every pair gives", () => {
  fc.assert(
    fc.property(paired, (rows) => {
      const [left, right] = columns(rows);
      const plain = plainKendall(left, right);
      if (Number.isNaN(plain)) expect(kendall(left, right)).toBeNaN();
      else expect(kendall(left, right)).toBeCloseTo(plain, 12);
    }),
  );
});

it("spearman and kendall see only the order: a rising map changes nothing", () => {
  fc.assert(
    fc.property(paired, (rows) => {
      const [left, right] = columns(rows);
      fc.pre(!Number.isNaN(spearman(left, right)));
      const risen = left.map((x) => x ** 3 + x);
      expect(spearman(risen, right)).toBe(spearman(left, right));
      expect(kendall(risen, right)).toBe(kendall(left, right));
    }),
  );
});

it("Σ ranks = n (n + 1) / 2", () => {
  fc.assert(
    fc.property(series, (values) => {
      expect(ranks(values).reduce((sum, rank) => sum + rank, 0)).toBe((values.length * (values.length + 1)) / 2);
    }),
  );
});

const label = fc.constantFrom("a", "b", "c");
const labels = fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 30 });

it("cohenKappa(x, y) = cohenKappa(y, x) ≤ 1, for any names of the categories", () => {
  fc.assert(
    fc.property(labels, (rows) => {
      const left = rows.map(([one]) => one);
      const right = rows.map(([, other]) => other);
      const found = cohenKappa(left, right);
      fc.pre(!Number.isNaN(found));
      expect(found).toBeLessThanOrEqual(1);
      expect(cohenKappa(right, left)).toBeCloseTo(found, 12);
      const renamed = (one: string) => ({ a: "z", b: "a", c: "m" })[one]!;
      expect(cohenKappa(left.map(renamed), right.map(renamed))).toBeCloseTo(found, 12);
    }),
  );
});

it("fleissKappa does not see the order of items, nor of ratings within one", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(label, label, label), { minLength: 1, maxLength: 20 }), (items) => {
      const found = fleissKappa(items);
      const turned = [...items].reverse().map(([one, two, three]) => [three, one, two]);
      if (Number.isNaN(found)) expect(fleissKappa(turned)).toBeNaN();
      else expect(fleissKappa(turned)).toBeCloseTo(found, 12);
    }),
  );
});

it("krippendorffAlpha is what looking at every pair of values gives", () => {
  const units = fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 5 }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(units, (rated) => {
      const nominal = plainAlpha(rated, (one, other) => (one === other ? 0 : 1));
      fc.pre(Number.isFinite(nominal));
      expect(krippendorffAlpha(rated)).toBeCloseTo(nominal, 10);
      const interval = plainAlpha(rated, (one, other) => (one - other) ** 2);
      expect(krippendorffAlpha(rated, { level: "interval" })).toBeCloseTo(interval, 10);
    }),
  );
});

it("low ≤ high, within the values, for a bootstrapped mean", () => {
  fc.assert(
    fc.property(series, fc.nat(), (values, seed) => {
      const { estimate, low, high } = bootstrapInterval(values, { seed, samples: 50 });
      expect(estimate).toBe(mean(values));
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
    }),
    { numRuns: 50 },
  );
});

it("pairedBootstrap(x, y) mirrors pairedBootstrap(y, x)", () => {
  fc.assert(
    fc.property(paired, (rows) => {
      const [left, right] = columns(rows);
      const there = pairedBootstrap(left, right, { samples: 50 });
      const back = pairedBootstrap(right, left, { samples: 50 });
      expect(back.estimate).toBeCloseTo(-there.estimate, 12);
      expect(back.low).toBeCloseTo(-there.high, 9);
      expect(back.pValue).toBe(there.pValue);
    }),
    { numRuns: 50 },
  );
});

const table = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }))
  .chain(([metrics, rows]) =>
    fc.array(fc.array(value, { minLength: rows, maxLength: rows }), { minLength: metrics, maxLength: metrics }),
  );

it("bootstrapIntervals(columns)[k] = bootstrapInterval(columns[k])", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.nat(), async (metrics, seed) => {
      const options = { seed, samples: 30 };
      expect(await bootstrapIntervals(metrics, options)).toEqual(metrics.map((one) => bootstrapInterval(one, options)));
    }),
    { numRuns: 50 },
  );
});

it("compareMeans(pairs)[k] = pairedBootstrap and the exact or the random sign flips of pairs[k]", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.nat(), async (metrics, seed) => {
      const options = { seed, samples: 30 };
      const pairs = metrics.map((one, at) => [one, metrics[(at + 1) % metrics.length]!] as const);
      const compared = await compareMeans(pairs, options);
      expect(compared).toMatchObject(pairs.map(([left, right]) => pairedBootstrap(left, right, options)));
      compared.forEach(({ randomisationPValue, isExact, leastPValue }, at) => {
        const [left, right] = pairs[at]!;
        const differences = left.map((score, row) => score - right[row]!);
        expect(isExact).toBe(left.length <= 20);
        expect(randomisationPValue).toBe(
          isExact ? signFlipTest(differences).pValue : approximateRandomisation(left, right, options).pValue,
        );
        expect(randomisationPValue).toBeGreaterThanOrEqual(leastPValue);
      });
    }),
    { numRuns: 50 },
  );
});

it("compareDifferences(columns) = compareMeans of pairs with these differences, and needs some", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.nat(), async (metrics, seed) => {
      const options = { seed, samples: 30 };
      const pairs = metrics.map((one, at) => [one, metrics[(at + 1) % metrics.length]!] as const);
      const differences = pairs.map(([left, right]) => Float64Array.from(left, (score, row) => score - right[row]!));
      expect(await compareDifferences(differences, options)).toEqual(await compareMeans(pairs, options));
    }),
    { numRuns: 50 },
  );
  await expect(compareDifferences([new Float64Array(0)])).rejects.toThrow("Nothing to compare");
});

it("signFlipTest counts what a loop over all patterns counts, on any scale", () => {
  const differences = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(differences, fc.constantFrom(1, 0.1, 1e-78, 1e-230, 1e200), (steps, scale) => {
      const observed = Math.abs(steps.reduce((total, step) => total + step, 0));
      let asLarge = 0;
      for (let pattern = 0; pattern < 2 ** steps.length; pattern++) {
        const total = steps.reduce((sum, step, at) => sum + (pattern & (1 << at) ? -step : step), 0);
        if (Math.abs(total) >= observed) asLarge++;
      }
      expect(signFlipTest(steps.map((step) => step * scale)).asLarge).toBe(asLarge);
    }),
  );
});

it("scale and NaN: no statistic sees a factor, and none passes NaN over", async () => {
  const series = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(series, fc.constantFrom(-1074 + 60, -760, -265, 0, 300, 1000), async (steps, exponent) => {
      const other = steps.map((step, at) => (step * (at + 3)) % 17);
      const scaled = steps.map((step) => step * 2 ** exponent);
      for (const statistic of [pearson, spearman, kendall]) {
        expect(statistic(scaled, other)).toBe(statistic(steps, other));
        expect(statistic([...scaled, Number.NaN], [...other, 1])).toBeNaN();
        expect(statistic([...scaled, 1], [...other, Number.NaN])).toBeNaN();
      }
      const options = { samples: 20 };
      const random = (values: Array<number>) =>
        approximateRandomisation(
          values,
          values.map(() => 0),
          options,
        ).pValue;
      expect(random(scaled)).toBe(random(steps));
      const gaps = [...steps, Number.NaN];
      const zeros = gaps.map(() => 0);
      expect(approximateRandomisation(gaps, zeros, options).pValue).toBeNaN();
      expect(Object.values(pairedBootstrap(gaps, zeros, options))).toEqual(new Array(4).fill(Number.NaN));
      expect(Object.values(bootstrapInterval(gaps, options))).toEqual(new Array(3).fill(Number.NaN));
      const [compared] = await compareMeans([[gaps, zeros]], options);
      expect([compared!.pValue, compared!.randomisationPValue, compared!.low]).toEqual(new Array(3).fill(Number.NaN));
      expect(quantiles(gaps, [0.5])).toEqual([Number.NaN]);
      expect([mean(gaps), standardDeviation(gaps)]).toEqual([Number.NaN, Number.NaN]);
      expect(Array.from(ranks(gaps))).toEqual(gaps.map(() => Number.NaN));
      expect([cohenKappa(gaps, zeros), cohenKappa(zeros, gaps)]).toEqual([Number.NaN, Number.NaN]);
      expect([fleissKappa([gaps]), krippendorffAlpha([gaps])]).toEqual([Number.NaN, Number.NaN]);
    }),
    { numRuns: 50 },
  );
});

it("a series that does not vary correlates with nothing, for any value", () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 2, max: 40 }),
      (value, count) => {
        const constant = new Array<number>(count).fill(value);
        const rising = constant.map((_, at) => at);
        for (const statistic of [pearson, spearman, kendall]) {
          expect([statistic(constant, rising), statistic(rising, constant), statistic(constant, constant)]).toEqual(
            new Array(3).fill(Number.NaN),
          );
        }
      },
    ),
  );
});

it("alpha of many values by an integral = alpha by all pairs", () => {
  // More values than are compared one by one, twenty times over and shifted by a rater.
  const values = Array.from({ length: 2100 }, (_, at) => 1 + ((at * 7919) % 10007) / 50);
  const units = values.map((value, at) => [value, values[(at * 31 + (at % 3)) % values.length]!]);
  const zeros = [[0, 0], [0, 3], ...units];
  for (const some of [units, zeros]) {
    const flat = some.flat();
    let expected = 0;
    for (const a of flat) for (const b of flat) expected += a === b ? 0 : ((a - b) / (a + b)) ** 2;
    const observed = some.reduce((sum, [a, b]) => sum + (a === b ? 0 : 2 * ((a! - b!) / (a! + b!)) ** 2), 0);
    const alpha = 1 - (observed * (flat.length - 1)) / expected;
    expect(krippendorffAlpha(some, { level: "ratio" })).toBeCloseTo(alpha, 11);
  }
});

it("weighted kappa and ordinal alpha see the steps of a scale that were never used", () => {
  const [left, right] = [
    ["low", "mid", "high", "low"],
    ["low", "high", "high", "mid"],
  ];
  const scale = ["low", "mid", "high"];
  const numbers = (ratings: Array<string>) => ratings.map((rating) => scale.indexOf(rating));
  for (const weights of ["linear", "quadratic"] as const) {
    const kappa = cohenKappa(left!, right!, { weights, labels: scale });
    expect(kappa).toBe(cohenKappa(numbers(left!), numbers(right!), { weights }));
    expect(cohenKappa([1, 5, 5], [5, 5, 1], { weights, labels: [1, 2, 3, 4, 5] })).toBe(
      cohenKappa([1, 5, 5], [5, 5, 1], { weights }),
    );
  }
  const units = left!.map((one, at) => [one, right![at]!]);
  expect(krippendorffAlpha(units, { level: "ordinal", labels: scale })).toBe(
    krippendorffAlpha(
      units.map((unit) => numbers(unit)),
      { level: "ordinal" },
    ),
  );
  expect(() => cohenKappa<string>(["x"], ["low"], { labels: scale })).toThrow('"x" is not among the labels');
});

it("agreement of forty thousand different values needs no table of all pairs", () => {
  const values = Array.from({ length: 40_000 }, (_, at) => at + 1);
  const shifted = values.map((value) => (value % 40_000) + 1);
  const units = values.map((value, at) => [value, shifted[at]!]);
  for (const weights of ["none", "linear", "quadratic"] as const)
    expect(cohenKappa(values, shifted, { weights })).toBeLessThan(1);
  for (const level of ["nominal", "ordinal", "interval", "ratio"] as const) {
    expect(krippendorffAlpha(units, { level })).toBeLessThan(1);
  }
});

it("sum is the exact sum rounded, where cancelling is not beyond its reach", () => {
  expect(sum(new Array(10).fill(0.1))).toBe(1);
  expect(sum([1, 1e100, 1, -1e100])).toBe(2);
  expect([sum([]), sum([Number.POSITIVE_INFINITY, 1]), sum([1e308, 1e308])]).toEqual([0, Infinity, Infinity]);
});

it("holm and Benjamini-Hochberg never lower a p value, keep their order, and Holm's is the stricter", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (pValues) => {
      const [strict, mild] = [holm(pValues), benjaminiHochberg(pValues)];
      pValues.forEach((p, at) => {
        expect(mild[at]!).toBeGreaterThanOrEqual(p);
        expect(strict[at]!).toBeGreaterThanOrEqual(mild[at]! * (1 - 1e-12));
        pValues.forEach((other, to) => {
          if (other > p) expect(strict[to]!).toBeGreaterThanOrEqual(strict[at]!);
        });
      });
    }),
  );
});

it("rocAuc is the share of pairs in order, ties half; 1 - rocAuc with labels swapped", () => {
  const records = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(records, (rows) => {
      const scores = rows.map(([score]) => score);
      const labels = rows.map(([, label]) => label);
      const [trues, falses] = [true, false].map((label) => scores.filter((_, at) => labels[at] === label));
      let inOrder = 0;
      for (const one of trues!) for (const other of falses!) inOrder += one > other ? 1 : one === other ? 0.5 : 0;
      const expected = inOrder / (trues!.length * falses!.length);
      if (Number.isNaN(expected)) expect(rocAuc(scores, labels)).toBeNaN();
      else {
        expect(rocAuc(scores, labels)).toBeCloseTo(expected, 12);
        expect(
          rocAuc(
            scores,
            labels.map((label) => !label),
          ),
        ).toBeCloseTo(1 - expected, 12);
      }
    }),
  );
});

it("a probability at the edge of two calibration bins is in the lower one, for any number of bins", () => {
  for (let bins = 1; bins <= 200; bins++) {
    const edges = Array.from({ length: bins }, (_, at) => (at + 1) / bins);
    const labels = edges.map(() => true);
    expect(calibration(edges, labels, { bins }).bins.map(({ count }) => count)).toEqual(edges.map(() => 1));
  }
  // 0.07 × 100 is 7.000000000000001.
  expect(calibration([0.07], [true], { bins: 100 }).bins.findIndex(({ count }) => count === 1)).toBe(6);
});

it("0 ≤ calibration error ≤ 1, 0 for certain and right; Brier between 0 and 1", () => {
  const rows = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 1 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 30 }), (records, bins) => {
      const probabilities = records.map(([probability]) => probability);
      const labels = records.map(([, label]) => label);
      const { expectedError, maximumError, bins: made } = calibration(probabilities, labels, { bins });
      expect(made.reduce((count, bin) => count + bin.count, 0)).toBe(records.length);
      expect(expectedError).toBeLessThanOrEqual(maximumError + 1e-12);
      expect(maximumError).toBeLessThanOrEqual(1);
      const certain = labels.map((label) => (label ? 1 : 0));
      if (bins > 1) expect(calibration(certain, labels, { bins }).expectedError).toBe(0);
      expect(brierScore(certain, labels)).toBe(0);
      expect(brierScore(probabilities, labels)).toBeLessThanOrEqual(1);
    }),
  );
});

it("multi-label alpha of single labels is nominal alpha", () => {
  const rating = fc.option(fc.constantFrom("a", "b", "c"), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.array(rating, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (units) => {
      const sets = units.map((unit) => unit.map((label) => (label === null ? null : [label])));
      for (const distance of ["jaccard", "masi"] as const) {
        const alpha = krippendorffAlpha(units);
        if (Number.isNaN(alpha)) expect(multiLabelAlpha(sets, { distance })).toBeNaN();
        else expect(multiLabelAlpha(sets, { distance })).toBeCloseTo(alpha, 12);
      }
    }),
  );
});

it("1 / (samples + 1) ≤ p ≤ 1: what was never drawn is not impossible", () => {
  fc.assert(
    fc.property(paired, fc.integer({ min: 1, max: 60 }), (rows, samples) => {
      const [left, right] = columns(rows);
      for (const test of [pairedBootstrap, approximateRandomisation]) {
        const { pValue } = test(left, right, { samples });
        expect(pValue).toBeGreaterThanOrEqual(1 / (samples + 1));
        expect(pValue).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 50 },
  );
});

it("krippendorffAlpha of numbers is the same on every scale a double has", () => {
  const grade = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(grade, grade), { minLength: 3, maxLength: 12 }),
      fc.integer({ min: -1060, max: 1020 }),
      (units, power) => {
        // Twice half the way: a single power of two may be out of range.
        const half = Math.trunc(power / 2);
        const moved = units.map((unit) => unit.map((value) => value * 2 ** half * 2 ** (power - half)));
        for (const level of ["interval", "ratio"] as const) {
          const [expected, found] = [units, moved].map((some) => krippendorffAlpha(some, { level }));
          if (Number.isNaN(expected)) expect(found).toBeNaN();
          else expect(found).toBeCloseTo(expected!, 12);
        }
      },
    ),
  );
});

it("krippendorffAlpha at ratio level of thousands of values from the least double to the largest is what pairs give", () => {
  // Every value far from every other: a pair differs by 1 as near as doubles come, and each unit's two are equal or not.
  const count = 2100;
  const sizes = Array.from({ length: count }, (_, at) => 2 ** (-1074 + at));
  const pairs = (values: ReadonlyArray<number>): number => {
    let total = 0;
    for (const one of values)
      for (const other of values) if (one !== other) total += ((one / 2 - other / 2) / (one / 2 + other / 2)) ** 2;
    return total;
  };
  const usable = sizes.filter((size) => size > 2 ** -1073 && size < Number.POSITIVE_INFINITY);
  const units = [...usable.map((size) => [size, size]), [usable[0]!, usable.at(-1)!]];
  const all = units.flat();
  const observed = 2;
  const expected = 1 - (observed * (all.length - 1)) / pairs(all);
  expect(krippendorffAlpha(units, { level: "ratio" })).toBeCloseTo(expected, 11);
});
