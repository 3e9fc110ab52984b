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
import { at, get, has, idIn, isRow, type Row, withoutItem } from "./row.ts";
import { answerText, jsonInText, referenceTexts, textsOf } from "./text.ts";

const isItems = (row: unknown): boolean => has(row, "datasetId", "expectedOutput");
const isRunItems = (row: unknown): boolean => has(row, "datasetItemId", "traceId");
const isScores = (row: unknown): boolean => has(row, "traceId", "dataType", "value") && !has(row, "output");
/** Of an export, or of the API. */
const isTraces = (row: unknown): boolean =>
  has(row, "id", "timestamp", "output") && (has(row, "bookmarked") || has(row, "htmlPath") || has(row, "observations"));
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

/** The item of a trace or of one of its observations, and the run it was made in, where the export says it. */
interface Link {
  readonly item: string;
  readonly run: string | undefined;
}

const keepLink = (row: unknown, lookups: Lookups): void => {
  const link: Link = {
    item: String(get(row, "datasetItemId")),
    run: answerText(get(row, "datasetRunName") ?? get(row, "datasetRunId")) ?? undefined,
  };
  const [trace, observation] = [String(get(row, "traceId")), get(row, "observationId")];
  if (!isSaid(observation)) kept(lookups, "traces").set(trace, link);
  else {
    kept(lookups, "observations").set(String(observation), link);
    kept(lookups, "traces with an observation").set(trace, link);
  }
};

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

const linkIn = (lookups: Lookups, kind: string, id: string): Link | undefined =>
  lookups.get(kind)?.get(id) as Link | undefined;

/** The link of a row; `"none of its own"` for observations beside the one that is linked, or inside of it. */
const linkOf = (row: Row, lookups: Lookups): Link | "none of its own" | undefined => {
  const id = String(row["id"]);
  if (!has(row, "traceId")) return linkIn(lookups, "traces", id) ?? linkIn(lookups, "traces with an observation", id);
  const own = linkIn(lookups, "observations", id);
  if (own !== undefined) return own;
  const trace = String(row["traceId"]);
  const ofTrace = linkIn(lookups, "traces", trace);
  if (ofTrace !== undefined) return isSaid(row["parentObservationId"]) ? "none of its own" : ofTrace;
  return linkIn(lookups, "traces with an observation", trace) && "none of its own";
};

const isJoined = (lookups: Lookups): boolean =>
  lookups.has("items") && (lookups.has("traces") || lookups.has("observations"));

/** Runs of a dataset; where observations are not joined with one, those of one type: a trace has several of the same answer. */
const runOf = (row: Row, link: Link | undefined, lookups: Lookups): ExportRecord["run"] => {
  if (link?.run !== undefined) return { datasetRunName: link.run };
  return isJoined(lookups) || !isSaid(row["type"]) || !has(row, "traceId") ? {} : { type: String(row["type"]) };
};

const damaged =
  "its JSON is damaged: Langfuse decodes escapes inside stored JSON; export it as JSON Lines or read it by the API";

const readTrace = (row: unknown, fields: Fields, lookups: Lookups): ReadonlyArray<ExportRecord> => {
  if (!isRow(row)) return [];
  const link = linkOf(row, lookups);
  if (link === "none of its own") return [];
  const expected = link === undefined ? undefined : lookups.get("items")?.get(link.item);
  const whole = decoded(row);
  const path = fields.candidate === undefined ? "output" : withoutItem(fields.candidate);
  const output = path === "output" ? jsonInText(row["output"]) : at(whole, path);
  const isDamaged =
    path.split(".")[0] === "output" && row["output"] !== undefined && jsonInText(row["output"]) === undefined;
  const reference = fields.reference === undefined ? expected : at(whole, withoutItem(fields.reference));
  const { answer, references } = textsOf(output, jsonInText(reference));
  return [
    {
      id: link?.item ?? idIn(row["id"]),
      answer,
      references: reference === "" ? [] : references,
      run: runOf(row, link, lookups),
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
  return [{ id: idIn(row["id"]), answer: null, references, run: {}, item: whole, testCase: { input: whole["input"] } }];
};

export const langfuse: ExportReader = {
  name: "langfuse",
  title: "Langfuse export",
  recognises: ({ first }) =>
    [isItems, isRunItems, isScores, isTraces, isObservations].some((matches) => matches(first)),
  lacks: (rows) =>
    rows.some(isObservations)
      ? "no run item names one of its observations, or an outermost one of its traces"
      : undefined,
  lookup: ({ first }: Sample) => {
    if (isItems(first)) {
      return (row, lookups) => {
        kept(lookups, "items").set(String(get(row, "id")), get(row, "expectedOutput"));
      };
    }
    if (!isRunItems(first)) return undefined;
    return keepLink;
  },
  open: ({ first }, fields, lookups) => {
    if (isScores(first)) throw new ExportError("Langfuse scores hold no texts; give the export of traces");
    if (isRunItems(first))
      throw new ExportError("Langfuse run items hold no texts; give them beside traces and dataset items");
    if (isItems(first)) return { read: readItem, candidate: "none", reference: "expectedOutput" };
    return {
      read: (row) => readTrace(row, fields, lookups),
      candidate: fields.candidate ?? "output",
      reference:
        fields.reference ??
        (isJoined(lookups)
          ? "expectedOutput of the dataset items"
          : "none: give the dataset items and run items as well, or --reference"),
    };
  },
};
