/**
 * What a watch sees of v5: the items of an evaluation, and what writes do to them. Loaded when a watch on v5 first looks.
 */
import * as Effect from "effect/Effect";
import type { Transport } from "../../client/Transport.ts";
import type { Write as ClientWrite } from "../../client/Writes.ts";
import * as AnnotationTasks from "../../contract/v5/AnnotationTasks.ts";
import * as EvaluationItems from "../../contract/v5/EvaluationItems.ts";
import * as Evaluations from "../../contract/v5/Evaluations.ts";
import * as TaskRow from "../TaskRow.ts";
import { answerOf, itemsOf, type Options, once, orGone } from "./answer.ts";
import { isJson, type Json, Reader } from "./Reader.ts";
import type { Source, Write } from "./Source.ts";

type Row = TaskRow.TaskRow;

/** The looks of a source. */
export type Looks = Pick<Source, "evaluation" | "page" | "glance">;

export const looksV5 = (transport: Transport["Service"], options: Options): Looks => {
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
        for (const item of itemsOf(made)) {
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
      orGone(
        Effect.map(transport.exchange(EvaluationItems.retrieve, { evaluation_item_id: row.id }, once), (made) => {
          const reader = new Reader(new Map());
          const isCurrent = (made.value.archived_at ?? null) === null;
          const found = isCurrent ? rowOf(reader, made.value, row.id, row) : undefined;
          return answerOf(made, { row: found, oddities: reader.oddities });
        }),
      ),
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

const phases = { started: "started", succeeded: "succeeded", failed: "unclear" } as const;

/** What a write of the client does to this evaluation's items; `undefined` when it does nothing to them. */
export const writeOf = ({ id, endpoint, args, phase, value }: ClientWrite, evaluationId: string): Write | undefined => {
  const tell = (touched: Write["touched"], isSweeping: boolean): Write => ({
    id,
    phase: phases[phase],
    patches: [],
    touched,
    isSweeping,
  });
  if (endpoint.name !== AnnotationTasks.batch.name) {
    return args["evaluation_id"] === evaluationId ? tell([], phase !== "started") : undefined;
  }
  const items: ReadonlyArray<unknown> = isJson(value) && Array.isArray(value["items"]) ? value["items"] : [];
  const touched = items.flatMap((task) =>
    isJson(task) && task["evaluation_id"] === evaluationId ? [String(task["evaluation_item_id"])] : [],
  );
  return touched.length > 0 || phase === "failed" ? tell(touched, phase === "failed") : undefined;
};
