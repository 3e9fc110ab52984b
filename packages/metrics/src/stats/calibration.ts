/** How far probabilities, or scores, say what then is the case: against labels that people gave. */
import { ranks } from "./correlation.ts";
import { hasNaN, sum } from "./sums.ts";

const checkLabels = (scores: ArrayLike<number>, labels: ReadonlyArray<boolean>): void => {
  if (scores.length !== labels.length)
    throw new RangeError(`Each score needs a label: ${scores.length} scores and ${labels.length} labels.`);
};

const checkProbabilities = (probabilities: ArrayLike<number>, labels: ReadonlyArray<boolean>): void => {
  checkLabels(probabilities, labels);
  for (let at = 0; at < probabilities.length; at++) {
    const probability = probabilities[at]!;
    if (probability < 0 || probability > 1)
      throw new RangeError(`A probability must lie in [0, 1]; ${probability} does not.`);
  }
};

/**
 * Brier score: the mean squared difference of probability and outcome, in [0, 1]; 0 is best. NaN for none, or with NaN among them.
 *
 * Source: Brier 1950, "Verification of Forecasts Expressed in Terms of Probability".
 *
 * @throws RangeError when the lists are not equally long, or a probability lies outside [0, 1]
 * @example
 * ```ts
 * import { brierScore } from "@evalwire/metrics/stats"
 *
 * brierScore([0.9, 0.2], [true, false]).toFixed(3) // => "0.025"
 * ```
 */
export const brierScore = (probabilities: ArrayLike<number>, labels: ReadonlyArray<boolean>): number => {
  checkProbabilities(probabilities, labels);
  const squares = labels.map((label, at) => (probabilities[at]! - (label ? 1 : 0)) ** 2);
  return squares.length === 0 ? Number.NaN : sum(squares) / squares.length;
};

/** Bins hold their upper edge, k / bins as a double: the product of edge and bins may be rounded beyond k. */
const binOf = (probability: number, bins: number): number => {
  const bin = Math.max(Math.ceil(probability * bins) - 1, 0);
  return bin > 0 && probability <= bin / bins ? bin - 1 : bin;
};

/** Contents of one bin of probabilities. */
export interface CalibrationBin {
  readonly count: number;
  /** Mean probability; NaN when nothing lies there. */
  readonly confidence: number;
  /** Share of true labels; NaN when nothing lies there. */
  readonly accuracy: number;
}

/** Expected calibration error and what it is made of. */
export interface Calibration {
  /** Mean gap between confidence and accuracy, weighted by count, in [0, 1]; 0 is best. NaN for none, or with NaN among them. */
  readonly expectedError: number;
  /** The widest gap. */
  readonly maximumError: number;
  readonly bins: ReadonlyArray<CalibrationBin>;
}

/**
 * Expected calibration error over equally wide bins, each with its upper border, the first with its lower one too.
 *
 * Source: Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, "On Calibration of Modern Neural Networks".
 *
 * @throws RangeError when the lists are not equally long, a probability lies outside [0, 1], or `bins` is not a whole number from 1 to
 * 100,000
 * @example
 * ```ts
 * import { calibration } from "@evalwire/metrics/stats"
 *
 * calibration([0.95, 0.95, 0.15, 0.15], [true, false, false, false]).expectedError.toFixed(2) // => "0.30"
 * ```
 */
export const calibration = (
  probabilities: ArrayLike<number>,
  labels: ReadonlyArray<boolean>,
  options: { readonly bins?: number | undefined } = {},
): Calibration => {
  const { bins = 10 } = options;
  if (!Number.isInteger(bins) || bins < 1 || bins > 100_000)
    throw new RangeError(`Calibration needs a whole number of bins from 1 to 100000, not ${bins}.`);
  checkProbabilities(probabilities, labels);
  const isUndefined = labels.length === 0 || hasNaN(probabilities);
  const inBin = Array.from({ length: bins }, () => ({ confidences: [] as Array<number>, hits: 0 }));
  labels.forEach((label, at) => {
    if (isUndefined) return;
    const bin = inBin[binOf(probabilities[at]!, bins)]!;
    bin.confidences.push(probabilities[at]!);
    if (label) bin.hits++;
  });
  const made = inBin.map(({ confidences, hits }) => ({
    count: confidences.length,
    confidence: sum(confidences) / confidences.length,
    accuracy: hits / confidences.length,
  }));
  const gaps = made.map(({ count, confidence, accuracy }) => (count === 0 ? 0 : Math.abs(confidence - accuracy)));
  if (isUndefined) return { expectedError: Number.NaN, maximumError: Number.NaN, bins: made };
  const expectedError = sum(made.map(({ count }, at) => (count * gaps[at]!) / labels.length));
  return { expectedError, maximumError: Math.max(...gaps), bins: made };
};

/**
 * Area under the ROC curve: the chance that a record labelled true has a higher score than one labelled false, ties counting half. NaN
 * when one of the labels is not there, or with NaN among the scores. In O(n log n).
 *
 * Source: Hanley and McNeil 1982; Mann and Whitney 1947.
 *
 * @throws RangeError when the lists are not equally long
 * @example
 * ```ts
 * import { rocAuc } from "@evalwire/metrics/stats"
 *
 * rocAuc([0.1, 0.4, 0.35, 0.8], [false, false, true, true]) // => 0.75
 * ```
 */
export const rocAuc = (scores: ArrayLike<number>, labels: ReadonlyArray<boolean>): number => {
  checkLabels(scores, labels);
  const positives = labels.filter((label) => label).length;
  const negatives = labels.length - positives;
  const ofPositives = ranks(scores).filter((_, at) => labels[at]);
  return (sum(ofPositives) - (positives * (positives + 1)) / 2) / (positives * negatives);
};
