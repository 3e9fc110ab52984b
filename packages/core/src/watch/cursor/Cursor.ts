/**
 * The position of a consumer, as text: what it has finished handling, so that a later watch emits exactly the rest.
 *
 * A cursor holds the rows themselves, since an event carries a task's previous state; some 200 bytes a task. It is lines of JSON: a head,
 * an entry for each task, and an end with a checksum, so that a text that was cut off or damaged is distinguished from a whole one. Of two
 * entries for one task the later counts: changes can be appended to the earlier entries.
 */
import * as Predicate from "effect/Predicate";
import { invalid } from "../../client/SgpError.ts";
import { type EvaluationRow, types, type WatchEvent } from "../event/Event.ts";
import * as TaskRow from "../event/TaskRow.ts";
import type { Tasks } from "../state/Changes.ts";
import * as Snapshot from "../state/Snapshot.ts";
import type { Announced } from "../time/Expiry.ts";

/** The content of a cursor. */
export interface CursorState {
  readonly evaluationId: string;
  readonly evaluation: EvaluationRow | undefined;
  readonly tasks: Tasks;
  /** The announcements made of leases, by task id. */
  readonly announced: ReadonlyMap<string, ReadonlyArray<Announced>>;
  /** Events that were emitted, and that neither a later look nor the clock would show again: they are given first, as they are. */
  readonly owed: ReadonlyArray<WatchEvent>;
}

const format = "evalwire-cursor-3";

/** One field of a row as it is written. */
export type Cell = string | number | null | Readonly<Record<string, unknown>>;

/** A row in short: the id, then the fields in order, then what was included and `as_of` where they are there. */
export const cellsOf = (row: TaskRow.TaskRow): ReadonlyArray<Cell> => [
  row.id,
  ...TaskRow.fields.map((field) => row[field]),
  ...(row.as_of === undefined ? (row.included === undefined ? [] : [row.included]) : [row.included ?? null, row.as_of]),
];

const width = TaskRow.fields.length + 1;

/** Whether a value has the shape that `cellsOf` gives. */
export const isRow = (cells: unknown): cells is ReadonlyArray<Cell> =>
  Array.isArray(cells) && typeof cells[0] === "string" && cells.length >= width;

/** The row that was written as `cells`. */
export const rowOf = (cells: ReadonlyArray<Cell>): TaskRow.TaskRow => {
  const names = ["id", ...TaskRow.fields, "included"];
  const row = TaskRow.make(Object.fromEntries(names.map((name, index) => [name, cells[index] ?? undefined])) as never);
  return cells.length > width + 1 ? { ...row, as_of: cells[width + 1] as string } : row;
};

/** Everything a cursor says of one task. */
export interface TaskEntry {
  readonly id: string;
  /** `null` for a task that is not there. */
  readonly row: ReadonlyArray<Cell> | null;
  readonly announced?: ReadonlyArray<Announced>;
  readonly owed?: ReadonlyArray<WatchEvent>;
}

// FNV-1a over UTF-16 code units.
const sumOf = (lines: Iterable<string>): string => {
  let sum = 0x811c9dc5;
  for (const line of lines) {
    for (let index = 0; index < line.length; index++) sum = Math.imul(sum ^ line.charCodeAt(index), 0x01000193);
    sum = Math.imul(sum ^ 10, 0x01000193);
  }
  return (sum >>> 0).toString(36);
};

/** Lines with a head in front and an end that shows whether they are whole. */
export const sealed = (head: object, lines: ReadonlyArray<string>): string => {
  const all = [JSON.stringify(head), ...lines];
  return [...all, JSON.stringify({ lines: all.length, sum: sumOf(all) })].join("\n");
};

/** Why a text is not what `sealed` gave; in words that follow "it" or the name of the text. */
export interface Damage {
  readonly damage: string;
}

