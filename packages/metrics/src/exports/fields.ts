/** Where answer and reference stand in tables whose columns people name themselves: by the names that are in use. */
import { ExportError, type Fields } from "./ExportReader.ts";
import { at, withoutItem } from "./row.ts";

const candidateNames = [
  ...["output", "outputs", "prediction", "predictions", "predicted", "response", "responses", "model_output"],
  ...[
    "model_response",
    "model_answer",
    "generated_text",
    "generated_output",
    "generated_answer",
    "generation",
    "generated",
    "generated_summary",
    "predicted_answer",
    "predicted_text",
    "predicted_summary",
  ],
  ...["pred", "preds"],
  ...["actual_output", "actual", "completion", "candidate", "hypothesis", "system_output", "llm_output", "answer"],
];

const referenceNames = [
  ...["reference", "references", "expected_output", "expected", "expected_answer", "expectedOutput", "ground_truth"],
  ...["ground_truths", "groundtruth", "groundTruth", "target", "targets", "ideal", "gold", "golden", "gold_answer"],
  ...[
    "reference_answer",
    "reference_output",
    "reference_summary",
    "expected_response",
    "expected_response/value",
    "expectations",
    "correct_answer",
    "correct_answers",
    "answers",
    "answer",
    "label",
    "labels",
  ],
  ...["summary", "highlights", "translation"],
];

const find = (
  names: ReadonlyArray<string>,
  columns: ReadonlyArray<string>,
  taken: string | undefined,
): string | undefined =>
  names.map((name) => columns.find((column) => column !== taken && column === name)).find((one) => one !== undefined) ??
  names
    .map((name) => columns.find((column) => column !== taken && column.toLowerCase() === name.toLowerCase()))
    .find((one) => one !== undefined);

export interface Places {
  readonly candidate: string | undefined;
  readonly reference: string | undefined;
}

/** Where the texts stand: as it was said, or by the usual names among the columns. */
export const placesIn = (columns: ReadonlyArray<string>, fields: Fields): Places => {
  const said = fields.reference === undefined ? undefined : withoutItem(fields.reference);
  const candidate =
    fields.candidate === undefined
      ? find(
          candidateNames.filter((name) => name !== "answer" || find(referenceNames.slice(0, -6), columns, undefined)),
          columns,
          said,
        )
      : withoutItem(fields.candidate);
  return { candidate, reference: said ?? find(referenceNames, columns, candidate) };
};

/** Among columns that have no more names than these. @throws ExportError where neither was said nor found */
export const bothIn = (columns: ReadonlyArray<string>, fields: Fields): { candidate: string; reference: string } => {
  const { candidate, reference } = placesIn(columns, fields);
  const seen = columns.slice(0, 20).join(", ") + (columns.length > 20 ? ", …" : "");
  if (candidate === undefined) {
    throw new ExportError(`which column is the system's answer? Say it with --candidate; there are ${seen}`);
  }
  if (reference === undefined) {
    throw new ExportError(`which column is the reference? Say it with --reference; there are ${seen}`);
  }
  return { candidate, reference };
};

export const valueAt = (row: unknown, path: string | undefined): unknown =>
  path === undefined ? undefined : at(row, path);
