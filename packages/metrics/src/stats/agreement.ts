/**
 * Agreement between annotators beyond what chance would give: 1 is full agreement, 0 is chance, below 0 is systematic disagreement;
 * NaN where chance explains everything because only one category was ever used, and where NaN is among the ratings.
 */
import { checkOptions } from "../checkOptions.ts";
import { sum } from "./sums.ts";

/** A category or a rating. Categories are compared with `===`. */
export type Rating = string | number | boolean;

/** Whether a rating is NaN, which agrees with nothing. */
export const isNaNRating = (rating: unknown): boolean => typeof rating === "number" && Number.isNaN(rating);

/**
 * Each category's place: in the order of the scale where one is given, else sorted, numbers by size, the rest by code units.
 *
 * @throws RangeError naming a label that the scale lacks
 */
export const placesOf = (used: ReadonlySet<Rating>, scale?: ReadonlyArray<Rating>): Map<Rating, number> => {
  const order = scale ?? [...used].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const places = new Map(order.map((label, place) => [label, place]));
  for (const label of used) {
    if (!places.has(label)) throw new RangeError(`The rating ${JSON.stringify(label)} is not among the labels.`);
  }
  return places;
};

/** How Cohen's kappa weighs. */
export interface KappaOptions {
  /** How much a disagreement counts: each the same (default), by how far apart the categories stand, or by the square of that. */
  readonly weights?: "none" | "linear" | "quadratic" | undefined;
  /** All steps of the scale in their order, unused ones included. Default: the labels that occur, sorted. */
  readonly labels?: ReadonlyArray<Rating> | undefined;
}

const optionNames: Record<keyof KappaOptions, true> = { weights: true, labels: true };

/** Σ over all pairs of places of the weight times both counts, in time linear in the places. */
const expectedOf = (rows: Float64Array, columns: Float64Array, weights: "none" | "linear" | "quadratic"): number => {
  const [inRows, inColumns] = [sum(rows), sum(columns)];
  if (weights === "none") return inRows * inColumns - sum(rows.map((count, at) => count * columns[at]!));
  let [above, below, total] = [0, 0, 0];
  if (weights === "linear") {
    // Every step between two places separates some of the rows from some of the columns.
    for (let at = 0; at < rows.length; at++) {
      above += rows[at]!;
      below += columns[at]!;
      total += above * (inColumns - below) + below * (inRows - above);
    }
    return total;
  }
  const middle = (rows.length - 1) / 2;
  const moments = (counts: Float64Array, power: number) =>
    sum(counts.map((count, at) => count * (at - middle) ** power));
  return moments(rows, 2) * inColumns + moments(columns, 2) * inRows - 2 * moments(rows, 1) * moments(columns, 1);
};

/**
 * Cohen's kappa of two annotators who rated the same items, weighted on demand. Linear in ratings and labels.
 *
 * Source: Cohen 1960, "A coefficient of agreement for nominal scales"; Cohen 1968 for weights.
 *
 * @throws RangeError when the lists are not equally long, or a rating is not among the labels
 * @example
 * ```ts
 * import { cohenKappa } from "@evalwire/metrics/stats"
 *
 * cohenKappa(["good", "bad", "good", "bad"], ["good", "bad", "bad", "bad"]) // => 0.5
 * const scale = { weights: "linear", labels: ["low", "mid", "high"] } as const
 * cohenKappa(["low", "mid", "high"], ["low", "high", "high"], scale).toFixed(4) // => "0.6667"
 * ```
 */
export const cohenKappa = <Label extends Rating>(
  left: ReadonlyArray<Label>,
  right: ReadonlyArray<NoInfer<Label>>,
  options: KappaOptions = {},
): number => {
  checkOptions("cohenKappa", options, optionNames);
  if (left.length !== right.length) {
    throw new RangeError(`Two annotators must rate the same items: ${left.length} and ${right.length} ratings.`);
  }
  if (left.some(isNaNRating) || right.some(isNaNRating)) return Number.NaN;
  const { weights = "none", labels } = options;
  const places = placesOf(new Set([...left, ...right]), labels);
  const rows = new Float64Array(places.size);
  const columns = new Float64Array(places.size);
  const disagreements = new Float64Array(left.length);
  left.forEach((label, at) => {
    const [row, column] = [places.get(label)!, places.get(right[at]!)!];
    rows[row]!++;
    columns[column]!++;
    const distance = Math.abs(row - column);
    disagreements[at] = weights === "none" ? Math.min(distance, 1) : weights === "linear" ? distance : distance ** 2;
  });
  const expected = expectedOf(rows, columns, weights);
  return expected === 0 ? Number.NaN : 1 - (sum(disagreements) * left.length) / expected;
};

/**
 * Fleiss' kappa of several annotators, not necessarily the same ones for each item, but equally many.
 *
 * Source: Fleiss 1971, "Measuring nominal scale agreement among many raters".
 *
 * @param items the ratings of each item, in any order
 * @throws RangeError when an item has another number of ratings than the first, or fewer than two
 * @example
 * ```ts
 * import { fleissKappa } from "@evalwire/metrics/stats"
 *
 * fleissKappa([["a", "a", "a"], ["b", "b", "b"]]) // => 1
 * ```
 */
export const fleissKappa = (items: ReadonlyArray<ReadonlyArray<Rating>>): number => {
  const raters = items[0]?.length ?? 0;
  const totals = new Map<Rating, number>();
  let pairs = 0;
  for (const [index, ratings] of items.entries()) {
    if (ratings.length !== raters || raters < 2) {
      throw new RangeError(`Item ${index} has ${ratings.length} ratings: each needs the same number, at least two.`);
    }
    if (ratings.some(isNaNRating)) return Number.NaN;
    const counts = new Map<Rating, number>();
    for (const rating of ratings) counts.set(rating, (counts.get(rating) ?? 0) + 1);
    for (const [rating, count] of counts) {
      totals.set(rating, (totals.get(rating) ?? 0) + count);
      pairs += count * (count - 1);
    }
  }
  if (totals.size === 1) return Number.NaN;
  const observed = pairs / (items.length * raters * (raters - 1));
  const expected = sum(Array.from(totals.values(), (total) => (total / (items.length * raters)) ** 2));
  return (observed - expected) / (1 - expected);
};
