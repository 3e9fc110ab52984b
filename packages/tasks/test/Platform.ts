/**
 * The platform's queue in miniature, behind a network that can delay and lose.
 *
 * It follows the documents on claiming: own tasks first, then the head of the queue; a skipped task goes to the end;
 * an expired lease gives the task back. And it keeps a history, by which claims can be judged.
 */

import { lifecycle as Lifecycle } from "@evalwire/core/contract";
import type { SimulatedClock } from "@evalwire/core/testing";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";

export interface Task {
  readonly id: string;
  status: Lifecycle.Status;
  holder: string | undefined;
  /** By the server's clock. */
  expiresAt: number;
}

/** A holding of a task by a user, from one instant to another by the simulation's clock. */
export interface Tenure {
  readonly taskId: string;
  readonly user: string;
  readonly from: number;
  until: number;
}

/** The network's treatment of one request. Times in milliseconds, there and back. */
export interface Fate {
  readonly there: number;
  readonly back: number;
  readonly fault: "none" | "request lost" | "answer lost" | "fault before" | "fault after" | "answer cut";
}

export const smooth: Fate = { there: 0, back: 0, fault: "none" };

export interface PlatformOptions {
  readonly clock: SimulatedClock;
  readonly tasks: number;
  readonly claimSeconds: number;
  /** The server's clock minus the simulation's, in milliseconds. */
  readonly skewMillis?: number;
  /** How a message travels, by its name and the milliseconds it takes; by the clock when left out. */
  readonly pass?: (label: string, millis: number) => Promise<void>;
  /** Asked once per request; `smooth` when left out. */
  readonly fate?: (request: Call) => Fate;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly user: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const created = "2030-01-01T00:00:00Z";
const stored = { created_at: created, account_id: "a1", created_by_user_id: "owner", created_by_identity_type: "user" };

export class Platform {
  readonly #options: PlatformOptions;
  readonly #queue: Array<Task>;
  readonly tenures: Array<Tenure> = [];
  readonly calls: Array<Call> = [];
  isArchived = false;
  typeOf: (taskId: string) => string = () => "EVALUATION_ANNOTATION";
  /** The answers handed in and saved, by task. */
  readonly answers = new Map<string, unknown>();

