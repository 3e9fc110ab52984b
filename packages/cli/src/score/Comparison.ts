/**
 * Two files of records under the same `metric_config`, record by record: how far their means lie apart, and how sure that is. Records
 * belong together by their id, or by their place where they have none; those in one file alone are left out, and named.
 */
import { approximateRandomisation, mean, pairedBootstrap, type ResampleOptions } from "@evalwire/metrics/stats";
import { CommandFailure } from "../CommandFailure.ts";
import type * as Scores from "./Scores.ts";

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
  /** Share of the paired bootstrap's samples in which the difference vanishes or changes sign. */
  readonly bootstrapP: number;
  /** Two-sided p value of approximate randomisation. */
  readonly randomisationP: number;
}

export interface Comparison {
  readonly left: string;
  readonly right: string;
  /** Records in both. */
  readonly pairs: number;
  readonly onlyLeft: ReadonlyArray<string>;
  readonly onlyRight: ReadonlyArray<string>;
  readonly differences: ReadonlyArray<Difference>;
}

export interface Side {
  /** As it is named to the reader. */
  readonly name: string;
  readonly scores: Scores.Scores;
}

const placesById = ({ name, scores }: Side): Map<string, number> => {
  const places = new Map<string, number>();
  scores.ids.forEach((id, place) => {
    if (places.has(id)) throw new CommandFailure(`${name}: two records have the id ${JSON.stringify(id)}`);
    places.set(id, place);
  });
  return places;
};

/** @throws CommandFailure when an id occurs twice in a file, or no record is in both */
export const of = (left: Side, right: Side, options: ResampleOptions): Comparison => {
  const [inLeft, inRight] = [placesById(left), placesById(right)];
  const pairs = Array.from(inLeft).flatMap(([id, place]) => {
    const other = inRight.get(id);
    return other === undefined ? [] : [[place, other] as const];
  });
  if (pairs.length === 0) throw new CommandFailure(`no record is in both ${left.name} and ${right.name}`);
  return {
    left: left.name,
    right: right.name,
    pairs: pairs.length,
    onlyLeft: left.scores.ids.filter((id) => !inRight.has(id)),
    onlyRight: right.scores.ids.filter((id) => !inLeft.has(id)),
    differences: left.scores.keys.map((key) => {
      const [a, b] = [left.scores.columns.get(key)!, right.scores.columns.get(key)!];
      const [ours, theirs] = [pairs.map(([place]) => a[place]!), pairs.map(([, place]) => b[place]!)];
      const { estimate, low, high, pValue } = pairedBootstrap(ours, theirs, options);
      return {
        key,
        left: mean(ours),
        right: mean(theirs),
        difference: estimate,
        low,
        high,
        bootstrapP: pValue,
        randomisationP: approximateRandomisation(ours, theirs, options).pValue,
      };
    }),
  };
};
