/** What a run found, as lines for a reader. */
import * as Table from "../Table.ts";
import type { Paint } from "../Terminal.ts";
import type { Comparison } from "./Comparison.ts";
import { figure } from "./markup.ts";
import type { Summary } from "./Summary.ts";

const metric = { head: "Metric" };
const right = (head: string) => ({ head, align: "right" }) as const;

/** Each metric's mean with its interval, and its quantiles. */
export const summaryLines = ({ spreads, records, failed }: Summary, paint: Paint): Array<string> => [
  ...Table.lines(
    [metric, ...["Mean", "95 % from", "to", "Least", "25 %", "Median", "75 %", "Most"].map(right)],
    spreads.map(({ key, mean, low, high, least, quartile1, median, quartile3, most }) => [
      key,
      ...[mean, low, high, least, quartile1, median, quartile3, most].map((value) => figure(value ?? Number.NaN)),
    ]),
    paint,
  ),
  paint.dim(`  over ${records} records${failed === 0 ? "" : `, ${failed} more could not be scored`}`),
];

/** Ids that are named before "and n more". */
const namedIds = 5;

const alone = (name: string, ids: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (ids.length === 0) return [];
  const rest = ids.length > namedIds ? ` and ${ids.length - namedIds} more` : "";
  return [`  only in ${name}: ${ids.slice(0, namedIds).join(", ")}${rest}`];
};

/** Each metric in both files, and how sure the difference is. */
export const comparisonLines = (comparison: Comparison, paint: Paint): Array<string> => {
  const { left, right: other, pairs, onlyLeft, onlyRight, differences } = comparison;
  return [
    ...Table.lines(
      [metric, ...[left, other, "Difference", "95 % from", "to", "p bootstrap", "p randomisation"].map(right)],
      differences.map((one) => [
        one.key,
        ...[one.left, one.right, one.difference, one.low, one.high, one.bootstrapP, one.randomisationP].map(figure),
      ]),
      paint,
    ),
    paint.dim(`  ${left} minus ${other}, over ${pairs} records that are in both`),
    ...[...alone(left, onlyLeft), ...alone(other, onlyRight)].map((line) => paint.dim(line)),
  ];
};
