/** Statistics against scipy, statsmodels, krippendorff and scikit-learn; the file of figures states their versions line by line. */
import { describe, expect, it } from "vitest";
import { Pcg64 } from "../../src/kernel/Pcg64.ts";
import { accelerationOf, intervalOf } from "../../src/stats/bootstrap.ts";
import {
  benjaminiHochberg,
  type CorpusMetric,
  chrfCorpus,
  cohenKappa,
  holm,
  kendall,
  krippendorffAlpha,
  type Level,
  mean,
  pairedTest,
  pearson,
  quantiles,
  ranks,
  sacreBleuCorpus,
  signFlipTest,
  spearman,
  terCorpus,
} from "../../src/stats/index.ts";
import { agrees, type GoldenCase, type GoldenLine, golden } from "../golden.ts";

interface PairedCase extends GoldenCase {
  readonly first_resample_indices?: ReadonlyArray<ReadonlyArray<number>>;
  readonly first_selections?: ReadonlyArray<ReadonlyArray<number>>;
}

const lines = golden("corpus_stats");
const of = (metric: string) => lines.filter((line) => line.metric === metric);

/** Numbers that JSON cannot hold are written as texts. */
const numberOf = (value: unknown): number => (typeof value === "string" ? Number(value) : (value as number));
const numbersOf = (values: unknown): Array<number> => (values as ReadonlyArray<unknown>).map(numberOf);

const close = (actual: number, expected: unknown, relative = 1e-12): boolean =>
  Number.isNaN(numberOf(expected))
    ? Number.isNaN(actual)
    : agrees(actual, numberOf(expected), relative) || Math.abs(actual - numberOf(expected)) < 1e-15;

describe("sacrebleu's paired tests", () => {
  const metrics: Readonly<Record<string, CorpusMetric>> = {
    bleu: sacreBleuCorpus(),
    "bleu intl lc": sacreBleuCorpus({ tokenizer: "intl", lowercase: true }),
    chrf: chrfCorpus(),
    "chrf++": chrfCorpus({ wordOrder: 2 }),
    ter: terCorpus(),
  };

  it("draw what numpy's default_rng(12345) draws, also where the golden set is not there", () => {
    const [rows, bits] = [new Pcg64(12345), new Pcg64(12345)];
    expect(Array.from({ length: 12 }, () => rows.below(24))).toEqual([16, 5, 18, 7, 4, 19, 15, 16, 23, 9, 20, 7]);
    expect(Array.from({ length: 12 }, () => bits.bit())).toEqual([1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0]);
  });

  it.each(of("paired_test"))("draws what numpy's default_rng draws: $id", ({ cases }) => {
    for (const one of cases as ReadonlyArray<PairedCase>) {
      const random = new Pcg64(one.params.seed);
      const rows = one.first_selections ?? one.first_resample_indices!;
      const next = () => (one.first_selections === undefined ? random.below(rows[0]!.length) : random.bit());
      for (const row of rows) expect(row.map(next)).toEqual(row);
    }
  });

  it.each(of("paired_test"))("gives its p values: $id", (line) => {
    const systems = line.systems as Readonly<Record<string, ReadonlyArray<string>>>;
    const streams = line.reference_streams as ReadonlyArray<ReadonlyArray<string>>;
    for (const { params, expected } of line.cases) {
      for (const name of params.metrics as ReadonlyArray<string>) {
        const metric = metrics[name]!;
        const countsOf = (candidates: ReadonlyArray<string>) =>
          candidates.map((candidate, at) =>
            metric.countsOf({ candidate, references: streams.map((stream) => stream[at]!) }),
          );
        const names = Object.keys(systems);
        const [baseline, ...others] = names.map((system) => countsOf(systems[system]!));
        const tested = pairedTest(metric, baseline!, others, {
          test: params.test === "paired bs" ? "bootstrap" : "randomisation",
          samples: params.n_samples,
          confidenceSamples: Math.max(params.n_ar_confidence ?? 0, 0),
          seed: params.seed,
        });
        tested.forEach(({ score, mean: middle, halfWidth, pValue }, at) => {
          const wanted = expected[name].systems[names[at]!];
          expect(close(score, wanted.score), `${name} ${names[at]}: ${score}`).toBe(true);
          expect(pValue ?? null, `${name} ${names[at]}`).toBe(wanted.p_value);
          // numpy computes these scores in single precision.
          if (wanted.mean !== null) expect(agrees(middle!, wanted.mean, 1e-6), `${name}: ${middle}`).toBe(true);
          if (wanted.ci !== null) expect(Math.abs(halfWidth! - wanted.ci), name).toBeLessThan(1e-4);
        });
      }
    }
  });
});

