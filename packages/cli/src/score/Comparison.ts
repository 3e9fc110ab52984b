/**
 * Two files of records under the same `metric_config`, record by record: how far their means lie apart, and how sure that is. Records
 * belong together by their id, or by their place where they have none; those in one file alone are left out, and named.
 */
import { compareMeans, mean, type ResampleRun } from "@evalwire/metrics/stats";
import { CommandFailure } from "../CommandFailure.ts";
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

export interface Comparison {
  readonly left: string;
  readonly right: string;
  /** Records in both. */
  readonly pairs: number;
  /** Draws behind each interval and p value; a p value is at least 1 / (samples + 1). */
  readonly samples: number;
  readonly onlyLeft: ReadonlyArray<string>;
  readonly onlyRight: ReadonlyArray<string>;
  readonly differences: ReadonlyArray<Difference>;
}

export interface Side {
  /** As it is named to the reader. */
  readonly name: string;
  readonly scores: Scores.Scores;
}

const betterOf = (low: number, high: number, isLessBetter: boolean): Difference["better"] => {
  if (low <= 0 && high >= 0) return null;
  return low > 0 === isLessBetter ? "right" : "left";
};

/**
 * @param lessIsBetter the keys of which less is better
 * @throws CommandFailure when no record is in both
 */
export const of = async (
  left: Side,
  right: Side,
  lessIsBetter: ReadonlySet<string>,
  options: ResampleRun & { readonly samples: number },
): Promise<Comparison> => {
  const [inLeft, inRight] = [left.scores.places, right.scores.places];
  const shared = [...inLeft.keys()].filter((id) => inRight.has(id));
  if (shared.length === 0) throw new CommandFailure(`no record is in both ${left.name} and ${right.name}`);
  const rows = [inLeft, inRight].map((places) => Uint32Array.from(shared, (id) => places.get(id)!));
  const { keys } = left.scores;
  const sides = keys.map((key) => {
    const [a, b] = [left, right].map(({ scores }, side) => {
      const values = Scores.valuesOf(scores, key);
      return Float64Array.from(rows[side]!, (place) => values[place]!);
    });
    return [a!, b!] as const;
  });
  const compared = await compareMeans(sides, options);
  return {
    left: left.name,
    right: right.name,
    pairs: shared.length,
    samples: options.samples,
    onlyLeft: [...inLeft.keys()].filter((id) => !inRight.has(id)),
    onlyRight: [...inRight.keys()].filter((id) => !inLeft.has(id)),
    differences: keys.map((key, at) => {
      const { estimate, low, high, pValue, randomisationPValue } = compared[at]!;
      return {
        key,
        left: mean(sides[at]![0]),
        right: mean(sides[at]![1]),
        difference: estimate,
        low,
        high,
        bootstrapP: pValue,
        randomisationP: randomisationPValue,
        better: betterOf(low, high, lessIsBetter.has(key)),
      };
    }),
  };
};
