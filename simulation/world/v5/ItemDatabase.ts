/**
 * The database of a server with an evaluation of v5. An operator does in it what the platform does by itself and no route of this server:
 * items come and go one by one, and results of tasks arrive late.
 */
import { Database, type Row, type TaskState } from "../Database.ts";
import { columnsOf, type Item, rowOf, type Task } from "./itemRow.ts";

interface Counts {
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly pending: number;
}

interface Evaluation {
  readonly status: string;
  readonly progress: { readonly items: Counts };
}

export class ItemDatabase extends Database {
  readonly #isLagging: boolean;
  /** Earlier states of each item, where servers lag behind. */
  readonly #former = new Map<string, Array<Item>>();
  #arrived = 0;
  /** The columns that the evaluation had, the latest last. */
  #columns: ReadonlyArray<ReadonlyArray<string>> = [];
  #items: ReadonlyMap<string, Item> = new Map();

  /** @param isLagging whether some server shows items as they were some time ago, beside an evaluation of another that does not */
  constructor(filename: string, evaluationId: string, now: () => number, isLagging: boolean) {
    super(filename, evaluationId, now);
    this.#isLagging = isLagging;
  }

  rows(): ReadonlyArray<Row> {
    const columns = columnsOf(this.#tasks());
    if (String(this.#columns.at(-1)) !== String(columns)) this.#columns = [...this.#columns, columns];
    const items = this.prepare(
      "SELECT body FROM documents WHERE kind = 'v5_evaluation_item' AND parent_id = ? AND archived_at IS NULL ORDER BY seq",
    ).all(this.evaluationId) as ReadonlyArray<any>;
    const read = items.map(({ body }) => JSON.parse(body) as Item);
    if (this.#isLagging) this.#keep(read);
    this.#items = new Map(read.map((item) => [item.id, item]));
    return read.map((item) => rowOf(item, columns));
  }

  versions(): ReadonlyArray<TaskState> {
    return [];
  }

  /** By the columns that were there before: who has not yet read of the present ones reads it so. */
  readings(id: string): ReadonlyArray<Row> {
    const item = this.#items.get(id);
    const former = this.#former.get(id) ?? [];
    const late = this.#columns.slice(1).flatMap((columns) => former.map((one) => rowOf(one, columns)));
    return item === undefined ? late : [...late, ...this.#columns.slice(0, -1).map((columns) => rowOf(item, columns))];
  }

  evaluation(): string {
    const { status, progress } = this.#body();
    return `${status} ${progress.items.total} ${progress.items.successful + progress.items.failed}`;
  }

  /** Its routes write progress and tasks by themselves. */
  standing(): string {
    return `${this.evaluation()} ${this.columns()}`;
  }

  /** The columns of the evaluation's tasks. */
  columns(): ReadonlyArray<string> {
    return columnsOf(this.#tasks());
  }

  /** Items that were archived. */
  archived(): ReadonlyArray<string> {
    return this.#ids(
      "SELECT id FROM documents WHERE kind = 'v5_evaluation_item' AND parent_id = ? AND archived_at IS NOT NULL ORDER BY seq",
    );
  }

  /** The annotation tasks of the items. */
  annotationTasks(): ReadonlyArray<string> {
    return this.#ids("SELECT id FROM tasks WHERE evaluation_id = ? ORDER BY seq");
  }

  /** Another item comes to the list, at its end. */
  arrive(data: Item["data"]): void {
    const id = `arrived-${++this.#arrived}`;
    this.run("UPDATE counters SET value = value + 1 WHERE name = 'seq'");
    const text = JSON.stringify(data);
    // All items have the time at which the evaluation was created: nothing but the order of the list distinguishes them.
    this.run(
      `INSERT INTO documents (kind, id, seq, account_id, parent_id, archived_at, body, hidden)
        SELECT 'v5_evaluation_item', ?, c.value, d.account_id, d.id, NULL, json_object('id', ?,
          'object', 'evaluation.item', 'created_at', json_extract(d.body, '$.created_at'),
          'created_by', json_extract(d.body, '$.created_by'), 'evaluation_id', d.id, 'data', json(?),
          'task_errors', json_object()), json_object('input', json(?))
        FROM documents d, counters c WHERE d.kind = 'v5_evaluation' AND d.id = ? AND c.name = 'seq'`,
      id,
      id,
      text,
      text,
      this.evaluationId,
    );
    this.#settle();
  }

  /** A task's result on an item; `undefined` where it has none yet. */
  answer({ id }: Row, column: string, value: string | undefined): void {
    this.#change(id, ({ data: { [column]: _, ...data }, ...item }) => ({
      ...item,
      data: value === undefined ? data : { ...data, [column]: value },
    }));
  }

  /** A task fails on an item, or has not failed after all. */
  fail({ id }: Row, column: string, error: string | undefined): void {
    this.#change(id, ({ task_errors, ...item }) => {
      const { [column]: _, ...errors } = task_errors ?? {};
      return { ...item, task_errors: error === undefined ? errors : { ...errors, [column]: { error } } };
    });
  }

