/**
 * Two files of records under the same `metric_config`, record by record: how far their means lie apart, and how sure that is. Records
 * belong together by their id, or by their place where they have none; those in one file alone are left out, and named.
 */
import { compareMeans, mean, type ResampleRun } from "@evalwire/metrics/stats";
import { CommandFailure } from "../CommandFailure.ts";
import * as Pairing from "./Pairing.ts";
import * as Scores from "./Scores.ts";

/** One metric in both files. */
export interface Difference {
  readonly key: string;
  /** Mean of the records that are in both: of the first file, of the other. */
  readonly left: number;
  readonly right: number;
  /** `left - right`, with its 95 % paired bootstrap interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** p value of the paired bootstrap: how often the better one is no longer better. */
  readonly bootstrapP: number;
  /** Two-sided p value of approximate randomisation. */
  readonly randomisationP: number;
  /** The side that is better by more than chance: the interval leaves out 0. `null` where neither is. */
  readonly better: "left" | "right" | null;
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
  readonly onlyLeft: ReadonlyArray<string>;
  readonly onlyRight: ReadonlyArray<string>;
  readonly groups?: ReadonlyArray<GroupComparison & { readonly group: string }>;
}

const betterOf = (low: number, high: number, isLessBetter: boolean): Difference["better"] => {
  if (low <= 0 && high >= 0) return null;
  return low > 0 === isLessBetter ? "right" : "left";
};

export interface CompareOptions extends ResampleRun {
  readonly samples: number;
  /** The keys of which less is better. */
  readonly lessIsBetter: ReadonlySet<string>;
  readonly isGrouped: boolean;
}

const picked = (values: Float64Array<ArrayBuffer>, places: Uint32Array): Float64Array =>
  places.length === values.length ? values : Float64Array.from(places, (place) => values[place]!);

const compared = async (
  pairing: Pairing.Pairing,
  group: string | undefined,
  options: CompareOptions,
): Promise<GroupComparison> => {
  const places = Pairing.pairedPlaces(pairing, group);
  const { keys } = pairing.left;
  const sides = keys.map(
    (key) => [picked(Scores.valuesOf(pairing.left, key), places), picked(pairing.columns.get(key)!, places)] as const,
  );
  if (places.length === 0) return { pairs: 0, differences: [] };
  const results = await compareMeans(sides, options);
  return {
    pairs: places.length,
    differences: keys.map((key, at) => {
      const { estimate, low, high, pValue, randomisationPValue } = results[at]!;
      return {
        key,
        left: mean(sides[at]![0]),
        right: mean(sides[at]![1]),
        difference: estimate,
        low,
        high,
        bootstrapP: pValue,
        randomisationP: randomisationPValue,
        better: betterOf(low, high, options.lessIsBetter.has(key)),
      };
    }),
  };
};

/**
 * @param left name of the left side, `right` of the other
 * @throws CommandFailure when no record is in both
 */
export const of = async (
  left: string,
  right: string,
  pairing: Pairing.Pairing,
  options: CompareOptions,
): Promise<Comparison> => {
  if (pairing.pairs === 0) {
    throw new CommandFailure(`no record is in both ${left} and ${right}: pair them by another field with --id`);
  }
  const groups: Array<GroupComparison & { readonly group: string }> = [];
  for (const group of options.isGrouped ? pairing.left.groups : []) {
    groups.push({ group, ...(await compared(pairing, group, options)) });
  }
  const all = pairing.left.isMixed
    ? { pairs: pairing.pairs, differences: [] }
    : await compared(pairing, undefined, options);
  return {
    ...{ left, right, samples: options.samples },
    ...all,
    onlyLeft: [...Pairing.onlyLeft(pairing)],
    onlyRight: [...Pairing.onlyRight(pairing)],
    ...(options.isGrouped && { groups }),
  };
};
