/**
 * A watch's source on API v5: a row for each evaluation item.
 *
 * v5 has no route that lists, gets or claims annotation tasks. Who holds one and until when cannot be seen, so no event about
 * assignments ever comes from this source (`capabilities` says so). What can be seen is how far each item has come: a task's
 * result stands in the item's data under the task's alias, its failure in `task_errors`. An item is
 * `COMPLETED` when every task of the evaluation has left one or the other, else `PENDING`; `label_status` is `FAILED` when some task failed.
 *
 * `task_type` is the wire's own name for the thing, `evaluation.item`, and `include` picks fields of the item's data.
 */
import * as Effect from "effect/Effect";
import type { Transport } from "../../client/Transport.ts";
import * as AnnotationTasks from "../../contract/v5/AnnotationTasks.ts";
import * as EvaluationItems from "../../contract/v5/EvaluationItems.ts";
import * as Evaluations from "../../contract/v5/Evaluations.ts";
import * as TaskRow from "../TaskRow.ts";
import { answerOf, type Options, once, unanswered } from "./answer.ts";
import { isJson, type Json, Reader } from "./Reader.ts";
import type { Source, Write } from "./Source.ts";

type Row = TaskRow.TaskRow;

const phases = { started: "started", succeeded: "succeeded", failed: "unclear" } as const;

export const sourceV5 = (transport: Transport["Service"], options: Options): Source => {
  const { evaluationId: evaluation_id, pageSize: limit, include } = options;
  // The columns in which results are to appear; known from the first look at the evaluation.
  let aliases: ReadonlyArray<string> = [];

  const rowOf = (reader: Reader, item: Json, id: string, known: Row | undefined): Row => {
    const data = isJson(item["data"]) ? item["data"] : {};
    const errors = isJson(item["task_errors"]) ? item["task_errors"] : {};
    const isDone = (alias: string) => (data[alias] ?? null) !== null || Object.hasOwn(errors, alias);
    const isCompleted = aliases.length > 0 && aliases.every(isDone);
    const hasFailed = Object.keys(errors).length > 0;
    const row = TaskRow.make({
      id,
      task_type: "evaluation.item",
      status: isCompleted ? "COMPLETED" : "PENDING",
      test_case_result_id: id,
      test_case_id: typeof item["dataset_item_id"] === "string" ? item["dataset_item_id"] : null,
      label_status: hasFailed ? "FAILED" : isCompleted ? "COMPLETED" : "PENDING",
      ...reader.included(data, include, id, known),
    });
    return known !== undefined && TaskRow.isSame(known, row) ? known : row;
  };

  return {
    evaluationId: evaluation_id,
    capabilities: { assignments: false, deadlines: false, glances: true },

    evaluation: Effect.map(
      transport.exchange(Evaluations.retrieve, { evaluation_id, views: ["tasks"] }, once),
      (made) => {
        const { name, status, progress, tasks } = made.value;
        aliases = (tasks ?? []).flatMap((task) => aliasOf({ ...task }));
        const { total = 0, successful = 0, failed = 0 } = progress?.items ?? {};
        return answerOf(made, { id: evaluation_id, name, status, total, completed: successful + failed });
      },
    ),

    page: (at, known) => {
      const asked = { evaluation_id, limit, ...(at === undefined ? {} : { starting_after: at }) };
      return Effect.map(transport.exchange(EvaluationItems.list, asked, { ...once, itemwise: true }), (made) => {
        const rows: Array<Row> = [];
        const reader = new Reader(new Map());
        let nameless = 0;
        for (const item of [...made.value.items, ...made.refused.map(({ value }) => value)]) {
          const id = isJson(item) ? item["id"] : undefined;
          if (isJson(item) && typeof id === "string") rows.push(rowOf(reader, item, id, known(id)));
          else {
            nameless++;
            reader.odd("unreadable-item", "an evaluation item has no id");
          }
        }
        const items = rows.map(({ id }) => id);
        // The next page lies behind the last good item, and a page of nothing but bad ones leads nowhere.
        const last = made.value.items.at(-1)?.id;
        const next = made.value.has_more ? last : undefined;
        return answerOf(made, {
          rows,
          items,
          blind: [],
          nameless,
          total: made.value.total,
          next,
          oddities: reader.oddities,
        });
      });
    },

    glance: (row) =>
      transport.exchange(EvaluationItems.retrieve, { evaluation_item_id: row.id }, once).pipe(
        Effect.map((made) => {
          const reader = new Reader(new Map());
          const isCurrent = (made.value.archived_at ?? null) === null;
          const found = isCurrent ? rowOf(reader, made.value, row.id, row) : undefined;
          return answerOf(made, { row: found, oddities: reader.oddities });
        }),
        Effect.catchReason("SgpError", "NotFound", () => Effect.succeed(unanswered({ row: undefined, oddities: [] }))),
      ),

    writes: (listener) =>
      transport.writes.subscribe(({ id, endpoint, args, phase, value }) => {
        const tell = (touched: Write["touched"], isSweeping: boolean) =>
          listener({ id, phase: phases[phase], patches: [], touched, isSweeping });
        if (endpoint.name === AnnotationTasks.batch.name) {
          const items: ReadonlyArray<unknown> = isJson(value) && Array.isArray(value["items"]) ? value["items"] : [];
          const touched = items.flatMap((task) =>
            isJson(task) && task["evaluation_id"] === evaluation_id ? [String(task["evaluation_item_id"])] : [],
          );
          if (touched.length > 0 || phase === "failed") tell(touched, phase === "failed");
        } else if (args["evaluation_id"] === evaluation_id) tell([], phase !== "started");
      }),
  };
};

/** The column a task's result goes to: its alias, else the one the platform gives it. */
const aliasOf = (task: Json): ReadonlyArray<string> => {
  const { alias, task_type, configuration } = task;
  if (typeof alias === "string") return [alias];
  // A custom function's column is named after the function, which only running its source would tell.
  if (typeof task_type !== "string" || task_type === "custom_function") return [];
  if (task_type !== "metric") return [task_type.replaceAll(".", "_")];
  return isJson(configuration) && typeof configuration["type"] === "string" ? [configuration["type"]] : [];
};
