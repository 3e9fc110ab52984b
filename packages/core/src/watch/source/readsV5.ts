/**
 * Reading of v5 for a watch: the items of an evaluation, and the effects of writes on them. Loaded with the first poll on v5.
 */
import * as Effect from "effect/Effect";
import * as Paging from "../../client/Paging.ts";
import type { Transport } from "../../client/Transport.ts";
import type { Write as ClientWrite } from "../../client/Writes.ts";
import * as AnnotationTasks from "../../contract/v5/evaluations/AnnotationTasks.ts";
import * as EvaluationItems from "../../contract/v5/evaluations/EvaluationItems.ts";
import * as Evaluations from "../../contract/v5/evaluations/Evaluations.ts";
import * as TaskRow from "../event/TaskRow.ts";
import * as TaskVersion from "../event/TaskVersion.ts";
import { Include } from "./Include.ts";
import { PageSize } from "./PageSize.ts";
import { archivedOf, isJson, type Json, noteFresh, Reader, textOf } from "./Reader.ts";
import type { Source, Write } from "./Source.ts";
import { answerOf, countOf, envelopeOf, type Options, objectOf, once, orGone } from "./unchecked.ts";
import { Validators } from "./Validators.ts";

type Row = TaskRow.TaskRow;

/** The looks of a source. */
export type Reads = Pick<Source, "evaluation" | "page" | "readTask"> & Required<Pick<Source, "explain" | "basis">>;

export const readsV5 = (transport: Transport["Service"], options: Options): Reads => {
  const { evaluationId: evaluation_id } = options;
  const include = Include.of(options.include);
  const size = PageSize.of(options.pageSize);
  const validators = new Validators();
  // The columns in which results are to appear; known from the first look at the evaluation, where that shows its tasks.
  let aliases: ReadonlyArray<string> | undefined;

  const rowOf = (reader: Reader, item: Json, id: string, known: Row | undefined): Row => {
    const data = isJson(item["data"]) ? item["data"] : {};
    const errors = isJson(item["task_errors"]) ? item["task_errors"] : {};
    const isDone = (alias: string) => (data[alias] ?? null) !== null || Object.hasOwn(errors, alias);
    const isCompleted = aliases?.every(isDone) ?? false;
    const hasFailed = Object.keys(errors).length > 0;
    const row = TaskRow.make({
      id,
      task_type: "evaluation.item",
      status: isCompleted ? "COMPLETED" : "PENDING",
      test_case_result_id: id,
      test_case_id: typeof item["dataset_item_id"] === "string" ? item["dataset_item_id"] : null,
      label_status: hasFailed ? "FAILED" : isCompleted ? "COMPLETED" : "PENDING",
      ...reader.included(data, include.fields, id, known),
    });
    return known !== undefined && TaskVersion.isSame(known, row) ? known : row;
  };

  return {
    basis: () => JSON.stringify(aliases ?? null),

    explain: (error) => transport.explain(Evaluations.retrieve, { evaluation_id }, error),

    evaluation: Effect.gen(function* () {
      const made = yield* transport.exchangeUnchecked(Evaluations.retrieve, { evaluation_id, views: ["tasks"] }, once);
      const evaluation = yield* objectOf(Evaluations.retrieve, made);
      const tasks: unknown = evaluation["tasks"];
      aliases = Array.isArray(tasks) ? aliasesOf(tasks) : undefined;
      const progress = isJson(evaluation["progress"]) ? evaluation["progress"] : {};
      const items = isJson(progress["items"]) ? progress["items"] : {};
      // A count that is not there counts nothing yet.
      const count = (field: string) =>
        (items[field] ?? null) === null ? Effect.succeed(0) : countOf(Evaluations.retrieve, items, field);
      return answerOf(made, {
        id: evaluation_id,
        name: textOf(evaluation["name"]) ?? "",
        status: textOf(evaluation["status"]) ?? "",
        total: yield* count("total"),
        completed: (yield* count("successful")) + (yield* count("failed")),
        ...archivedOf(evaluation),
      });
    }),

    page: (at, known, last, since) =>
      Effect.gen(function* () {
        const asked = { evaluation_id, limit: size.current, ...(at === undefined ? {} : { starting_after: at }) };
        const key = JSON.stringify([at ?? null, size.current, include.fields, aliases ?? null]);
        const made = yield* transport.exchangeUnchecked(EvaluationItems.list, asked, validators.options(last, key));
        const unchanged = validators.unchanged(made, last, key);
        if (unchanged !== undefined) return answerOf(made, unchanged);
        const envelope = yield* envelopeOf(EvaluationItems.list, made);
        const rows: Array<Row> = [];
        const reader = new Reader(new Map());
        const fresh = new Set<string>();
        let withoutId = 0;
        for (const item of envelope.items) {
          const id = isJson(item) ? item["id"] : undefined;
          if (isJson(item) && typeof id === "string") {
            rows.push(rowOf(reader, item, id, known(id)));
            noteFresh(fresh, id, item, since);
          } else {
            withoutId++;
            reader.odd("unreadable-item", "an evaluation item has no id");
          }
        }
        const items = rows.map(({ id }) => id);
        // The next page lies behind the last item with an id, and a page of nothing but others leads nowhere.
        const next = Paging.isLast("cursor", envelope, items.length) ? undefined : items.at(-1);
        const page = {
          rows,
          fresh,
          items,
          unreadable: [],
          withoutId,
          total: envelope.total,
          next,
          issues: reader.issues,
        };
        return answerOf(made, validators.note(page, made.headers["etag"], key));
      }),

    readTask: (row) =>
      orGone(
        Effect.gen(function* () {
          const made = yield* transport.exchangeUnchecked(
            EvaluationItems.retrieve,
            { evaluation_item_id: row.id },
            once,
          );
          const item = yield* objectOf(EvaluationItems.retrieve, made);
          const reader = new Reader(new Map());
          const isCurrent = (item["archived_at"] ?? null) === null;
          const found = isCurrent ? rowOf(reader, item, row.id, row) : undefined;
          return answerOf(made, { row: found, issues: reader.issues });
        }),
      ),
  };
};

