/**
 * Two files of records under the same `metric_config`, record by record: how far they lie apart, and how sure that is.
 *
 * 1. Records belong together by their id, or by their place where they have none; those in only one file are left out, and named.
 * 2. A side is called better only where two tests agree, a paired bootstrap and a permutation test (exact for few records), after Holm's
 *    adjustment over everything that is compared.
 * 3. Where the records are too few for any significant result, the verdict is "too little data".
 */
import {
  bootstrapInterval,
  compareDifferences,
  holm,
  type IntervalOptions,
  mean,
  pairedTest,
  type ResampleRun,
  standardDeviation,
} from "@evalwire/metrics/stats";
import { CommandFailure } from "../CommandFailure.ts";
import * as Corpora from "./Corpora.ts";
import { giveBack } from "./columns/giveBack.ts";
import * as Pairing from "./input/Pairing.ts";
import * as Scores from "./Scores.ts";

/** `left`, `right`: that side is better; `null`: neither is, as far as the records show; `too little data`: they cannot show it. */
export type Verdict = "left" | "right" | "too little data" | null;

/** A difference with its two tests. */
interface Tested {
  /** Of the first file, of the other. */
  readonly left: number;
  readonly right: number;
  /** `left - right`. */
  readonly difference: number;
  /** p value of the paired bootstrap: of means one-sided (how often the better one is no longer better), of corpora sacrebleu's. */
  readonly bootstrapP: number;
  /** Two-sided p value of swapping the two files record by record; exact where `isExact`. */
  readonly randomisationP: number;
  /** The larger of the two, two-sided, adjusted by Holm over all that is compared. */
  readonly adjustedP: number;
  readonly better: Verdict;
}

/** The means of one metric in both files. */
export interface Difference extends Tested {
  readonly key: string;
  /** 95 % paired bootstrap interval of the difference; `null` for a single record. */
  readonly low: number | null;
  readonly high: number | null;
  readonly isExact: boolean;
  /** The difference in standard deviations of the differences (Cohen's d), with its 95 % interval; `null` where they do not vary. */
  readonly effectSize: number | null;
  readonly effectLow: number | null;
  readonly effectHigh: number | null;
  /** The corpus scores, where the metric has them, by sacrebleu's paired tests. */
  readonly corpus?: Tested;
}

/** The differences over records that are in both files. */
export interface GroupComparison {
  /** Records in both. */
  readonly pairs: number;
  readonly differences: ReadonlyArray<Difference>;
}

export interface Comparison extends GroupComparison {
  readonly left: string;
  readonly right: string;
  /** Draws behind each interval and p value; a p value is at least 1 / (samples + 1). */
  readonly samples: number;
  /** Records in both that have no ids; absent where all have. */
  readonly pairedByPlace?: number;
  readonly onlyLeft: ReadonlyArray<string>;
  readonly onlyRight: ReadonlyArray<string>;
  readonly groups?: ReadonlyArray<GroupComparison & { readonly group: string }>;
}

export interface CompareOptions extends ResampleRun, IntervalOptions {
  readonly samples: number;
  /** The keys of which less is better. */
  readonly lessIsBetter: ReadonlySet<string>;
  readonly isGrouped: boolean;
  /** Whether the number of draws is the default: corpus scores are then swapped as often as sacrebleu does. */
  readonly isDefault: boolean;
}

const significance = 0.05;

/** Before the adjustment, which needs everything that is compared. */
type Open<A extends Tested> = Omit<A, "adjustedP" | "better" | "corpus"> & {
  readonly isLessBetter: boolean;
  /** The least p value that so many records and draws can give. */
  readonly leastP: number;
};

interface OpenDifference extends Open<Difference> {
  readonly corpus?: Open<Tested>;
}

/** The values at these places, in an array of their own. */
const picked = (values: Float64Array<ArrayBuffer>, places: Uint32Array): Float64Array<ArrayBuffer> => {
  const own = new Float64Array(places.length);
  for (let at = 0; at < own.length; at++) own[at] = values[places[at]!]!;
  return own;
};

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

const cohen = (values: ArrayLike<number>): number => mean(values) / standardDeviation(values);

/** Up to so many records the effect's interval is bootstrapped with correction, then by percentiles, then made of its standard error. */
const [mostCorrected, mostDrawn] = [500, 20_000];

/**
 * Cohen's d of the differences with its interval. Source of the standard error: Cumming 2012, "Understanding the New Statistics", ch. 11.
 *
 * @param size of the effect
 */
