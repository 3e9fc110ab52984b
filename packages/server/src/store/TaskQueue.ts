/**
 * Tasks as rows, and the two questions a queue answers: what does this user hold, and what is next.
 *
 * 1. The order of a queue is (priority, place, seq); a task's place is given when it is made and changes only by `update`.
 * 2. Only an open assigned task has a deadline.
 * 3. `ownHead` and `freeHead` only give open tasks.
 *
 * This module does not decide who may hold a task, or for how long.
 */
import { lifecycle } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import type { Bytes } from "../Content.ts";
import * as Pieces from "../Pieces.ts";
import { attempt, type Database, type StoreError, type Value } from "./Database.ts";
import type { Deadlines } from "./Deadlines.ts";
import type { Collection } from "./Document.ts";
import * as ShownTask from "./ShownTask.ts";
import { factColumns, stateColumns, type TaskRow } from "./TaskRow.ts";
import * as TaskVersions from "./TaskVersions.ts";

export type { TaskRow } from "./TaskRow.ts";

/** The fields of a task that may change once it exists. */
export type TaskChange = Partial<
  Pick<TaskRow, "status" | "queue_id" | "priority" | "place" | "assigned_to" | "assignment_expires_at" | "updated_at">
>;

/** The fields a change reads. */
export type TaskState = Pick<TaskRow, "id" | "status">;

/** Tasks in the same status: one of them, and the numbers (`seq`) of all. */
export type Alike = TaskState & { readonly rows: ReadonlyArray<number> };

export interface QueueKey {
  readonly evaluationId: string;
  readonly taskType: string;
}

export interface TaskQueue {
  readonly insert: (tasks: ReadonlyArray<TaskRow>) => Effect.Effect<void, StoreError>;
  readonly retrieve: (id: string) => Effect.Effect<TaskRow | undefined, StoreError>;
  /** Those that exist among `ids`, by id. */
  readonly retrieveMany: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, TaskRow>, StoreError>;
  /** The row after the change; `task` may be an earlier state of it. */
  readonly update: (task: TaskRow, change: TaskChange) => Effect.Effect<TaskRow, StoreError>;
  /** Those of the evaluation among `ids`, by status, each represented by its first. The statuses come in the order of `ids`. */
  readonly byStatus: (
    evaluationId: string,
    ids: ReadonlyArray<string>,
  ) => Effect.Effect<ReadonlyArray<Alike>, StoreError>;
  /** The same change to many tasks, each named once by its number, in one statement. */
  readonly updateMany: (
    rows: ReadonlyArray<number>,
    change: Omit<TaskChange, "queue_id">,
  ) => Effect.Effect<void, StoreError>;
  /**
   * The tasks as the wire shows them, each with the document it is about as `task_entity`: JSON in the order of `ids`, in pieces that have no
   * commas between them and may be given back (`Pieces`). Other requests that need no store get their turn after some hundred tasks.
   */
  readonly withEntities: (
    ids: ReadonlyArray<string>,
    from: Collection<any>,
  ) => Effect.Effect<ReadonlyArray<Bytes>, StoreError>;
  /** The tasks of an evaluation, in the order they were made; of the entities `first` to `last` by `seq` when given. */
  readonly list: (
    evaluationId: string,
    entities?: { readonly first: number; readonly last: number },
  ) => Effect.Effect<ReadonlyArray<TaskRow>, StoreError>;
  /** The states of an annotation task before each of its changes, in order. */
  readonly versions: (id: string) => Effect.Effect<ReadonlyArray<TaskVersions.TaskVersion>, StoreError>;
  /** The first task of the queue that is open and assigned to `user`, leaving `except` out. */
  readonly ownHead: (key: QueueKey, user: string, except?: string) => Effect.Effect<TaskRow | undefined, StoreError>;
  /** The first task of the queue that is open and unassigned, leaving `except` out. */
  readonly freeHead: (key: QueueKey, except?: string) => Effect.Effect<TaskRow | undefined, StoreError>;
}

