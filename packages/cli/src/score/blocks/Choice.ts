/**
 * Which records of a file are selected, and what identifies them. Plain data, so that it can be sent to a worker; `selector` makes the function
 * of it that every record passes through.
 */

import type { MetricRecord } from "@evalwire/metrics";
import { BadLine, type JsonEntry, pythonProblem } from "@evalwire/metrics/corpus";
import {
  type ExportRecord,
  exportReaders,
  type Fields,
  kindOf,
  type Lookups,
  recordOf,
  type Sample,
  valueAtPath,
} from "@evalwire/metrics/exports";
import * as Predicate from "effect/Predicate";

/** `field=value`, or `field!=value`. */
export interface Condition {
  readonly field: string;
  readonly value: string;
  readonly isEqual: boolean;
}

export interface Choice {
  /** The file's name: a field to group by. */
  readonly file: string;
  /** A reader of exports; absent for records that are taken as they are. */
  readonly from: string | undefined;
  readonly sample: Sample;
  readonly fields: Fields;
  readonly lookups: Lookups;
  /** Path of the id; a record's own when absent. */
  readonly id: string | undefined;
  readonly where: ReadonlyArray<Condition>;
  readonly groupBy: ReadonlyArray<string>;
  /** Whether ids are needed when the records are scored. */
  readonly keepsIds: boolean;
  /** Whether an id may come twice, which is then said. */
  readonly marksIds: boolean;
}

/** A selected record. */
export interface Selected {
  readonly record: MetricRecord;
  /** The reason why it is none. */
  readonly problem: string | undefined;
  readonly id: string | undefined;
  /** Its key for comparing and resuming: its id, with the run it belongs to where runs are kept apart. */
  readonly key: string | undefined;
  /** Its values of the fields that records are grouped by. */
  readonly group: string;
  /** Which of a file's runs it belongs to. */
  readonly run: Readonly<Record<string, string>>;
  /** Whether the file says that there is no answer, or no reference. */
  readonly hasAnswer: boolean;
  readonly hasReferences: boolean;
}

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

const without = (path: string): string => path.replace(/^item\./, "");

/** Between the values of several fields that records are grouped by. */
export const groupSeparator = " · ";

/** Stands for the value of a field that a record does not have. */
export const noGroup = "(none)";

/** An empty text names no record. */
const idText = (value: unknown): string | undefined =>
  typeof value === "number" || (typeof value === "string" && value !== "") ? String(value) : undefined;

/** The error of an entry that is no record. */
const problemOf = ({ value, isPython }: JsonEntry, readsPython: boolean): string | undefined => {
  if (value instanceof BadLine) return value.problem;
  if (isPython && !readsPython) return pythonProblem;
  if (Predicate.isObject(value)) return undefined;
  if (!Array.isArray(value)) return `expected a JSON object, not ${kindOf(value)}`;
  const isOfRecords = value.some(Predicate.isObject);
  return `expected a JSON object, not a list${isOfRecords ? " of them; put each into a line of its own" : "; of a table, the first list must have the names of the columns"}`;
};

const noRun: Selected["run"] = {};

/** The id of a record where `--id` names its place: those without it could only be mistaken for others. */
const withoutId = (id: string | undefined, chosen: string | undefined): string | undefined =>
  id !== undefined && chosen === undefined ? `there is no ${id}, which --id names` : undefined;

const bad = (problem: string): Selected => ({
  ...{
    record: {},
    problem,
    id: undefined,
    key: undefined,
    group: "",
    run: noRun,
    hasAnswer: true,
    hasReferences: true,
  },
});

/** A record taken as it is. */
const plainly = (record: MetricRecord, id: string | undefined, key: string | undefined, group: string): Selected => ({
  record,
  problem: undefined,
  id,
  key,
  group,
  run: noRun,
  hasAnswer: true,
  hasReferences: true,
});

/** The selected records of an entry: none, one, or several where a row holds several runs. */
export const selector = (choice: Choice): ((entry: JsonEntry) => ReadonlyArray<Selected>) => {
  const { file, from, sample, fields, lookups, id, where, groupBy } = choice;
  const reader = from === undefined ? undefined : exportReaders[from];
  const opened = reader?.open(sample, fields, lookups);
  const isPlain = id === undefined && where.length === 0 && groupBy.length === 0;

  const isSelected = (valueOf: (field: string) => unknown): boolean =>
    where.every(({ field, value, isEqual }) => (textOf(valueOf(field)) === value) === isEqual);
  const groupOf = (valueOf: (field: string) => unknown): string =>
    groupBy.map((field) => textOf(valueOf(field)) || noGroup).join(groupSeparator);

  const plain = (value: MetricRecord): ReadonlyArray<Selected> => {
    const own = idText(value.id);
    if (isPlain) return [plainly(value, own, own, "")];
    const valueOf = (field: string) =>
      field === "file" ? file : (valueAtPath(value, without(field)) ?? valueAtPath(value.item, without(field)));
    if (!isSelected(valueOf)) return [];
    const chosen = id === undefined ? own : textOf(valueOf(id)) || undefined;
    const problem = withoutId(id, chosen);
    if (problem !== undefined) return [bad(problem)];
    const group = groupOf(valueOf);
    const key = chosen !== undefined && groupBy.includes("file") ? `${chosen} (${group})` : chosen;
    return [plainly(value, chosen, key, group)];
  };

  const exported = (one: ExportRecord): ReadonlyArray<Selected> => {
    const valueOf = (field: string): unknown => {
      const path = without(field);
      if (path === "file") return file;
      return one.run[path] ?? one.names?.[path] ?? valueAtPath(one.item, path);
    };
    if (!isSelected(valueOf)) return [];
    const chosen = id === undefined ? one.id : textOf(valueOf(id)) || undefined;
    const group = groupOf(valueOf);
    const isByRun = groupBy.some(
      (field) =>
        field === "file" || Object.hasOwn(one.run, without(field)) || Object.hasOwn(one.names ?? {}, without(field)),
    );
    return [
      {
        record: recordOf(chosen === one.id ? one : { ...one, id: chosen }) as MetricRecord,
        problem: one.problem ?? withoutId(id, chosen),
        id: chosen,
        key: chosen !== undefined && isByRun ? `${chosen} (${group})` : chosen,
        group,
        run: one.run,
        hasAnswer: one.answer !== null,
        hasReferences: one.references.length > 0,
      },
    ];
  };

  return (entry) => {
    const problem = problemOf(entry, reader?.writesPython === true);
    if (problem !== undefined) return [bad(problem)];
    if (opened === undefined) return plain(entry.value as MetricRecord);
    return opened.read(entry.value, entry.row).flatMap(exported);
  };
};
