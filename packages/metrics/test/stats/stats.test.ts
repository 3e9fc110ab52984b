import { describe, expect, it } from "vitest";
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
  standardDeviation,
} from "../../src/stats/index.ts";

describe("a list of scores", () => {
  it("has the standard deviation of Wikipedia's example, as a sample", () => {
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it("has numpy's quantiles (numpy 1.24.2: np.quantile([15, 20, 35, 40, 50], [0.05, 0.3, 0.4, 0.5, 1]))", () => {
    const figures = quantiles([15, 20, 35, 40, 50], [0.05, 0.3, 0.4, 0.5, 1]);
    expect(figures).toEqual([16, 23, 29, 35, 50]);
  });

  it("has no mean and no quantile when it is empty", () => {
    expect([mean([]), standardDeviation([1]), ...quantiles([], [0.5])]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it("refuses shares outside [0, 1]", () => {
    expect(() => quantiles([1], [1.5])).toThrow("1.5");
  });
});

describe("a histogram", () => {
  it("puts a border into the bin above it, and the last one below", () => {
    expect(histogram([0, 0.1, 0.2, 0.3, 0.9, 1], { bins: 10 }).counts).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 2]);
  });

  it("counts what lies outside", () => {
    expect(histogram([-1, 0.5, 2, Number.NaN], { bins: 1 })).toEqual({ edges: [0, 1], counts: [1], outside: 3 });
  });

  it.each([{ bins: 0 }, { bins: 1.5 }, { range: [1, 1] as const }])("refuses %o", (options) => {
    expect(() => histogram([], options)).toThrow(RangeError);
  });
});

describe("correlation", () => {
  it("gives Pearson's r of SciPy's manual (scipy.stats.pearsonr)", () => {
    expect(pearson([1, 2, 3, 4, 5, 6, 7], [10, 9, 2.5, 6, 4, 3, 2])).toBeCloseTo(-0.828503883588428, 14);
  });

  it("gives Spearman's rho of SciPy's manual (scipy.stats.spearmanr)", () => {
    expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 14);
  });

  it("gives Spearman's rho of Wikipedia's example (IQ and hours of television): -29/165", () => {
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(spearman(iq, hours)).toBeCloseTo(-29 / 165, 14);
  });

  it("gives Kendall's tau-b of SciPy's manual (scipy.stats.kendalltau)", () => {
    expect(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.47140452079103173, 14);
  });

  it("shares ranks between ties", () => {
    expect([...ranks([30, 10, 30, 20])]).toEqual([3.5, 1, 3.5, 2]);
  });

  it("is undefined for a series that does not vary", () => {
    expect([pearson([1, 1], [1, 2]), spearman([1, 1], [1, 2]), kendall([1, 1], [1, 2]), pearson([], [])]).toEqual(
      new Array(4).fill(Number.NaN),
    );
  });

  it("refuses series of different lengths", () => {
    expect(() => kendall([1], [1, 2])).toThrow("1 and 2");
  });
});

describe("agreement", () => {
  it("gives Cohen's kappa of Wikipedia's example (50 proposals, two readers): 0.4", () => {
    const readers = [
      ...new Array(20).fill(["yes", "yes"]),
      ...new Array(5).fill(["yes", "no"]),
      ...new Array(10).fill(["no", "yes"]),
      ...new Array(15).fill(["no", "no"]),
    ];
    expect(
      cohenKappa(
        readers.map(([one]) => one),
        readers.map(([, other]) => other),
      ),
    ).toBeCloseTo(0.4, 14);
  });

  it("gives scikit-learn's weighted kappas (1.2.1, cohen_kappa_score(a, b, weights=...))", () => {
    const a = [1, 2, 3, 4, 5, 1, 2, 3, 3, 5];
    const b = [1, 3, 3, 5, 5, 2, 2, 1, 3, 4];
    expect(cohenKappa(a, b)).toBeCloseTo(0.35897435897435903, 14);
    expect(cohenKappa(a, b, { weights: "linear" })).toBeCloseTo(0.6103896103896104, 14);
    expect(cohenKappa(a, b, { weights: "quadratic" })).toBeCloseTo(0.7883597883597884, 14);
  });

  it("gives Fleiss' kappa of Wikipedia's example (ten subjects, fourteen raters, five categories): 0.210", () => {
    const table = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const items = table.map((counts) => counts.flatMap((count, category) => new Array<number>(count).fill(category)));
    expect(fleissKappa(items)).toBeCloseTo(0.20993, 5);
  });

  it("gives the alphas of Krippendorff 2011, section C (four observers, twelve units, with gaps)", () => {
    const n = null;
    const observers = [
      [1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n],
      [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3],
      [n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n],
      [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n],
    ];
    const units = observers[0]!.map((_, unit) => observers.map((ratings) => ratings[unit]!));
    expect(krippendorffAlpha(units)).toBeCloseTo(0.743, 3);
    expect(krippendorffAlpha(units, { level: "ordinal" })).toBeCloseTo(0.815, 3);
    expect(krippendorffAlpha(units, { level: "interval" })).toBeCloseTo(0.849, 3);
    expect(krippendorffAlpha(units, { level: "ratio" })).toBeCloseTo(0.797, 3);
  });

  it("is undefined when only one category was used", () => {
    expect([cohenKappa(["a"], ["a"]), fleissKappa([["a", "a"]]), krippendorffAlpha([["a", "a"]])]).toEqual(
      new Array(3).fill(Number.NaN),
    );
  });

  it("says which ratings are missing or no numbers", () => {
    expect(() => cohenKappa(["a"], [])).toThrow("1 and 0 ratings");
    expect(() => fleissKappa([["a", "b"], ["a"]])).toThrow("Item 1 has 1 ratings");
    expect(() => krippendorffAlpha([["a", "b"]], { level: "interval" })).toThrow('"a" is not');
  });
});

describe("resampling", () => {
  const left = [0.61, 0.72, 0.55, 0.9, 0.33, 0.47, 0.81, 0.66];
  const right = [0.6, 0.7, 0.5, 0.91, 0.3, 0.4, 0.8, 0.6];

  it("gives the same figures for the same seed", () => {
    expect(bootstrapInterval(left, { seed: 7 })).toEqual(bootstrapInterval(left, { seed: 7 }));
    expect(bootstrapInterval(left, { seed: 7 })).not.toEqual(bootstrapInterval(left, { seed: 8 }));
  });

  it("takes another statistic than the mean", () => {
    const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values));
    expect(bootstrapInterval([1, 2, 3], { statistic: largest }).estimate).toBe(3);
  });

  it("finds a steady difference and not one that is not there", () => {
    expect(pairedBootstrap(left, right).pValue).toBeLessThan(0.05);
    expect(approximateRandomisation(left, right).pValue).toBeLessThan(0.05);
    expect(pairedBootstrap(left, left).pValue).toBe(1);
    expect(approximateRandomisation([1, 0], [0, 1]).pValue).toBe(1);
  });

  it("has no interval for an empty list", async () => {
    const none = { estimate: Number.NaN, low: Number.NaN, high: Number.NaN };
    expect(bootstrapInterval([])).toEqual(none);
    expect(await bootstrapIntervals([[], []])).toEqual([none, none]);
    expect(await bootstrapIntervals([])).toEqual([]);
  });

  it("has the least p value that its number of samples allows where no sample disagrees", () => {
    const [better, worse] = [Array.from({ length: 40 }, () => 1), Array.from({ length: 40 }, () => 0)];
    expect(pairedBootstrap(better, worse, { samples: 4999 }).pValue).toBe(1 / 5000);
    expect(approximateRandomisation(better, worse, { samples: 4999 }).pValue).toBe(1 / 5000);
  });

  it("reports its progress after each sample, and ends when that throws", async () => {
    const reports: Array<string> = [];
    const onSample = async (drawn: number, samples: number) => void reports.push(`${drawn}/${samples}`);
    await bootstrapIntervals([[1, 2]], { samples: 2, onSample });
    await compareMeans(
      [
        [
          [1, 2],
          [2, 1],
        ],
      ],
      { samples: 1, onSample },
    );
    expect(reports).toEqual(["1/2", "2/2", "1/2", "2/2"]);
    const stop = () => Promise.reject(new Error("enough"));
    await expect(bootstrapIntervals([[1, 2]], { onSample: stop })).rejects.toThrow("enough");
    expect(reports).toHaveLength(4);
  });

  it.each([{ samples: 0 }, { confidence: 1 }, { seed: -1 }])("refuses %o", (options) => {
    expect(() => bootstrapInterval([1], options)).toThrow(RangeError);
  });

  it("refuses scores of different records", () => {
    expect(() => pairedBootstrap([1], [])).toThrow("1 and 0");
    expect(() => approximateRandomisation([], [])).toThrow("Nothing to compare");
  });

  it("refuses metrics over different records", async () => {
    await expect(bootstrapIntervals([[1], [1, 2]])).rejects.toThrow("1 and 2");
  });
});
