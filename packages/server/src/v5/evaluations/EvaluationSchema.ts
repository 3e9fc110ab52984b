/** Which fields the items of an evaluation have. */
import type { v5 } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { isKept } from "../../ExactJson.ts";
import type { Handler } from "../../Handler.ts";
import { Store } from "../../store/Store.ts";
import { find } from "../archived.ts";
import { evaluations, items, tasksOf } from "../collections.ts";
import { aliasOf } from "./runTasks.ts";

/** The paths of the fields of an item's data, steps joined by dots; lists are not gone into. */
const fieldsOf = (data: object, path = ""): ReadonlyArray<readonly [name: string, type: string]> =>
  Object.entries(data).flatMap(([name, value]) => {
    const at = path === "" ? name : `${path}.${name}`;
    if (isKept(value)) return [[at, "number"] as const];
    if (value === null) return [[at, "null"] as const];
    if (Array.isArray(value)) return [[at, "array"] as const];
    return typeof value === "object" ? fieldsOf(value, at) : [[at, typeof value] as const];
  });

export const retrieve: Handler<typeof v5.Evaluations.retrieveSchema> = Effect.fnUntraced(function* (call) {
  const { documents } = yield* Store;
  const evaluation = yield* find(evaluations, call, call.params.evaluation_id);
  const all = yield* documents.list(items, {
    parentId: evaluation.id,
    includeArchived: call.query.include_archived === true,
  });
  const results = new Set(tasksOf(evaluation).map(aliasOf));
  const counts = new Map<string, { readonly type: string; count: number }>();
  for (const { body } of all) {
    for (const [name, type] of fieldsOf(body.data)) {
      const known = counts.get(name);
      if (known === undefined) counts.set(name, { type, count: 1 });
      else known.count++;
    }
  }
  return {
    fields: Array.from(counts, ([field_name, { type, count }]) => ({
      field_name,
      data_type: type,
      item_count: count,
      source: results.has(field_name.split(".")[0]!) ? "task_result_cache" : "data",
    })),
    total_items: all.length,
    is_sampled: false,
    sample_size: all.length,
  };
});
