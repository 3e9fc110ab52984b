/**
 * A test case result of v4 with its task, read as far as it goes.
 */
import * as TaskRow from "../TaskRow.ts";
import { isJson, type Json, kindOf, type Reader, textOf } from "./Reader.ts";
import type { Page } from "./Source.ts";

type Row = TaskRow.TaskRow;

/** What a task says of itself, wherever it stands. */
export const factsOfTask = (reader: Reader, task: Json, id: string, known: Row | undefined): Partial<Row> => ({
  task_type: reader.word(task, "task_type", id, known?.task_type ?? null) ?? "",
  status: reader.word(task, "status", id, known?.status ?? null) ?? known?.status ?? "",
  priority: reader.priority(task, id, known?.priority ?? null),
  assigned_to: reader.assignee(task, id, known?.assigned_to ?? null),
  assignment_expires_at: reader.deadline(task, id, known?.assignment_expires_at ?? null),
});

/** What a result says beside its task. */
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
 * The row as it is known, when the item says nothing else. Most items of most pages are such: nothing is made of them but
 * the comparison. Whatever does not compare, readable or not, is to be read.
 */
const asBefore = (
  item: unknown,
  known: (taskId: string) => Row | undefined,
  include: ReadonlyArray<string>,
): Row | undefined => {
  const result = item as Json | null;
  const task = result?.["task"] as Json | null | undefined;
  const before = known(task?.["id"] as string);
  if (!result || !task || before === undefined || before.test_case_result_id === null) return undefined;
  const holder = (task["assigned_to"] ?? null) as Json | string | null;
  const isSame =
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
    (include.length === 0 || before.updated_at !== null);
  return isSame ? before : undefined;
};

export type Read =
  | { readonly _tag: "Row"; readonly row: Row }
  /** An item without a task, which is fine. */
  | { readonly _tag: "NoTask"; readonly item: string }
  /** An item whose task cannot be told. */
  | { readonly _tag: "Blind"; readonly item: string | undefined };

export const readItem = (
  reader: Reader,
  item: unknown,
  known: (taskId: string) => Row | undefined,
  include: ReadonlyArray<string>,
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
    ...factsOfResult(reader, item, id, before, include),
  });
  return { _tag: "Row", row: before !== undefined && TaskRow.isSame(before, row) ? before : row };
};

/** The items of a page, each read as far as it goes. */
export const readItems = (
  reader: Reader,
  items: ReadonlyArray<unknown>,
  known: (taskId: string) => Row | undefined,
  include: ReadonlyArray<string>,
): Omit<Page, "total" | "next"> => {
  const rows: Array<Row> = [];
  const ids: Array<string> = [];
  const blind: Array<string> = [];
  let nameless = 0;
  for (const item of items) {
    const same = asBefore(item, known, include);
    const read: Read = same === undefined ? readItem(reader, item, known, include) : { _tag: "Row", row: same };
    if (read._tag === "Row") rows.push(read.row);
    const id = read._tag === "Row" ? read.row.test_case_result_id : (read.item ?? null);
    if (id === null) nameless++;
    else ids.push(id);
    if (read._tag === "Blind" && id !== null) blind.push(id);
  }
  return { rows, items: ids, blind, nameless, oddities: reader.oddities };
};
