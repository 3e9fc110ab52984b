/** Inspect AI: the samples of a log, each once for every epoch. */
import { ExportError, type ExportReader, type ExportRecord, type Fields } from "./ExportReader.ts";
import { at, get, has, idIn, isRow, listOf, type Row, withoutItem } from "./row.ts";
import { answerText, isFailure, referenceTexts } from "./text.ts";

/** A sample that failed has no choices and an empty completion; older logs have only the choices. */
const answerOf = (row: Row): string | null => {
  const output = row["output"];
  if (isFailure(row["error"]) || isFailure(get(output, "error"))) return null;
  const choices = listOf(get(output, "choices"));
  const completion = get(output, "completion");
  if (choices.length === 0 && (completion === undefined || completion === null || completion === "")) return null;
  return completion === undefined || completion === null
    ? answerText(get(choices[0], "message"))
    : answerText(completion);
};

const read = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const expected = fields.reference === undefined ? row["target"] : at(row, withoutItem(fields.reference));
  return [
    {
      id: idIn(row["id"]),
      answer: fields.candidate === undefined ? answerOf(row) : answerText(at(row, withoutItem(fields.candidate))),
      // A sample without a target has an empty one.
      references: expected === "" ? [] : referenceTexts(expected),
      run: { epoch: String(row["epoch"] ?? 1) },
      item: row,
      testCase: { input: row["input"] },
    },
  ];
};

/** The head of a log: the whole of one without samples. */
const isHead = (first: unknown): boolean => has(first, "eval", "plan", "status") && !has(first, "id");

export const inspect: ExportReader = {
  name: "inspect",
  title: "Inspect AI log",
  writesPython: true,
  recognises: ({ first }) =>
    isHead(first) ||
    (has(first, "id", "epoch", "target") && (has(first, "output") || has(first, "messages") || has(first, "error"))),
  open: ({ first }, fields) => {
    if (isHead(first)) {
      const status = String(get(first, "status"));
      throw new ExportError(`the log has no samples (its status is ${status}): give one that was written with them`);
    }
    return {
      read: (row) => read(row, fields),
      candidate: fields.candidate ?? "output.completion",
      reference: fields.reference ?? "target",
    };
  },
};
