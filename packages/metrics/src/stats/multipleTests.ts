/** p values of several tests at once, adjusted so that one of them is not found significant by chance. */

const adjusted = (
  pValues: ReadonlyArray<number>,
  stepOf: (sorted: ReadonlyArray<number>) => ReadonlyArray<number>,
): ReadonlyArray<number> => {
  if (pValues.some((p) => Number.isNaN(p))) return pValues.map(() => Number.NaN);
  const order = pValues.map((_, at) => at).sort((one, other) => pValues[one]! - pValues[other]!);
  const steps = stepOf(order.map((at) => pValues[at]!));
  const result = new Array<number>(pValues.length);
  order.forEach((at, place) => {
    result[at] = Math.min(1, steps[place]!);
  });
  return result;
};

/**
 * Holm's adjustment: the chance that any of the tests finds what is not there stays below what each adjusted value is compared with.
 *
 * Source: Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure".
 *
 * @returns in the order given; all NaN where one of them is
 * @example
 * ```ts
 * import { holm } from "@evalwire/metrics/stats"
 *
 * holm([0.01, 0.04, 0.03]) // => [0.03, 0.06, 0.06]
 * ```
 */
export const holm = (pValues: ReadonlyArray<number>): ReadonlyArray<number> =>
  adjusted(pValues, (sorted) => {
    let most = 0;
    return sorted.map((p, at) => {
      most = Math.max(most, p * (sorted.length - at));
      return most;
    });
  });

/**
 * Benjamini and Hochberg's adjustment: of what is found, the share that is not there is expected to stay below what each adjusted
 * value is compared with.
 *
 * Source: Benjamini and Hochberg 1995, "Controlling the False Discovery Rate".
 *
 * @returns in the order given; all NaN where one of them is
 * @example
 * ```ts
 * import { benjaminiHochberg } from "@evalwire/metrics/stats"
 *
 * benjaminiHochberg([0.25, 0.5, 0.125]) // => [0.375, 0.5, 0.375]
 * ```
 */
export const benjaminiHochberg = (pValues: ReadonlyArray<number>): ReadonlyArray<number> =>
  adjusted(pValues, (sorted) => {
    let least = Number.POSITIVE_INFINITY;
    return sorted
      .map((p, at) => p / ((at + 1) / sorted.length))
      .reverse()
      .map((p) => {
        least = Math.min(least, p);
        return least;
      })
      .reverse();
  });
