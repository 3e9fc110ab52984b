/**
 * Agreement between annotators beyond what chance would give: 1 is full agreement, 0 is chance, below 0 is systematic disagreement;
 * NaN where chance alone explains everything because only one category was ever used.
 */

/** A category or a rating. Categories are told apart as `===` does. */
export type Rating = string | number | boolean;

/** Each category's place in sorted order; numbers by size, the rest by code units. */
const placesOf = <Label extends Rating>(labels: Iterable<Label>): Map<Label, number> => {
  const sorted = [...new Set(labels)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return new Map(sorted.map((label, place) => [label, place]));
};

/**
 * Cohen's kappa of two annotators who rated the same items, weighted if asked for.
 *
 * Source: Cohen 1960, "A coefficient of agreement for nominal scales"; Cohen 1968 for weights.
 *
 * @param weights how much a disagreement counts: each the same (default), or by how far apart the categories stand in their sorted
 * order, or by the square of that
 * @throws RangeError when the lists are not equally long
 * @example
 * ```ts
 * import { cohenKappa } from "@evalwire/metrics/stats"
 *
 * cohenKappa(["good", "bad", "good", "bad"], ["good", "bad", "bad", "bad"]) // => 0.5
 * ```
 */
export const cohenKappa = <Label extends Rating>(
  left: ReadonlyArray<Label>,
  right: ReadonlyArray<NoInfer<Label>>,
  options: { readonly weights?: "none" | "linear" | "quadratic" } = {},
): number => {
  if (left.length !== right.length) {
    throw new RangeError(`Two annotators must rate the same items: ${left.length} and ${right.length} ratings.`);
  }
  const { weights = "none" } = options;
  const places = placesOf([...left, ...right]);
  const size = places.size;
  const table = Array.from({ length: size }, () => new Float64Array(size));
  const rows = new Float64Array(size);
  const columns = new Float64Array(size);
  left.forEach((label, at) => {
    const [row, column] = [places.get(label)!, places.get(right[at]!)!];
    table[row]![column]!++;
    rows[row]!++;
    columns[column]!++;
  });
  const weight = (row: number, column: number): number => {
    const distance = Math.abs(row - column);
    return weights === "none" ? Math.min(distance, 1) : weights === "linear" ? distance : distance ** 2;
  };
  let [observed, expected] = [0, 0];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      observed += weight(row, column) * table[row]![column]!;
      expected += (weight(row, column) * rows[row]! * columns[column]!) / left.length;
    }
  }
  return 1 - observed / expected;
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
  let agreement = 0;
  for (const [index, ratings] of items.entries()) {
    if (ratings.length !== raters || raters < 2) {
      throw new RangeError(`Item ${index} has ${ratings.length} ratings: each needs the same number, at least two.`);
    }
    const counts = new Map<Rating, number>();
    for (const rating of ratings) counts.set(rating, (counts.get(rating) ?? 0) + 1);
    for (const [rating, count] of counts) {
      totals.set(rating, (totals.get(rating) ?? 0) + count);
      agreement += (count * (count - 1)) / (raters * (raters - 1));
    }
  }
  const observed = agreement / items.length;
  let expected = 0;
  for (const total of totals.values()) expected += (total / (items.length * raters)) ** 2;
  return (observed - expected) / (1 - expected);
};

/** How far apart two ratings are. */
export type Level = "nominal" | "ordinal" | "interval" | "ratio";

/** The squared difference of two categories, given by their places, at this level. */
const distanceOf = (
  level: Level,
  labels: ReadonlyArray<Rating>,
  totals: Float64Array,
): ((one: number, other: number) => number) => {
  if (level === "nominal") return () => 1;
  const wrong = labels.find((label) => typeof label !== "number");
  if (wrong !== undefined)
    throw new TypeError(`Ratings at ${level} level must be numbers; ${JSON.stringify(wrong)} is not.`);
  const value = (place: number) => labels[place] as number;
  if (level === "interval") return (one, other) => (value(one) - value(other)) ** 2;
  if (level === "ratio") {
    return (one, other) => ((value(one) - value(other)) / (value(one) + value(other))) ** 2;
  }
  const below = new Float64Array(totals.length + 1);
  totals.forEach((total, place) => {
    below[place + 1] = below[place]! + total;
  });
  return (one, other) => {
    const [low, high] = one < other ? [one, other] : [other, one];
    return (below[high + 1]! - below[low]! - (totals[low]! + totals[high]!) / 2) ** 2;
  };
};

/**
 * Krippendorff's alpha of any number of annotators, with gaps.
 *
 * Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability".
 *
 * @param units the ratings of each item; `undefined` or `null` is a gap, and items with fewer than two ratings do not count
 * @param options `level`: whether ratings are categories (`nominal`, default), ranks, numbers with meaningful differences, or numbers
 * with a meaningful zero
 * @throws TypeError when a rating is not a number at another level than `nominal`
 * @example
 * ```ts
 * import { krippendorffAlpha } from "@evalwire/metrics/stats"
 *
 * krippendorffAlpha([[1, 1], [2, 2], [3, null]], { level: "ordinal" }) // => 1
 * ```
 */
export const krippendorffAlpha = (
  units: ReadonlyArray<ReadonlyArray<Rating | null | undefined>>,
  options: { readonly level?: Level } = {},
): number => {
  const { level = "nominal" } = options;
  const rated = units
    .map((unit) => unit.filter((rating) => rating !== null && rating !== undefined))
    .filter((unit) => unit.length > 1);
  const places = placesOf(rated.flat());
  const labels = [...places.keys()];
  const size = places.size;
  // coincidences[a][b]: pairs of a and b within units, each unit counting as many values as it has.
  const coincidences = Array.from({ length: size }, () => new Float64Array(size));
  const totals = new Float64Array(size);
  for (const unit of rated) {
    const counts = new Map<number, number>();
    for (const rating of unit) {
      const place = places.get(rating)!;
      counts.set(place, (counts.get(place) ?? 0) + 1);
      totals[place]!++;
    }
    for (const [one, count] of counts) {
      for (const [other, others] of counts) {
        coincidences[one]![other]! += (count * (one === other ? count - 1 : others)) / (unit.length - 1);
      }
    }
  }
  const all = totals.reduce((sum, total) => sum + total, 0);
  const distance = distanceOf(level, labels, totals);
  let [observed, expected] = [0, 0];
  for (let one = 0; one < size; one++) {
    for (let other = 0; other < size; other++) {
      if (one === other) continue;
      observed += coincidences[one]![other]! * distance(one, other);
      expected += (totals[one]! * totals[other]! * distance(one, other)) / (all - 1);
    }
  }
  return 1 - observed / expected;
};
