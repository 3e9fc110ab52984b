/**
 * A test case result of v4 with its task, read as far as it goes.
 */
import * as TaskRow from "../event/TaskRow.ts";
import * as TaskVersion from "../event/TaskVersion.ts";
import type { Include } from "./Include.ts";
import { isJson, type Json, kindOf, noteFresh, type Reader, textOf } from "./Reader.ts";
import type { Page } from "./Source.ts";

type Row = TaskRow.TaskRow;

/** A task's own fields, wherever it stands. */
export const factsOfTask = (reader: Reader, task: Json, id: string, known: Row | undefined): Partial<Row> => ({
  task_type: reader.word(task, "task_type", id, known?.task_type ?? null) ?? "",
  status: reader.word(task, "status", id, known?.status ?? null) ?? known?.status ?? "",
  priority: reader.priority(task, id, known?.priority ?? null),
  assigned_to: reader.assignee(task, id, known?.assigned_to ?? null),
  assignment_expires_at: reader.deadline(task, id, known?.assignment_expires_at ?? null),
});

/** A result's fields besides its task. */
export const factsOfResult = (
  reader: Reader,
  result: Json,
  id: string,
  known: Row | undefined,
  include: ReadonlyArray<string>,
): Partial<Row> => ({
  test_case_result_id: textOf(result["id"]) ?? known?.test_case_result_id ?? null,
  test_case_id: reader.text(result, "test_case_id", id, known?.test_case_id ?? null),
  label_status: reader.word(result, "label_status", id, known?.label_status ?? null),
  audit_status: reader.word(result, "audit_status", id, known?.audit_status ?? null),
  updated_at: reader.stamp(result, "updated_at", id, known?.updated_at ?? null),
  ...reader.included(result, include, id, known),
});

/**
 * Whether an item equals its known row. Most items of most pages do: they cost only the
 * comparison. All others, readable or not, are to be read.
 */
const isAsBefore = (item: unknown, before: Row, include: Include): boolean => {
  const result = item as Json | null;
  const task = result?.["task"] as Json | null | undefined;
  if (!result || !task) return false;
  const holder = (task["assigned_to"] ?? null) as Json | string | null;
  return (
    task["id"] === before.id &&
    task["status"] === before.status &&
    (typeof holder === "object" ? (holder?.["id"] ?? null) : holder) === before.assigned_to &&
    (task["assignment_expires_at"] ?? null) === before.assignment_expires_at &&
    (result["updated_at"] ?? null) === before.updated_at &&
    (task["priority"] ?? null) === before.priority &&
    (result["label_status"] ?? null) === before.label_status &&
    (result["audit_status"] ?? null) === before.audit_status &&
    result["id"] === before.test_case_result_id &&
    (result["test_case_id"] ?? null) === before.test_case_id &&
    task["task_type"] === before.task_type &&
    include.has(before)
  );
};

export type Read =
  | { readonly _tag: "Row"; readonly row: Row }
  /** An item without a task, which is fine. */
  | { readonly _tag: "NoTask"; readonly item: string }
  /** An item whose task cannot be identified. */
  | { readonly _tag: "Blind"; readonly item: string | undefined };

export const readItem = (
  reader: Reader,
  item: unknown,
  known: (taskId: string) => Row | undefined,
  include: Include,
): Read => {
  if (!isJson(item)) {
    reader.odd("unreadable-item", `an item is ${kindOf(item)}, not a test case result`);
    return { _tag: "Blind", item: undefined };
  }
  const itemId = textOf(item["id"]);
  const task = item["task"];
  if (task === undefined || task === null) {
    if (itemId === undefined) reader.odd("unreadable-item", "a test case result has no id");
    return itemId === undefined ? { _tag: "Blind", item: undefined } : { _tag: "NoTask", item: itemId };
  }
  const id = isJson(task) ? textOf(task["id"]) : undefined;
  if (!isJson(task) || id === undefined) {
    reader.odd("task-without-id", `the task of test case result ${itemId ?? "without id"} has no id`);
    return { _tag: "Blind", item: itemId };
  }
  const before = known(id);
  const row = TaskRow.make({
    id,
    ...factsOfTask(reader, task, id, before),
    ...factsOfResult(reader, item, id, before, include.fields),
  });
  const shown = before !== undefined && TaskVersion.isSame(before, row) ? before : row;
  include.note(shown);
  return { _tag: "Row", row: shown };
};

type Known = (taskId: string) => Row | undefined;
type ReadPage = Omit<Page, "total" | "next">;

/**
 * A page whose items and tasks are those of `last` in the same order, `undefined` when they are not. Each item is held against
 * the row that stood at its place; what is unchanged costs the comparison and nothing else.
 */
const readInPlace = (
  reader: Reader,
  items: ReadonlyArray<unknown>,
  known: Known,
  include: Include,
  last: Page,
): ReadPage | undefined => {
  if (items.length !== last.items.length || last.unreadable.length > 0 || last.withoutId > 0) return undefined;
  const changed: Array<Row> = [];
  let rows: Array<Row> | undefined;
  let place = 0;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    const before = last.rows[place];
    if (before !== undefined && isAsBefore(item, before, include)) {
      place++;
      continue;
    }
    const read = readItem(reader, item, known, include);
    const hadTask = before !== undefined && before.test_case_result_id === last.items[index];
    if (read._tag === "NoTask" && !hadTask && read.item === last.items[index]) continue;
    if (read._tag !== "Row" || !hadTask) return undefined;
    if (read.row.id !== before.id || read.row.test_case_result_id !== before.test_case_result_id) return undefined;
    if (read.row !== before) {
      rows ??= last.rows.slice();
      rows[place] = read.row;
      changed.push(read.row);
    }
    place++;
  }
  if (place !== last.rows.length) return undefined;
  return { rows: rows ?? last.rows, changed, items: last.items, unreadable: [], withoutId: 0, issues: reader.issues };
};

/** The items of a page, each read as far as it goes. */
const readFresh = (
  reader: Reader,
  items: ReadonlyArray<unknown>,
  known: Known,
  include: Include,
  since: number | undefined,
): ReadPage => {
  const fresh = new Set<string>();
  const rows: Array<Row> = [];
  const ids: Array<string> = [];
  const unreadable: Array<string> = [];
  let withoutId = 0;
  for (const item of items) {
    const before = known(((item as Json | null)?.["task"] as Json | null | undefined)?.["id"] as string);
    const isKnown = before !== undefined && before.test_case_result_id !== null && isAsBefore(item, before, include);
    const read: Read = isKnown ? { _tag: "Row", row: before } : readItem(reader, item, known, include);
    if (read._tag === "Row") {
      rows.push(read.row);
      noteFresh(fresh, read.row.id, item as Json, since);
    }
    const id = read._tag === "Row" ? read.row.test_case_result_id : (read.item ?? null);
    if (id === null) withoutId++;
    else ids.push(id);
    if (read._tag === "Blind" && id !== null) unreadable.push(id);
  }
  return { rows, fresh, items: ids, unreadable, withoutId, issues: reader.issues };
};

/** A page: in place where nothing has moved since `last`, else item by item. */
export const readItems = (
  reader: () => Reader,
  items: ReadonlyArray<unknown>,
  known: Known,
  include: Include,
  last: Page | undefined,
  since?: number,
): ReadPage =>
  (last && readInPlace(reader(), items, known, include, last)) ?? readFresh(reader(), items, known, include, since);
