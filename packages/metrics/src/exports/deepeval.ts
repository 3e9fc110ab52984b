/** DeepEval: goldens with names in snake case, test runs with names in camel case. */
import { ExportError, type ExportReader, type ExportRecord, type Fields, isTextTable } from "./ExportReader.ts";
import { at, has, isRow, withoutItem } from "./row.ts";
import { answerText, referenceTexts } from "./text.ts";

const read = (row: unknown, candidate: string, reference: string, isTable: boolean): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const expected = at(row, reference);
  const name = answerText(row["name"]);
  return [
    {
      id: name === null || name === "" ? undefined : name,
      answer: answerText(at(row, candidate)),
      references: isTable && expected === "" ? [] : referenceTexts(expected),
      run: {},
      item: row,
      testCase: { input: row["input"] },
    },
  ];
};

const isRun = (row: unknown): boolean => has(row, "actualOutput") || has(row, "input", "metricsData");
const isGolden = (row: unknown): boolean =>
  has(row, "input") &&
  (has(row, "actual_output") || has(row, "expected_output")) &&
  (has(row, "retrieval_context") || has(row, "additional_metadata") || has(row, "context") || has(row, "source_file"));
const isTurns = (row: unknown): boolean => has(row, "turns") && (has(row, "scenario") || has(row, "metricsData"));

export const deepeval: ExportReader = {
  name: "deepeval",
  title: "DeepEval export",
  writesPython: true,
  recognises: ({ first }) => isRun(first) || isGolden(first) || isTurns(first),
  open: (sample, fields: Fields) => {
    const { first } = sample;
    if (isTurns(first))
      throw new ExportError("DeepEval conversations have no single answer; give single-turn goldens or a test run");
    const [candidate, reference] = isRun(first)
      ? ["actualOutput", "expectedOutput"]
      : ["actual_output", "expected_output"];
    const places = {
      candidate: fields.candidate === undefined ? candidate! : withoutItem(fields.candidate),
      reference: fields.reference === undefined ? reference! : withoutItem(fields.reference),
    };
    return { ...places, read: (row) => read(row, places.candidate, places.reference, isTextTable(sample)) };
  },
};
