/**
 * Tasks as rows, and the two questions a queue answers: what does this user hold, and what is next.
 *
 * 1. The order of a queue is (priority, place, seq); a task's place is given when it is made and changes only by `update`.
 * 2. Only an open task that is somebody's has a deadline; `expire` leaves no task behind whose deadline has come.
 * 3. `ownHead` and `freeHead` only give open tasks.
 *
 * Who may hold what, and for how long, is not decided here.
 */
import { lifecycle } from "@evalwire/core/contract";
import * as Arr from "effect/Array";
import * as Effect from "effect/Effect";
import type * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";

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

/** What may change about a task once it exists. */
export type TaskChange = Partial<
  Pick<TaskRow, "status" | "queue_id" | "priority" | "place" | "assigned_to" | "assignment_expires_at" | "updated_at">
>;

export interface QueueKey {
  readonly evaluationId: string;
  readonly taskType: string;
}

export interface TaskQueue {
  readonly insert: (tasks: ReadonlyArray<TaskRow>) => Effect.Effect<void, SqlError>;
  readonly retrieve: (id: string) => Effect.Effect<TaskRow | undefined, SqlError>;
  /** The row after the change. */
  readonly update: (id: string, change: TaskChange) => Effect.Effect<TaskRow, SqlError>;
  /** The tasks of an evaluation, in the order they were made; of the entities `first` to `last` by `seq` when given. */
  readonly list: (
    evaluationId: string,
    entities?: { readonly first: number; readonly last: number },
  ) => Effect.Effect<ReadonlyArray<TaskRow>, SqlError>;
  /** The first task of the queue that is open and assigned to `user`, leaving `except` out. */
  readonly ownHead: (key: QueueKey, user: string, except?: string) => Effect.Effect<TaskRow | undefined, SqlError>;
  /** The first task of the queue that is open and nobody's, leaving `except` out. */
  readonly freeHead: (key: QueueKey, except?: string) => Effect.Effect<TaskRow | undefined, SqlError>;
  /** Whether some task's deadline is at or before `now`. */
  readonly isAnyDue: (now: string) => Effect.Effect<boolean, SqlError>;
  /**
   * Gives back every task whose deadline is at or before `now`, in one statement; `updated_at` is the deadline itself. The
   * task keeps its place unless `place` says where it goes.
   */
  readonly expire: (now: string, place?: number) => Effect.Effect<void, SqlError>;
}

export interface TaskQueueOptions {
  /** Which end of the priorities is served first. */
  readonly priorityOrder: "high-first" | "low-first";
}

/** Databases limit the parameters of one statement (SQLite 32,766, PostgreSQL 65,535). */
const perStatement = 500;

const openStatuses = lifecycle.statuses
  .filter(lifecycle.isOpen)
  .map((status) => `'${status}'`)
  .join(", ");

export const make = (sql: SqlClient.SqlClient, options: TaskQueueOptions): TaskQueue => {
  const isOpenRow = sql.literal(`status IN (${openStatuses})`);
  const inOrder = sql.literal(`priority ${options.priorityOrder === "high-first" ? "DESC" : "ASC"}, place, seq`);
  const inQueue = (key: QueueKey, except: string | undefined) =>
    sql.and([
      sql`evaluation_id = ${key.evaluationId}`,
      sql`task_type = ${key.taskType}`,
      isOpenRow,
      ...(except === undefined ? [] : [sql`id <> ${except}`]),
    ]);
  const one = Effect.map((rows: ReadonlyArray<TaskRow>): TaskRow | undefined => rows[0]);

  return {
    insert: (tasks) =>
      Effect.forEach(
        Arr.chunksOf(tasks, perStatement),
        (some) => sql`INSERT INTO tasks ${sql.insert(Arr.map(some, (task) => ({ ...task })))}`,
        { discard: true },
      ),
    retrieve: (id) => one(sql<TaskRow>`SELECT * FROM tasks WHERE id = ${id}`),
    update: (id, change) =>
      Effect.map(
        sql<TaskRow>`UPDATE tasks SET ${sql.update({ ...change })} WHERE id = ${id} RETURNING *`,
        (rows) => rows[0]!,
      ),
    list: (evaluationId, entities) =>
      entities === undefined
        ? sql<TaskRow>`SELECT * FROM tasks WHERE evaluation_id = ${evaluationId} ORDER BY seq`
        : sql<TaskRow>`SELECT * FROM tasks WHERE evaluation_id = ${evaluationId}
            AND entity_seq BETWEEN ${entities.first} AND ${entities.last} ORDER BY seq`,
    ownHead: (key, user, except) =>
      one(
        sql<TaskRow>`SELECT * FROM tasks WHERE ${inQueue(key, except)} AND assigned_to = ${user}
          ORDER BY ${inOrder} LIMIT 1`,
      ),
    freeHead: (key, except) =>
      one(
        sql<TaskRow>`SELECT * FROM tasks WHERE ${inQueue(key, except)} AND assigned_to IS NULL
          ORDER BY ${inOrder} LIMIT 1`,
      ),
    isAnyDue: (now) =>
      Effect.map(sql`SELECT id FROM tasks WHERE assignment_expires_at <= ${now} LIMIT 1`, (rows) => rows.length > 0),
    expire: (now, place) =>
      Effect.asVoid(
        sql`UPDATE tasks SET assigned_to = NULL, updated_at = assignment_expires_at, assignment_expires_at = NULL
          ${place === undefined ? sql.literal("") : sql`, place = ${place}`}
          WHERE assignment_expires_at <= ${now}`,
      ),
  };
};
