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
import * as TaskVersions from "./TaskVersions.ts";

/** A task of v4 or v5; `entity_id` is its test case result (v4) or evaluation item (v5). */
export interface TaskRow {
  readonly id: string;
  readonly seq: number;
  readonly account_id: string;
  readonly evaluation_id: string;
  readonly entity_id: string;
  /** The `seq` of the entity's document: tasks of a page of entities are a range. */
  readonly entity_seq: number;
  readonly task_type: string;
  readonly queue_id: string;
  /** Which contributor question it asks (v5); empty in v4. */
  readonly alias: string;
  /** 0 for annotation, 1 and 2 for the audits above it. */
  readonly level: number;
  readonly status: string;
  readonly priority: number;
  readonly place: number;
  readonly assigned_to: string | null;
  readonly assignment_expires_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The fields of a task that may change once it exists. */
export type TaskChange = Partial<
  Pick<TaskRow, "status" | "queue_id" | "priority" | "place" | "assigned_to" | "assignment_expires_at" | "updated_at">
>;

/** The fields a change reads. */
export type TaskState = Pick<TaskRow, "id" | "status">;

/** Tasks in the same status: one of them, and where all stand in the table, for this transaction. */
export type Alike = TaskState & { readonly rows: ReadonlyArray<number> };

const shown = [
  "id",
  "task_type",
  "evaluation_id",
  "entity_id",
  "account_id",
  "status",
  "priority",
  "assigned_to",
  "assignment_expires_at",
] as const satisfies ReadonlyArray<keyof TaskRow>;

/** Two columns have another name on the wire. */
const wireNames: Readonly<Record<string, string>> = {
  evaluation_id: "task_entity_parent_id",
  entity_id: "task_entity_id",
};

const view = `json_object(${shown.map((name) => `'${wireNames[name] ?? name}', tasks.${name}`).join(", ")})`;

/**
 * The body of a document with its annotation task as `task`, the holder as a user, in SQL; only the body where it has none.
 *
 * @param mine a condition on the account of the task, or nothing
 */
export const withTask = (mine: string): string => {
  const holder = "iif(assigned_to IS NULL, NULL, json(evalwire_user(assigned_to)))";
  const task = `SELECT ${view.replace("tasks.assigned_to", holder)} FROM tasks
    WHERE evaluation_id = documents.parent_id AND entity_seq = documents.seq AND entity_id = documents.id
      AND task_type = 'EVALUATION_ANNOTATION'${mine.replace("account_id", "tasks.account_id")}`;
  return `ifnull(substr(body, 1, length(body) - 1) || ',"task":' || (${task}) || '}', body)`;
};

/** The fields of a task on the wire. */
export type ShownTask = Pick<TaskRow, (typeof shown)[number]>;

export interface QueueKey {
  readonly evaluationId: string;
  readonly taskType: string;
}

export interface TaskQueue {
  readonly insert: (tasks: ReadonlyArray<TaskRow>) => Effect.Effect<void, StoreError>;
  readonly retrieve: (id: string) => Effect.Effect<TaskRow | undefined, StoreError>;
  /** Those that exist among `ids`, by id. */
  readonly retrieveMany: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, TaskRow>, StoreError>;
  /** The row after the change. */
  readonly update: (id: string, change: TaskChange) => Effect.Effect<TaskRow, StoreError>;
  /** Those of the evaluation among `ids`, by status, each represented by its first. The statuses come in the order of `ids`. */
  readonly byStatus: (
    evaluationId: string,
    ids: ReadonlyArray<string>,
  ) => Effect.Effect<ReadonlyArray<Alike>, StoreError>;
  /** The same change to many tasks, each named once by its row, in one statement. */
  readonly updateMany: (rows: ReadonlyArray<number>, change: TaskChange) => Effect.Effect<void, StoreError>;
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

const columns = [
  "id",
  "seq",
  "account_id",
  "evaluation_id",
  "entity_id",
  "entity_seq",
  "task_type",
  "queue_id",
  "alias",
  "level",
  "status",
  "priority",
  "place",
  "assigned_to",
  "assignment_expires_at",
  "created_at",
  "updated_at",
] as const satisfies ReadonlyArray<keyof TaskRow>;

const all = columns.join(", ");

const insertion = `INSERT INTO tasks (${all}) VALUES (${columns.map(() => "?").join(", ")})`;

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

  /** Changes the tasks that `which` names by one parameter. */
  const change = (which: string, named: Value, what: TaskChange): ReadonlyArray<TaskRow> => {
    const { names, values } = assignments(what);
    const after = rows(`UPDATE tasks SET ${names} WHERE ${which}${mine} RETURNING ${all}`, ...values, named);
    if (what.assignment_expires_at) deadlines.note(what.assignment_expires_at);
    return after;
  };

  const head = (key: QueueKey, except: string | undefined, holder: string, user: ReadonlyArray<Value>) => {
    const others = except === undefined ? "" : " AND id <> ?";
    const [first] = rows(
      `SELECT ${all} FROM tasks WHERE evaluation_id = ? AND task_type = ? AND status IN (${openStatuses}) AND ${holder}${others}${mine}
        ORDER BY ${inOrder} LIMIT 1`,
      key.evaluationId,
      key.taskType,
      ...user,
      ...(except === undefined ? [] : [except]),
    );
    return first;
  };

  const writeWithEntities = (ids: ReadonlyArray<string>, from: Collection<any>, { add }: Pieces.Writer): void => {
    // One text for each, made by SQLite. The loop is in the order of the array.
    const statement = database.prepare(
      `SELECT '{"task_entity":' || ifnull(documents.body, 'null') || ',' || substr(${view}, 2)
        FROM json_each(?) AS named CROSS JOIN tasks ON tasks.id = named.value
        LEFT JOIN documents ON documents.kind = ? AND documents.id = tasks.entity_id
        ${selected === undefined ? "" : "WHERE tasks.account_id = ?"}`,
    );
    statement.setReturnArrays(true);
    const found = statement.all(JSON.stringify(ids), from.kind, ...own) as unknown as ReadonlyArray<[text: string]>;
    for (const [text] of found) add(text);
  };

  return {
    insert: (tasks) =>
      attempt(() => {
        const statement = database.prepare(insertion);
        for (const task of tasks) {
          statement.run(...columns.map((name) => task[name]));
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
    update: (id, what) => attempt(() => change("id = ?", id, what)[0]!),
    byStatus: (evaluationId, ids) =>
      attempt(() => {
        // With `min` the other columns are those of the row that has it.
        const statement = database.prepare(
          `SELECT status, tasks.id, min(named.key), json_group_array(tasks.rowid)
            FROM json_each(?) AS named CROSS JOIN tasks ON tasks.id = named.value
            WHERE evaluation_id = ?${mine} GROUP BY status ORDER BY 3`,
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
        const which = `rowid IN (SELECT value FROM json_each(?))${mine}`;
        const named = [JSON.stringify(numbers), ...own];
        TaskVersions.keep(database, which, named, what);
        database.prepare(`UPDATE tasks SET ${names}, ${TaskVersions.kept} WHERE ${which}`).run(...values, ...named);
        if (what.assignment_expires_at) deadlines.note(what.assignment_expires_at);
      }),
    withEntities: Effect.fnUntraced(function* (ids, from) {
      const writer = Pieces.writer();
      for (let at = 0; at < ids.length; at += atOnce) {
        if (at > 0) yield* Effect.yieldNow;
        yield* attempt(() => writeWithEntities(ids.slice(at, at + atOnce), from, writer));
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
