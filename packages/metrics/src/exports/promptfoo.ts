/** promptfoo: JSON and JSON Lines have a result a row, CSV a row a test and five columns for each prompt and provider. */
import type { ExportReader, ExportRecord, Fields, Sample } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, get, has, isRow, listOf, type Row, withoutItem } from "./row.ts";
import { answerText, isFailure, referenceTexts } from "./text.ts";

/** An assertion's value is a reference where the assertion compares texts as wholes. */
const comparing = /^(?:not-)?(?:equals|rouge-[a-z]+|bleu|gleu|meteor|levenshtein|similar(?::\w+)?|factuality)$/;

const rendered = (value: unknown, vars: unknown): unknown => {
  if (typeof value !== "string") return value;
  if (/^file:\/\//.test(value)) return null;
  return value.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, path: string) => answerText(at(vars, path)) ?? whole);
};

const assertions = (asserts: unknown): ReadonlyArray<unknown> =>
  listOf(asserts).flatMap((one) => (has(one, "assert") ? assertions(get(one, "assert")) : [one]));

const asserted = (row: unknown, vars: unknown): ReadonlyArray<string> => {
  const values = assertions(get(row, "testCase", "assert"))
    .filter((one) => comparing.test(String(get(one, "type"))) && !String(get(one, "type")).startsWith("not-"))
    .flatMap((one) => referenceTexts(listOf(get(one, "value")).length > 0 ? get(one, "value") : [get(one, "value")]));
  return [...new Set(values.flatMap((value) => answerText(rendered(value, vars)) ?? []))];
};

const references = (row: Row, vars: unknown, { reference }: Fields): ReadonlyArray<string> => {
  if (reference !== undefined)
    return referenceTexts(at(row, withoutItem(reference)) ?? at(vars, withoutItem(reference)));
  const named = isRow(vars) ? placesIn(Object.keys(vars), { candidate: "\u0000" }).reference : undefined;
  const texts = named === undefined ? [] : referenceTexts(at(vars, named));
  return texts.length > 0 ? texts : asserted(row, vars);
};

/** `failureReason` is 2 where the call failed; `error` is set for a failed assertion as well. */
const answerOf = (row: Row, { candidate }: Fields): string | null => {
  if (get(row, "failureReason") === 2 || isFailure(get(row, "response", "error"))) return null;
  return answerText(candidate === undefined ? get(row, "response", "output") : at(row, withoutItem(candidate)));
};

const providerOf = (provider: unknown): string =>
  answerText(get(provider, "label") ?? get(provider, "id") ?? provider) ?? "";

const readResult = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const vars = get(row, "vars") ?? get(row, "testCase", "vars");
  const promptIdx = get(row, "promptIdx");
  const provider = providerOf(get(row, "provider"));
  const prompt = answerText(get(row, "prompt", "label")) ?? "";
  const run = promptIdx === undefined ? { provider, prompt } : { promptIdx: String(promptIdx) };
  return [
    {
      id: get(row, "testIdx") === undefined ? undefined : String(get(row, "testIdx")),
      answer: answerOf(row, fields),
      references: references(row, vars, fields),
      run,
      names: { provider, prompt },
      item: row,
      testCase: { input: vars },
    },
  ];
};

/** promptfoo puts an apostrophe before what a spreadsheet would take for a formula. */
const unguarded = (text: string): string => (/^'\s*[=+@-]/.test(text) ? text.slice(1) : text);

interface Output {
  readonly column: string;
  readonly status: string;
  readonly index: number;
}

const outputsOf = (columns: ReadonlyArray<string>): ReadonlyArray<Output> =>
  columns.flatMap((status, index) => {
    const isStatus = /^Status(\.\d+)?$/.test(status) && /^Score(\.\d+)?$/.test(columns[index + 1] ?? "");
    return isStatus && index > 0 ? [{ column: columns[index - 1]!, status, index }] : [];
  });

const openCsv = (columns: ReadonlyArray<string>, fields: Fields) => {
  const outputs = outputsOf(columns);
  const vars = columns.slice(0, outputs[0]!.index - 1).filter((column) => column !== "Description");
  const reference =
    fields.reference?.replace(/^(item\.)?(vars\.)?/, "") ?? placesIn(vars, { candidate: "\u0000" }).reference;
  let rows = 0;
  const read = (row: unknown): ReadonlyArray<ExportRecord> => {
    const test = rows++;
    if (!isRow(row)) return [];
    const input = Object.fromEntries(vars.map((name) => [name, unguarded(String(row[name] ?? ""))]));
    const found = reference === undefined ? undefined : input[reference];
    return outputs.map(({ column, status }, index) => {
      const [, provider = "", prompt = ""] = /^\[([^\]]*)\] ?(.*)$/s.exec(column) ?? [];
      const text = String(row[column] ?? "");
      return {
        id: String(test),
        answer: row[status] === "ERROR" ? null : unguarded(text),
        references: found === undefined || found === "" ? [] : [found],
        run: { promptIdx: String(index) },
        names: { provider, prompt },
        item: { ...row, vars: input },
        testCase: { input },
      };
    });
  };
  return { read, candidate: outputs.map(({ column }) => column).join(" and "), reference: reference ?? "no column" };
};

const isResult = ({ first, head }: Sample): boolean =>
  (has(first, "promptIdx", "testIdx") && has(first, "prompt")) ||
  (head.list === "results.results" && has(first, "vars") && has(first, "provider"));

export const promptfoo: ExportReader = {
  name: "promptfoo",
  title: "promptfoo results",
  recognises: (sample) => isResult(sample) || (sample.columns !== undefined && outputsOf(sample.columns).length > 0),
  open: ({ columns }, fields) =>
    columns !== undefined && outputsOf(columns).length > 0
      ? openCsv(columns, fields)
      : {
          read: (row) => readResult(row, fields),
          candidate: fields.candidate ?? "response.output",
          reference: fields.reference ?? "vars, or the values of assertions",
        },
};