export interface TaskQueueOptions {
  /** Which end of the priorities is served first. */
  readonly priorityOrder: "high-first" | "low-first";
}

/** So many tasks are read before others get their turn. */
const atOnce = 250;

const openStatuses = lifecycle.statuses
  .filter(lifecycle.isOpen)
  .map((status) => `'${status}'`)
  .join(", ");

const all = [...factColumns, ...stateColumns].join(", ");

const marks = (names: ReadonlyArray<string>): string => names.map(() => "?").join(", ");

/** The tasks as a caller of this account sees them; of every account when none is selected. */
export const make = (
  database: Database,
  deadlines: Deadlines,
  options: TaskQueueOptions,
  selected: string | undefined,
): TaskQueue => {
  const inOrder = `priority ${options.priorityOrder === "high-first" ? "DESC" : "ASC"}, place, seq`;
  const mine = selected === undefined ? "" : " AND account_id = ?";
  const own: ReadonlyArray<Value> = selected === undefined ? [] : [selected];
  const ofState = `SELECT 1 FROM task_facts WHERE task_facts.seq = task_states.seq${mine}`;
  const mineOfStates = selected === undefined ? "" : ` AND EXISTS (${ofState})`;

  const rows = (sql: string, ...params: ReadonlyArray<Value>): ReadonlyArray<TaskRow> =>
    database.prepare(sql).all(...params, ...own) as unknown as ReadonlyArray<TaskRow>;

  /** A change as SQL, and its parameters. */
  const assignments = (what: TaskChange) => {
    const changed = Object.entries(what).filter(([, value]) => value !== undefined);
    return {
      names: changed.map(([name]) => `${name} = ?`).join(", "),
      values: changed.map(([, value]) => value as Value),
    };
  };

  /** The state after the change; nothing for a task of another account. */
  const changeState = (seq: number, what: Omit<TaskChange, "queue_id">): Partial<TaskRow> | undefined => {
    const { names, values } = assignments(what);
    if (names === "") return undefined;
    const state = database
      .prepare(`UPDATE task_states SET ${names} WHERE seq = ?${mineOfStates} RETURNING ${stateColumns.join(", ")}`)
      .get(...values, seq, ...own);
    if (what.assignment_expires_at) deadlines.note(what.assignment_expires_at);
    return state as Partial<TaskRow> | undefined;
  };

  const enqueue = (seq: number, queueId: string): Pick<TaskRow, "queue_id"> => {
    database.prepare(`UPDATE task_facts SET queue_id = ? WHERE seq = ?${mine}`).run(queueId, seq, ...own);
    return { queue_id: queueId };
  };

  /** The number of a queue, which begins with its first task. */
  const numberOf = (evaluationId: string, taskType: string): number => {
    const find = database.prepare("SELECT number FROM task_queues WHERE evaluation_id = ? AND task_type = ?");
    const begin = database.prepare("INSERT INTO task_queues (evaluation_id, task_type) VALUES (?, ?) RETURNING number");
    const row = find.get(evaluationId, taskType) ?? begin.get(evaluationId, taskType);
    return (row as unknown as { readonly number: number }).number;
  };

  const head = (key: QueueKey, except: string | undefined, holder: string, user: ReadonlyArray<Value>) => {
    const others = except === undefined ? "" : " AND id <> ?";
    const [first] = rows(
      `SELECT ${all} FROM tasks WHERE queue = (SELECT number FROM task_queues WHERE evaluation_id = ? AND task_type = ?)
        AND status IN (${openStatuses}) AND ${holder}${others}${mine} ORDER BY ${inOrder} LIMIT 1`,
      key.evaluationId,
      key.taskType,
      ...user,
      ...(except === undefined ? [] : [except]),
    );
    return first;
  };

  return {
    insert: (tasks) =>
      attempt(() => {
        const facts = database.prepare(
          `INSERT INTO task_facts (${factColumns.join(", ")}) VALUES (${marks(factColumns)})`,
        );
        const state = database.prepare(
          `INSERT INTO task_states (seq, queue, ${stateColumns.join(", ")}) VALUES (?, ?, ${marks(stateColumns)})`,
        );
        let queue: { readonly first: TaskRow; readonly number: number } | undefined;
        for (const task of tasks) {
          const { evaluation_id, task_type } = task;
          if (queue?.first.evaluation_id !== evaluation_id || queue.first.task_type !== task_type)
            queue = { first: task, number: numberOf(evaluation_id, task_type) };
          facts.run(...factColumns.map((name) => task[name]));
          state.run(task.seq, queue.number, ...stateColumns.map((name) => task[name]));
          if (task.assignment_expires_at !== null) deadlines.note(task.assignment_expires_at);
        }
      }),
    retrieve: (id) => attempt(() => rows(`SELECT ${all} FROM tasks WHERE id = ?${mine}`, id)[0]),
    retrieveMany: (ids) =>
      attempt(() => {
        const found = rows(
          `SELECT ${all} FROM tasks WHERE id IN (SELECT value FROM json_each(?))${mine}`,
          JSON.stringify(ids),
        );
        return new Map(found.map((row) => [row.id, row]));
      }),
    update: (task, { queue_id, ...what }) =>
      attempt(() => ({
        ...task,
        ...changeState(task.seq, what),
        ...(queue_id === undefined ? {} : enqueue(task.seq, queue_id)),
      })),
    byStatus: (evaluationId, ids) =>
      attempt(() => {
        // With `min` the other columns are those of the row that has it.
        const statement = database.prepare(
          `SELECT status, task_facts.id, min(named.key), json_group_array(task_facts.seq)
            FROM json_each(?) AS named CROSS JOIN task_facts ON task_facts.id = named.value
              CROSS JOIN task_states ON task_states.seq = task_facts.seq
            WHERE queue IN (SELECT number FROM task_queues WHERE evaluation_id = ?)${mine} GROUP BY status ORDER BY 3`,
        );
        statement.setReturnArrays(true);
        const found = statement.all(JSON.stringify(ids), evaluationId, ...own) as unknown as ReadonlyArray<
          [status: string, id: string, first: number, rows: string]
        >;
        return found.map(([status, id, , rows]) => ({ status, id, rows: JSON.parse(rows) }));
      }),
    updateMany: (numbers, what) =>
      attempt(() => {
        const { names, values } = assignments(what);
        const which = `seq IN (SELECT value FROM json_each(?))${mineOfStates}`;
        const named = [JSON.stringify(numbers), ...own];
        TaskVersions.keep(database, which, named, what);
        database
          .prepare(`UPDATE task_states SET ${names}, ${TaskVersions.kept} WHERE ${which}`)
          .run(...values, ...named);
        if (what.assignment_expires_at) deadlines.note(what.assignment_expires_at);
      }),
    withEntities: Effect.fnUntraced(function* (ids, from) {
      const writer = Pieces.writer();
      for (let at = 0; at < ids.length; at += atOnce) {
        if (at > 0) yield* Effect.yieldNow;
        yield* attempt(() => ShownTask.write(database, ids.slice(at, at + atOnce), from.kind, selected, writer));
      }
      return writer.end();
    }),
    list: (evaluationId, entities) =>
      attempt(() =>
        entities === undefined
          ? rows(`SELECT ${all} FROM tasks WHERE evaluation_id = ?${mine} ORDER BY seq`, evaluationId)
          : rows(
              `SELECT ${all} FROM tasks WHERE evaluation_id = ? AND entity_seq BETWEEN ? AND ?${mine} ORDER BY seq`,
              evaluationId,
              entities.first,
              entities.last,
            ),
      ),
    versions: (id) =>
      attempt(() => {
        const [task] = rows(`SELECT ${all} FROM tasks WHERE id = ?${mine}`, id);
        return task === undefined ? [] : TaskVersions.of(database, task.seq);
      }),
    ownHead: (key, user, except) => attempt(() => head(key, except, "assigned_to = ?", [user])),
    freeHead: (key, except) => attempt(() => head(key, except, "assigned_to IS NULL", [])),
  };
};
