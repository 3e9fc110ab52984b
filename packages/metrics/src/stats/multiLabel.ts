/** Agreement where each annotator gives an item a set of labels. */
import type { Rating } from "./agreement.ts";
import { sum } from "./sums.ts";

/** How far apart two sets are, in [0, 1]. */
export type SetDistance = "jaccard" | "masi" | ((one: ReadonlySet<Rating>, other: ReadonlySet<Rating>) => number);

const overlap = (one: ReadonlySet<Rating>, other: ReadonlySet<Rating>) => {
  let both = 0;
  for (const label of one) if (other.has(label)) both++;
  const either = one.size + other.size - both;
  // Two empty sets are equal.
  return { both, either, jaccard: either === 0 ? 1 : both / either };
};

const distances = {
  jaccard: (one: ReadonlySet<Rating>, other: ReadonlySet<Rating>) => 1 - overlap(one, other).jaccard,
  masi: (one: ReadonlySet<Rating>, other: ReadonlySet<Rating>) => {
    const { both, jaccard } = overlap(one, other);
    const [less, more] = [Math.min(one.size, other.size), Math.max(one.size, other.size)];
    // Equal sets, one within the other, some in common, none.
    const weight = both === more ? 1 : both === less && both > 0 ? 0.67 : both > 0 ? 0.33 : 0;
    return 1 - jaccard * weight;
  },
};

/**
 * Krippendorff's alpha of annotators who give sets of labels, with gaps. NaN where all sets are the same. Time grows with the square of
 * the number of different sets.
 *
 * Source: Krippendorff 2011; Passonneau 2006, "Measuring Agreement on Set-valued Items (MASI)", with the weights 0.67 and 0.33 of NLTK.
 *
 * @param units for each item the sets its annotators gave; `undefined` or `null` is a gap
 * @param options `distance`: `jaccard` (default), `masi`, or one's own
 * @example
 * ```ts
 * import { multiLabelAlpha } from "@evalwire/metrics/stats"
 *
 * multiLabelAlpha([[["a", "b"], ["a", "b"]], [["c"], ["c"]]]) // => 1
 * ```
 */
export const multiLabelAlpha = (
  units: ReadonlyArray<ReadonlyArray<Iterable<Rating> | null | undefined>>,
  options: { readonly distance?: SetDistance | undefined } = {},
): number => {
  const { distance: chosen = "jaccard" } = options;
  const distance = typeof chosen === "function" ? chosen : distances[chosen];
  // Equal sets are one set.
  const sets = new Map<string, { readonly set: ReadonlySet<Rating>; count: number }>();
  const nameOf = (labels: ReadonlySet<Rating>): string =>
    JSON.stringify(Array.from(labels, (label) => `${typeof label} ${label}`).sort());
  const rated = units
    .map((unit) => unit.filter((labels) => labels !== null && labels !== undefined).map((labels) => new Set(labels)))
    .filter((unit) => unit.length > 1);
  const named = rated.map((unit) =>
    unit.map((set) => {
      const name = nameOf(set);
      const known = sets.get(name);
      if (known === undefined) sets.set(name, { set, count: 1 });
      else known.count++;
      return name;
    }),
  );
  if (sets.size < 2) return Number.NaN;
  /** Σ over all ordered pairs of different sets. */
  const differences = (counts: ReadonlyArray<{ readonly set: ReadonlySet<Rating>; readonly count: number }>) =>
    2 *
    sum(
      counts.map((one, at) =>
        sum(counts.slice(at + 1).map((other) => one.count * other.count * distance(one.set, other.set))),
      ),
    );
  const observed = named.map((unit) => {
    const counts = new Map<string, number>();
    for (const name of unit) counts.set(name, (counts.get(name) ?? 0) + 1);
    const within = Array.from(counts, ([name, count]) => ({ set: sets.get(name)!.set, count }));
    return differences(within) / (unit.length - 1);
  });
  const all = sum(named.map((unit) => unit.length));
  return 1 - (sum(observed) * (all - 1)) / differences([...sets.values()]);
};
