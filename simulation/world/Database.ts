/**
 * The hand of an operator in the server's own database: what no route does, done where every route sees it.
 *
 * It is a second connection to the same in-memory database, used only while the server is at rest.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { TaskRow } from "@evalwire/core";

/** A task with its result, or an item of v5, as a listing shows it: everything a watch may keep of it. */
export type Row = Omit<TaskRow, "included">;

/** The tables that a server keeps its state in. The versions come last: writing the tasks may make some. */
const tables = ["documents", "task_queues", "task_facts", "task_states", "task_versions"];

/** Every row of each of them, in that order. */
export type Copy = ReadonlyArray<readonly [table: string, rows: ReadonlyArray<Readonly<Record<string, unknown>>>]>;

/** Fields of a task by itself, without its result. */
export type TaskState = Pick<Row, "status" | "priority" | "assigned_to" | "assignment_expires_at">;

/** The parts that both versions of the API share. */
export abstract class Database {
  protected readonly evaluationId: string;
  protected readonly now: () => number;
  readonly #connection: DatabaseSync;

  /**
   * @param filename as the server was given it
   * @param now the server's clock
   */
  constructor(filename: string, evaluationId: string, now: () => number) {
    this.now = now;
    this.evaluationId = evaluationId;
    this.#connection = new DatabaseSync(filename);
  }

  /** Every row of the evaluation, in the order of the listing. */
  abstract rows(): ReadonlyArray<Row>;

  /** The states of a task before each of its changes, in order, as far as the task itself shows them. */
  abstract versions(taskId: string): ReadonlyArray<TaskState>;

  /** How else a row may be read from the same answer, by what the evaluation showed before: in that order. */
  abstract readings(id: string): ReadonlyArray<Row>;

  /** The evaluation's status and counts: `PENDING 5 2` of five results or items with two completed. */
  abstract evaluation(): string;

  /** Facts of the evaluation that may change while all rows stay as they are. */
  abstract standing(): string;

  /** Deletes the evaluation itself: every route to it answers 404 from now on. */
  abstract deleteEvaluation(): void;

  /** Everything there is. */
  copy(): Copy {
    return tables.map((table) => [table, this.prepare(`SELECT * FROM ${table}`).all()]);
  }

  close(): void {
    this.#connection.close();
  }

  protected prepare(statement: string): StatementSync {
    return this.#connection.prepare(statement);
  }

  protected run(statement: string, ...values: ReadonlyArray<string | null>): void {
    this.prepare(statement).run(...values);
  }
}
