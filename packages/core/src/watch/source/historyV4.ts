/**
 * The history of a test case result, read as far as it goes: in any order, with repetitions, with or without the task of each version.
 *
 * A version begins when it was made (`updated_at`) or when the one before it ended (`invalidated_at`), whichever is later: a change of
 * hands makes a version and leaves the result's own stamp as it was. Where the times contradict one another (a version ended before it was
 * made: the server's clock was set back) the server's own order counts, if it has the present version at one end.
 */

import type * as TaskRow from "../event/TaskRow.ts";
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

/** When a version began: one with the stamp of the version before began with that one's end, also where the clock was set back meanwhile. */
const beginningOf = (one: Dated, before: Dated | undefined): string | null => {
  if (before?.end === undefined) return one.stamp ?? null;
  return before.stamp === one.stamp || before.ended > one.began ? before.end : (one.stamp ?? null);
};

/** The oldest first. */
const ordered = (found: ReadonlyArray<Dated>): ReadonlyArray<Dated> => {
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return found;
  const isPresent = ({ ended }: Dated) => ended === Number.POSITIVE_INFINITY;
  const isContradictory = found.some(({ began, ended }) => ended < began);
  if (isContradictory && isPresent(last)) return found;
  if (isContradictory && isPresent(first)) return found.toReversed();
  // Where times are equal the server's own order decides, from whichever end it counts.
  return (byTime(first, last) > 0 ? found.toReversed() : [...found]).sort(byTime);
};

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
  return ordered(found).map((each, index, all) => {
    const task = each.item["task"];
    const isIt = isJson(task) && task["id"] === row.id;
    const { test_case_result_id } = row;
    return {
      at: beginningOf(each, all[index - 1]),
      result: { ...factsOfResult(reader, each.item, row.id, row, include), test_case_result_id },
      task: isIt ? factsOfTask(reader, task, row.id, undefined) : undefined,
    };
  });
};
