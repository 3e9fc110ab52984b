/**
 * The embedded server with tasks to work on, and a record, kept at its door, of who held what and who wrote what.
 */
import { instantOf } from "@evalwire/core";
import type { SimulatedClock } from "@evalwire/core/testing";
import { createServer, type EvalwireServer, type ServerOptions } from "@evalwire/server";
import { SkewedClock } from "../world/SkewedClock.ts";

const origin = "http://evalwire.localhost";
const account_id = "work";

/** A holding of a task until an instant of the server's clock, or until it is finished or taken from them. */
interface Tenure {
  readonly user: string;
  readonly taskId: string;
  readonly until: number;
  /** Handed in; sent again, because its answer was lost, it is still the holder's within their time. */
  isFinished: boolean;
}

/** An update of a result that the server accepted. */
export interface Written {
  readonly user: string;
  readonly resultId: string;
  readonly answer: string;
  /** Whether the writer held the task when the request was sent, and when it was carried out. */
  readonly wasHeldWhenSent: boolean;
  readonly wasHeldWhenDone: boolean;
}

export interface WorkRequest {
  readonly user: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly wasHeld: boolean;
}

export class WorkServer {
  readonly clock: SkewedClock;
  readonly evaluationId: string;
  readonly written: Array<Written> = [];
  /** The most tasks one user held at a time. */
  mostHeld = 0;
  readonly #server: EvalwireServer;
  readonly #tenures = new Map<string, Tenure>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(clock: SkewedClock, server: EvalwireServer, evaluationId: string) {
    this.clock = clock;
    this.#server = server;
    this.evaluationId = evaluationId;
  }

  static async open(options: {
    readonly time: SimulatedClock;
    readonly offsetMillis: number;
    readonly users: ReadonlyArray<string>;
    readonly tasks: number;
    readonly policy: Partial<ServerOptions>;
    readonly onFault: (error: unknown) => void;
  }): Promise<WorkServer> {
    const clock = new SkewedClock(options.time, options.offsetMillis);
    const apiKeys = Object.fromEntries([...options.users, "owner"].map((user) => [user, user]));
    const server = await createServer({ ...options.policy, apiKeys, clock, seed: "work", onError: options.onFault });
    const post = async (path: string, body: unknown): Promise<any> => {
      const headers = { "x-api-key": "owner", "content-type": "application/json" };
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
      name: "D",
      schema_type: "GENERATION",
      type: "manual",
    });
    const [testCase] = await post(`/evaluation-datasets/${dataset.id}/test-cases/batch`, [
      { account_id, test_case_data: { input: "The ferry stays in port." } },
    ]);
    await post(`/evaluation-datasets/${dataset.id}/publish`, {});
    const application = await post("/application-specs", { account_id, name: "A", description: "?" });
    const question = await post("/questions", {
      account_id,
      type: "free_text",
      title: "What?",
      prompt: "?",
      freeTextOptions: { characterLimit: { max: 40 } },
    });
    const set = await post("/question-sets", {
      account_id,
      name: "S",
      question_ids: [question.id],
      question_id_to_config: { [question.id]: { required: true } },
    });
    const config = await post("/evaluation-configs", { account_id, question_set_id: set.id, evaluation_type: "human" });
    const evaluation = await post("/evaluations", {
      type: "default",
      account_id,
      name: "E",
      description: "?",
      application_spec_id: application.id,
      evaluation_config_id: config.id,
    });
    const result = {
      account_id,
      application_spec_id: application.id,
      test_case_id: testCase.id,
      evaluation_dataset_version_num: "1",
      test_case_evaluation_data: { generation_output: "No ferry." },
    };
    const results = Array.from({ length: options.tasks }, () => result);
    await post(`/evaluations/${evaluation.id}/test-case-results/batch`, results);
    return new WorkServer(clock, server, evaluation.id);
  }

  /** Whether the user holds the task that stands for a result, by the server's clock. */
  holds(user: string, resultId: string): boolean {
    const tenure = this.#tenures.get(resultId);
    return tenure !== undefined && tenure.user === user && tenure.until > this.clock.now();
  }

  /** Answers a request, after those that came before it. */
  serve(request: WorkRequest): Promise<Response> {
    const done = this.#queue.then(() => this.#carryOut(request));
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #carryOut({ user, method, path, body, wasHeld }: WorkRequest): Promise<Response> {
    const resultId = /\/test-case-results\/([^/?]+)$/.exec(path)?.[1];
    const isHeld = resultId !== undefined && this.holds(user, resultId);
    const headers = { "x-api-key": user, "content-type": "application/json" };
    const response = await this.#server.fetch(origin + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (response.ok && method !== "GET") {
      const value = JSON.parse(text);
      if (path.includes("/claim-task")) this.#claimed(user, value, body?.includes("skip_current") ?? false);
      else if (path.includes("/tasks/")) this.#tenures.delete(value.task_entity_id);
      else if (resultId !== undefined) {
        const [answer] = Object.values(value.result ?? {});
        this.written.push({
          user,
          resultId,
          answer: String(answer),
          wasHeldWhenSent: wasHeld,
          wasHeldWhenDone: isHeld,
        });
        const tenure = this.#tenures.get(resultId);
        if (tenure !== undefined && value.label_status === "COMPLETED") tenure.isFinished = true;
      }
    }
    return new Response(response.status === 304 ? null : text, { status: response.status, headers: response.headers });
  }

  #claimed(user: string, task: any, isSkip: boolean): void {
    const own = [...this.#tenures].filter(([, tenure]) => tenure.user === user && !tenure.isFinished);
    for (const [id, { until }] of own) if (isSkip || until <= this.clock.now()) this.#tenures.delete(id);
    if (task === null) return;
    const until = instantOf(task.assignment_expires_at) ?? Number.POSITIVE_INFINITY;
    this.#tenures.set(task.task_entity_id, { user, taskId: task.id, until, isFinished: false });
    const held = [...this.#tenures.values()].filter(
      ({ isFinished, ...tenure }) => !isFinished && tenure.user === user && tenure.until > this.clock.now(),
    );
    this.mostHeld = Math.max(this.mostHeld, held.length);
  }

  /** The results as they are: what is stored, and whether it is finished. */
  async results(): Promise<
    ReadonlyArray<{ readonly id: string; readonly isDone: boolean; readonly answer: string | undefined }>
  > {
    const path = `/v4/evaluations/${this.evaluationId}/test-case-results?limit=1000`;
    const response = await this.#server.fetch(origin + path, { headers: { "x-api-key": "owner" } });
    const { items } = (await response.json()) as { items: ReadonlyArray<any> };
    return items.map(({ id, label_status, result }) => {
      const [answer] = Object.values(result ?? {});
      return { id, isDone: label_status === "COMPLETED", answer: answer === undefined ? undefined : String(answer) };
    });
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
