/** Argilla 2: records with fields, suggestions and responses, nested or flat with `question.responses`. */
import { pythonList } from "../read/python.ts";
import { ExportError, type ExportReader, type ExportRecord, type Fields } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, get, has, isRow, listOf, withoutItem } from "./row.ts";
import { answerText, jsonInText, referenceTexts } from "./text.ts";

const isText = (value: unknown): boolean => typeof value === "string";

/** The question whose responses are the references: as it was said, by the usual names, or the first that has texts. */
const questionOf = (names: ReadonlyArray<string>, said: string | undefined): string | undefined => {
  if (said !== undefined)
    return withoutItem(said)
      .replace(/^responses\./, "")
      .replace(/\.(responses|value)$/, "");
  return names.length <= 1 ? names[0] : (placesIn(names, { candidate: "\u0000" }).reference ?? names[0]);
};

const readNested = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const responses = row["responses"];
  const asked = isRow(responses) ? Object.keys(responses) : [];
  const withTexts = asked.filter((name) => listOf(get(responses, name)).some((one) => isText(get(one, "value"))));
  const question = questionOf(withTexts.length > 0 ? withTexts : asked, fields.reference);
  const given = question === undefined ? [] : listOf(get(responses, question));
  const ownFields = isRow(row["fields"]) ? Object.keys(row["fields"]) : [];
  const own = fields.reference === undefined ? undefined : at(row, withoutItem(fields.reference));
  const name = placesIn(ownFields, { reference: "\u0000" }).candidate;
  const answer =
    fields.candidate === undefined
      ? get(row["fields"], name ?? "")
      : (at(row, withoutItem(fields.candidate)) ?? at(row["fields"], withoutItem(fields.candidate)));
  const submitted = given.filter((one) => !has(one, "status") || get(one, "status") === "submitted");
  const texts = referenceTexts(submitted.map((one) => get(one, "value")));
  return [
    {
      id: answerText(row["id"]) ?? undefined,
      answer: answerText(answer),
      references: texts.length > 0 || own === undefined || isRow(own) ? texts : referenceTexts(own),
      run: {},
      item: row,
      testCase: { input: row["fields"] },
    },
  ];
};

const flatQuestions = (columns: ReadonlyArray<string>): ReadonlyArray<string> =>
  columns.filter((column) => column.endsWith(".responses")).map((column) => column.slice(0, -".responses".length));

/** A list, which a table of text holds as JSON or as Python writes it. */
const cell = (value: unknown): ReadonlyArray<unknown> => {
  if (typeof value !== "string") return listOf(value);
  const list = jsonInText(value);
  return Array.isArray(list) ? list : (pythonList(value) ?? []);
};

const openFlat = (columns: ReadonlyArray<string>, fields: Fields) => {
  const questions = flatQuestions(columns);
  const question = questionOf(questions, fields.reference);
  const own = columns.filter((column) => !/\.(responses|suggestion|score|agent|users|status)$/.test(column));
  const candidate =
    fields.candidate === undefined
      ? placesIn(
          own.filter((column) => !["id", "_server_id"].includes(column)),
          { reference: "\u0000" },
        ).candidate
      : withoutItem(fields.candidate);
  if (candidate === undefined) {
    throw new ExportError(`which column is the system's answer? Say it with --candidate; there are ${own.join(", ")}`);
  }
  const read = (row: unknown): ReadonlyArray<ExportRecord> => {
    if (!isRow(row)) return [];
    const states = cell(row[`${question}.responses.status`]);
    const given = cell(row[`${question}.responses`]).filter((_, at) => (states[at] ?? "submitted") === "submitted");
    return [
      {
        id: answerText(row["id"]) ?? undefined,
        answer: answerText(at(row, candidate)),
        references: referenceTexts(given),
        run: {},
        item: row,
      },
    ];
  };
  return { read, candidate, reference: `${question}.responses` };
};

const isNested = (row: unknown): boolean => has(row, "fields", "responses") && has(row, "suggestions");

export const argilla: ExportReader = {
  name: "argilla",
  title: "Argilla records",
  recognises: ({ first, columns }) =>
    isNested(first) ||
    (flatQuestions(columns ?? (isRow(first) ? Object.keys(first) : [])).length > 0 &&
      (has(first, "_server_id") || Object.keys(first as object).some((key) => key.endsWith(".responses.status")))),
  open: ({ first, columns }, fields) =>
    isNested(first)
      ? {
          read: (row) => readNested(row, fields),
          candidate: fields.candidate ?? "fields",
          reference: fields.reference ?? "responses",
        }
      : openFlat(columns ?? Object.keys(first as object), fields),
};
