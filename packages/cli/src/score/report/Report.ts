/**
 * The report: one HTML file with nothing beside it, no script, nothing fetched. The summary, each metric's distribution, and its worst
 * cases with the words that candidate and reference share.
 */
import { closest, overlap, type Piece } from "@evalwire/metrics/overlap";
import type { Comparison, GroupComparison, Verdict } from "../Comparison.ts";
import * as Figure from "../output/Figure.ts";
import { placedWords, repeatNotes, scaleText, unscoredWords, unseenNotes } from "../output/textTables.ts";
import type { GroupSummary, MetricSummary, Summary } from "../Summary.ts";
import { escaped } from "./escaped.ts";
import * as histogramSvg from "./histogramSvg.ts";
import { reportStyle } from "./reportStyle.ts";
import type { Case, WorstCases } from "./WorstCases.ts";

export interface Report {
  /** The scored input, as named to the reader. */
  readonly source: string;
  readonly summary: Summary;
  /** Scores by key. */
  readonly columns: ReadonlyMap<string, ArrayLike<number>>;
  readonly worst: ReadonlyArray<WorstCases>;
  readonly comparison?: Comparison | undefined;
}

const cell = (value: number | null): string => `<td>${Figure.formatScore(value ?? Number.NaN)}</td>`;

const textCell = (text: string): string => `<td>${escaped(text)}</td>`;

/** Scrolls by itself where it is wider than the page. */
const table = (label: string, heads: ReadonlyArray<string>, rows: ReadonlyArray<string>): string => `
<div class="wide" role="region" aria-label="${escaped(label)}" tabindex="0"><table>
<thead><tr>${heads.map((head) => `<th scope="col">${escaped(head)}</th>`).join("")}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row}</tr>`).join("\n")}</tbody>
</table></div>`;

/** Leads to the metric's own section, the `at`-th, where there is one. */
const rowHead = (key: string, at: number | undefined, isLessBetter = false): string =>
  `<th scope="row">${at === undefined ? escaped(key) : `<a href="#metric-${at}">${escaped(key)}</a>`}${isLessBetter ? ' <span class="faint">less is better</span>' : ""}</th>`;

const summaryTable = ({ metrics }: GroupSummary, isLinked = true): string => {
  const hasCorpus = metrics.some(({ corpus }) => corpus !== undefined);
  return table(
    "Summary",
    [
      "Metric",
      "Scale",
      "Mean",
      "95 % from",
      "to",
      ...(hasCorpus ? ["Corpus"] : []),
      "Min",
      "25 %",
      "Median",
      "75 %",
      "Max",
    ],
    metrics.map(({ key, isLessBetter, scale, mean, low, high, corpus, min, q1, median, q3, max }, at) => {
      const figures = [mean, low, high, ...(hasCorpus ? [corpus?.score ?? null] : []), min, q1, median, q3, max].map(
        cell,
      );
      return [rowHead(key, isLinked ? at : undefined, isLessBetter), textCell(scaleText(scale)), ...figures].join("");
    }),
  );
};

const verdictCell = (better: Verdict): string => {
  if (better === null) return "<td>–</td>";
  return better === "too little data" ? textCell(better) : `<td><strong>${better === "left" ? "A" : "B"}</strong></td>`;
};

const differenceRows = ({ differences }: GroupComparison, samples: number, isLinked: boolean): ReadonlyArray<string> =>
  differences.flatMap(({ corpus, ...one }, at) => {
    const ofMeans = [
      ...[rowHead(one.key, isLinked ? at : undefined), verdictCell(one.better)],
      ...[one.left, one.right, one.difference, one.low, one.high].map(cell),
      textCell(one.effectSize === null ? "–" : one.effectSize.toFixed(2)),
      textCell(Figure.formatP(one.bootstrapP, samples)),
      textCell(one.isExact ? one.randomisationP.toFixed(4) : Figure.formatP(one.randomisationP, samples)),
      textCell(one.adjustedP.toFixed(4)),
    ].join("");
    if (corpus === undefined) return [ofMeans];
    const ofCorpora = [
      ...[rowHead(`${one.key}, corpus`, undefined), verdictCell(corpus.better)],
      ...[corpus.left, corpus.right, corpus.difference, null, null].map(cell),
      ...[textCell("–"), textCell(Figure.formatP(corpus.bootstrapP, samples))],
      ...[textCell(Figure.formatP(corpus.randomisationP, samples)), textCell(corpus.adjustedP.toFixed(4))],
    ].join("");
    return [ofMeans, ofCorpora];
  });

const differenceHeads = [
  ...["Metric", "Better", "A", "B", "A - B", "95 % from", "to", "Effect size"],
  ...["p (bootstrap)", "p (permutation)", "p (Holm)"],
];

const comparisonSection = (comparison: Comparison): string => {
  const { left, right, pairs, samples, onlyLeft, onlyRight, differences, groups = [] } = comparison;
  const unpaired =
    [...onlyLeft, ...onlyRight].length === 0 ? "" : `, ${onlyLeft.length} only in A, ${onlyRight.length} only in B`;
  const ofGroups = groups.map(
    (group) =>
      `<h3>${escaped(group.group)}</h3>${table(`Comparison of ${group.group}`, differenceHeads, differenceRows(group, samples, false))}`,
  );
  const ofAll =
    differences.length === 0
      ? ""
      : (groups.length > 0 ? "<h3>all records</h3>" : "") +
        table("Comparison", differenceHeads, differenceRows(comparison, samples, true));
  return `
