/** A table in plain text: columns aligned by their widest cell, numbers to the right, no more ink than needed. */
import { printable } from "./printable.ts";
import type { Paint } from "./Terminal.ts";

export interface Column {
  readonly head: string;
  readonly align?: "left" | "right";
  /** Where there is no room for all columns, the one with the highest goes first, the last of equal ones; those without stay. */
  readonly dropPriority?: number;
}

/** Characters a text takes on the screen: colour codes take none. */
export const width = (text: string): number => stripped(text).length;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character.
const colourCode = /\u001b\[[0-9;]*m/g;
const stripped = (text: string): string => text.replace(colourCode, "");

/**
 * The text, with its control characters shown, at exactly `size` characters: cut off with an ellipsis, or filled up with spaces on the side away from
 * `align`. The text must not be coloured yet.
 */
export const fit = (whole: string, size: number, align: "left" | "right" = "left"): string => {
  const text = printable(whole);
  if (text.length > size) return size > 0 ? `${text.slice(0, size - 1)}…` : "";
  return align === "left" ? text.padEnd(size) : text.padStart(size);
};

const padded = (text: string, size: number, align: "left" | "right"): string => {
  const gap = " ".repeat(Math.max(0, size - width(text)));
  return align === "left" ? text + gap : gap + text;
};

type Rows = ReadonlyArray<ReadonlyArray<string>>;

const indent = 2;
const wideGap = 3;
const narrowGap = 2;

const widthsOf = (columns: ReadonlyArray<Column>, rows: Rows): ReadonlyArray<number> =>
  columns.map(({ head }, index) => rows.reduce((most, row) => Math.max(most, width(row[index] ?? "")), width(head)));

const total = (widths: ReadonlyArray<number>, gap: number): number =>
  indent + widths.reduce((sum, size) => sum + size + gap, -gap);

const printed = (columns: ReadonlyArray<Column>, rows: Rows, gap: number, paint: Paint): Array<string> => {
  const widths = widthsOf(columns, rows);
  const print = (cells: ReadonlyArray<string>) =>
    `${" ".repeat(indent)}${columns
      .map(({ align = "left" }, index) => padded(cells[index] ?? "", widths[index]!, align))
      .join(" ".repeat(gap))
      .trimEnd()}`;
  return [paint.dim(print(columns.map(({ head }) => head))), ...rows.map(print)];
};

/** The table's lines, indented by two spaces; without rows only the heads. */
export const lines = (columns: ReadonlyArray<Column>, rows: Rows, paint: Paint): Array<string> =>
  printed(columns, rows, wideGap, paint);

/**
 * The table in so many characters: closer together where that is enough, without columns that can be dropped where it is not. Columns
 * without a priority stay, even where it is wider.
 */
export const fitted = (
  columns: ReadonlyArray<Column>,
  rows: Rows,
  paint: Paint,
  room: number,
): { readonly lines: Array<string>; readonly leftOut: ReadonlyArray<string> } => {
  const widths = widthsOf(columns, rows);
  const kept = new Set(columns.keys());
  const isTooWide = (gap: number) =>
    total(
      widths.filter((_, index) => kept.has(index)),
      gap,
    ) > room;
  const gap = isTooWide(wideGap) ? narrowGap : wideGap;
  const dropPriority = (index: number) => columns[index]?.dropPriority ?? 0;
  const order = [...kept]
    .filter((index) => dropPriority(index) > 0)
    .sort((a, b) => dropPriority(b) - dropPriority(a) || b - a);
  for (const index of order) if (isTooWide(gap)) kept.delete(index);
  const pick = <A>(cells: ReadonlyArray<A>) => cells.filter((_, index) => kept.has(index));
  return {
    lines: printed(pick(columns), rows.map(pick), gap, paint),
    leftOut: columns.filter((_, index) => !kept.has(index)).map(({ head }) => head),
  };
};