const effectOf = (
  differences: Float64Array,
  size: number,
  { samples, seed }: CompareOptions,
): Pick<Difference, "effectSize" | "effectLow" | "effectHigh"> => {
  if (!Number.isFinite(size)) return { effectSize: null, effectLow: null, effectHigh: null };
  const error = 1.959963984540054 * Math.sqrt(1 / differences.length + size ** 2 / (2 * differences.length));
  const byError = { effectSize: size, effectLow: size - error, effectHigh: size + error };
  if (differences.length > mostDrawn) return byError;
  const method = differences.length > mostCorrected ? "percentile" : "bca";
  const { low, high } = bootstrapInterval(differences, { statistic: cohen, method, samples, seed });
  // Resamples of few records may not vary, and then have no effect size.
  return Number.isFinite(low) && Number.isFinite(high)
    ? { effectSize: size, effectLow: low, effectHigh: high }
    : byError;
};

/** sacrebleu's number of swaps, for up to so many pairs: more would take minutes. */
const [sacrebleuSwaps, mostSwapped] = [10_000, 5000];

/** More pairs than these are not drawn again and again for corpus scores: it would take minutes. */
const mostCorpusPairs = 50_000;

const corpusOf = (
  pairing: Pairing.Pairing,
  key: string,
  places: Uint32Array,
  { samples, seed, isDefault }: CompareOptions,
): Open<Tested> | undefined => {
  const which = pairing.left.corpora.findIndex((one) => one.key === key);
  const corpus = pairing.left.corpora[which];
  if (corpus?.rows === undefined || places.length > mostCorpusPairs) return undefined;
  const { metric, width } = corpus;
  const rows = pairing.rows[which]!;
  const left = Array.from(places, (place) => Corpora.rowOf(corpus, place));
  const right = Array.from(places, (place) => Array.from(rows.subarray(place * width, (place + 1) * width)));
  const swaps = isDefault && places.length <= mostSwapped ? sacrebleuSwaps : samples;
  const [baseline, system] = pairedTest(metric, right, [left], { test: "bootstrap", samples, seed });
  const [, swapped] = pairedTest(metric, right, [left], { test: "randomisation", samples: swaps, seed });
  const difference = system!.score - baseline!.score;
  // A system that is its baseline gets sacrebleu's least p value, which would call it significant.
  const isSame = left.every((counts, at) => counts.every((count, index) => count === right[at]![index]));
  return {
    ...{ left: system!.score, right: baseline!.score, difference },
    bootstrapP: isSame ? 1 : system!.pValue!,
    randomisationP: isSame ? 1 : swapped!.pValue!,
    isLessBetter: metric.isLessBetter,
    leastP: Math.max(1 / (samples + 1), 2 ** (1 - places.length)),
  };
};

/** A metric's means in both files, and the differences of its scores. */
interface Side {
  readonly left: number;
  readonly right: number;
  readonly differences: Float64Array<ArrayBuffer>;
}

/**
 * @param kept the left side's columns, where more is made of them than this
 * @param isLast whether the right side's column is not needed after this: the differences then take its place
 */
const sideOf = (
  pairing: Pairing.Pairing,
  key: string,
  places: Uint32Array,
  kept: ReadonlyMap<string, Float64Array<ArrayBuffer>>,
  isLast: boolean,
): Side => {
  const column = pairing.columns.get(key)!.values;
  const all = kept.get(key) ?? Scores.valuesOf(pairing.left, key);
  const isWhole = places.length === all.length;
  const left = isWhole ? all : picked(all, places);
  const differences = isWhole && isLast ? column : picked(column, places);
  const means = { left: mean(left), right: mean(differences) };
  for (let at = 0; at < differences.length; at++) differences[at] = left[at]! - differences[at]!;
  if (!isWhole) giveBack(left);
  if (isLast && !isWhole) giveBack(column);
  if (isLast && !kept.has(key)) Scores.release(pairing.left, key, all);
  return { ...means, differences };
};

