/** LangSmith: an experiment's table has answers and references side by side; dataset examples have only references. */
import { pythonDict, pythonList } from "../read/python.ts";
import type { ExportReader, ExportRecord, Fields } from "./ExportReader.ts";
import { placesIn } from "./fields.ts";
import { at, has, idIn, isRow, withoutItem } from "./row.ts";
import { isFailure, jsonInText, referenceTexts, textsOf } from "./text.ts";

const isExperiment = (columns: ReadonlyArray<string>): boolean =>
  columns.some((column) => column.startsWith("outputs.") || column.startsWith("reference.")) &&
  columns.some((column) => /^inputs?\./.test(column) || column === "example_id" || column.startsWith("feedback."));

/** The one of several columns that is meant: by the usual names, or the only one there is. */
const columnOf = (
  columns: ReadonlyArray<string>,
  prefix: string,
  said: string | undefined,
  kind: "candidate" | "reference",
  liked?: string,
): string | undefined => {
  if (said !== undefined) return withoutItem(said);
  const own = columns.filter((column) => column.startsWith(prefix)).map((column) => column.slice(prefix.length));
  const places = placesIn(own, kind === "reference" ? { candidate: "\u0000" } : { reference: "\u0000" });
  const name =
    own.length === 1
      ? own[0]
      : ((liked !== undefined && own.includes(liked) ? liked : undefined) ?? places[kind] ?? own[0]);
  return name === undefined ? undefined : prefix + name;
};

/** Cells of a data frame hold lists and objects as Python writes them. */
const cell = (value: unknown): unknown =>
  typeof value === "string" ? (pythonList(value) ?? pythonDict(value) ?? value) : value;

const readRun = (
  row: unknown,
  candidate: string | undefined,
  reference: string | undefined,
): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const output = candidate === undefined ? undefined : cell(at(row, candidate));
  const failed = isFailure(row["error"]) && (output === undefined || output === "" || output === null);
  const expected = reference === undefined ? undefined : cell(at(row, reference));
  const { answer, references } = textsOf(output, expected);
  const example = row["example_id"] ?? row["reference_example_id"];
  return [
    {
      id: idIn(example),
      answer: failed ? null : answer,
      references: expected === "" ? [] : references,
      run: {},
      item: row,
      testCase: { input: Object.fromEntries(Object.entries(row).filter(([key]) => /^inputs?\./.test(key))) },
      output,
    },
  ];
};

const onlyText = (outputs: unknown, path: string | undefined): unknown => {
  if (path !== undefined) return at(outputs, path);
  if (!isRow(outputs)) return outputs;
  const keys = Object.keys(outputs);
  const name = keys.length === 1 ? keys[0] : placesIn(keys, { candidate: "\u0000" }).reference;
  return name === undefined ? outputs : outputs[name];
};

const readExample = (row: unknown, { reference }: Fields): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const path = reference === undefined ? undefined : withoutItem(reference).replace(/^outputs\./, "");
  const references = referenceTexts(onlyText(jsonInText(row["outputs"]), path));
  return [{ id: idIn(row["id"]), answer: null, references, run: {}, item: row, testCase: { input: row["inputs"] } }];
};

const columnsOf = (first: unknown, columns: ReadonlyArray<string> | undefined): ReadonlyArray<string> =>
  columns ?? (isRow(first) ? Object.keys(first) : []);

const isExample = (first: unknown): boolean => has(first, "inputs", "outputs", "dataset_id");

export const langsmith: ExportReader = {
  name: "langsmith",
  title: "LangSmith export",
  recognises: ({ first, columns }) => isExample(first) || isExperiment(columnsOf(first, columns)),
  open: ({ first, columns }, fields) => {
    if (isExample(first)) {
      return {
        read: (row) => readExample(row, fields),
        candidate: "none: dataset examples hold only references",
        reference: fields.reference ?? "outputs",
      };
    }
    const all = columnsOf(first, columns);
    const reference = columnOf(all, "reference.", fields.reference, "reference");
    const liked = reference?.startsWith("reference.") ? reference.slice("reference.".length) : undefined;
    const candidate = columnOf(all, "outputs.", fields.candidate, "candidate", liked);
    return {
      read: (row) => readRun(row, candidate, reference),
      candidate: candidate ?? "no column",
      reference: reference ?? "no column",
    };
  },
};