  constructor(options: PlatformOptions) {
    this.#options = options;
    this.#queue = Array.from({ length: options.tasks }, (_, index) => ({
      id: `t${index}`,
      status: "PENDING",
      holder: undefined,
      expiresAt: Number.POSITIVE_INFINITY,
    }));
  }

  get tasks(): ReadonlyArray<Task> {
    this.#expire();
    return this.#queue;
  }

  heldBy(user: string): ReadonlyArray<string> {
    return this.tasks.filter((task) => task.holder === user && Lifecycle.isOpen(task.status)).map((task) => task.id);
  }

  /** How often a claim reached the server. */
  get claims(): number {
    return this.calls.filter((call) => call.path.endsWith("/claim-task")).length;
  }

  /** A decision from outside: the task is another user's from now on. */
  reassign(taskId: string, user: string): void {
    const task = this.#task(taskId);
    this.#release(task);
    this.#give(task, user);
  }

  /** Unassigned from now on. */
  release(taskId: string): void {
    this.#release(this.#task(taskId));
  }

  /** The network for a client of this user. */
  fetchFor(user: string) {
    return async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
      const { pathname } = new URL(String(url));
      const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
      const call: Call = { method: init.method ?? "GET", path: pathname, user, body };
      const { there, back, fault } = (this.#options.fate ?? (() => smooth))(call);
      const lost = () => Promise.reject(new TypeError("the connection was lost"));
      // The server goes on when the client has given up: only the answer is not received.
      const delivery = async () => {
        await this.#pass(`${user} ${call.method} there`, there);
        if (fault === "request lost") return lost();
        if (fault === "fault before") return Response.json({ detail: "busy" }, { status: 503 });
        const response = this.#answer(call);
        await this.#pass(`${user} ${call.method} back`, back);
        if (fault === "answer lost") return lost();
        if (fault === "fault after") return Response.json({ detail: "gateway" }, { status: 502 });
        if (fault === "answer cut") return new Response((await response.text()).slice(0, -1), response);
        return response;
      };
      const givenUp = new Promise<never>((_, reject) => {
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason), { once: true });
      });
      return Promise.race([delivery(), givenUp]);
    };
  }

  async #pass(label: string, millis: number): Promise<void> {
    if (this.#options.pass !== undefined) await this.#options.pass(label, millis);
    else if (millis > 0) await Effect.runPromise(this.#options.clock.sleep(Duration.millis(millis)));
  }

  #now(): number {
    return this.#options.clock.now() + (this.#options.skewMillis ?? 0);
  }

  #task(id: string): Task {
    return this.#queue.find((task) => task.id === id)!;
  }

  #expire(): void {
    for (const task of this.#queue) if (task.expiresAt <= this.#now()) this.#release(task, task.expiresAt);
  }

  #give(task: Task, user: string): void {
    task.holder = user;
    task.expiresAt = this.#now() + this.#options.claimSeconds * 1_000;
    const from = this.#options.clock.now();
    this.tenures.push({ taskId: task.id, user, from, until: from + this.#options.claimSeconds * 1_000 });
  }

  #release(task: Task, at = this.#now()): void {
    const tenure = this.tenures.findLast((one) => one.taskId === task.id);
    if (tenure !== undefined && task.holder !== undefined) tenure.until = at - (this.#options.skewMillis ?? 0);
    task.holder = undefined;
    task.expiresAt = Number.POSITIVE_INFINITY;
  }

  #answer(call: Call): Response {
    this.#expire();
    this.calls.push(call);
    const headers = { date: new Date(this.#now()).toUTCString() };
    const [, , , evaluation, , id] = call.path.split("/");
    if (call.path === "/v4/evaluations/e1") return Response.json(this.#evaluation(), { headers });
    if (this.isArchived && call.method !== "GET")
      return Response.json({ detail: "archived" }, { status: 409, headers });
    if (call.path.endsWith("/claim-task")) return Response.json(this.#claim(call), { headers });
    if (call.path.includes("/tasks/")) {
      const task = this.#task(id!);
      this.#release(task);
      if (typeof call.body["assigned_to"] === "string") this.#give(task, call.body["assigned_to"]);
      return Response.json(this.#entity(task), { headers });
    }
    if (call.method === "PATCH") return this.#update(call, id!, headers);
    if (id !== undefined) return Response.json(this.#result(this.#task(id.replace("r-", ""))), { headers });
    const items = this.#queue.map((task) => this.#result(task));
    const page = { items, current_page: 1, items_per_page: 1_000, total_item_count: items.length };
    return evaluation === "e1" ? Response.json(page, { headers }) : Response.json({ detail: "none" }, { status: 404 });
  }

  #claim(call: Call) {
    const isFree = (task: Task) => Lifecycle.isOpen(task.status) && task.holder === undefined;
    const own = this.#queue.find((task) => task.holder === call.user && Lifecycle.isOpen(task.status));
    if (own !== undefined && call.body["skip_current"] !== true) return this.#entity(own);
    if (own !== undefined) {
      this.#release(own);
      this.#queue.push(...this.#queue.splice(this.#queue.indexOf(own), 1));
    }
    const next = this.#queue.find((task) => isFree(task) && task !== own);
    if (next === undefined) return null;
    this.#give(next, call.user);
    return this.#entity(next);
  }

  #update(call: Call, id: string, headers: Record<string, string>): Response {
    const task = this.#task(id.replace("r-", ""));
    const trigger = Lifecycle.triggerOf(task.status, call.body);
    const status = trigger && Lifecycle.move(task.status, trigger);
    const isOthers = task.holder !== undefined && task.holder !== call.user;
    if (status === undefined || (isOthers && (trigger === "submit" || trigger === "save"))) {
      return Response.json({ detail: "the task is in another state" }, { status: 409 });
    }
    task.status = status;
    if (call.body["result"] !== undefined) this.answers.set(task.id, call.body["result"]);
    if (!Lifecycle.isOpen(status)) this.#release(task);
    return Response.json(this.#result(task), { headers });
  }

  #evaluation() {
    return {
      id: "e1",
      name: "Notices",
      description: "Are they right?",
      status: "PENDING",
      application_spec_id: "s1",
      account_id: "a1",
      created_at: created,
      created_by_user_id: "owner",
      created_by_identity_type: "user",
      total_test_case_result_count: this.#queue.length,
      completed_test_case_result_count: this.#queue.filter(({ status }) => Lifecycle.isDone(status)).length,
      archived_at: this.isArchived ? created : null,
      ...(this.questionSet === undefined
        ? {}
        : {
            evaluation_config_expanded: {
              ...stored,
              id: "cfg1",
              evaluation_type: "human",
              question_set: this.questionSet,
              question_set_id: "qs1",
            },
          }),
    };
  }

  /** The questions of the evaluation; without any, nothing is known of them. */
  questionSet: object | undefined;

  #entity(task: Task) {
    return {
      id: task.id,
      task_type: this.typeOf(task.id),
      task_entity_parent_id: "e1",
      task_entity_id: `r-${task.id}`,
      account_id: "a1",
      status: task.status,
      priority: 0,
      assigned_to: task.holder ?? null,
      assignment_expires_at: Number.isFinite(task.expiresAt) ? new Date(task.expiresAt).toISOString() : null,
    };
  }

  #result(task: Task) {
    const { holder } = task;
    const user = holder === undefined ? null : { id: holder, email: `${holder}@example.invalid` };
    return {
      id: `r-${task.id}`,
      created_at: created,
      updated_at: created,
      account_id: "a1",
      created_by_user_id: "owner",
      application_spec_id: "s1",
      evaluation_id: "e1",
      evaluation_dataset_id: "d1",
      evaluation_dataset_version_num: "1",
      test_case_id: `c-${task.id}`,
      label_status: Lifecycle.isDone(task.status) ? "COMPLETED" : "PENDING",
      test_case_evaluation_data_schema: "GENERATION",
      test_case_evaluation_data: { generation_output: "text" },
      result: this.answers.get(task.id) ?? null,
      task: { ...this.#entity(task), assigned_to: user },
    };
  }
}
