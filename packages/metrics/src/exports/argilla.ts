/** Argilla 2: records with fields, suggestions and responses, nested or flat with `question.responses`. */
import { pythonList } from "../read/python.ts";
import { ExportError, type ExportReader, type ExportRecord, type Fields } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, get, has, idIn, isRow, listOf, withoutItem } from "./row.ts";
import { answerText, jsonInText, referenceTexts } from "./text.ts";

const isText = (value: unknown): boolean => typeof value === "string";
const areTexts = (value: unknown): boolean =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));

/** The question whose responses are the references: as it was said, by the usual names, or the first that has texts. */
const questionOf = (names: ReadonlyArray<string>, said: string | undefined): string | undefined => {
  if (said !== undefined)
    return withoutItem(said)
      .replace(/^responses\./, "")
      .replace(/\.(responses|value)$/, "");
  return names.length <= 1 ? names[0] : (placesIn(names, { candidate: "\u0000" }).reference ?? names[0]);
};

/** Of answers to a question: those in words go before labels, and a rating or a ranking is no text to compare with. */
const rankOf = (answers: ReadonlyArray<unknown>): number => {
  const texts = answers.filter(areTexts);
  return texts.some((one) => /\s/.test(String(one))) ? 2 : texts.length > 0 ? 1 : 0;
};

/** The questions that were answered by texts in any of the rows, those in words first. */
const withTexts = (
  questions: ReadonlyArray<string>,
  rows: ReadonlyArray<unknown>,
  answersOf: (row: unknown, question: string) => ReadonlyArray<unknown>,
): ReadonlyArray<string> =>
  questions
    .map((question) => ({ question, rank: rankOf(rows.flatMap((row) => answersOf(row, question))) }))
    .filter(({ rank }) => rank > 0)
    .sort((one, other) => other.rank - one.rank)
    .map(({ question }) => question);

const keysIn = (rows: ReadonlyArray<unknown>, ...path: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(rows.flatMap((row) => Object.keys(Object(get(row, ...path))))),
];

const textQuestions = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  withTexts(keysIn(rows, "responses"), rows, (row, question) =>
    listOf(get(row, "responses", question)).map((one) => get(one, "value")),
  );

/** A field may hold a conversation. */
const isChat = (field: unknown): boolean =>
  Array.isArray(field) && field.length > 0 && field.every((one) => has(one, "role", "content"));

/** The answer is in a field with a usual name, else what was suggested for the question, else a conversation. */
const settleNested = (rows: ReadonlyArray<unknown>, fields: Fields): Fields => {
  const question = questionOf(textQuestions(rows), fields.reference);
  const own = keysIn(rows, "fields");
  const named = placesIn(own, { reference: "\u0000" }).candidate;
  const suggested = rows.some((row) => areTexts(get(row, "suggestions", question ?? "", "value")));
  const chat = own.find((field) => rows.some((row) => isChat(get(row, "fields", field))));
  const places = [
    named && `fields.${named}`,
    suggested ? `suggestions.${question}.value` : undefined,
    chat && `fields.${chat}`,
  ];
  return {
    candidate: fields.candidate ?? places.find((place) => place !== undefined),
    reference: fields.reference ?? (question && `responses.${question}`),
  };
};

const readNested = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const responses = row["responses"];
  const question = fields.reference === undefined ? undefined : questionOf([], fields.reference);
  const given = question === undefined ? [] : listOf(get(responses, question));
  const isOwn = question !== undefined && fields.reference !== undefined && !has(responses, question);
  const own = isOwn ? at(row, withoutItem(fields.reference)) : undefined;
  const path = withoutItem(fields.candidate ?? "");
  const answer = at(row, path) ?? at(row["fields"], path);
  const submitted = given.filter((one) => !has(one, "status") || get(one, "status") === "submitted");
  const texts = referenceTexts(submitted.map((one) => get(one, "value")));
  return [
    {
      id: idIn(row["id"]),
      answer: answerText(answer),
      references: own === undefined || isRow(own) ? texts : referenceTexts(own),
      run: {},
      item: row,
      testCase: { input: row["fields"] },
    },
  ];
};

const noResponses = "none: no response in words or labels was found; say --reference";

const flatQuestions = (columns: ReadonlyArray<string>): ReadonlyArray<string> =>
  columns.filter((column) => column.endsWith(".responses")).map((column) => column.slice(0, -".responses".length));

/** A list, which a table of text holds as JSON or as Python writes it. */
const cell = (value: unknown): ReadonlyArray<unknown> => {
  if (typeof value !== "string") return listOf(value);
  const list = jsonInText(value);
  return Array.isArray(list) ? list : (pythonList(value) ?? []);
};

const openFlat = (columns: ReadonlyArray<string>, fields: Fields) => {
  const question = fields.reference === undefined ? undefined : questionOf([], fields.reference);
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
        id: idIn(row["id"]),
        answer: answerText(at(row, candidate)),
        references: referenceTexts(given),
        run: {},
        item: row,
      },
    ];
  };
  return { read, candidate, reference: question === undefined ? noResponses : `${question}.responses` };
};

/** Flat rows' questions that were answered by texts. */
const answeredQuestions = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  withTexts(flatQuestions(keysIn(rows)), rows, (row, question) => cell(get(row, `${question}.responses`)));

const settleFlat = (rows: ReadonlyArray<unknown>, fields: Fields): Fields => {
  if (fields.reference !== undefined) return fields;
  const question = questionOf(answeredQuestions(rows), undefined);
  return { ...fields, reference: question && `${question}.responses` };
};

const isNested = (row: unknown): boolean => has(row, "fields", "responses") && has(row, "suggestions");

export const argilla: ExportReader = {
  name: "argilla",
  title: "Argilla records",
  recognises: ({ first, columns }) =>
    isNested(first) ||
    (flatQuestions(columns ?? (isRow(first) ? Object.keys(first) : [])).length > 0 &&
      (has(first, "_server_id") || Object.keys(first as object).some((key) => key.endsWith(".responses.status")))),
  shows: (row, { reference }) =>
    reference !== undefined || (isNested(row) ? textQuestions([row]).length > 0 : answeredQuestions([row]).length > 0),
  settle: (rows, fields) => (rows.some(isNested) ? settleNested(rows, fields) : settleFlat(rows, fields)),
  open: ({ first, columns }, fields) => {
    if (!isNested(first)) return openFlat(columns ?? Object.keys(first as object), fields);
    if (fields.candidate === undefined) {
      const own = Object.keys(Object(get(first, "fields")));
      throw new ExportError(`which field is the system's answer? Say it with --candidate; there are ${own.join(", ")}`);
    }
    return {
      read: (row) => readNested(row, fields),
      candidate: fields.candidate,
      reference: fields.reference ?? noResponses,
    };
  },
};
