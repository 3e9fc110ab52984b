/** SGP: v4 test case results, with references where they were read with `view=TestCaseVersion`, and v5 evaluation items. */
import type { ExportReader, ExportRecord, Fields } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, get, has, idIn, isRow, type Row, withoutItem } from "./row.ts";
import { textsOf } from "./text.ts";

const evaluationOf = (row: Row): Readonly<Record<string, string>> =>
  row["evaluation_id"] === undefined ? {} : { evaluation_id: String(row["evaluation_id"]) };

const readResult = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const data = get(row, "test_case_version", "test_case_data");
  const output = get(row, "test_case_evaluation_data", "generation_output");
  const own = fields.candidate === undefined ? output : at(row, withoutItem(fields.candidate));
  const expected =
    fields.reference === undefined ? get(data, "expected_output") : at(row, withoutItem(fields.reference));
  return [
    {
      id: idIn(row["test_case_id"]),
      ...textsOf(own, expected),
      run: evaluationOf(row),
      item: row,
      testCase: isRow(data) ? data : {},
      output: own,
    },
  ];
};

const readItem = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const data = row["data"];
  const named = (path: string | undefined) => path && withoutItem(path).replace(/^data\./, "");
  const said = { candidate: named(fields.candidate), reference: named(fields.reference) };
  const { candidate, reference } = placesIn(isRow(data) ? Object.keys(data) : [], said);
  return [
    {
      id: idIn(row["id"]),
      ...textsOf(candidate && at(data, candidate), reference && at(data, reference)),
      run: evaluationOf(row),
      item: isRow(data) ? { ...row, ...data } : row,
    },
  ];
};

const placesOfItem = (first: unknown, fields: Fields): { candidate: string; reference: string } => {
  const data = get(first, "data");
  const { candidate, reference } = placesIn(isRow(data) ? Object.keys(data) : [], fields);
  return {
    candidate: candidate === undefined ? "none: say --candidate" : `data.${candidate.replace(/^data\./, "")}`,
    reference: reference === undefined ? "none: say --reference" : `data.${reference.replace(/^data\./, "")}`,
  };
};

/** Columns of any of the items: those that are null may be left out of one. */
const settle = (rows: ReadonlyArray<unknown>, fields: Fields): Fields => {
  const columns = rows.flatMap((row) => Object.keys(Object(get(row, "data"))));
  const { candidate, reference } = placesIn([...new Set(columns)], {
    candidate: fields.candidate?.replace(/^(item\.)?data\./, ""),
    reference: fields.reference?.replace(/^(item\.)?data\./, ""),
  });
  return {
    candidate: fields.candidate ?? (candidate && `data.${candidate}`),
    reference: fields.reference ?? (reference && `data.${reference}`),
  };
};

const isResult = (row: unknown): boolean => has(row, "test_case_evaluation_data") && has(row, "test_case_id");
const isItem = (row: unknown): boolean =>
  get(row, "object") === "evaluation.item" || (has(row, "evaluation_id", "data") && isRow(get(row, "data")));

export const sgp: ExportReader = {
  name: "sgp",
  title: "SGP results",
  recognises: ({ first }) => isResult(first) || isItem(first),
  shows: (row, fields) => {
    const { candidate, reference } = settle([row], fields);
    return isResult(row) || (candidate !== undefined && reference !== undefined);
  },
  settle: (rows, fields) => (rows.some(isResult) ? fields : settle(rows, fields)),
  open: ({ first }, fields) =>
    isResult(first)
      ? {
          read: (row) => readResult(row, fields),
          candidate: fields.candidate ?? "test_case_evaluation_data.generation_output",
          reference:
            fields.reference ??
            (has(first, "test_case_version")
              ? "test_case_version.test_case_data.expected_output"
              : "none: read the results with view=TestCaseVersion"),
        }
      : { read: (row) => readItem(row, fields), ...placesOfItem(first, fields) },
};
