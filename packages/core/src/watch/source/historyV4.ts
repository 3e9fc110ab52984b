/**
 * The history of a test case result, read as far as it goes: in any order, with repetitions, with or without the task of each version.
 *
 * A version begins when it was made (`updated_at`) or when the one before it ended (`invalidated_at`), whichever is later: a change of
 * hands makes a version and leaves the result's own stamp as it was.
 */

import type * as TaskRow from "../TaskRow.ts";
import { instantOf } from "../time/instantOf.ts";
import { factsOfResult, factsOfTask } from "./itemV4.ts";
import { isJson, type Json, kindOf, type Reader, textOf } from "./Reader.ts";
import type { HistoryVersion } from "./Source.ts";

interface Dated {
  readonly item: Json;
  readonly stamp: string | undefined;
  readonly began: number;
  readonly end: string | undefined;
  readonly ended: number;
}

const dated = (item: Json): Dated => {
  const stamp = textOf(item["updated_at"]) ?? textOf(item["created_at"]);
  const end = textOf(item["invalidated_at"]);
  const began = instantOf(stamp ?? "") ?? Number.NEGATIVE_INFINITY;
  return { item, stamp, began, end, ended: instantOf(end ?? "") ?? Number.POSITIVE_INFINITY };
};

const byTime = (one: Dated, other: Dated): number =>
  one.ended === other.ended ? (one.began === other.began ? 0 : one.began - other.began) : one.ended - other.ended;

/** The later of two times. */
const laterOf = (one: Dated, before: Dated | undefined): string | null =>
  before?.end !== undefined && before.ended > one.began ? before.end : (one.stamp ?? null);

/** The items of an answer: a list, or a page of one. */
export const versionsOf = (value: unknown): ReadonlyArray<unknown> | undefined => {
  const items = isJson(value) ? value["items"] : value;
  return Array.isArray(items) ? items : undefined;
};

/** The versions of the result of `row`, the oldest first. */
export const readHistory = (
  reader: Reader,
  items: ReadonlyArray<unknown>,
  row: TaskRow.TaskRow,
  include: ReadonlyArray<string>,
): ReadonlyArray<HistoryVersion> => {
  const found: Array<Dated> = [];
  for (const item of items) {
    if (isJson(item)) found.push(dated(item));
    else reader.odd("unreadable-item", `a version is ${kindOf(item)}, not a test case result`, row.id);
  }
  // Where times are equal the server's own order decides, from whichever end it counts.
  if (found.length > 1 && byTime(found[0]!, found.at(-1)!) > 0) found.reverse();
  found.sort(byTime);
  return found.map((each, index) => {
    const task = each.item["task"];
    const isIt = isJson(task) && task["id"] === row.id;
    const { test_case_result_id } = row;
    return {
      at: laterOf(each, found[index - 1]),
      result: { ...factsOfResult(reader, each.item, row.id, row, include), test_case_result_id },
      task: isIt ? factsOfTask(reader, task, row.id, undefined) : undefined,
    };
  });
};