<section>
<h2>Compared with ${escaped(right)}</h2>
<p><b>A</b> is ${escaped(left)}, <b>B</b> is ${escaped(right)}: ${pairs} records are in both${placedWords(comparison)}${unpaired}. One of them is better where the
bootstrap and the permutation test agree, at 0.05 after Holm's adjustment. The least p that ${samples} samples can show is ${escaped(Figure.formatP(0, samples))}.</p>
${ofGroups.join("")}${ofAll}
</section>`;
};

/** Characters of a text that are shown: a report of books would be no report. */
const longestText = 2000;

const shown = (pieces: ReadonlyArray<Piece>): string => {
  const parts: Array<string> = [];
  let room = longestText;
  for (const { text, isShared } of pieces) {
    if (room <= 0) break;
    const part = escaped(text.slice(0, room));
    room -= text.length;
    parts.push(isShared ? `<mark>${part}</mark>` : part);
  }
  const rest = pieces.reduce((sum, { text }) => sum + text.length, 0) - longestText;
  if (rest > 0) parts.push(` <span class="faint">… ${rest} more characters</span>`);
  return parts.length === 0 ? '<span class="faint">empty</span>' : parts.join("");
};

const caseItem = ({ id, index, line, score, texts: { candidate, references } }: Case): string => {
  const reference = closest(candidate, references);
  const sides = overlap(candidate, reference);
  const which = references.length > 1 ? `Reference (the closest of ${references.length})` : "Reference";
  return `
<li><article>
<h4><span class="score">${Figure.formatScore(score)}</span> ${escaped(id ?? String(index))} <span class="faint">line ${line}</span></h4>
<dl><div><dt>Candidate</dt><dd>${shown(sides.candidate)}</dd></div>
<div><dt>${which}</dt><dd>${shown(sides.reference)}</dd></div></dl>
</article></li>`;
};

const plot = (spread: MetricSummary, values: ArrayLike<number>): string =>
  `<svg class="plot" role="img" aria-label="${escaped(histogramSvg.words(spread))}" viewBox="0 0 ${histogramSvg.width} ${histogramSvg.height}">${histogramSvg.drawing(spread, values)}</svg>`;

const metricSection = ({ columns, worst }: Report, spread: MetricSummary, at: number): string => {
  const { cases = [] } = worst.find(({ key }) => key === spread.key) ?? {};
  const order = spread.isLessBetter ? "highest first: less is better" : "lowest first";
  return `
<section id="metric-${at}">
<h2>${escaped(spread.key)}</h2>
${plot(spread, columns.get(spread.key)!)}
<p class="faint signature">${spread.signatures.map((signature) => escaped(signature)).join("<br>")}</p>
<h3>Worst cases <span class="faint">${order}</span></h3>
<ol>${cases.map(caseItem).join("")}</ol>
</section>`;
};

/** The whole document. */
export const html = (report: Report): string => {
  const { source, summary, comparison } = report;
  const unscored = unscoredWords(summary)
    .map((text) => `, ${text}`)
    .join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Scores of ${escaped(source)}</title>
<style>${histogramSvg.style}${reportStyle}</style>
</head>
<body>
<main>
<h1>Scores of ${escaped(source)}</h1>
<p>${summary.records} records${unscored}. Intervals hold 95 % of the bootstrap's means. In the worst cases,
<mark>marked words</mark> occur in both texts.</p>
${[...repeatNotes(summary), ...unseenNotes(summary)].map((note) => `<p>${escaped(note)}.</p>`).join("\n")}
${summary.isMixed ? "" : summaryTable(summary)}
${(summary.groups ?? []).map((group) => `<h2>${escaped(group.group)}</h2>\n<p>${group.records} records.</p>${summaryTable(group, !summary.isMixed)}`).join("\n")}
${comparison === undefined ? "" : comparisonSection(comparison)}
${summary.metrics.map((spread, at) => metricSection(report, spread, at)).join("")}
</main>
</body>
</html>
`;
};