it.each(of("correlation"))("correlates as scipy does: $kind, $id", (line) => {
  const { expected } = line.cases[0]!;
  const [x, y] = [numbersOf(line.x), numbersOf(line.y)];
  const said = { pearson: pearson(x, y), spearman: spearman(x, y), kendall: kendall(x, y) };
  // Where scipy rounds, the figure of rational arithmetic stands beside it.
  expect(close(said.pearson, expected.pearson_exact, 1e-12), `pearson ${said.pearson}`).toBe(true);
  expect(close(said.spearman, expected.spearman), `spearman ${said.spearman}`).toBe(true);
  expect(close(said.kendall, expected.kendall_tau_b), `kendall ${said.kendall}`).toBe(true);
  expect(Array.from(ranks(x))).toEqual(numbersOf(expected.ranks_x ?? []));
  expect(Array.from(ranks(y))).toEqual(numbersOf(expected.ranks_y ?? []));
});

it.each(of("sign_flip_exact"))("counts every sign pattern: $id", (line) => {
  const { as_large: asLarge, all, p_value: pValue } = line.cases[0]!.expected;
  const [left, right] = [numbersOf(line.left), numbersOf(line.right)];
  expect(signFlipTest(left.map((score, at) => score - right[at]!))).toEqual({ asLarge, all, pValue });
});

describe("the intervals that scipy makes of the same resamples", () => {
  const statisticOf = (line: GoldenLine) =>
    line.cases[0]!.params.statistic === "median" ? (values: ArrayLike<number>) => quantiles(values, [0.5])[0]! : mean;

  it.each(of("bootstrap_interval"))("$kind, $id", (line) => {
    const { params, expected } = line.cases[0]!;
    const x = numbersOf(line.x);
    const values = line.y === undefined ? x : x.map((value, at) => value - numberOf((line.y as Array<unknown>)[at]));
    const statistic = statisticOf(line);
    const draws = line.resample_indices as ReadonlyArray<ReadonlyArray<number>>;
    const sorted = Float64Array.from(draws, (rows) => statistic(rows.map((row) => values[row]!))).sort();
    const estimate = statistic(values);
    const acceleration =
      statistic === mean
        ? accelerationOf(values)
        : accelerationOf(values.map((_, left) => -statistic(values.filter((_, at) => at !== left))));
    for (const [name, method] of [
      ["percentile", "percentile"],
      ["basic", "basic"],
      ["BCa", "bca"],
    ] as const) {
      const { low, high } = intervalOf(estimate, sorted, (1 - params.confidence) / 2, method, acceleration);
      const agree = close(low, expected[name].low) && close(high, expected[name].high);
      expect(agree, `${name}: ${low} to ${high}, not ${JSON.stringify(expected[name])}`).toBe(true);
    }
  });
});

it.each(of("multiple_tests"))("adjusts p values as statsmodels does: $id", (line) => {
  const { expected } = line.cases[0]!;
  const pValues = numbersOf(line.p_values);
  for (const [name, adjust] of [
    ["holm", holm],
    ["benjamini_hochberg", benjaminiHochberg],
  ] as const) {
    const adjusted = adjust(pValues);
    adjusted.forEach((p, at) => {
      expect(close(p, expected[name].adjusted[at]), `${name}: ${p}`).toBe(true);
    });
    expect(adjusted.map((p) => p <= 0.05)).toEqual(expected[name]["reject_at_0.05"]);
  }
});

it.each(of("krippendorff_alpha"))("has Krippendorff's alpha of $kind, $id", (line) => {
  const raters = line.raters as ReadonlyArray<ReadonlyArray<number | null>>;
  const units = raters[0]!.map((_, unit) => raters.map((ratings) => ratings[unit] ?? null));
  for (const [level, expected] of Object.entries(line.cases[0]!.expected)) {
    const alpha = krippendorffAlpha(units, { level: level as Level });
    const wanted = typeof expected === "object" ? "NaN" : expected;
    expect(close(alpha, wanted), `${level}: ${alpha}, not ${JSON.stringify(expected)}`).toBe(true);
  }
});

it.each(of("cohen_kappa"))("has scikit-learn's kappa for $id", (line) => {
  const { params, expected } = line.cases[0]!;
  const [left, right] = [line.left, line.right] as Array<Array<number | string>>;
  for (const weights of ["none", "linear", "quadratic"] as const) {
    const kappa = cohenKappa(left!, right!, { weights, labels: params.labels });
    expect(close(kappa, expected[weights]), `${weights}: ${kappa}, not ${expected[weights]}`).toBe(true);
  }
});
