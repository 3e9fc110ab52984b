/** A metric's distribution as a drawing in SVG: no script, no font, no colour of its own but those of its style sheet. */
import { histogram } from "@evalwire/metrics/stats";
import * as Figure from "../output/Figure.ts";
import type { MetricSummary } from "../Summary.ts";
import { escaped } from "./escaped.ts";

export const width = 640;
export const height = 200;

const edge = { left: 44, right: 12, top: 34, bottom: 28 };
const bins = 20;

/** Shares of 1 and of 100 keep their whole scale, so that drawings can be compared; others get their own. */
const rangeOf = (min: number, max: number): readonly [number, number] => {
  if (min >= 0 && max <= 1) return [0, 1];
  if (min >= 0 && max <= 100) return [0, 100];
  return min < max ? [min, max] : [min - 1, max + 1];
};

/** Colours for both schemes, for a document of its own and for the report. */
export const style = `
.plot { --bar: #2f6f9f; --ink: #1f2328; --faint: #59636e; --rule: #d1d9e0; --band: #d9730d; font: 13px system-ui, sans-serif; }
.plot text { fill: var(--faint); } .plot .name { fill: var(--ink); font-weight: 600; font-size: 15px; }
.plot .bar { fill: var(--bar); } .plot .rule { stroke: var(--rule); } .plot .band { fill: var(--band); opacity: 0.3; }
.plot .mean { stroke: var(--band); stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  .plot { --bar: #6cb0e0; --ink: #e6edf3; --faint: #9da7b1; --rule: #3d444d; --band: #f0a050; }
}`.trim();

const shortNumber = (value: number): string => String(Number(value.toPrecision(3)));

/** The drawing's content: bars of equal width, the mean as a line, its 95 % interval as a band. */
export const drawing = (summary: MetricSummary, values: ArrayLike<number>): string => {
  const { key, mean, low, high, min, max } = summary;
  const name = `<text class="name" x="0" y="16">${escaped(key)}</text>`;
  if (mean === null || min === null || max === null) {
    return `${name}<text x="0" y="48">no scores</text>`;
  }
  const [from, to] = rangeOf(min, max);
  const { counts, edges } = histogram(values, { bins, range: [from, to] });
  const tallest = Math.max(...counts);
  const [across, down] = [width - edge.left - edge.right, height - edge.top - edge.bottom];
  const x = (value: number) => edge.left + ((value - from) / (to - from)) * across;
  const round = (value: number) => value.toFixed(1);
  const floor = edge.top + down;
  const bars = counts.map((count, bin) => {
    const size = (count / tallest) * down;
    const [start, end] = [edges[bin]!, edges[bin + 1]!];
    const title = `<title>${shortNumber(start)} to ${shortNumber(end)}: ${count}</title>`;
    const box = `x="${round(x(start) + 1)}" y="${round(floor - size)}" width="${round(x(end) - x(start) - 2)}" height="${round(size)}"`;
    return count === 0 ? "" : `<rect class="bar" ${box}>${title}</rect>`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = from + (to - from) * share;
    const anchor = share === 1 ? "end" : "middle";
    return `<text x="${round(x(value))}" y="${height - 8}" text-anchor="${anchor}">${shortNumber(value)}</text>`;
  });
  const hasInterval = low !== null && high !== null;
  const interval = hasInterval ? `, 95 % ${Figure.formatScore(low)} to ${Figure.formatScore(high)}` : "";
  const band = hasInterval
    ? `<rect class="band" x="${round(x(low))}" y="${edge.top - 8}" width="${round(Math.max(x(high) - x(low), 1))}" height="${down + 8}"/>`
    : "";
  return [
    name,
    `<text x="${width - edge.right}" y="16" text-anchor="end">mean ${Figure.formatScore(mean)}${interval}</text>`,
    ...bars,
    band,
    `<line class="mean" x1="${round(x(mean))}" x2="${round(x(mean))}" y1="${edge.top - 8}" y2="${floor}"/>`,
    `<line class="rule" x1="${edge.left}" x2="${width - edge.right}" y1="${floor}" y2="${floor}"/>`,
    `<text x="${edge.left - 8}" y="${edge.top + 5}" text-anchor="end">${tallest}</text>`,
    `<text x="${edge.left - 8}" y="${floor}" text-anchor="end">0</text>`,
    ...ticks,
  ].join("");
};

/** The drawing in words, for readers who cannot see it. */
export const words = ({ key, mean, low, high, median }: MetricSummary): string =>
  mean === null
    ? `${key}: no scores`
    : `Distribution of ${key}: mean ${Figure.formatScore(mean)}${low === null || high === null ? "" : `, 95 % interval ${Figure.formatScore(low)} to ${Figure.formatScore(high)}`}, median ${Figure.formatScore(median ?? Number.NaN)}`;

/** All metrics below each other, as a document of its own. */
export const histogramSvg = (
  metrics: ReadonlyArray<MetricSummary>,
  columns: ReadonlyMap<string, ArrayLike<number>>,
): string => {
  const margin = 16;
  const step = height + margin;
  const [full, tall] = [width + 2 * margin, metrics.length * step + margin];
  const plots = metrics.map(
    (one, index) =>
      `<g transform="translate(${margin} ${margin + index * step})">${drawing(one, columns.get(one.key)!)}</g>`,
  );
  const paper = "svg { background: #fff; } @media (prefers-color-scheme: dark) { svg { background: #0d1117; } }";
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 ${full} ${tall}" width="${full}" height="${tall}">
<title>${escaped(metrics.map(({ key }) => key).join(", "))}: distributions</title>
<style>${paper} ${style}</style>
${plots.join("\n")}
</svg>
`;
};
