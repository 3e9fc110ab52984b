/** The platform's wire for tests: a `fetch` that answers as the routes of one evaluation do, from values held in the hand. */
import { SGPClient } from "../../../src/SGPClient.ts";
import { SimulatedClock } from "../../../src/testing.ts";

type Json = Record<string, unknown>;

const stored = {
  account_id: "a1",
  created_at: "2029-12-31T00:00:00Z",
  created_by_user_id: "zoe",
  created_by_identity_type: "user",
};

export const task = (id: string, fields: Json = {}): Json => ({
  id,
  task_type: "EVALUATION_ANNOTATION",
  task_entity_parent_id: "e1",
  task_entity_id: `r-${id}`,
  account_id: "a1",
  status: "PENDING",
  priority: 1,
  assigned_to: null,
  assignment_expires_at: null,
  ...fields,
});

/** A test case result; with its task in view unless `task` is given otherwise. */
export const result = (id: string, fields: Json = {}): Json => ({
  ...stored,
  id: `r-${id}`,
  updated_at: "2030-01-01T00:00:00Z",
  application_spec_id: "s1",
  evaluation_id: "e1",
  evaluation_dataset_id: "d1",
  evaluation_dataset_version_num: "1",
  test_case_id: `c-${id}`,
  label_status: "PENDING",
  test_case_evaluation_data_schema: "GENERATION",
  test_case_evaluation_data: { generation_output: "A summary." },
  task: task(id),
  ...fields,
});

export const evaluation = (fields: Json = {}): Json => ({
  ...stored,
  id: "e1",
  name: "Summaries",
  description: "How good are they?",
  status: "PENDING",
  application_spec_id: "s1",
  total_test_case_result_count: 0,
  completed_test_case_result_count: 0,
  ...fields,
});

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** The answer to a request: JSON, or a response as it stands. */
export type Answering = (asked: Asked) => unknown;

export const sgp = (answering: Answering, options: { readonly date?: boolean } = {}) => {
  const clock = new SimulatedClock();
  const asked: Array<Asked> = [];
  const fetch = clock.trackFetch(async (url: string, init: RequestInit) => {
    const { pathname, searchParams } = new URL(url);
    const request: Asked = {
      method: init.method ?? "GET",
      path: pathname,
      query: searchParams,
      body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
    };
    asked.push(request);
    const answer = await answering(request);
    if (answer instanceof Response) return answer;
    const headers = options.date === false ? {} : { date: new Date(clock.now()).toUTCString() };
    return Response.json(answer ?? null, { headers });
  });
  const client = new SGPClient({ apiKey: "k", baseURL: "https://sgp.test", fetch, clock, seed: 1 });
  return { clock, client, asked };
};

/** Answers the evaluation's own route and its list of results, `pageSize` at a time at most. */
export const serving =
  (items: () => ReadonlyArray<unknown>, rest: Answering = () => new Response("{}", { status: 404 })): Answering =>
  (asked) => {
    if (asked.method === "GET" && asked.path === "/v4/evaluations/e1") return evaluation();
    if (asked.method === "GET" && asked.path === "/v4/evaluations/e1/test-case-results") {
      const all = items();
      const limit = Number(asked.query.get("limit"));
      const page = Number(asked.query.get("page") ?? 1);
      return {
        items: all.slice((page - 1) * limit, page * limit),
        current_page: page,
        items_per_page: limit,
        total_item_count: all.length,
      };
    }
    return rest(asked);
  };
