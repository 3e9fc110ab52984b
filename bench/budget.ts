/** Figures held against a budget. */
import { type Timing, table } from "./measure.ts";

export interface Line {
  readonly question: string;
  readonly figure: number;
  /** The unit of the figure: `×`, `ms`, `kB`. */
  readonly unit: string;
  readonly budget: { readonly most: number } | { readonly least: number };
}

const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);

const isMet = ({ figure, budget }: Line): boolean =>
  "most" in budget ? figure <= budget.most : figure >= budget.least;

/** Prints each figure beside its budget, and whether it is met. */
export const hold = (lines: ReadonlyArray<Line>): void =>
  table(
    ["question", "figure", "budget", ""],
    lines.map((line) => {
      const { question, figure, unit, budget } = line;
      const limit = "most" in budget ? `≤ ${budget.most}` : `≥ ${budget.least}`;
      return [question, `${digits(figure)} ${unit}`, `${limit} ${unit}`, isMet(line) ? "met" : "**missed**"];
    }),
  );

/** The same for figures that are equal on every run and every machine: one that is missed fails the run. */
export const require = (lines: ReadonlyArray<Line>): void => {
  hold(lines);
  if (!lines.every(isMet)) process.exitCode = 1;
};

/** The middle rounds as ratios, and beside them the least disturbed ones: in a unit of which a microsecond has so many. */
export const compare = (
  head: string,
  times: ReadonlyArray<Timing>,
  { unit, perMicrosecond }: { readonly unit: string; readonly perMicrosecond: number },
  against: ReadonlyArray<readonly [string, Timing]>,
): void =>
  table(
    [
      head,
      `${unit}, the middle round`,
      "the fastest",
      ...against.flatMap(([name]) => [`of ${name}`, "fastest to fastest"]),
    ],
    times.map(({ name, median, best }) => [
      name,
      median * perMicrosecond,
      best * perMicrosecond,
      ...against.flatMap(([, other]) => [`${digits(median / other.median)} ×`, `${digits(best / other.best)} ×`]),
    ]),
  );