/** @param group `undefined` for all records, which come last: the right side's scores are no longer there afterwards */
const compared = async (
  pairing: Pairing.Pairing,
  group: string | undefined,
  kept: ReadonlyMap<string, Float64Array<ArrayBuffer>>,
  options: CompareOptions,
): Promise<{ readonly pairs: number; readonly differences: ReadonlyArray<OpenDifference> }> => {
  const places = Pairing.pairedPlaces(pairing, group);
  const { keys } = pairing.left;
  if (places.length === 0) return { pairs: 0, differences: [] };
  const sides = keys.map((key) => sideOf(pairing, key, places, kept, group === undefined));
  const { samples, seed, confidence, method, onSample, batches } = options;
  const results = await compareDifferences(
    sides.map((side) => side.differences),
    { samples, seed, confidence, method, onSample, batches },
  );
  const differences = keys.map((key, at): OpenDifference => {
    const { estimate, low, high, pValue, randomisationPValue, isExact, leastPValue, effectSize } = results[at]!;
    const { left, right, differences } = sides[at]!;
    const corpus = corpusOf(pairing, key, places, options);
    return {
      ...{ key, left, right, difference: estimate },
      ...{ low: orNull(low), high: orNull(high), bootstrapP: pValue, randomisationP: randomisationPValue, isExact },
      ...effectOf(differences, effectSize, options),
      isLessBetter: options.lessIsBetter.has(key),
      leastP: Math.max(leastPValue, 2 / (options.samples + 1)),
      ...(corpus && { corpus }),
    };
  });
  return { pairs: places.length, differences };
};

/**
 * Both tests have to agree: the larger p value counts. The bootstrap's of means is one-sided. sacrebleu counts what exceeds the observed
 * difference, not what equals it: its p values can be below what so few records can show.
 */
const bothP = ({ bootstrapP, randomisationP, leastP }: Open<Tested>, sides: 1 | 2): number =>
  Math.min(1, Math.max(sides * bootstrapP, randomisationP, leastP));

const settled = <A extends Tested>(open: Open<A>, adjustedP: number, tests: number): Tested => {
  const { isLessBetter, leastP, ...rest } = open as Open<Tested>;
  const direction = Math.sign(rest.difference) * (isLessBetter ? -1 : 1);
  const isSignificant = adjustedP <= significance && direction !== 0;
  const isTooLittle = leastP * tests > significance;
  return {
    ...rest,
    adjustedP,
    better: isTooLittle ? "too little data" : isSignificant ? (direction > 0 ? "left" : "right") : null,
  };
};

type OpenGroup = Awaited<ReturnType<typeof compared>>;

/** Adjusts all p values together, group by group and metric by metric. */
const adjustedOver = (groups: ReadonlyArray<OpenGroup>): ReadonlyArray<GroupComparison> => {
  const values = groups.flatMap(({ differences }) =>
    differences.flatMap((one) => [bothP(one, 2), ...(one.corpus === undefined ? [] : [bothP(one.corpus, 1)])]),
  );
  const adjusted = holm(values);
  let next = 0;
  return groups.map(({ pairs, differences }) => ({
    pairs,
    differences: differences.map(({ corpus, ...one }) => {
      const own = settled<Difference>(one, adjusted[next++]!, values.length) as Difference;
      return corpus === undefined ? own : { ...own, corpus: settled(corpus, adjusted[next++]!, values.length) };
    }),
  }));
};

/**
 * @param left name of the left side, `right` of the other
 * @throws CommandFailure when no record is in both, or a side has none that was scored
 */
export const of = async (
  left: string,
  right: string,
  pairing: Pairing.Pairing,
  options: CompareOptions,
): Promise<Comparison> => {
  const unscored = Scores.count(pairing.left) === 0 ? left : pairing.count === 0 ? right : undefined;
  if (unscored !== undefined)
    throw new CommandFailure(`no record of ${unscored} was scored: there is nothing to compare`);
  if (pairing.pairs === 0) {
    throw new CommandFailure(`no record is in both ${left} and ${right}: pair them by another field with --id`);
  }
  const names = options.isGrouped ? pairing.left.groups : [];
  const keptKeys = names.length > 0 ? pairing.left.keys : [];
  const kept = new Map(keptKeys.map((key) => [key, Scores.valuesOf(pairing.left, key)]));
  const open: Array<OpenGroup> = [];
  for (const group of names) open.push(await compared(pairing, group, kept, options));
  if (!pairing.left.isMixed) open.push(await compared(pairing, undefined, kept, options));
  const all = adjustedOver(open);
  return {
    ...{ left, right, samples: options.samples },
    ...(pairing.left.isMixed ? { pairs: pairing.pairs, differences: [] } : all.at(-1)!),
    ...(pairing.pairsByPlace > 0 && { pairedByPlace: pairing.pairsByPlace }),
    ...{ onlyLeft: pairing.onlyLeft, onlyRight: pairing.onlyRight },
    ...(options.isGrouped && { groups: names.map((group, at) => ({ group, ...all[at]! })) }),
  };
};
