/** A platform of one evaluation in memory, and a relay before it, on a clock that is moved by hand. */
import { SGPClient } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { createRelay, issueToken, type RelayOptions, type TokenKeys } from "@evalwire/relay";

type Json = Record<string, unknown>;

export const apiKey = "the-platform-key-0123456789";

export const keys: TokenKeys = [{ id: "k1", key: new TextEncoder().encode("a secret of at least thirty-two bytes") }];

const stored = {
  account_id: "a1",
  created_at: "2029-12-31T00:00:00Z",
  created_by_user_id: "zoe",
  created_by_identity_type: "user",
  application_spec_id: "s1",
};

export const platform = (clock: SimulatedClock, count: number) => {
  const tasks = new Map<string, Json>();
  const asked: Array<{ readonly method: string; readonly path: string; readonly headers: Headers }> = [];
  let version = 0;
  const set = (id: string, fields: Json) => {
    tasks.set(id, {
      status: "PENDING",
      priority: 1,
      assigned_to: null,
      assignment_expires_at: null,
      ...tasks.get(id),
      ...fields,
      version: ++version,
    });
  };
  for (let index = 1; index <= count; index++) set(`t${index}`, {});
  const taskOf = (id: string) => {
    const { version: _, label_status: __, ...fields } = tasks.get(id)!;
    return {
      id,
      task_type: "EVALUATION_ANNOTATION",
      task_entity_parent_id: "e1",
      task_entity_id: `r-${id}`,
      account_id: "a1",
      ...fields,
    };
  };
  const resultOf = (id: string) => ({
    ...stored,
    id: `r-${id}`,
    updated_at: "2030-01-01T00:00:00Z",
    evaluation_id: "e1",
    evaluation_dataset_id: "d1",
    evaluation_dataset_version_num: "1",
    test_case_id: `c-${id}`,
    label_status: tasks.get(id)!["label_status"] ?? "PENDING",
    test_case_evaluation_data_schema: "GENERATION",
    test_case_evaluation_data: { generation_output: "A summary." },
    task: taskOf(id),
    ...world.more,
  });
  const world: { isRefusing: boolean; more: Json } = { isRefusing: false, more: {} };
  const fetch = clock.trackFetch(async (url: string, init: RequestInit) => {
    const { pathname, searchParams } = new URL(url);
    const method = init.method ?? "GET";
    const headers = new Headers(init.headers);
    asked.push({ method, path: pathname, headers });
    const date = { date: new Date(clock.now()).toUTCString() };
    const json = (value: unknown, more: Record<string, string> = {}) =>
      Response.json(value, { headers: { ...date, ...more } });
    if (headers.get("x-api-key") !== apiKey || world.isRefusing)
      return Response.json({ detail: "no such key" }, { status: 401 });
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const of = /^\/v4\/evaluations\/e1(?:\/(test-case-results|tasks)(?:\/([^/]+))?|\/(claim-task))?$/.exec(pathname);
    if (of === null) return Response.json({ detail: "not here" }, { status: 404 });
    const [, what, id, claim] = of;
    if (claim !== undefined) {
      const free = [...tasks].find(([, { assigned_to }]) => assigned_to === null)![0];
      set(free, { assigned_to: "ada", assignment_expires_at: "2030-01-01T01:00:00Z" });
      return json({ ...taskOf(free), task_entity: resultOf(free) });
    }
    if (what === "tasks") {
      set(id!, body as Json);
      return json({ ...taskOf(id!), task_entity: resultOf(id!) });
    }
    if (what === undefined) {
      if (headers.get("if-none-match") === '"v1"')
        return new Response(null, { status: 304, headers: { etag: '"v1"', ...date } });
      const counts = { total_test_case_result_count: tasks.size, completed_test_case_result_count: 0 };
      return json(
        { ...stored, id: "e1", name: "Summaries", description: "?", status: "PENDING", ...counts, ...world.more },
        { etag: '"v1"' },
      );
    }
    if (id !== undefined) {
      if (method === "PATCH") set(id.slice(2), { label_status: (body as Json)["label_status"] });
      return json(resultOf(id.slice(2)));
    }
    const limit = Number(searchParams.get("limit") ?? 100);
    const page = Number(searchParams.get("page") ?? 1);
    const all = [...tasks.keys()];
    const items = all.slice((page - 1) * limit, page * limit).map(resultOf);
    return json({ items, current_page: page, items_per_page: limit, total_item_count: all.length });
  });
  return { tasks, set, fetch, asked, world };
};

export const stage = (count = 3, options: Partial<RelayOptions> = {}) => {
  const clock = new SimulatedClock();
  const sgp = platform(clock, count);
  const client = new SGPClient({
    apiKey,
    baseURL: "https://sgp.test",
    fetch: sgp.fetch,
    clock,
    seed: 1,
    maxRetries: 0,
  });
  const failures: Array<unknown> = [];
  const relay = createRelay({ client, keys, clock, onFailure: (error) => failures.push(error), ...options });
  const token = (fields: Partial<Parameters<typeof issueToken>[1]> = {}, signing: TokenKeys = keys) =>
    clock.track(
      issueToken(signing, {
        user: "ada",
        evaluations: ["e1"],
        may: ["watch", "claim", "submit", "assign", "audit"],
        expires: 3_600,
        now: () => clock.now(),
        ...fields,
      }),
    );
  const ask = async (path: string, init: RequestInit & { readonly token?: string } = {}) => {
    const headers = new Headers(init.headers);
    if (init.token !== undefined) headers.set("authorization", `Bearer ${init.token}`);
    return relay.fetch(new Request(`https://board.test/relay${path}`, { ...init, headers }));
  };
  /** A page's `fetch`, at the relay's own origin. */
  // The cryptography of a token takes no time of the clock.
  const page = (url: string, init: RequestInit) => {
    const answer = relay.fetch(new Request(new URL(url, "https://board.test"), init));
    return init.method === undefined ? clock.track(answer) : answer;
  };
  const close = async () => {
    await relay.close();
    await client.close();
  };
  return { clock, sgp, client, relay, token, ask, page, failures, close };
};
