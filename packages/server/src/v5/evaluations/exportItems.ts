/** Evaluation items as a table: a row for each item, a column for each field of any item's data, and its errors. */
import type { v5 } from "@evalwire/core/contract";

type Item = v5.EvaluationItems.EvaluationItem;

const cell = (value: unknown): string => {
  const text = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180, with a line of names; what is no text is JSON in its cell. */
export const csv = (items: ReadonlyArray<Item>): string => {
  const names = [...new Set(items.flatMap(({ data }) => Object.keys(data)))];
  const head = ["id", ...names, "task_errors"];
  const rows = items.map(({ id, data, task_errors }) => {
    const hasErrors = Object.keys(task_errors ?? {}).length > 0;
    return [id, ...names.map((name) => data[name]), hasErrors ? task_errors : undefined];
  });
  return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
};
