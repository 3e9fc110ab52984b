/** A file of records, or standard input, recognised and cut into blocks. */

import { statSync } from "node:fs";
import type { JsonEntry } from "@evalwire/metrics/corpus";
import { BadLine } from "@evalwire/metrics/corpus";
import {
  ExportError,
  type ExportReader,
  exportReaders,
  type Lookups,
  plainReader,
  recogniseExport,
  type Sample,
} from "@evalwire/metrics/exports";
import { type Format, type OpenedRecords, openRecords, ReadError } from "@evalwire/metrics/read";
import * as Predicate from "effect/Predicate";
import { CommandFailure, fileProblem } from "../../CommandFailure.ts";
import type { Session } from "../../Session.ts";
import type { Block } from "../blocks/Block.ts";
import type { BlockSizes } from "../blocks/BlockSizes.ts";
import { type Choice, type Condition, noGroup, selector } from "../blocks/Choice.ts";
import { lineBlocks } from "../blocks/Lines.ts";
import type { View } from "../output/View.ts";
import type { Where } from "./Whereabouts.ts";

export interface Source {
  /** As errors name it. */
  readonly name: string;
  readonly choice: Choice;
  readonly unit: OpenedRecords["unit"];
  /** How it is read, where it was recognised; `undefined` for records as they are. */
  readonly recognised: string | undefined;
  /** The reason for it, should the file have no records; where that is known. */
  readonly lacks: string | undefined;
  readonly unmet: ReadonlyArray<Condition>;
  /** Bytes, where they are known and blocks count them. */
  readonly size: number | undefined;
  readonly blocks: AsyncIterable<Block> | Iterable<Block>;
}

export interface SourceOptions {
  readonly view: View;
  /** Whether a component has a side that no mapping names: its text must stand at the usual place. */
  readonly needsUsualPlaces: boolean;
  /** Whether no component has any mapping. */
  readonly hasNoMappings: boolean;
  readonly lookups: Lookups;
  readonly sizes: BlockSizes;
  /** Whether ids are needed of records that are taken as they are; those of exports always are. */
  readonly keepsIds: boolean;
  /** Whether records are found again by their ids. */
  readonly pairs: boolean;
  /** Whether records have to be seen before they are scored. */
  readonly parsesHere: boolean;
}

export const nameOf = (file: string): string => (file === "-" ? "standard input" : file);

/** A read error, in one sentence with the file's name. */
const failing = (file: string, error: unknown, stop: AbortSignal): unknown => {
  if (stop.aborted || error instanceof CommandFailure) return error;
  if (error instanceof ReadError) return new CommandFailure(`${nameOf(file)}: ${error.message}`, 1, { cause: error });
  if (error instanceof ExportError) return new CommandFailure(`${nameOf(file)}: ${error.message}`, 2, { cause: error });
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === "EISDIR") {
    const advice = `this is a folder; name the files in it, as '${file.replace(/\/$/, "")}/*.jsonl'`;
    return new CommandFailure(`${nameOf(file)}: ${advice}`, 1, { cause: error });
  }
  // An error without a path is about this file; one with a path may be about another.
  const problem = fileProblem(error);
  if (code === undefined || (path !== undefined && problem === (error as Error).message)) return error;
  return new CommandFailure(`${nameOf(file)}: ${problem}`, 1, { cause: error });
};

async function* guarded<A>(file: string, values: AsyncIterable<A>, stop: AbortSignal): AsyncGenerator<A> {
  try {
    yield* values;
  } catch (error) {
    throw failing(file, error, stop);
  }
}

const sizeOf = (file: string): number | undefined => {
  const stat = file === "-" ? undefined : statSync(file);
  return stat?.isFile() ? stat.size : undefined;
};

/** Rows sampled to recognise a file: tools leave out null fields, so one row may not show all of them. */
const sampledRows = 10;

/** Most rows that are held, of those that come before the first one that shows where the texts stand. */
const mostHeld = 10_000;