/** The column a task's result goes to: its alias, else the one the platform gives it. */
const aliasOf = (task: Json): ReadonlyArray<string> => {
  const { alias, task_type, configuration } = task;
  if (typeof alias === "string") return [alias];
  // A custom function's column is named after the function, which only running its source would show.
  if (typeof task_type !== "string" || task_type === "custom_function") return [];
  if (task_type !== "metric") return [task_type.replaceAll(".", "_")];
  return isJson(configuration) && typeof configuration["type"] === "string" ? [configuration["type"]] : [];
};

/** The columns of an evaluation's tasks; `undefined` where it has some, but none with a column that is known. */
const aliasesOf = (tasks: ReadonlyArray<unknown>): ReadonlyArray<string> | undefined => {
  const aliases = tasks.flatMap((task) => (isJson(task) ? aliasOf(task) : []));
  return aliases.length === 0 && tasks.length > 0 ? undefined : aliases;
};

const phases = { started: "started", succeeded: "succeeded", failed: "unclear" } as const;

/** The effect of a client's write on this evaluation's items; `undefined` when it has none. */
export const writeOf = ({ id, endpoint, args, phase, value }: ClientWrite, evaluationId: string): Write | undefined => {
  const written = (touched: Write["touched"], isSweeping: boolean): Write => ({
    id,
    phase: phases[phase],
    patches: [],
    touched,
    isSweeping,
  });
  if (endpoint.name !== AnnotationTasks.batch.name) {
    return args["evaluation_id"] === evaluationId ? written([], phase !== "started") : undefined;
  }
  const items: ReadonlyArray<unknown> = isJson(value) && Array.isArray(value["items"]) ? value["items"] : [];
  const touched = items.flatMap((task) =>
    isJson(task) && task["evaluation_id"] === evaluationId ? [String(task["evaluation_item_id"])] : [],
  );
  return touched.length > 0 || phase === "failed" ? written(touched, phase === "failed") : undefined;
};
