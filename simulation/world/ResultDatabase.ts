/** The database of a server with an evaluation of v4: its test case results, and their annotation tasks. */
import type { StatementSync } from "node:sqlite";
import { Database, type Row, type TaskState } from "./Database.ts";

const present = `
  SELECT t.id, t.task_type, t.status, t.priority, t.assigned_to, t.assignment_expires_at, d.id AS test_case_result_id,
    json_extract(d.body, '$.test_case_id') AS test_case_id, json_extract(d.body, '$.label_status') AS label_status,
    json_extract(d.body, '$.audit_status') AS audit_status, json_extract(d.body, '$.updated_at') AS updated_at
  FROM documents d JOIN tasks t ON t.evaluation_id = d.parent_id AND t.entity_id = d.id
  WHERE d.kind = 'test_case_result' AND d.parent_id = ? AND d.archived_at IS NULL AND t.task_type = 'EVALUATION_ANNOTATION'
  ORDER BY d.seq`;

interface Counts {
  readonly total_test_case_result_count: number;
  readonly completed_test_case_result_count: number;
}

interface Evaluation extends Counts {
  readonly status: string;
}

export class ResultDatabase extends Database {
  readonly #rows: StatementSync;
  readonly #versions: StatementSync;

  /**
   * @param filename as the server was given it
   * @param now the server's clock
   */
  constructor(filename: string, evaluationId: string, now: () => number) {
    super(filename, evaluationId, now);
    this.#rows = this.prepare(present);
    this.#versions = this.prepare(
      `SELECT was.status, was.priority, was.assigned_to, was.assignment_expires_at
        FROM tasks AS t JOIN task_versions AS was ON t.seq BETWEEN was.task_seq AND was.task_seq + was.tasks - 1
        WHERE t.id = ? ORDER BY number`,
    );
  }

  /** Every task of the evaluation, in the order of the listing. */
  rows(): ReadonlyArray<Row> {
    return this.#rows.all(this.evaluationId) as unknown as ReadonlyArray<Row>;
  }

  /** The states of a task before each of its changes, in order, as far as the task itself shows them. */
  versions(taskId: string): ReadonlyArray<TaskState> {
    return this.#versions.all(taskId) as unknown as ReadonlyArray<TaskState>;
  }

  /** A result is read in one way. */
  readings(): ReadonlyArray<Row> {
    return [];
  }

  /** The evaluation's status and counts: `PENDING 5 2` of five results with two completed. */
  evaluation(): string {
    const { status, total_test_case_result_count: total, completed_test_case_result_count: completed } = this.#body();
    return `${status} ${total} ${completed}`;
  }

  /** Its counts are those of the rows. */
  standing(): string {
    return "";
  }

  /** Deletes a task and the result it stands for. */
  delete({ id, test_case_result_id, label_status }: Row): void {
    this.run("DELETE FROM task_states WHERE seq = (SELECT seq FROM task_facts WHERE id = ?)", id);
    this.run("DELETE FROM task_facts WHERE id = ?", id);
    this.run("DELETE FROM documents WHERE kind = 'test_case_result' AND id = ?", test_case_result_id);
    this.#count((counts) => ({
      total_test_case_result_count: counts.total_test_case_result_count - 1,
      completed_test_case_result_count:
        counts.completed_test_case_result_count - (label_status === "COMPLETED" ? 1 : 0),
    }));
  }

  /** Gives a task a status; one that the server does not know is kept as it is, and the task is not held. */
  setStatus({ id }: Row, status: string): void {
    const changed = "assignment_expires_at = NULL, assigned_to = NULL, status = ?, updated_at = ?";
    const of = "seq = (SELECT seq FROM task_facts WHERE id = ?)";
    this.run(`UPDATE task_states SET ${changed} WHERE ${of}`, status, new Date(this.now()).toISOString(), id);
  }

  /** Sets a field of a result, as a later version of the platform might. */
  setResult({ test_case_result_id }: Row, field: "audit_status", value: string): void {
    this.run("UPDATE counters SET value = value + 1 WHERE name = 'seq'");
    this.run(
      `INSERT INTO documents (kind, id, seq, account_id, parent_id, body)
        SELECT 'test_case_result_version', id || c.value, c.value, account_id, id, json_set(body, '$.invalidated_at', ?)
        FROM documents d, counters c WHERE d.kind = 'test_case_result' AND d.id = ? AND c.name = 'seq'`,
      new Date(this.now()).toISOString(),
      test_case_result_id,
    );
    this.run(
      "UPDATE documents SET body = json_set(body, ?, ?) WHERE kind = 'test_case_result' AND id = ?",
      `$.${field}`,
      value,
      test_case_result_id,
    );
  }

  /** Deletes the evaluation itself: every route to it answers 404 from now on. */
  deleteEvaluation(): void {
    this.run("DELETE FROM documents WHERE kind = 'evaluation' AND id = ?", this.evaluationId);
  }

  #count(change: (counts: Counts) => Counts): void {
    const body = this.#body();
    const next = JSON.stringify({ ...body, ...change(body) });
    this.run("UPDATE documents SET body = ? WHERE kind = 'evaluation' AND id = ?", next, this.evaluationId);
  }

  #body(): Evaluation {
    const found = this.prepare("SELECT body FROM documents WHERE kind = 'evaluation' AND id = ?").get(
      this.evaluationId,
    ) as { readonly body: string };
    return JSON.parse(found.body) as Evaluation;
  }
}