interface Sampled {
  readonly opened: OpenedRecords;
  readonly sample: Sample;
  /** The rows it was made of. */
  readonly rows: ReadonlyArray<unknown>;
  readonly isEmpty: boolean;
  /** All of them, those that were looked at included. */
  readonly entries: AsyncIterable<JsonEntry>;
  /** Whether entries were taken of it: its lines are then no longer whole. */
  readonly isBegun: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  Predicate.isObject(value) && !(value instanceof BadLine);

/** The first value of each key that is not null, if there is one. */
const merged = (rows: ReadonlyArray<Record<string, unknown>>): Record<string, unknown> | undefined => {
  if (rows.length === 0) return undefined;
  const known = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  return Object.assign({}, ...rows, ...known.toReversed());
};

const sampled = (opened: OpenedRecords, first: ReadonlyArray<JsonEntry>) => {
  const rows = first.map(({ value }) => value).filter(isObject);
  const { columns, head, format } = opened;
  const isText = format === "csv" || format === "tsv";
  return { opened, sample: { first: merged(rows), columns, isText, head }, rows, isEmpty: first.length === 0 };
};

/** Takes the first entries. @param isEnough called with each; the last one that is taken is the one it is true of */
const begun = async (
  opened: OpenedRecords,
  entries: AsyncIterable<JsonEntry>,
  isEnough: (entry: JsonEntry, count: number) => boolean,
): Promise<Sampled> => {
  const first: Array<JsonEntry> = [];
  const rest = entries[Symbol.asyncIterator]();
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    first.push(next.value);
    if (isEnough(next.value, first.length)) break;
  }
  async function* all() {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { ...sampled(opened, first), entries: all(), isBegun: true };
};

/** @param isFile whether no row has to be waited for: a pipe may be slow, and its first row has to do */
const sampleOf = async (opened: OpenedRecords, isFile: boolean): Promise<Sampled> => {
  const { lines, entries } = opened;
  const count = lines === undefined || isFile ? sampledRows : 1;
  // The lines that are there already may be none, where the first one is long.
  if (lines === undefined || lines.first.length < count) return begun(opened, entries, (_, taken) => taken === count);
  return { ...sampled(opened, lines.first), entries, isBegun: false };
};

/** With more rows, where the first ones do not show where the texts stand. */
const withShowing = async (one: Sampled, shows: ExportReader["shows"], { fields }: View): Promise<Sampled> => {
  if (shows === undefined || one.isEmpty) return one;
  if (one.rows.some((row) => shows(row, fields))) return one;
  let more = 0;
  return begun(one.opened, one.entries, ({ value }, count) => {
    if (more > 0 || (isObject(value) && shows(value, fields))) more++;
    return more === sampledRows || count === mostHeld;
  });
};

const openSampled = async (file: string, { records }: View, { stdin, stop }: Session): Promise<Sampled> => {
  try {
    const opened = await openRecords(file === "-" ? stdin() : file, { records, signal: stop });
    return await sampleOf(opened, sizeOf(file) !== undefined);
  } catch (error) {
    throw failing(file, error, stop);
  }
};

const hasObject = ({ first }: Sample, ...keys: ReadonlyArray<string>): boolean =>
  isObject(first) && keys.some((key) => isObject(first[key]));

const isRecord = (row: unknown): boolean =>
  isObject(row) && ["test_case_output", "test_case_data", "trace", "item"].some((key) => Object.hasOwn(row, key));

/** Records of the platform's own shapes are taken as they are: v4 always, v5 where mappings say which columns are meant. */
const readerOf = (
  sample: Sample,
  { view, needsUsualPlaces, hasNoMappings }: SourceOptions,
): ExportReader | undefined => {
  if (view.from !== undefined) return exportReaders[view.from];
  if (sample.first === undefined || hasObject(sample, "test_case_output", "test_case_data")) return undefined;
  const known = recogniseExport(sample);
  if (known !== undefined || !needsUsualPlaces) return known;
  // Rows that are no records at all: which columns are meant is asked, with their names.
  const isTable =
    sample.columns !== undefined || view.fields.candidate !== undefined || (hasNoMappings && !isRecord(sample.first));
  return plainReader(sample, view.fields) ?? (isTable ? exportReaders["table"] : undefined);
};

/** Two columns of one name cannot be distinguished by a path. */
const checkColumns = (file: string, { repeated }: OpenedRecords, reader: ExportReader | undefined): void => {
  if (reader?.name === "promptfoo" || repeated.length === 0) return;
  throw new CommandFailure(`${nameOf(file)}: several columns are called ${repeated.join(", ")}; rename them`, 1);
};

/** Records in a block, where they are not cut as lines: few of what may be large. */
const blockRecords: Readonly<Record<Format, number>> = {
  jsonl: 256,
  json: 32,
  csv: 256,
  tsv: 256,
  parquet: 256,
  eval: 1,
};

async function* entryBlocks(entries: AsyncIterable<JsonEntry>, size: number): AsyncGenerator<Block> {
  let block: Array<JsonEntry> = [];
  for await (const entry of entries) {
    block.push(entry);
    if (block.length < size) continue;
    yield { _tag: "entries", entries: block };
    block = [];
  }
  if (block.length > 0) yield { _tag: "entries", entries: block };
}

function* ranges(file: string, size: number, bytes: number, end: "\n" | "\r"): Generator<Block> {
  for (let from = 0; from < size; from += bytes) {
    yield { _tag: "range", file, from, to: Math.min(size, from + bytes), end };
  }
}

async function* byteBlocks(pieces: AsyncIterable<Uint8Array>, end: "\n" | "\r", least: number): AsyncGenerator<Block> {
  for await (const bytes of lineBlocks(pieces, end, least)) yield { _tag: "lines", bytes, end };
}

const blocksOf = async (
  file: string,
  { opened, entries, rows, isBegun }: Sampled,
  { sizes, parsesHere }: SourceOptions,
): Promise<Pick<Source, "blocks" | "size">> => {
  const { lines, packing, format } = opened;
  const size = sizeOf(file);
  if (lines === undefined || parsesHere) {
    return { size: undefined, blocks: entryBlocks(entries, blockRecords[format]) };
  }
  if (size !== undefined && packing === undefined) {
    await opened.close();
    const recordLength = JSON.stringify(rows).length / Math.max(1, rows.length);
    return { size, blocks: ranges(file, size, sizes.rangeOf(recordLength), lines.end) };
  }
  if (isBegun) return { size: undefined, blocks: entryBlocks(entries, blockRecords[format]) };
  // Input from a pipe may be slow: each line is passed on as it comes.
  return { size: undefined, blocks: byteBlocks(lines.bytes, lines.end, packing === undefined ? 1 : sizes.lines) };
};

const placed = (what: string, place: string): string =>
  place.startsWith("none") ? `no ${what}${place.slice("none".length)}` : `${what} from ${place}`;

/** Conditions that hold of each record only because the first ones have no value of the field: it may be misspelt. */
const unmet = (choice: Choice, rows: ReadonlyArray<unknown>): ReadonlyArray<Condition> =>
  choice.where.filter(({ field, isEqual }) => {
    if (isEqual) return false;
    const select = selector({ ...choice, id: undefined, where: [], groupBy: [field] });
    const records = rows.flatMap((value) => select({ line: 1, value }));
    return records.length > 0 && records.every(({ group }) => group === noGroup);
  });

/** Whether each id occurs once: a case that an export has twice was run twice. */
export const pairsById = (from: string | undefined): boolean => from !== undefined && from !== "table";

/** @throws CommandFailure for a file that holds no records, or of which it has to be said how it is read */
export const open = async (file: string, options: SourceOptions, session: Session): Promise<Source> => {
  const { view, lookups } = options;
  const first = await openSampled(file, view, session);
  const reader = readerOf(first.sample, options);
  checkColumns(file, first.opened, reader);
  const sampled = await withShowing(first, reader?.shows, view).catch((error: unknown) => {
    throw failing(file, error, session.stop);
  });
  const { id, where, groupBy } = view;
  const from = sampled.isEmpty ? undefined : reader?.name;
  const fields = reader?.settle?.(sampled.rows, view.fields) ?? view.fields;
  const keepsIds = options.keepsIds || pairsById(from);
  const marksIds = !options.pairs && !pairsById(from);
  const choice = { keepsIds, marksIds, file, from, sample: sampled.sample, fields, lookups, id, where, groupBy };
  let recognised: string | undefined;
  try {
    // Any error in reading the rows shows here, before work is done.
    selector(choice);
    if (reader !== undefined && from !== undefined) {
      const { candidate, reference } = reader.open(sampled.sample, fields, lookups);
      recognised = `${reader.title}: ${placed("answers", candidate)}; ${placed("references", reference)}`;
    }
  } catch (error) {
    await sampled.opened.close();
    throw failing(file, error, session.stop);
  }
  const { blocks, size } = await blocksOf(file, sampled, options);
  const name = nameOf(file);
  return {
    ...{ name, choice, unit: sampled.opened.unit, recognised, size, lacks: reader?.lacks?.(sampled.rows) },
    unmet: unmet(choice, sampled.rows),
    blocks: Symbol.asyncIterator in blocks ? guarded(file, blocks, session.stop) : blocks,
  };
};

/** How messages name a line of it, or a record where it has no lines. */
export const whereIn = ({ name, unit }: Source): Where =>
  unit === "line" ? (line) => `${name}:${line}` : (line) => `${name}: record ${line}`;

/** The id of the record in a line; `undefined` where the file cannot be read a second time. */
export const idAt = async (
  { choice }: Source,
  line: number,
  { records }: View,
  stop: AbortSignal,
): Promise<string | undefined> => {
  if (sizeOf(choice.file) === undefined) return undefined;
  const { entries } = await openRecords(choice.file, { records, signal: stop });
  const select = selector(choice);
  for await (const entry of entries) if (entry.line === line) return select(entry)[0]?.id;
  return undefined;
};

/**
 * Reads what records are joined with out of those files that hold nothing else, and gives the others.
 *
 * @throws CommandFailure for a file that cannot be read
 */
export const readLookups = async (
  files: ReadonlyArray<string>,
  options: SourceOptions,
  session: Session,
): Promise<ReadonlyArray<string>> => {
  if (files.length === 1) return files;
  const others: Array<string> = [];
  for (const file of files) {
    if (file === "-") {
      others.push(file);
      continue;
    }
    const { opened, sample, entries } = await openSampled(file, options.view, session);
    const keep = readerOf(sample, options)?.lookup?.(sample);
    if (keep === undefined) {
      others.push(file);
      await opened.close();
      continue;
    }
    for await (const { value } of guarded(file, entries, session.stop)) keep(value, options.lookups);
  }
  // Files of one kind that could be joined with others, and no others: they are read as they are.
  return others.length === 0 ? files : others;
};