  /** Archives an item, or restores it where it was. */
  archive(id: string, isArchived: boolean): void {
    const at = isArchived ? new Date(this.now()).toISOString() : null;
    this.run(
      "UPDATE documents SET archived_at = ?, body = json_set(body, '$.archived_at', ?) WHERE kind = 'v5_evaluation_item' AND id = ?",
      at,
      at,
      id,
    );
    this.#settle();
  }

  /** Deletes an item for good: a page that was to begin behind it cannot. */
  delete({ id }: Row): void {
    this.run("DELETE FROM documents WHERE kind = 'v5_evaluation_item' AND id = ?", id);
    this.#settle();
  }

  /** As the route does it: archived, and its items with it. */
  deleteEvaluation(): void {
    const at = new Date(this.now()).toISOString();
    this.run(
      "UPDATE documents SET archived_at = ? WHERE kind = 'v5_evaluation_item' AND parent_id = ?",
      at,
      this.evaluationId,
    );
    this.run("UPDATE documents SET archived_at = ? WHERE kind = 'v5_evaluation' AND id = ?", at, this.evaluationId);
  }

  #keep(read: ReadonlyArray<Item>): void {
    for (const item of read) {
      const former = this.#former.get(item.id) ?? [];
      if (JSON.stringify(former.at(-1)) !== JSON.stringify(item)) this.#former.set(item.id, [...former, item]);
    }
  }

  #change(id: string, change: (item: Item) => Item): void {
    const item = this.#items.get(id);
    if (item === undefined) return;
    const body = JSON.stringify(change(item));
    this.run("UPDATE documents SET body = ? WHERE kind = 'v5_evaluation_item' AND id = ?", body, id);
    this.#settle();
  }

  /** Writes how far the items have come. */
  #settle(): void {
    const rows = this.rows();
    const count = (accept: (row: Row) => boolean) => rows.filter(accept).length;
    const failed = count(({ label_status }) => label_status === "FAILED");
    const pending = count(({ status, label_status }) => status === "PENDING" && label_status !== "FAILED");
    const successful = rows.length - failed - pending;
    const body = this.#body();
    const items = { ...body.progress.items, total: rows.length, successful, failed, pending };
    const status = pending > 0 ? "running" : "completed";
    const next = JSON.stringify({ ...body, status, progress: { ...body.progress, items } });
    this.run("UPDATE documents SET body = ? WHERE kind = 'v5_evaluation' AND id = ?", next, this.evaluationId);
  }

  #body(): Evaluation {
    return JSON.parse(this.#document("body")) as Evaluation;
  }

  #tasks(): ReadonlyArray<Task> {
    return (JSON.parse(this.#document("hidden")) as { readonly tasks: ReadonlyArray<Task> }).tasks;
  }

  #document(column: "body" | "hidden"): string {
    const found = this.prepare(`SELECT ${column} AS text FROM documents WHERE kind = 'v5_evaluation' AND id = ?`);
    return (found.get(this.evaluationId) as { readonly text: string }).text;
  }

  #ids(statement: string): ReadonlyArray<string> {
    return this.prepare(statement)
      .all(this.evaluationId)
      .map(({ id }) => String(id));
  }
}
