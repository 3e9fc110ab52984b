/** RAGAS: `user_input`, `response`, `reference`; before 0.2 `question`, `answer`, `ground_truth`. */
import { pythonList } from "../read/python.ts";
import { type ExportReader, type ExportRecord, type Fields, isTextTable } from "./ExportReader.ts";
import { at, has, isRow, type Row, withoutItem } from "./row.ts";
import { answerText, referenceTexts } from "./text.ts";

/** A conversation has its last answer as the response. */
const answerOf = (row: Row, path: string): string | null => {
  const answer = at(row, path);
  if (answer !== undefined || path !== "response") return answerText(answer);
  return Array.isArray(row["user_input"]) ? answerText(row["user_input"]) : null;
};

/** Several, which a table has as Python writes a list. `reference` and `ground_truth` are one text, also one that looks like a list. */
const groundTruths = (value: unknown, isTable: boolean): unknown =>
  isTable && typeof value === "string" ? (pythonList(value) ?? value) : value;

const read = (row: unknown, candidate: string, reference: string | undefined, isTable: boolean) => {
  if (!isRow(row)) return [];
  const found = reference === undefined ? (row["ground_truth"] ?? row["reference"]) : at(row, reference);
  const expected = found ?? groundTruths(row["ground_truths"], isTable);
  const record: ExportRecord = {
    id: undefined,
    answer: answerOf(row, candidate),
    references: isTable && expected === "" ? [] : referenceTexts(expected),
    run: {},
    item: row,
    testCase: { input: row["user_input"] ?? row["question"] },
  };
  return [record];
};

const isOld = (row: unknown): boolean =>
  has(row, "question", "answer") && ["contexts", "ground_truth", "ground_truths"].some((key) => has(row, key));

export const ragas: ExportReader = {
  name: "ragas",
  title: "RAGAS samples",
  recognises: ({ first }) =>
    (has(first, "user_input") && ["response", "reference", "retrieved_contexts"].some((key) => has(first, key))) ||
    isOld(first),
  open: (sample, fields: Fields) => {
    const { first } = sample;
    const candidate =
      fields.candidate === undefined ? (isOld(first) ? "answer" : "response") : withoutItem(fields.candidate);
    const reference =
      fields.reference === undefined ? (isOld(first) ? undefined : "reference") : withoutItem(fields.reference);
    return {
      read: (row) => read(row, candidate, reference, isTextTable(sample)),
      candidate,
      reference: reference ?? "ground_truth",
    };
  },
};
