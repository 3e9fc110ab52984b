/** What a run found, as lines for a reader. */
import * as Table from "../Table.ts";
import type { Paint } from "../Terminal.ts";
import type { Comparison, GroupComparison } from "./Comparison.ts";
import * as Figure from "./Figure.ts";
import type { Unscored } from "./Scores.ts";
import type { GroupSummary, MetricSummary, Summary } from "./Summary.ts";

/** How it is shown. */
export interface Look {
  readonly paint: Paint;
  /** Characters in a line; `Infinity` where nobody looks at a screen. */
  readonly room: number;
}

const metric = { head: "Metric" };
const right = (head: string, dropPriority = 0) => ({ head, align: "right", dropPriority }) as const;

/** What is said below a table, each in a line of its own. */
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

const counted = (count: number, what: string): ReadonlyArray<string> => (count === 0 ? [] : [`${count} ${what}`]);

/** The records without scores, by the reason. */
export const unscoredWords = ({ failed, noAnswer, noReference }: Readonly<Unscored>): ReadonlyArray<string> => [
  ...counted(failed, "could not be scored"),
  ...counted(noAnswer, "without an answer"),
  ...counted(noReference, "without a reference"),
];

const over = (summary: GroupSummary): string =>
  [`over ${summary.records} records`, ...unscoredWords(summary)].join(", ");

const summaryTable = (metrics: ReadonlyArray<MetricSummary>, notes: ReadonlyArray<string>, look: Look) => {
  const table = Table.fitted(
    [
      metric,
      ...[right("Mean"), right("[95 %"), right("95 %]")],
      ...[right("Min", 2), right("25 %", 3), right("Median", 1), right("75 %", 3), right("Max", 2)],
    ],
    metrics.map(({ key, isLessBetter, mean, low, high, min, q1, median, q3, max }) => [
      nameOf(key, isLessBetter),
      ...[mean, low, high, min, q1, median, q3, max].map((value) => Figure.formatScore(value ?? Number.NaN)),
    ]),
    look.paint,
    look.room,
  );
  return footed(table, notes, look);
};

/** rougeLsum of texts in one line is rougeL: whoever expects another number has lost the line ends. */
const sameNotes = (metrics: ReadonlyArray<MetricSummary>): ReadonlyArray<string> =>
  metrics.flatMap((one) => {
    if (!one.key.includes("rougeLsum") || one.mean === null) return [];
    const other = metrics.find(({ key }) => key === one.key.replace("rougeLsum", "rougeL"));
    const isSame =
      other !== undefined &&
      (["mean", "min", "q1", "median", "q3", "max"] as const).every((figure) => one[figure] === other[figure]);
    return isSame
      ? [`${one.key} equals ${other.key}: no text has a line end (params.split_summaries finds sentences)`]
      : [];
  });

const intervalNote = (records: number): string =>
  records > 1 ? "; [95 % 95 %] is the mean's interval" : records === 1 ? "; a single record has no interval" : "";

/** Each metric's mean with its interval, and its quantiles; over all records, and over each group. */
export const summaryLines = (summary: Summary, look: Look): Array<string> => {
  const { metrics, records, emptyAnswers, groups = [], isMixed } = summary;
  const lines: Array<string> = [];
  for (const group of groups) {
    lines.push(look.paint.bold(`  ${group.group}`), ...summaryTable(group.metrics, [over(group)], look), "");
  }
  const shown = isMixed ? groups.flatMap((group) => group.metrics) : metrics;
  const notes = [
    isMixed
      ? "no figures over all groups: they are different runs of the same records"
      : `${over(summary)}${intervalNote(records)}`,
    ...counted(emptyAnswers, "of the answers are empty texts"),
    ...sameNotes(metrics),
    ...lessNote(shown.some(({ isLessBetter }) => isLessBetter)),
  ];
  if (isMixed) return [...lines.slice(0, -1), ...notes.map((note) => look.paint.dim(`  ${note}`))];
  if (groups.length > 0) lines.push(look.paint.bold("  all records"));
  return [...lines, ...summaryTable(metrics, notes, look)];
};

/** Ids that are named before "and n more". */
const namedIds = 5;

const alone = (name: string, ids: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (ids.length === 0) return [];
  const rest = ids.length > namedIds ? ` and ${ids.length - namedIds} more` : "";
  return [`only in ${name}: ${ids.slice(0, namedIds).join(", ")}${rest}`];
};

const sideOf = { left: "A", right: "B" } as const;

const differenceTable = ({ differences }: GroupComparison, samples: number, { paint, room }: Look) =>
  Table.fitted(
    [
      metric,
      ...[right("A"), right("B"), right("A - B"), right("[95 %"), right("95 %]")],
      ...[right("p boot", 2), right("p rand", 1), { head: "Better" }],
    ],
    differences.map((one) => [
      one.key,
      ...[one.left, one.right, one.difference, one.low, one.high].map(Figure.formatScore),
      ...[one.bootstrapP, one.randomisationP].map((p) => Figure.formatP(p, samples)),
      one.better === null ? "–" : paint.bold(sideOf[one.better]),
    ]),
    paint,
    room,
  );

/** Each metric in both files, and how sure the difference is. */
export const comparisonLines = (comparison: Comparison, look: Look): Array<string> => {
  const { left, right: other, pairs, samples, onlyLeft, onlyRight, differences, groups = [] } = comparison;
  const lines: Array<string> = [];
  for (const group of groups) {
    lines.push(look.paint.bold(`  ${group.group}`));
    lines.push(...footed(differenceTable(group, samples, look), [`${group.pairs} records are in both`], look), "");
  }
  const all = [...differences, ...groups.flatMap((group) => group.differences)];
  const notes = [
    `A ${left}, B ${other}: ${pairs} records are in both`,
    "better where the interval leaves out 0; p boot is one-sided, p rand two-sided",
    ...(all.some(({ bootstrapP, randomisationP }) => Math.min(bootstrapP, randomisationP) <= Figure.leastP(samples))
      ? [`${Figure.formatP(0, samples)} is the least that ${samples} samples can show; --samples takes more`]
      : []),
    ...alone(left, onlyLeft),
    ...alone(other, onlyRight),
  ];
  if (differences.length === 0) return [...lines.slice(0, -1), ...notes.map((note) => look.paint.dim(`  ${note}`))];
  if (groups.length > 0) lines.push(look.paint.bold("  all records"));
  return [...lines, ...footed(differenceTable(comparison, samples, look), notes, look)];
};
