/** HELM: the request states of a scenario, once for every trial and perturbation. */
import type { ExportReader, ExportRecord, Fields } from "./ExportReader.ts";
import { at, get, has, idIn, isRow, listOf, type Row, withoutItem } from "./row.ts";
import { answerText, referenceTexts } from "./text.ts";

/** In multiple choice the completion is a letter, and the state says what it stands for. */
const answerOf = (row: Row): string | null => {
  if (get(row, "result", "success") === false) return null;
  const text = answerText(get(row, "result", "completions", 0, "text"));
  const meaning = text === null ? undefined : get(row, "output_mapping", text.trim());
  return meaning === undefined ? text : answerText(meaning);
};

const correct = (row: Row): unknown =>
  listOf(get(row, "instance", "references"))
    .filter((one) => listOf(get(one, "tags")).includes("correct"))
    .map((one) => get(one, "output", "text"));

const perturbationOf = (row: Row): string => {
  const perturbation = get(row, "instance", "perturbation");
  if (!isRow(perturbation)) return "none";
  const { name, ...rest } = perturbation;
  return Object.keys(rest).length === 0 ? String(name) : `${name} ${JSON.stringify(rest)}`;
};

/** Which of several completions is meant is for the caller to say. */
const problemOf = (row: Row, { candidate }: Fields): string | undefined => {
  const { length } = listOf(get(row, "result", "completions"));
  return length < 2 || candidate !== undefined
    ? undefined
    : `it has ${length} completions; choose one with --candidate item.result.completions.0.text`;
};

const read = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const expected = fields.reference === undefined ? correct(row) : at(row, withoutItem(fields.reference));
  const reference = row["reference_index"];
  const problem = problemOf(row, fields);
  return [
    {
      id: idIn(get(row, "instance", "id")),
      answer: fields.candidate === undefined ? answerOf(row) : answerText(at(row, withoutItem(fields.candidate))),
      references: referenceTexts(expected),
      run: {
        train_trial_index: String(row["train_trial_index"] ?? 0),
        perturbation: perturbationOf(row),
        ...(reference !== undefined && reference !== null && { reference_index: String(reference) }),
      },
      item: row,
      testCase: { input: get(row, "instance", "input", "text") },
      ...(problem !== undefined && { problem }),
    },
  ];
};

export const helm: ExportReader = {
  name: "helm",
  title: "HELM scenario state",
  recognises: ({ first }) => has(first, "instance", "request") && has(get(first, "instance"), "input"),
  open: (_, fields) => ({
    read: (row) => read(row, fields),
    candidate: fields.candidate ?? "result.completions[0].text",
    reference: fields.reference ?? "instance.references tagged correct",
  }),
};
