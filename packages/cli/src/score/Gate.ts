/** Thresholds that a run has to meet: what makes a build fail. */
import { CommandFailure } from "../CommandFailure.ts";
import type { Comparison, GroupComparison } from "./Comparison.ts";
import * as Figure from "./output/Figure.ts";
import type { GroupSummary, Summary } from "./Summary.ts";

export interface Threshold {
  readonly key: string;
  readonly value: number;
}

export interface Gate {
  readonly under: ReadonlyArray<Threshold>;
  readonly over: ReadonlyArray<Threshold>;
  readonly isWorse: boolean;
}

/** @throws CommandFailure for a metric that is not computed, or whose direction is the other one */
export const check = ({ under, over }: Gate, keys: ReadonlyArray<string>, lessIsBetter: ReadonlySet<string>): void => {
  for (const { key } of [...under, ...over]) {
    if (!keys.includes(key)) throw new CommandFailure(`there is no metric ${key}; there are ${keys.join(", ")}`, 2);
  }
  for (const { key, value } of under) {
    if (lessIsBetter.has(key)) throw new CommandFailure(`less is better of ${key}: use --fail-over ${key}=${value}`, 2);
  }
  for (const { key, value } of over) {
    if (!lessIsBetter.has(key))
      throw new CommandFailure(`more is better of ${key}: use --fail-under ${key}=${value}`, 2);
  }
};

const named = (group: string | undefined): string => (group === undefined ? "" : ` of ${group}`);

const missedIn = ({ metrics }: GroupSummary, { under, over }: Gate, group?: string): ReadonlyArray<string> => {
  const meanOf = (key: string) => metrics.find((one) => one.key === key)?.mean ?? null;
  const line = (key: string, word: string, value: number) => {
    const mean = meanOf(key);
    if (mean === null) return `${key}${named(group)} has no mean`;
    const rounded = Figure.formatScore(mean);
    // 0.39996 must not read as 0.4000, under 0.4.
    const isShown = word === "under" ? Number(rounded) < value : Number(rounded) > value;
    return `${key}${named(group)} is ${isShown ? rounded : mean}, ${word} ${value}`;
  };
  return [
    ...under
      .filter(({ key, value }) => !((meanOf(key) ?? Number.NaN) >= value))
      .map(({ key, value }) => line(key, "under", value)),
    ...over
      .filter(({ key, value }) => !((meanOf(key) ?? Number.NaN) <= value))
      .map(({ key, value }) => line(key, "over", value)),
  ];
};

const worseIn = ({ differences }: GroupComparison, other: string, group?: string): ReadonlyArray<string> =>
  differences
    .filter(({ better }) => better === "right")
    .map(({ key }) => `${key}${named(group)} is worse than ${other}`);

/** The missed thresholds, each in a few words. Where records are grouped every group has to meet it. */
export const missed = (gate: Gate, summary: Summary, comparison: Comparison | undefined): ReadonlyArray<string> => [
  ...(summary.groups ?? []).flatMap((group) => missedIn(group, gate, group.group)),
  ...(summary.isMixed ? [] : missedIn(summary, gate)),
  ...(comparison === undefined || !gate.isWorse
    ? []
    : [
        ...worseIn(comparison, comparison.right),
        ...(comparison.groups ?? []).flatMap((group) => worseIn(group, comparison.right, group.group)),
      ]),
];
