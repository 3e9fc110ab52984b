/** A table in plain text: columns aligned by their widest cell, numbers to the right, no more ink than needed. */
import type { Paint } from "./Terminal.ts";

export interface Column {
  readonly head: string;
  readonly align?: "left" | "right";
}

/** Characters a text takes on the screen: colour codes take none. */
export const width = (text: string): number => stripped(text).length;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character.
const colourCode = /\u001b\[[0-9;]*m/g;
const stripped = (text: string): string => text.replace(colourCode, "");

/**
 * The text at exactly `size` characters: cut off with an ellipsis, or filled up with spaces on the side away from
 * `align`. The text must not be coloured yet.
 */
export const fit = (text: string, size: number, align: "left" | "right" = "left"): string => {
  if (text.length > size) return size > 0 ? `${text.slice(0, size - 1)}…` : "";
  return align === "left" ? text.padEnd(size) : text.padStart(size);
};

const padded = (text: string, size: number, align: "left" | "right"): string => {
  const gap = " ".repeat(Math.max(0, size - width(text)));
  return align === "left" ? text + gap : gap + text;
};

/** The table's lines, indented by two spaces; without rows the heads alone. */
export const lines = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  paint: Paint,
): Array<string> => {
  const widths = columns.map(({ head }, index) => Math.max(width(head), ...rows.map((row) => width(row[index] ?? ""))));
  const print = (cells: ReadonlyArray<string>) =>
    `  ${columns
      .map(({ align = "left" }, index) => padded(cells[index] ?? "", widths[index] ?? 0, align))
      .join("   ")
      .trimEnd()}`;
  return [paint.dim(print(columns.map(({ head }) => head))), ...rows.map(print)];
};
