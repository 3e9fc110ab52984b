/**
 * Label Studio: the answer is in a task's data, and what annotators wrote are the references. JSON has a task a row with all its
 * annotations; JSON_MIN, CSV and TSV have an annotation a row.
 */
import { ExportError, type ExportReader, type ExportRecord, type Fields, isTextTable } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, get, has, idIn, isRow, listOf, type Row, withoutItem } from "./row.ts";
import { answerText, jsonInText, referenceTexts } from "./text.ts";

/** Texts of a text area, or the names that were chosen. */
const texts = (regions: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  regions.flatMap((region) => referenceTexts(get(region, "value", "text") ?? get(region, "value", "choices") ?? null));

type Controls = ReadonlyMap<string, ReadonlyArray<unknown>>;

/** A marked part of a text has that part as its text: no annotator wrote it. */
const isMark = (region: unknown): boolean => /labels$/.test(String(get(region, "type")));

const addWritten = (controls: Map<string, Array<unknown>>, results: unknown): void => {
  for (const region of listOf(results)) {
    const value = get(region, "value");
    if ((!has(value, "text") && !has(value, "choices")) || isMark(region)) continue;
    const control = String(get(region, "from_name"));
    controls.set(control, [...(controls.get(control) ?? []), region]);
  }
};

/** The answers of annotators or models, by the control in which they were written. */
const written = (annotations: unknown): Controls => {
  const controls = new Map<string, Array<unknown>>();
  for (const annotation of listOf(annotations)) {
    if (get(annotation, "was_cancelled") !== true) addWritten(controls, get(annotation, "result"));
  }
  return controls;
};

/** Of several controls the one with a usual name, or the first; those in which something was written go before those with choices. */
const controlOf = (controls: Controls): string | undefined => {
  const all = [...controls.keys()];
  const withText = all.filter((name) => controls.get(name)!.some((region) => has(get(region, "value"), "text")));
  const names = withText.length > 0 ? withText : all;
  return names.length <= 1 ? names[0] : (placesIn(names, { candidate: "\u0000" }).reference ?? names[0]);
};

/** Annotations of all tasks: one of them may lack the control that is meant. */
const allOf = (rows: ReadonlyArray<unknown>, what: "annotations" | "predictions"): Controls =>
  written(rows.flatMap((row) => listOf(get(row, what))));

const settle = (rows: ReadonlyArray<unknown>, { candidate, reference }: Fields): Fields => {
  const columns = rows.flatMap((row) => Object.keys(Object(get(row, "data"))));
  const name = placesIn([...new Set(columns)], { reference: "\u0000" }).candidate;
  const [asked, predicted] = [controlOf(allOf(rows, "annotations")), controlOf(allOf(rows, "predictions"))];
  return {
    candidate: candidate ?? (name === undefined ? predicted && `predictions.${predicted}` : `data.${name}`),
    reference: reference ?? (asked && `annotations.${asked}`),
  };
};

/** An answer, and the model that predicted it. */
interface Answer {
  readonly output: unknown;
  readonly model?: string | undefined;
}

/** The control of a path, whether it is written with the list it is in or not. */
const controlIn = (path: string, what: "annotations" | "predictions"): string =>
  path.startsWith(`${what}.`) ? path.slice(what.length + 1) : path;

/** Several models may have predicted an answer to one task. */
const answersIn = (row: Row, path: string | undefined): ReadonlyArray<Answer> => {
  if (path === undefined) return [{ output: undefined }];
  const control = controlIn(path, "predictions");
  const own = control === path ? (at(row, path) ?? at(row["data"], path)) : undefined;
  if (own !== undefined) return [{ output: own }];
  const answers = listOf(row["predictions"]).flatMap((prediction): ReadonlyArray<Answer> => {
    const [output] = texts(written([prediction]).get(control) ?? []);
    return output === undefined ? [] : [{ output, model: answerText(get(prediction, "model_version")) ?? "" }];
  });
  return answers.length === 0 ? [{ output: undefined }] : answers;
};

const readTask = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const said = fields.reference === undefined ? undefined : withoutItem(fields.reference);
  const control = said === undefined ? undefined : controlIn(said, "annotations");
  const found = control === undefined ? [] : texts(written(row["annotations"]).get(control) ?? []);
  const own = said === undefined || control !== said ? undefined : (at(row, said) ?? at(row["data"], said));
  const answers = answersIn(row, fields.candidate === undefined ? undefined : withoutItem(fields.candidate));
  return answers.map(({ output, model }) => ({
    id: idIn(row["id"]),
    answer: answerText(output),
    references: found.length > 0 || own === undefined ? found : referenceTexts(own),
    run: model === undefined ? {} : { model_version: model },
    item: row,
    testCase: { input: row["data"] },
  }));
};

const ownColumns = new Set([
  ...["id", "annotation_id", "annotator", "lead_time", "created_at", "updated_at", "was_cancelled"],
  ...["agreement", "cancelled_annotations", "total_annotations", "total_predictions", "project", "file_upload"],
]);

const ownOf = (columns: ReadonlyArray<string>): ReadonlyArray<string> =>
  columns.filter((column) => !ownColumns.has(column));

/** A cell of CSV holds a list of texts, or several choices, as JSON. */
const cell = (value: unknown): unknown => {
  const read = jsonInText(value) ?? value;
  return has(read, "choices") ? get(read, "choices") : read;
};

const openFlat = (columns: ReadonlyArray<string>, fields: Fields, isTable: boolean) => {
  const own = ownOf(columns);
  const { candidate, reference } = placesIn(own, fields);
  if (candidate === undefined || reference === undefined) {
    const which = candidate === undefined ? "--candidate" : "--reference";
    throw new ExportError(`which column is it? Say it with ${which}; there are ${own.join(", ")}`);
  }
  const read = (row: unknown): ReadonlyArray<ExportRecord> => {
    if (!isRow(row)) return [];
    const expected = cell(at(row, reference));
    return [
      {
        id: idIn(row["id"]),
        answer: answerText(at(row, candidate)),
        references: isTable && expected === "" ? [] : referenceTexts(expected),
        run: {},
        names: { annotator: answerText(row["annotator"]) ?? "" },
        item: row,
      },
    ];
  };
  return { read, candidate, reference };
};

const isFlat = (row: unknown): boolean =>
  has(row, "annotation_id", "annotator") || has(row, "annotation_id", "lead_time");

export const labelStudio: ExportReader = {
  name: "label-studio",
  title: "Label Studio export",
  repeatsBy: "annotator",
  recognises: ({ first }) => (has(first, "annotations", "data") && isRow(get(first, "data"))) || isFlat(first),
  shows: (row, fields) => {
    const { candidate, reference } = isFlat(row)
      ? placesIn(ownOf(Object.keys(row as object)), fields)
      : settle([row], fields);
    return candidate !== undefined && reference !== undefined;
  },
  settle: (rows, fields) => (rows.some(isFlat) ? fields : settle(rows, fields)),
  open: (sample, fields) => {
    const { first, columns } = sample;
    if (isFlat(first)) return openFlat(columns ?? Object.keys(first as object), fields, isTextTable(sample));
    return {
      read: (row) => readTask(row, fields),
      candidate: fields.candidate ?? "a field of data with a usual name, or a prediction",
      reference: fields.reference ?? "annotations",
    };
  },
};
