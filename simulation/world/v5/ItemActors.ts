/** The other users of an evaluation of v5, and the platform's own workers, whose results arrive late. */
import type { Rng } from "../../Rng.ts";
import type { Request } from "../Answer.ts";
import type { Row } from "../Database.ts";
import type { History } from "../History.ts";
import type { ItemDatabase } from "./ItemDatabase.ts";
import { metrics, question, scored } from "./itemWorld.ts";

export const actions = {
  // Actions of the platform itself.
  arrive: 10,
  answer: 24,
  withdraw: 8,
  fail: 7,
  repair: 5,
  archive: 5,
  restore: 4,
  delete: 2,
  // Actions of users through routes.
  rescore: 8,
  ask: 3,
  rename: 2,
  // After one of these the server refuses the first two.
  hold: 1,
  judge: 1,
} as const;

export type Action = keyof typeof actions;

interface Deps {
  readonly evaluationId: string;
  readonly serve: (request: Request) => Promise<unknown>;
  readonly database: ItemDatabase;
  /** Runs what changes the database while the server is at rest. */
  readonly operate: (change: () => void) => Promise<void>;
  readonly history: History;
  readonly questionId: string;
}

const most = 12;

export class ItemActors {
  readonly #deps: Deps;
  #asked = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Something happens to the evaluation; the server may refuse it. */
  async act(action: Action, rng: Rng): Promise<void> {
    const { history, database, operate, evaluationId, questionId } = this.#deps;
    const rows = [...history.present.values()];
    const on = async (accept: (row: Row) => boolean, change: (row: Row, column: string) => void): Promise<void> => {
      const found = rows.filter(accept);
      if (found.length === 0) return;
      const [row, column] = [rng.of(found), rng.of(database.columns())];
      await operate(() => change(row, column));
    };
    const any = () => true;
    const hasFailed = ({ label_status }: Row) => label_status === "FAILED";
    switch (action) {
      case "arrive":
        return rows.length > most ? undefined : operate(() => database.arrive(rng.of(scored)));
      case "answer":
        return on(
          ({ status }) => status === "PENDING",
          (row, column) => database.answer(row, column, "good"),
        );
      case "withdraw":
        return on(any, (row, column) => database.answer(row, column, undefined));
      case "fail":
        return on(any, (row, column) => database.fail(row, column, "the model did not answer"));
      case "repair":
        return on(hasFailed, (row, column) => database.fail(row, column, undefined));
      case "archive":
        return on(any, ({ id }) => database.archive(id, true));
      case "restore": {
        const archived = database.archived();
        return archived.length === 0 ? undefined : operate(() => database.archive(rng.of(archived), false));
      }
      case "delete":
        return on(any, (row) => database.delete(row));
      case "rescore": {
        const [alias] = database.columns();
        return this.#send("PATCH", `/evaluations/${evaluationId}/tasks/${alias}`, { configuration: rng.of(metrics) });
      }
      case "ask":
        return this.#send("POST", `/evaluations/${evaluationId}/tasks`, {
          task: question(questionId, `asked_${++this.#asked}`),
        });
      case "rename":
        return this.#send("PATCH", `/evaluations/${evaluationId}`, { name: rng.of(["Notices", "Summaries"]) });
      case "hold":
        return this.#batch(rng, { assigned_to: rng.of(["ben", "cy"]) });
      case "judge":
        return this.#batch(rng, { status: rng.of(["COMPLETED", "PENDING_REDO"]) });
    }
  }

  /** Changes annotation tasks, which no item shows. */
  async #batch(rng: Rng, changes: object): Promise<void> {
    const ids = this.#deps.database.annotationTasks().filter(() => rng.is(0.4));
    if (ids.length > 0) await this.#send("PATCH", "/annotation-tasks/batch", { ids, ...changes });
  }

  async #send(method: string, path: string, body: unknown): Promise<void> {
    const headers = { "x-api-key": "dee", "content-type": "application/json" };
    await this.#deps.serve({ method, path: `/v5${path}`, headers, body: JSON.stringify(body) });
  }
}
