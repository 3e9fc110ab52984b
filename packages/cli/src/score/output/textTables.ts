/** Results of a run, as lines for a reader. */
import * as Table from "../../terminal/Table.ts";
import type { Paint } from "../../terminal/Terminal.ts";
import type { Comparison, GroupComparison, Verdict } from "../Comparison.ts";
import type { Unscored } from "../Scores.ts";
import type { GroupSummary, MetricSummary, Summary } from "../Summary.ts";
import * as Figure from "./Figure.ts";

/** How it is shown. */
export interface Look {
  readonly paint: Paint;
  /** Characters in a line; `Infinity` where the output is no screen. */
  readonly room: number;
}

const metric = { head: "Metric" };
const right = (head: string, dropPriority = 0) => ({ head, align: "right", dropPriority }) as const;

/** A text in lines of at most so many characters, broken between words; a longer word stays whole. */
const wrapped = (text: string, room: number): ReadonlyArray<string> => {
  const lines: Array<string> = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** Notes, indented as tables are. */
const noted = (notes: ReadonlyArray<string>, { paint, room }: Look): ReadonlyArray<string> =>
  notes.flatMap((note) => wrapped(note, room - 4).map((line, at) => paint.dim(at === 0 ? `  ${line}` : `    ${line}`)));

/** The notes below a table, each in a line of its own. */
const footed = (
  { lines, leftOut }: ReturnType<typeof Table.fitted>,
  notes: ReadonlyArray<string>,
  { paint, room }: Look,
): Array<string> => {
  const missing = leftOut.length === 0 ? [] : [`${leftOut.join(", ")}: no room in ${room} columns; --json has all`];
  return [...lines, ...noted([...notes, ...missing], { paint, room })];
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
  [`over ${summary.records} ${summary.records === 1 ? "record" : "records"}`, ...unscoredWords(summary)].join(", ");

/** The range of numbers, like `0–1`. */
export const scaleText = (scale: MetricSummary["scale"]): string => (scale === null ? "–" : `${scale[0]}–${scale[1]}`);

const figure = (value: number | null | undefined): string => Figure.formatScore(value ?? Number.NaN);

const summaryTable = (metrics: ReadonlyArray<MetricSummary>, notes: ReadonlyArray<string>, look: Look) => {
  const hasCorpus = metrics.some(({ corpus }) => corpus !== undefined);
  const table = Table.fitted(
    [
      metric,
      ...[right("Scale", 4), right("Mean"), right("[95 %"), right("95 %]"), ...(hasCorpus ? [right("Corpus")] : [])],
      ...[right("Min", 2), right("25 %", 3), right("Median", 1), right("75 %", 3), right("Max", 2)],
    ],
    metrics.map(({ key, isLessBetter, scale, mean, low, high, corpus, min, q1, median, q3, max }) => [
      ...[nameOf(key, isLessBetter), scaleText(scale)],
      ...[mean, low, high, ...(hasCorpus ? [corpus?.score] : []), min, q1, median, q3, max].map(figure),
    ]),
    look.paint,
    look.room,
  );
  return footed(table, notes, look);
};

/** rougeLsum of one-line texts is rougeL: if another number is expected, line ends were lost on the way. */
const sameNotes = (metrics: ReadonlyArray<MetricSummary>): ReadonlyArray<string> =>
  metrics.flatMap((one) => {
    const asL = one.signatures.map((signature) => signature.replace(/^rougeLsum\|lines:newline\|/, "rougeL|"));
    if (one.mean === null || asL.some((signature, at) => signature === one.signatures[at])) return [];
    const other = metrics.find(({ signatures }) => signatures.join() === asL.join());
    const isSame =
      other !== undefined &&
      (["mean", "min", "q1", "median", "q3", "max"] as const).every((figure) => one[figure] === other[figure]);
    return isSame
      ? [`${one.key} equals ${other.key}: no text has a line end (params.split_summaries finds sentences)`]
      : [];
  });

/** The records in which a metric of words finds no words. */
export const unseenNotes = ({ withoutTokens }: Pick<Summary, "withoutTokens">): ReadonlyArray<string> =>
  Object.entries(withoutTokens).map(
    ([component, records]) =>
      `${component} sees nothing of ${records} ${records === 1 ? "record, where a text has" : "records, where texts have"} letters` +
      " but none of the tokens it compares; for other scripts rouge takes params.tokenizer",
  );

/** The records with an id that others have. */
export const repeatNotes = ({ repeatedIds }: Pick<Summary, "repeatedIds">): ReadonlyArray<string> =>
  counted(
    repeatedIds,
    repeatedIds === 1
      ? "record has an id that an earlier one has, too: it counts by itself"
      : "records have an id that an earlier one has, too: each counts by itself",
  );

const intervalNote = (records: number): string =>
  records > 1 ? "; [95 % 95 %] is the mean's interval" : records === 1 ? "; a single record has no interval" : "";

/** Each metric's mean with its interval, and its quantiles; over all records, and over each group. */
export const summaryLines = (summary: Summary, look: Look): Array<string> => {
  const { metrics, records, emptyAnswers, groups = [], isMixed } = summary;
  const lines: Array<string> = [];
  const [first, ...others] = isMixed ? groups.map((group) => sameNotes(group.metrics)) : [sameNotes(metrics)];
  const same = (first ?? []).filter((note) => others.every((notes) => notes.includes(note)));
  for (const group of groups) {
    const own = [over(group), ...sameNotes(group.metrics).filter((note) => !same.includes(note))];
    lines.push(look.paint.bold(`  ${group.group}`), ...summaryTable(group.metrics, own, look), "");
  }
  const shown = isMixed ? groups.flatMap((group) => group.metrics) : metrics;
  const notes = [
    isMixed
      ? "no figures over all groups: they are different runs of the same records"
      : `${over(summary)}${intervalNote(records)}`,
    ...counted(emptyAnswers, `of the answers ${emptyAnswers === 1 ? "is an empty text" : "are empty texts"}`),
    ...repeatNotes(summary),
    ...(shown.some(({ corpus }) => corpus !== undefined)
      ? ["Corpus is the score of all texts together, as papers report it; Mean is that of the records' own scores"]
      : []),
    ...unseenNotes(summary),
    ...same,
    ...lessNote(shown.some(({ isLessBetter }) => isLessBetter)),
  ];
  if (isMixed) return [...lines.slice(0, -1), ...noted(notes, look)];
  if (groups.length > 0) lines.push(look.paint.bold("  all records"));
  return [...lines, ...summaryTable(metrics, notes, look)];
};

/** Ids that are named before "and n more". */
const namedIds = 5;

const unpaired = (name: string, ids: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (ids.length === 0) return [];
  const rest = ids.length > namedIds ? ` and ${ids.length - namedIds} more` : "";
  return [`only in ${name}: ${ids.slice(0, namedIds).join(", ")}${rest}`];
};

const verdictText = (better: Verdict, paint: Paint): string => {
  if (better === null) return "–";
  return better === "too little data" ? "too few" : paint.bold(better === "left" ? "A" : "B");
};

const pText = (value: number, samples: number, isExact: boolean): string =>
  isExact ? value.toFixed(4) : Figure.formatP(value, samples);

const differenceTable = ({ differences }: GroupComparison, samples: number, { paint, room }: Look) =>
  Table.fitted(
    [
      metric,
      ...[right("A"), right("B"), right("A - B"), right("[95 %", 1), right("95 %]", 1)],
      ...[right("d", 4), right("p boot", 3), right("p rand", 2), right("p Holm"), { head: "Better" }],
    ],
    differences.flatMap(({ corpus, ...one }) => [
      [
        one.key,
        ...[one.left, one.right, one.difference, one.low, one.high].map(figure),
        one.effectSize === null ? "–" : one.effectSize.toFixed(2),
        ...[pText(one.bootstrapP, samples, false), pText(one.randomisationP, samples, one.isExact)],
        ...[pText(one.adjustedP, samples, true), verdictText(one.better, paint)],
      ],
      ...(corpus === undefined
        ? []
        : [
            [
              `${one.key}, corpus`,
              ...[corpus.left, corpus.right, corpus.difference, null, null].map(figure),
              "–",
              ...[pText(corpus.bootstrapP, samples, false), pText(corpus.randomisationP, samples, false)],
              ...[pText(corpus.adjustedP, samples, true), verdictText(corpus.better, paint)],
            ],
          ]),
    ]),
    paint,
    room,
  );

/** How few records are too few: what the tests could show at best. */
const fewNote = (pairs: number, samples: number): string => {
  const exact = 2 ** (1 - pairs);
  return exact > 1 / (samples + 1)
    ? `too few: ${pairs} ${pairs === 1 ? "pair" : "pairs"} cannot give a p value below ${exact.toFixed(4)}`
    : `too few: ${samples} samples cannot give a p value that stays below 0.05 for so many comparisons; --samples takes more`;
};

/** How those were paired that have no ids: files in another order would be paired wrongly. */
export const placedWords = ({ pairs, pairedByPlace = 0 }: Comparison): string => {
  if (pairedByPlace === 0) return "";
  return `, ${pairedByPlace === pairs ? "" : `${pairedByPlace} of them `}paired by their places, as they have no ids`;
};

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
    `A ${left}, B ${other}: ${pairs} ${pairs === 1 ? "record is" : "records are"} in both${placedWords(comparison)}`,
    "better: bootstrap (one-sided) and permutation test agree, at 0.05 after Holm's adjustment (p Holm); d is the effect size",
    ...(all.some(({ better }) => better === "too little data") ? [fewNote(pairs, samples)] : []),
    ...(all.some(
      ({ bootstrapP, randomisationP, isExact }) =>
        Math.min(bootstrapP, isExact ? 1 : randomisationP) <= Figure.leastP(samples),
    )
      ? [`${Figure.formatP(0, samples)} is the least that ${samples} samples can show; --samples takes more`]
      : []),
    ...unpaired(left, onlyLeft),
    ...unpaired(other, onlyRight),
  ];
  if (differences.length === 0) return [...lines.slice(0, -1), ...noted(notes, look)];
  if (groups.length > 0) lines.push(look.paint.bold("  all records"));
  return [...lines, ...footed(differenceTable(comparison, samples, look), notes, look)];
};
