/** Braintrust: results of a local `Eval`, and events of the API, of which only the root spans are records. */
import type { ExportReader, ExportRecord, Fields } from "./ExportReader.ts";
import { at, get, has, isRow, type Row, withoutItem } from "./row.ts";
import { isFailure, textsOf } from "./text.ts";

const isChild = (row: Row): boolean => {
  if (typeof row["is_root"] === "boolean") return !row["is_root"];
  return has(row, "span_id", "root_span_id") && row["span_id"] !== row["root_span_id"];
};

/** A local `Eval` keeps no id and ends in any order: the input identifies the case. */
const idOf = (row: Row): string | undefined => {
  const origin = get(row, "origin", "id");
  if (origin !== undefined && origin !== null) return String(origin);
  const input = row["input"];
  return input === undefined ? undefined : typeof input === "string" ? input : JSON.stringify(input);
};

const read = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row) || isChild(row)) return [];
  const output = fields.candidate === undefined ? row["output"] : at(row, withoutItem(fields.candidate));
  const expected = fields.reference === undefined ? row["expected"] : at(row, withoutItem(fields.reference));
  const { answer, references } = textsOf(output, expected);
  return [
    {
      id: idOf(row),
      answer: isFailure(row["error"]) ? null : answer,
      references,
      run: has(row, "experiment_id") ? { experiment_id: String(row["experiment_id"]) } : {},
      item: row,
      testCase: { input: row["input"] },
      output,
    },
  ];
};

export const braintrust: ExportReader = {
  name: "braintrust",
  title: "Braintrust results",
  recognises: ({ first }) =>
    has(first, "span_id", "root_span_id") ||
    (has(first, "input") &&
      isRow(get(first, "scores")) &&
      (has(first, "output") || has(first, "expected") || has(first, "error"))),
  lacks: (rows) =>
    rows.some((row) => isRow(row) && isChild(row)) ? "only root spans are records, and it has none" : undefined,
  open: (_, fields) => ({
    read: (row) => read(row, fields),
    candidate: fields.candidate ?? "output",
    reference: fields.reference ?? "expected",
  }),
};
