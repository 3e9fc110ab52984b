/** The other users: annotators, a manager, an auditor, programs that add results, and an operator who edits the database. */
import type { Rng } from "../Rng.ts";
import type { Request } from "./Answer.ts";
import type { Row } from "./Database.ts";
import type { History } from "./History.ts";
import type { ResultDatabase } from "./ResultDatabase.ts";

export const actions = {
  claim: 22,
  skip: 5,
  submit: 14,
  save: 4,
  assign: 8,
  batchAssign: 3,
  unassign: 5,
  approve: 4,
  fix: 3,
  revise: 5,
  fail: 2,
  add: 5,
  delete: 4,
  escalate: 3,
  settle: 3,
  dispute: 2,
} as const;

export type Action = keyof typeof actions;

/** The users, each with its name as its key. Ada watches. */
export const names = ["ada", "ben", "cy", "dee"] as const;

interface Deps {
  readonly evaluationId: string;
  readonly serve: (request: Request) => Promise<unknown>;
  /** Runs what changes the database while the server is at rest. */
  readonly operate: (change: (database: ResultDatabase) => void) => Promise<void>;
  readonly history: History;
  /** The body of a new result. */
  readonly newResult: () => unknown;
}

export class Actors {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** One user takes an action; the server may refuse it. */
  async act(action: Action, rng: Rng): Promise<void> {
    const { history, newResult } = this.#deps;
    const rows = [...history.present.values()];
    const one = (accept: (row: Row) => boolean): Row | undefined => {
      const found = rows.filter(accept);
      return found.length === 0 ? undefined : rng.of(found);
    };
    const isOpen = ({ status }: Row) => status === "PENDING" || status === "PENDING_REDO";
    const isHeld = (row: Row) => isOpen(row) && row.assigned_to !== null;
    const isDone = ({ status }: Row) => status === "COMPLETED";
    const who = rng.of(names);
    const results = "/test-case-results";
    switch (action) {
      case "claim":
        return this.#send(who, "POST", "/claim-task", {});
      case "skip":
        return this.#send(who, "POST", "/claim-task", { skip_current: true });
      case "submit":
        return this.#update(one(isHeld) ?? one(isOpen), { result: { fluent: "yes" } });
      case "save":
        return this.#update(one(isHeld), { result: { fluent: "no" }, label_status: "PENDING" });
      case "assign":
        return this.#assign(one(isOpen), who);
      case "batchAssign": {
        const task_ids = rows.filter(() => rng.is(0.5)).map(({ id }) => id);
        return this.#send("dee", "PATCH", "/tasks/batch-assign", { task_ids, assigned_to: who });
      }
      case "unassign":
        return this.#assign(one(isHeld), null);
      case "approve":
        return this.#update(one(isDone), { audit_status: "APPROVED" });
      case "fix":
        return this.#update(one(isDone), { result: { fluent: "partly" }, audit_status: "FIXED" });
      case "revise":
        return this.#update(one(isDone), { label_status: "PENDING" });
      case "fail":
        return this.#update(one(isOpen), { label_status: "FAILED" });
      case "add":
        return rows.length > 12 ? undefined : this.#send("dee", "POST", results, newResult());
      case "delete":
        return this.#operate(
          one(() => true),
          (row, database) => database.delete(row),
        );
      case "escalate":
        return this.#operate(one(isOpen), (row, database) => database.setStatus(row, "ESCALATED"));
      case "settle":
        return this.#operate(
          one(({ status }) => status === "ESCALATED"),
          (row, database) => database.setStatus(row, "PENDING"),
        );
      case "dispute":
        return this.#operate(
          one(() => true),
          (row, database) => database.setResult(row, "audit_status", "DISPUTED"),
        );
    }
  }

  async #assign(row: Row | undefined, assigned_to: string | null): Promise<void> {
    if (row !== undefined) await this.#send("dee", "PATCH", `/tasks/${row.id}`, { assigned_to });
  }

  async #update(row: Row | undefined, body: unknown): Promise<void> {
    if (row === undefined) return;
    // The holder; else a user who has come too late.
    const who = row.assigned_to ?? "ben";
    await this.#send(who, "PATCH", `/test-case-results/${row.test_case_result_id}`, body);
  }

  async #send(who: string, method: string, path: string, body: unknown): Promise<void> {
    const { evaluationId, serve } = this.#deps;
    const headers = { "x-api-key": who, "content-type": "application/json" };
    await serve({ method, path: `/v4/evaluations/${evaluationId}${path}`, headers, body: JSON.stringify(body) });
  }

  async #operate(row: Row | undefined, change: (row: Row, database: ResultDatabase) => void): Promise<void> {
    if (row !== undefined) await this.#deps.operate((database) => change(row, database));
  }
}