/** The head and the lines of what `sealed` gave. */
export const unsealed = (
  text: string,
): { readonly head: Readonly<Record<string, unknown>>; readonly lines: ReadonlyArray<string> } | Damage => {
  const all = typeof text === "string" ? text.split("\n") : [];
  const head = parse(all[0] ?? "");
  if (!isJson(head) || typeof head["format"] !== "string") return { damage: "is not what cursor() gave" };
  const end = parse(all.pop()!);
  if (all.length === 0 || !isJson(end) || typeof end["sum"] !== "string") {
    return { damage: "is cut off: its end is missing" };
  }
  if (end["lines"] !== all.length || end["sum"] !== sumOf(all)) return { damage: "is damaged: its checksum differs" };
  return { head, lines: all.slice(1) };
};

const headOf = (evaluationId: string, evaluation: EvaluationRow | undefined) => ({
  format,
  evaluationId,
  evaluation: evaluation ?? null,
});

/** A cursor of entries that were written before, the later behind the earlier; of none: nothing seen, nothing announced. */
export const join = (
  evaluationId: string,
  evaluation: EvaluationRow | undefined,
  lines: ReadonlyArray<string>,
): string => sealed(headOf(evaluationId, evaluation), lines);

type Json = Readonly<Record<string, unknown>>;

const isJson: (value: unknown) => value is Json = Predicate.isObject;

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // SyntaxError, the only thing JSON.parse throws.
    return undefined;
  }
};

const isEvent = (value: unknown): value is WatchEvent =>
  isJson(value) && types.includes(value["type"] as never) && typeof value["taskId"] === "string";

const isEntry = (value: unknown): value is TaskEntry => {
  if (!isJson(value) || typeof value["id"] !== "string") return false;
  const { row, announced, owed } = value;
  return (
    (row === null || isRow(row)) &&
    (announced === undefined || Array.isArray(announced)) &&
    (owed === undefined || (Array.isArray(owed) && owed.every(isEvent)))
  );
};

const refused = (why: string) => invalid([{ path: "cursor", message: why }], { endpoint: "watch" });

/**
 * Reads a cursor of this evaluation.
 *
 * Throws an `SgpError` with reason `Invalid` that says in a sentence why `text` is none: cut off, damaged, of another format or another
 * evaluation.
 */
export const decode = (text: string, evaluationId: string): CursorState => {
  const read = unsealed(text);
  if ("damage" in read) throw refused(`${read.damage}; start without it`);
  const { head, lines } = read;
  if (head["format"] !== format) {
    throw refused(
      `has the format ${JSON.stringify(head["format"])}, which this version does not read; start without it`,
    );
  }
  if (head["evaluationId"] !== evaluationId) {
    throw refused(`is one of evaluation ${String(head["evaluationId"])}, not of ${evaluationId}`);
  }
  const tasks = new Map<string, TaskRow.TaskRow>();
  const announced = new Map<string, ReadonlyArray<Announced>>();
  const owed = new Map<string, ReadonlyArray<WatchEvent>>();
  for (const line of lines) {
    const entry = parse(line);
    if (!isEntry(entry)) throw refused("is damaged: it has an entry of another shape; start without it");
    if (entry.row === null) tasks.delete(entry.id);
    else tasks.set(entry.id, rowOf(entry.row));
    if (entry.announced === undefined) announced.delete(entry.id);
    else announced.set(entry.id, entry.announced);
    if (entry.owed === undefined) owed.delete(entry.id);
    else owed.set(entry.id, entry.owed);
  }
  const evaluation = (head["evaluation"] as EvaluationRow | null) ?? undefined;
  return { evaluationId, evaluation, tasks, announced, owed: [...owed.values()].flat() };
};

/**
 * The snapshot a watch had that stood at a cursor, `connecting` since `at`: to be shown until a watch with this cursor has begun.
 *
 * @param at - ISO 8601
 * @throws SgpError with reason `Invalid` when `text` is no cursor of this evaluation
 */
export const snapshotAt = (text: string, evaluationId: string, at: string): Snapshot.WatchSnapshot => {
  const { evaluation, tasks } = decode(text, evaluationId);
  const facts = { evaluationId, evaluation, tasks, status: { _tag: "connecting", since: at } } as const;
  return Snapshot.make(facts, new Snapshot.LeaseView(tasks, () => undefined));
};
