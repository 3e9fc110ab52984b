/** promptfoo: JSON and JSON Lines have a result a row, CSV a row a test and five columns for each prompt and provider. */
import { ExportError, type ExportReader, type ExportRecord, type Fields, type Sample } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, get, has, idIn, isRow, listOf, type Row, withoutItem } from "./row.ts";
import { answerText, isFailure, type Texts, textsOf } from "./text.ts";

/** An assertion's value is a reference where the assertion compares texts as wholes. */
const comparing =
  /^(?:equals|rouge-[a-z]+|bleu|gleu|meteor|levenshtein|similar(?::\w+)?|(?:model-graded-)?factuality)$/;

/** A value as the tool compared it, which stores the names of variables and files; `undefined` where it is not known. */
const rendered = (value: unknown, vars: unknown): unknown => {
  if (typeof value !== "string") return value;
  if (/^file:\/\//.test(value) || value.includes("{%")) return undefined;
  let isKnown = true;
  const text = value.replace(/\{\{([^{}]*)\}\}/g, (_, inside: string) => {
    const found = answerText(at(vars, inside.trim()));
    isKnown &&= found !== null;
    return found ?? "";
  });
  return isKnown ? text : undefined;
};

const assertions = (asserts: unknown): ReadonlyArray<unknown> =>
  listOf(asserts).flatMap((one) => (has(one, "assert") ? assertions(get(one, "assert")) : [one]));

const asserted = (row: unknown, vars: unknown): ReadonlyArray<unknown> =>
  assertions(get(row, "testCase", "assert"))
    .filter((one) => comparing.test(String(get(one, "type"))))
    .flatMap((one) => (listOf(get(one, "value")).length > 0 ? listOf(get(one, "value")) : [get(one, "value")]))
    .map((value) => rendered(value, vars));

const textsIn = (row: Row, vars: unknown, { candidate, reference, named }: Fields): Texts => {
  const output = candidate === undefined ? get(row, "response", "output") : at(row, withoutItem(candidate));
  if (reference !== undefined)
    return textsOf(output, at(row, withoutItem(reference)) ?? at(vars, withoutItem(reference)));
  const byName = named === undefined ? undefined : textsOf(output, at(vars, named));
  if (byName !== undefined && byName.references.length > 0) return byName;
  const texts = asserted(row, vars).map((value) => textsOf(output, value));
  return {
    answer: texts[0]?.answer ?? answerText(output),
    references: [...new Set(texts.flatMap(({ references }) => references))],
  };
};

/** `failureReason` is 2 where the call failed; `error` is set for a failed assertion as well. */
const hasFailed = (row: Row): boolean => get(row, "failureReason") === 2 || isFailure(get(row, "response", "error"));

/** A provider without a label of its own has an empty one. */
const providerOf = (provider: unknown): string =>
  answerText(get(provider, "label") || (get(provider, "id") ?? provider)) ?? "";

const varsOf = (row: unknown): unknown => get(row, "vars") ?? get(row, "testCase", "vars");

/** The variable with the references: a test may lack it, and has assertions then or none. */
const settle = (rows: ReadonlyArray<unknown>, fields: Fields): Fields => {
  const names = rows.flatMap((row) => Object.keys(Object(isTableRow(row) ? get(row, "test", "vars") : varsOf(row))));
  return { ...fields, named: placesIn([...new Set(names)], { candidate: "\u0000" }).reference };
};

const readResult = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const vars = varsOf(row);
  const promptIdx = get(row, "promptIdx");
  const provider = providerOf(get(row, "provider"));
  const prompt = answerText(get(row, "prompt", "label")) ?? "";
  const run = promptIdx === undefined ? { provider, prompt } : { promptIdx: String(promptIdx) };
  const { answer, references } = textsIn(row, vars, fields);
  return [
    {
      id: idIn(get(row, "testIdx")),
      answer: hasFailed(row) ? null : answer,
      references,
      run,
      names: { provider, prompt },
      item: row,
      testCase: { input: vars },
    },
  ];
};

/** The table of the web page as JSON: a row a test, with an output for each prompt and provider. */
const isTableRow = (row: unknown): boolean =>
  has(row, "outputs", "vars", "test") && listOf(get(row, "outputs")).some((one) => one === null || has(one, "text"));

const readTableRow = (row: unknown, fields: Fields): ReadonlyArray<ExportRecord> =>
  listOf(get(row, "outputs")).flatMap((cell, promptIdx) => {
    // A test that was not run for a prompt has none.
    const output = isRow(cell) ? cell : {};
    const test = get(row, "test");
    const own = { testIdx: get(row, "testIdx"), promptIdx, testCase: test, vars: get(test, "vars") };
    return readResult({ ...output, ...own, response: output["response"] ?? { output: output["text"] } }, fields);
  });

/** Whether a spreadsheet would take a text for a formula: a number with a sign it does not. */
const isFormula = (text: string): boolean => {
  const start = text.replace(/^[\s\u200b-\u200d]+/, "");
  return /^[=@]/.test(start) || (/^[+-]/.test(start) && !Number.isFinite(Number(start)));
};

/** promptfoo puts an apostrophe before what a spreadsheet would take for a formula. */
const unguarded = (text: string): string => (text.startsWith("'") && isFormula(text.slice(1)) ? text.slice(1) : text);

/** The text of a variable that was an object: nothing of it is left. */
const lost = "[object Object]";

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
  const all = outputsOf(columns);
  const said = fields.candidate === undefined ? undefined : withoutItem(fields.candidate);
  const outputs = all.filter(({ column }) => said === undefined || column === said);
  if (outputs.length === 0) {
    throw new ExportError(`there is no output ${said}; there are ${all.map(({ column }) => column).join(", ")}`);
  }
  const vars = columns.slice(0, all[0]!.index - 1).filter((column) => column !== "Description");
  const reference =
    fields.reference?.replace(/^(item\.)?(vars\.)?/, "") ?? placesIn(vars, { candidate: "\u0000" }).reference;
  const read = (row: unknown, place?: number): ReadonlyArray<ExportRecord> => {
    if (!isRow(row)) return [];
    const input = Object.fromEntries(vars.map((name) => [name, unguarded(String(row[name] ?? ""))]));
    const found = reference === undefined ? undefined : input[reference];
    return outputs.map((output) => {
      const { column, status } = output;
      const [, provider = "", prompt = column] = /^\[([^\]]*)\] ?(.*)$/s.exec(column) ?? [];
      const text = String(row[column] ?? "");
      // A test that was not run for a prompt has nothing in its cells.
      const hasAnswer = row[status] !== "ERROR" && row[status] !== "";
      return {
        id: idIn(place),
        answer: hasAnswer ? unguarded(text) : null,
        references: found === undefined || found === "" ? [] : [found],
        run: { promptIdx: String(all.indexOf(output)) },
        names: { provider, prompt },
        item: { ...row, vars: input },
        testCase: { input },
        ...(found === lost && {
          problem: `the variable ${reference} was an object, which CSV does not keep; export JSON`,
        }),
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
  recognises: (sample) =>
    isResult(sample) ||
    isTableRow(sample.first) ||
    (sample.columns !== undefined && outputsOf(sample.columns).length > 0),
  settle,
  open: ({ first, columns }, fields) =>
    columns !== undefined && outputsOf(columns).length > 0
      ? openCsv(columns, fields)
      : {
          read: (row) => (isTableRow(first) ? readTableRow(row, fields) : readResult(row, fields)),
          candidate: fields.candidate ?? "response.output",
          reference:
            fields.reference ??
            `${fields.named === undefined ? "" : `vars.${fields.named}, or `}the values of assertions`,
        },
};
