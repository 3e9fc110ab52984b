/** OpenAI evals: the framework's samples and event logs, and the output items of a run of the API. */
import { ExportError, type ExportReader, type ExportRecord, type Fields, unreadable } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, get, has, idIn, isRow, kindOf, withoutItem } from "./row.ts";
import { answerText, isFailure, referenceTexts, textsOf } from "./text.ts";

/** Of the events of a log only a comparison is a record; `sampling` has the same text once more. */
const readEvent = (row: unknown): ReadonlyArray<ExportRecord> => {
  const data = get(row, "data");
  if (!isRow(row) || row["type"] !== "match") return [];
  return [
    {
      id: idIn(row["sample_id"]),
      answer: answerText(get(data, "sampled")),
      references: referenceTexts(get(data, "expected") ?? null),
      run: { run_id: String(row["run_id"] ?? "") },
      item: row,
    },
  ];
};

const readSample = (row: unknown): ReadonlyArray<ExportRecord> => [
  {
    id: undefined,
    answer: null,
    references: referenceTexts(get(row, "ideal")),
    run: {},
    item: row,
    testCase: { input: get(row, "input") },
  },
];

/** The user's own item; a run made from a file has its lines' `item` as the data source item. */
const sourceOf = (row: unknown): unknown => {
  const source = get(row, isUpload(row) ? "item" : "datasource_item");
  return isRow(get(source, "item")) ? get(source, "item") : source;
};

const referenceOf = (row: unknown): string | undefined =>
  placesIn(Object.keys(Object(sourceOf(row))), { candidate: "\u0000" }).reference;

const readOutput = (row: unknown, { candidate, reference }: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const source = sourceOf(row);
  const output = candidate === undefined ? get(row, "sample", "output") : at(row, withoutItem(candidate));
  const path = reference === undefined ? undefined : withoutItem(reference);
  const expected = path === undefined ? undefined : (at(row, path) ?? at(source, path));
  const { answer, references } = textsOf(output, expected);
  const failed = isFailure(get(row, "sample", "error")) || row["status"] === "error" || row["status"] === "errored";
  return [
    {
      id: idIn(row["datasource_item_id"]),
      answer: failed ? null : answer,
      references,
      run: { run_id: String(row["run_id"] ?? "") },
      item: row,
      testCase: { input: source },
    },
  ];
};

/** A line uploaded for a run: the item, and the sample where there is one already. */
const readUpload = (row: unknown, { candidate, reference }: Fields): ReadonlyArray<ExportRecord> => {
  const item = get(row, "item");
  if (!isRow(row)) return [];
  if (!isRow(item)) return [unreadable(row, undefined, `its item is ${kindOf(item)}, not an object`)];
  const path = reference === undefined ? undefined : withoutItem(reference);
  const expected = path === undefined ? undefined : (at(row, path) ?? at(item, path));
  const output = candidate === undefined ? get(row, "sample", "output_text") : at(row, withoutItem(candidate));
  return [
    {
      id: undefined,
      ...textsOf(output, expected),
      run: {},
      item,
      testCase: { input: item },
    },
  ];
};

/** The kind of a line of a log. */
const kindOfEvent = (row: unknown): string =>
  has(row, "type") ? String(get(row, "type")) : (Object.keys(Object(row))[0] ?? "empty");

const isUpload = (row: unknown): boolean => has(row, "item", "sample") && has(get(row, "sample"), "output_text");
const isOutput = (row: unknown): boolean =>
  get(row, "object") === "eval.run.output_item" || has(row, "datasource_item", "sample");
const isEvent = (row: unknown): boolean => has(row, "spec") || has(row, "run_id", "event_id", "sample_id", "type");
/** Rows of one's own may have the same two, and the answer. */
const isSample = (row: unknown): boolean =>
  has(row, "input", "ideal") && placesIn(Object.keys(Object(row)), { reference: "ideal" }).candidate === undefined;

export const openaiEvals: ExportReader = {
  name: "openai-evals",
  title: "OpenAI evals",
  writesPython: true,
  recognises: ({ first }) => isOutput(first) || isEvent(first) || isSample(first) || isUpload(first),
  shows: (row) => !(isOutput(row) || isUpload(row)) || referenceOf(row) !== undefined,
  lacks: (rows) => {
    if (!rows.some(isEvent)) return undefined;
    const kinds = [...new Set(rows.map(kindOfEvent))].join(", ");
    return `a log has a record in each match event, and this one has none (its first lines: ${kinds}); evals that do not compare texts, such as those graded by a model, write none`;
  },
  settle: (rows, fields) => {
    if (fields.reference !== undefined || !rows.some((row) => isOutput(row) || isUpload(row))) return fields;
    const columns = rows.flatMap((row) => Object.keys(Object(sourceOf(row))));
    return { ...fields, reference: placesIn([...new Set(columns)], { candidate: "\u0000" }).reference };
  },
  open: ({ first }, fields) => {
    if (isEvent(first))
      return { read: readEvent, candidate: "data.sampled of match events", reference: "data.expected" };
    if (isSample(first))
      return { read: readSample, candidate: "none: samples hold only references", reference: "ideal" };
    if (isUpload(first)) {
      return {
        read: (row) => readUpload(row, fields),
        candidate: fields.candidate ?? "sample.output_text",
        reference: fields.reference ?? "none: say --reference",
      };
    }
    if (!isOutput(first))
      throw new ExportError("these are no samples, no event log and no output items of OpenAI evals");
    return {
      read: (row) => readOutput(row, fields),
      candidate: fields.candidate ?? "sample.output",
      reference: fields.reference ?? "none: say --reference",
    };
  },
};
