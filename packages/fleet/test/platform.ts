/** A platform in memory whose evaluations are read over a `fetch` that is given; it remembers every state and every request. */

type Json = Record<string, unknown>;

const stored = {
  account_id: "a1",
  created_at: "2029-12-31T00:00:00Z",
  created_by_user_id: "zoe",
  created_by_identity_type: "user",
  application_spec_id: "s1",
};

/** The event types that report a state of a task. */
export const stateOf = (task: Json): string =>
  JSON.stringify([task["status"], task["priority"], task["assigned_to"] ?? null]);

export interface Evaluation {
  readonly id: string;
  readonly tasks: Map<string, Json>;
  /** Every state of each task, in order. */
  readonly history: Map<string, Array<string>>;
}

export class Platform {
  readonly evaluations = new Map<string, Evaluation>();
  /** When each request came, in milliseconds of `performance.now()`, and for what. */
  readonly requests: Array<{ readonly at: number; readonly method: string; readonly path: string }> = [];
  /** Answers to give instead of the right one. */
  readonly faults: Array<() => Response> = [];

  add(id: string, count: number): Evaluation {
    const evaluation: Evaluation = { id, tasks: new Map(), history: new Map() };
    this.evaluations.set(id, evaluation);
    for (let index = 1; index <= count; index++) this.set(id, `${id}-t${index}`, {});
    return evaluation;
  }

  set(id: string, taskId: string, fields: Json): void {
    const evaluation = this.evaluations.get(id)!;
    const fresh = { status: "PENDING", priority: 1, assigned_to: null, assignment_expires_at: null };
    const next = { ...fresh, ...evaluation.tasks.get(taskId), ...fields };
    evaluation.tasks.set(taskId, next);
    const states = evaluation.history.get(taskId) ?? [];
    evaluation.history.set(taskId, states);
    if (states.at(-1) !== stateOf(next)) states.push(stateOf(next));
  }

  /** The current state of each task. */
  states(id: string): ReadonlyMap<string, string> {
    return new Map([...this.evaluations.get(id)!.tasks].map(([taskId, task]) => [taskId, stateOf(task)]));
  }

  /** Takes part in `new SGPClient({ fetch })`. */
  readonly fetch = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(address);
    const method = init.method ?? "GET";
    this.requests.push({ at: performance.now(), method, path: url.pathname });
    const fault = method === "GET" ? this.faults.shift() : undefined;
    if (fault !== undefined) return fault();
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as Json) : undefined;
    return this.answer(method, url, body);
  };

  answer(method: string, { pathname, searchParams }: URL, body: Json | undefined): Response {
    const of = /^\/v4\/evaluations\/([^/]+)(?:\/(test-case-results|tasks)(?:\/([^/]+))?)?$/.exec(pathname);
    const evaluation = this.evaluations.get(decodeURIComponent(of?.[1] ?? ""));
    if (of === null || evaluation === undefined) return Response.json({ detail: "not here" }, { status: 404 });
    const [, , what, id] = of;
    if (what === "tasks" && method === "PATCH") {
      this.set(evaluation.id, id!, body!);
      return json({ ...this.#task(evaluation, id!), task_entity: this.#result(evaluation, id!) });
    }
    if (what === undefined) {
      const counts = { total_test_case_result_count: evaluation.tasks.size, completed_test_case_result_count: 0 };
      return json({ ...stored, id: evaluation.id, name: "Summaries", description: "?", status: "PENDING", ...counts });
    }
    if (id !== undefined) return json(this.#result(evaluation, id.slice(2)));
    const limit = Number(searchParams.get("limit") ?? 100);
    const page = Number(searchParams.get("page") ?? 1);
    const all = [...evaluation.tasks.keys()];
    const items = all.slice((page - 1) * limit, page * limit).map((each) => this.#result(evaluation, each));
    return json({ items, current_page: page, items_per_page: limit, total_item_count: all.length });
  }

  #task(evaluation: Evaluation, id: string): Json {
    return {
      id,
      task_type: "EVALUATION_ANNOTATION",
      task_entity_parent_id: evaluation.id,
      task_entity_id: `r-${id}`,
      account_id: "a1",
      ...evaluation.tasks.get(id),
    };
  }

  #result(evaluation: Evaluation, id: string): Json {
    return {
      ...stored,
      id: `r-${id}`,
      updated_at: "2030-01-01T00:00:00Z",
      evaluation_id: evaluation.id,
      evaluation_dataset_id: "d1",
      evaluation_dataset_version_num: "1",
      test_case_id: `c-${id}`,
      label_status: "PENDING",
      test_case_evaluation_data_schema: "GENERATION",
      test_case_evaluation_data: { generation_output: "A summary." },
      task: this.#task(evaluation, id),
    };
  }
}

const json = (value: unknown): Response => Response.json(value, { headers: { date: new Date().toUTCString() } });
