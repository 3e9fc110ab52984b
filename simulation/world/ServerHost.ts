/**
 * The embedded server with its database and its history: one request at a time, and the state after each is recorded.
 */
import { threadId } from "node:worker_threads";
import type { SimulatedClock } from "@evalwire/core/testing";
import { createServer, type EvalwireServer, type ServerOptions } from "@evalwire/server";
import type { Trace } from "../Trace.ts";
import { names } from "./Actors.ts";
import type { Answer } from "./Answer.ts";
import { Database } from "./Database.ts";
import { History } from "./History.ts";
import type { Request } from "./Network.ts";
import { SkewedClock } from "./SkewedClock.ts";

const origin = "http://evalwire.localhost";
const account_id = "simulation";

// Every in-memory database of a process, whatever its threads, needs a name of its own.
let opened = 0;

export class ServerHost {
  readonly clock: SkewedClock;
  readonly evaluationId: string;
  readonly history: History;
  readonly #server: EvalwireServer;
  readonly #database: Database;
  readonly #newResult: unknown;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(parts: {
    readonly clock: SkewedClock;
    readonly evaluationId: string;
    readonly server: EvalwireServer;
    readonly database: Database;
    readonly trace: Trace;
    readonly newResult: unknown;
  }) {
    this.clock = parts.clock;
    this.evaluationId = parts.evaluationId;
    this.#server = parts.server;
    this.#database = parts.database;
    this.#newResult = parts.newResult;
    this.history = new History(
      parts.database,
      () => parts.trace.elapsed,
      () => parts.clock.now(),
    );
    this.history.record();
  }

  /** Opens the server and makes an evaluation with so many tasks, through its own routes. */
  static async open(options: {
    readonly time: SimulatedClock;
    readonly trace: Trace;
    readonly clockOffsetMillis: number;
    readonly tasks: number;
    readonly policy: Partial<ServerOptions>;
    readonly onFault: (error: unknown) => void;
  }): Promise<ServerHost> {
    const { time, trace, tasks, policy, onFault } = options;
    const clock = new SkewedClock(time, options.clockOffsetMillis);
    const database = `file:simulation-${threadId}-${++opened}?mode=memory&cache=shared`;
    const server = await createServer({
      ...policy,
      apiKeys: Object.fromEntries(names.map((name) => [name, name])),
      clock,
      database,
      seed: "simulation",
      onError: onFault,
    });
    const post = async (path: string, body: unknown): Promise<any> => {
      const headers = { "x-api-key": "dee", "content-type": "application/json" };
      const response = await server.fetch(`${origin}/v4${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`The world could not be made: ${path}: ${await response.text()}`);
      return response.json();
    };
    const dataset = await post("/evaluation-datasets", {
      account_id,
      name: "Notices",
      schema_type: "GENERATION",
      type: "manual",
    });
    const [testCase] = await post(`/evaluation-datasets/${dataset.id}/test-cases/batch`, [
      { account_id, test_case_data: { input: "The ferry stays in port." } },
    ]);
    await post(`/evaluation-datasets/${dataset.id}/publish`, {});
    const application = await post("/application-specs", { account_id, name: "Summariser", description: "Shortens." });
    const application_spec_id = application.id;
    const evaluation = await post("/evaluations", {
      type: "default",
      account_id,
      name: "Notices",
      description: "Are the summaries right?",
      application_spec_id,
    });
    const newResult = {
      account_id,
      application_spec_id,
      test_case_id: testCase.id,
      evaluation_dataset_version_num: "1",
      test_case_evaluation_data: { generation_output: "No ferry." },
    };
    const results = Array.from({ length: tasks }, () => newResult);
    if (tasks > 0) await post(`/evaluations/${evaluation.id}/test-case-results/batch`, results);
    return new ServerHost({
      clock,
      evaluationId: evaluation.id,
      server,
      database: new Database(database, evaluation.id),
      trace,
      newResult,
    });
  }

  /** The body of a new result. */
  newResult(): unknown {
    return this.#newResult;
  }

  /** Answers a request, after those that came before it. */
  readonly serve = ({ method, path, headers, body }: Request): Promise<Answer> =>
    this.#next(async () => {
      const isDue = this.history.isAnyDue(this.clock.now());
      const init = { method, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) };
      const response = await this.#server.fetch(origin + path, init);
      const text = await response.text();
      if (method !== "GET" || isDue) this.history.record();
      return { status: response.status, headers: [...response.headers], text };
    });

  /** The evaluation's status and counts, as `Database.evaluation` writes them. */
  evaluation(): string {
    return this.#database.evaluation();
  }

  /** Changes the database between two requests. */
  readonly operate = (change: (database: Database) => void): Promise<void> =>
    this.#next(async () => {
      change(this.#database);
      this.history.record();
    });

  async close(): Promise<void> {
    this.#database.close();
    await this.#server.close();
  }

  #next<A>(run: () => Promise<A>): Promise<A> {
    const done = this.#queue.then(run);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
