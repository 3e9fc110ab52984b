/** How the scores of a metric are spread. */

export interface Distribution {
  readonly key: string;
  readonly scores: number;
  readonly mean: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The range of the bins: [0, 1] where all scores lie in it. */
  readonly domain: readonly [number, number];
  /** How many scores lie in each twentieth of the domain. */
  readonly bins: ReadonlyArray<number>;
}

export const binCount = 20;

/** Everything about one metric; `undefined` of no scores. Scores that are no numbers are left out. */
export const distributionOf = (key: string, given: ReadonlyArray<number>): Distribution | undefined => {
  const scores = given.filter(Number.isFinite).sort((a, b) => a - b);
  const min = scores[0];
  const max = scores.at(-1);
  if (min === undefined || max === undefined) return undefined;
  const isUnit = min >= 0 && max <= 1;
  const domain: readonly [number, number] = isUnit ? [0, 1] : [min, max === min ? min + 1 : max];
  const width = domain[1] - domain[0];
  const bins = new Array<number>(binCount).fill(0);
  for (const score of scores) {
    bins[Math.min(binCount - 1, Math.max(0, Math.floor(((score - domain[0]) / width) * binCount)))]!++;
  }
  const middle = scores.length / 2;
  return {
    key,
    scores: scores.length,
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    median: (scores[Math.ceil(middle) - 1]! + scores[Math.floor(middle)]!) / 2,
    min,
    max,
    domain,
    bins,
  };
};

interface Scored {
  readonly metrics: Readonly<{ [key: string]: number }>;
}

/** Every metric of the results, in the order they are met. */
export const distributionsOf = (records: Iterable<Scored>): ReadonlyArray<Distribution> => {
  const byKey = new Map<string, Array<number>>();
  for (const { metrics } of records) {
    for (const key in metrics) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [metrics[key]!]);
      else known.push(metrics[key]!);
    }
  }
  return Array.from(byKey).flatMap(([key, scores]) => distributionOf(key, scores) ?? []);
};
