/** What a run found, as lines for a reader. */
import * as Table from "../Table.ts";
import type { Paint } from "../Terminal.ts";
import type { Comparison } from "./Comparison.ts";
import * as Figure from "./Figure.ts";
import type { Summary } from "./Summary.ts";

/** How it is shown. */
export interface Look {
  readonly paint: Paint;
  /** Characters in a line; `Infinity` where nobody looks at a screen. */
  readonly room: number;
}

const metric = { head: "Metric" };
const right = (head: string, spare = 0) => ({ head, align: "right", spare }) as const;

/** What is told below a table, each in a line of its own. */
const footed = (
  { lines, leftOut }: ReturnType<typeof Table.fitted>,
  notes: ReadonlyArray<string>,
  { paint, room }: Look,
): Array<string> => {
  const missing = leftOut.length === 0 ? [] : [`${leftOut.join(", ")}: no room in ${room} columns; --json has all`];
  return [...lines, ...[...notes, ...missing].map((note) => paint.dim(`  ${note}`))];
};

/** A metric's name, marked where less is better. */
const nameOf = (key: string, isLessBetter: boolean): string => (isLessBetter ? `${key} ↓` : key);
const lessNote = (isAny: boolean): ReadonlyArray<string> => (isAny ? ["↓ less is better"] : []);

/** Each metric's mean with its interval, and its quantiles. */
export const summaryLines = ({ spreads, records, failed }: Summary, look: Look): Array<string> => {
  const table = Table.fitted(
    [
      metric,
      ...[right("Mean"), right("[95 %"), right("95 %]")],
      ...[right("Least", 2), right("25 %", 3), right("Median", 1), right("75 %", 3), right("Most", 2)],
    ],
    spreads.map(({ key, isLessBetter, mean, low, high, least, quartile1, median, quartile3, most }) => [
      nameOf(key, isLessBetter),
      ...[mean, low, high, least, quartile1, median, quartile3, most].map((value) => Figure.of(value ?? Number.NaN)),
    ]),
    look.paint,
    look.room,
  );
  const bad = failed === 0 ? "" : `, ${failed} more could not be scored`;
  const notes = [
    `over ${records} records${bad}; [95 % 95 %] is the mean's interval`,
    ...lessNote(spreads.some(({ isLessBetter }) => isLessBetter)),
  ];
  return footed(table, notes, look);
};

/** Ids that are named before "and n more". */
const namedIds = 5;

const alone = (name: string, ids: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (ids.length === 0) return [];
  const rest = ids.length > namedIds ? ` and ${ids.length - namedIds} more` : "";
  return [`only in ${name}: ${ids.slice(0, namedIds).join(", ")}${rest}`];
};

const sideOf = { left: "A", right: "B" } as const;

/** Each metric in both files, and how sure the difference is. */
export const comparisonLines = (comparison: Comparison, look: Look): Array<string> => {
  const { left, right: other, pairs, samples, onlyLeft, onlyRight, differences } = comparison;
  const table = Table.fitted(
    [
      metric,
      ...[right("A"), right("B"), right("A - B"), right("[95 %"), right("95 %]")],
      ...[right("p boot", 2), right("p rand", 1), { head: "Better" }],
    ],
    differences.map((one) => [
      one.key,
      ...[one.left, one.right, one.difference, one.low, one.high].map(Figure.of),
      ...[one.bootstrapP, one.randomisationP].map((p) => Figure.ofP(p, samples)),
      one.better === null ? "–" : look.paint.bold(sideOf[one.better]),
    ]),
    look.paint,
    look.room,
  );
  const notes = [
    `A ${left}, B ${other}: ${pairs} records are in both`,
    "better where the interval leaves out 0; p boot is one-sided, p rand two-sided",
    ...(differences.some(
      ({ bootstrapP, randomisationP }) => Math.min(bootstrapP, randomisationP) <= Figure.leastP(samples),
    )
      ? [`${Figure.ofP(0, samples)} is the least that ${samples} samples can show; --samples takes more`]
      : []),
    ...alone(left, onlyLeft),
    ...alone(other, onlyRight),
  ];
  return footed(table, notes, look);
};
