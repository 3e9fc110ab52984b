import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  approximateRandomisation,
  bootstrapInterval,
  bootstrapIntervals,
  cohenKappa,
  compareMeans,
  fleissKappa,
  histogram,
  kendall,
  krippendorffAlpha,
  mean,
  pairedBootstrap,
  pearson,
  quantiles,
  ranks,
  spearman,
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

it("cohenKappa(x, y) = cohenKappa(y, x) ≤ 1, whatever the categories are called", () => {
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

it("compareMeans(pairs)[k] = pairedBootstrap and approximateRandomisation of pairs[k]", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.nat(), async (metrics, seed) => {
      const options = { seed, samples: 30 };
      const pairs = metrics.map((one, at) => [one, metrics[(at + 1) % metrics.length]!] as const);
      expect(await compareMeans(pairs, options)).toEqual(
        pairs.map(([left, right]) => ({
          ...pairedBootstrap(left, right, options),
          randomisationPValue: approximateRandomisation(left, right, options).pValue,
        })),
      );
    }),
    { numRuns: 50 },
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
