/** lm-evaluation-harness: the samples of a task, once for every filter. */
import { pythonDict, pythonList, pythonTexts } from "../read/python.ts";
import type { ExportReader, ExportRecord, Fields } from "./ExportReader.ts";
import { at, get, has, idIn, isRow, withoutItem } from "./row.ts";
import { answerText, referenceTexts } from "./text.ts";

/** `target` is Python's `str` of it: lists, dicts and None are literals, unless the document has the very text. */
const targetOf = (row: unknown): unknown => {
  const target = get(row, "target");
  if (typeof target !== "string") return target;
  const doc = get(row, "doc");
  if (isRow(doc) && Object.values(doc).includes(target)) return target;
  if (target === "None") return null;
  const list = pythonList(target) ?? pythonTexts(target);
  return list !== undefined && list.length > 0 ? list : (pythonDict(target) ?? target);
};

/** The response behind the filter, or the one generated where there is no filter: a text, or a list where several were generated. */
const responseOf = (row: unknown): unknown => {
  const responses = get(row, "filtered_resps") ?? get(row, "resps");
  const first = Array.isArray(responses) ? responses[0] : responses;
  return Array.isArray(first) && first.length === 1 ? first[0] : first;
};

/** Generated text; a task that compares likelihoods has pairs of numbers and no text. */
const answerOf = (row: unknown): string | null => {
  const response = responseOf(row);
  return typeof response === "string" ? response : null;
};

const likelihoods = "it has likelihoods and no text: a task that chooses among answers cannot be scored by its text";

/** The likelihood of a whole text is a negative number; a request that generates has arguments for it beside its context. */
const isLikelihood = (row: unknown, response: unknown): boolean =>
  typeof response === "string" &&
  /^-(?:\d+\.\d+(?:e[-+]?\d+)?|inf)$/.test(response) &&
  has(get(row, "arguments", "gen_args_0"), "arg_0") &&
  !has(get(row, "arguments", "gen_args_0"), "arg_1");

const problemOf = (row: unknown): string | undefined => {
  const response = responseOf(row);
  if (isLikelihood(row, response)) return likelihoods;
  if (!Array.isArray(response) || response.length < 2) return undefined;
  if (response.length === 2 && /^(True|False)$/i.test(String(response[1]))) {
    return likelihoods;
  }
  return `it has ${response.length} answers to one document; choose one with --candidate item.filtered_resps.0.0`;
};

const read = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const problem = fields.candidate === undefined ? problemOf(row) : undefined;
  const expected = fields.reference === undefined ? targetOf(row) : at(row, withoutItem(fields.reference));
  return [
    {
      id: idIn(row["doc_id"]),
      answer: fields.candidate === undefined ? answerOf(row) : answerText(at(row, withoutItem(fields.candidate))),
      references: referenceTexts(expected),
      run: { filter: String(row["filter"] ?? "none") },
      item: row,
      testCase: { input: row["doc"] },
      ...(problem !== undefined && { problem }),
    },
  ];
};

export const lmEval: ExportReader = {
  name: "lm-eval",
  title: "lm-evaluation-harness samples",
  writesPython: true,
  recognises: ({ first }) => has(first, "doc_id", "doc") && (has(first, "filtered_resps") || has(first, "resps")),
  open: (_, fields) => ({
    read: (row) => read(row, fields),
    candidate: fields.candidate ?? "filtered_resps[0]",
    reference: fields.reference ?? "target",
  }),
};
