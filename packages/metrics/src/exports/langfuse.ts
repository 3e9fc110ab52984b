/**
 * Langfuse: traces and observations hold the answers, dataset items the references, and run items say which belongs to which. Values that
 * are no text are stored as JSON inside a text.
 */
import {
  ExportError,
  type ExportReader,
  type ExportRecord,
  type Fields,
  type Lookups,
  type Sample,
} from "./ExportReader.ts";
import { at, get, has, isRow, type Row, withoutItem } from "./row.ts";
import { answerText, jsonInText, referenceTexts } from "./text.ts";

const isItems = (row: unknown): boolean => has(row, "datasetId", "expectedOutput");
const isRunItems = (row: unknown): boolean => has(row, "datasetItemId", "traceId");
const isScores = (row: unknown): boolean => has(row, "traceId", "dataType", "value") && !has(row, "output");
const isTraces = (row: unknown): boolean => has(row, "id", "timestamp", "bookmarked", "output");
const isObservations = (row: unknown): boolean => has(row, "traceId", "startTime", "output");

const decoded = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      key === "input" || key === "output" || key === "metadata" || key === "expectedOutput"
        ? (jsonInText(value) ?? value)
        : value,
    ]),
  );

const kept = (lookups: Lookups, kind: string): Map<string, unknown> => {
  const known = lookups.get(kind) ?? new Map<string, unknown>();
  lookups.set(kind, known);
  return known;
};

const joinedReference = (lookups: Lookups, trace: string): { item: string | undefined; expected: unknown } => {
  const item = lookups.get("run items")?.get(trace) as string | undefined;
  return { item, expected: item === undefined ? undefined : lookups.get("items")?.get(item) };
};

const damaged =
  "its JSON is damaged: Langfuse decodes escapes inside stored JSON; export it as JSON Lines or read it by the API";

const readTrace = (row: unknown, fields: Fields, lookups: Lookups): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const trace = String(row["traceId"] ?? row["id"]);
  const { item, expected } = joinedReference(lookups, trace);
  const whole = decoded(row);
  const path = fields.candidate === undefined ? "output" : withoutItem(fields.candidate);
  const output = path === "output" ? jsonInText(row["output"]) : at(whole, path);
  const isDamaged =
    path.split(".")[0] === "output" && row["output"] !== undefined && jsonInText(row["output"]) === undefined;
  const reference = fields.reference === undefined ? expected : at(whole, withoutItem(fields.reference));
  return [
    {
      id: item ?? String(row["id"]),
      answer: answerText(output),
      references: reference === "" ? [] : referenceTexts(jsonInText(reference)),
      run: {},
      item: whole,
      testCase: { input: whole["input"] },
      output,
      ...(isDamaged && { problem: damaged }),
    },
  ];
};

/** Items without traces: references without answers. */
const readItem = (row: unknown): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const whole = decoded(row);
  const references = referenceTexts(whole["expectedOutput"] === "" ? null : whole["expectedOutput"]);
  return [
    { id: String(row["id"]), answer: null, references, run: {}, item: whole, testCase: { input: whole["input"] } },
  ];
};

export const langfuse: ExportReader = {
  name: "langfuse",
  title: "Langfuse export",
  recognises: ({ first }) =>
    [isItems, isRunItems, isScores, isTraces, isObservations].some((matches) => matches(first)),
  lookup: ({ first }: Sample) => {
    if (isItems(first)) {
      return (row, lookups) => {
        kept(lookups, "items").set(String(get(row, "id")), get(row, "expectedOutput"));
      };
    }
    if (!isRunItems(first)) return undefined;
    return (row, lookups) => {
      kept(lookups, "run items").set(String(get(row, "traceId")), String(get(row, "datasetItemId")));
    };
  },
  open: ({ first }, fields, lookups) => {
    if (isScores(first)) throw new ExportError("Langfuse scores hold no texts; give the export of traces");
    if (isRunItems(first))
      throw new ExportError("Langfuse run items hold no texts; give them beside traces and dataset items");
    if (isItems(first)) return { read: readItem, candidate: "none", reference: "expectedOutput" };
    const isJoined = lookups.has("items") && lookups.has("run items");
    return {
      read: (row) => readTrace(row, fields, lookups),
      candidate: fields.candidate ?? "output",
      reference:
        fields.reference ??
        (isJoined
          ? "expectedOutput of the dataset items"
          : "none: give the dataset items and run items as well, or --reference"),
    };
  },
};
