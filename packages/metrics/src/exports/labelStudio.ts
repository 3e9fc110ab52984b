/**
 * Label Studio: the answer is in a task's data, and what annotators wrote are the references. JSON has a task a row with all its
 * annotations; JSON_MIN, CSV and TSV have an annotation a row.
 */
import { ExportError, type ExportReader, type ExportRecord, type Fields } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, get, has, isRow, listOf, type Row, withoutItem } from "./row.ts";
import { answerText, jsonInText, referenceTexts } from "./text.ts";

/** Texts of a text area, or the names that were chosen. */
const texts = (regions: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  regions.flatMap((region) => referenceTexts(get(region, "value", "text") ?? get(region, "value", "choices") ?? null));

/** The answers of annotators or models, by the control in which they were written. */
const written = (annotations: unknown): ReadonlyMap<string, ReadonlyArray<unknown>> => {
  const controls = new Map<string, Array<unknown>>();
  for (const annotation of listOf(annotations)) {
    if (get(annotation, "was_cancelled") === true) continue;
    for (const region of listOf(get(annotation, "result"))) {
      const value = get(region, "value");
      if ((!has(value, "text") && !has(value, "choices")) || get(region, "type") === "labels") continue;
      const control = String(get(region, "from_name"));
      controls.set(control, [...(controls.get(control) ?? []), region]);
    }
  }
  return controls;
};

/** Of several controls the one with a usual name, or the first; those in which something was written go before those with choices. */
const controlOf = (controls: ReadonlyMap<string, ReadonlyArray<unknown>>): string | undefined => {
  const all = [...controls.keys()];
  const withText = all.filter((name) => controls.get(name)!.some((region) => has(get(region, "value"), "text")));
  const names = withText.length > 0 ? withText : all;
  return names.length <= 1 ? names[0] : (placesIn(names, { candidate: "\u0000" }).reference ?? names[0]);
};

const answerIn = (row: Row, { candidate }: Fields): unknown => {
  const data = row["data"];
  if (candidate !== undefined) {
    const path = withoutItem(candidate);
    return at(row, path) ?? at(data, path) ?? texts(written(row["predictions"]).get(path) ?? [])[0];
  }
  const name = isRow(data) ? placesIn(Object.keys(data), { reference: "\u0000" }).candidate : undefined;
  if (name !== undefined) return get(data, name);
  const predicted = written(row["predictions"]);
  return texts(predicted.get(controlOf(predicted) ?? "") ?? [])[0];
};

const readTask = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const controls = written(row["annotations"]);
  const said = fields.reference === undefined ? undefined : withoutItem(fields.reference);
  const own = said === undefined ? undefined : (at(row, said) ?? at(row["data"], said));
  const control = said ?? controlOf(controls);
  const found = control === undefined ? [] : texts(controls.get(control) ?? []);
  return [
    {
      id: String(row["id"]),
      answer: answerText(answerIn(row, fields)),
      references: found.length > 0 || own === undefined ? found : referenceTexts(own),
      run: {},
      item: row,
      testCase: { input: row["data"] },
    },
  ];
};

const ownColumns = new Set([
  ...["id", "annotation_id", "annotator", "lead_time", "created_at", "updated_at", "was_cancelled"],
  ...["agreement", "cancelled_annotations", "total_annotations", "total_predictions", "project", "file_upload"],
]);

/** A cell of CSV holds a list of texts, or several choices, as JSON. */
const cell = (value: unknown): unknown => {
  const read = jsonInText(value) ?? value;
  return has(read, "choices") ? get(read, "choices") : read;
};

const openFlat = (columns: ReadonlyArray<string>, fields: Fields, isTable: boolean) => {
  const own = columns.filter((column) => !ownColumns.has(column));
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
        id: String(row["id"]),
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
  open: ({ first, columns }, fields) => {
    if (isFlat(first)) return openFlat(columns ?? Object.keys(first as object), fields, columns !== undefined);
    return {
      read: (row) => readTask(row, fields),
      candidate: fields.candidate ?? "data",
      reference: fields.reference ?? "the texts or choices of annotations that were not cancelled",
    };
  },
};
