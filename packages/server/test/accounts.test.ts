/** Objects of another account do not exist: in every path of the contract, and in every body that names something. */
import { type Endpoint, endpoints } from "@evalwire/core/contract";
import { expect, it } from "vitest";
import { createServer } from "../src/index.ts";

type Ids = Readonly<Record<string, string>>;

const stage = async () => {
  const server = await createServer({ apiKeys: { "key-ada": "ada" }, seed: 1 });
  const as = (account: string) => async (method: string, path: string, body?: unknown) => {
    const headers = { "x-api-key": "key-ada", "x-selected-account-id": account, "content-type": "application/json" };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await server.fetch(`http://localhost${path}`, init);
    return { status: response.status, text: await response.text() };
  };
  return { as, [Symbol.asyncDispose]: server.close };
};

type Send = ReturnType<Awaited<ReturnType<typeof stage>>["as"]>;

const layout = { children: [{ data: "item.text" }], direction: "row" };
const judged = (question_id: string, alias = "verdict") => ({
  task_type: "contributor_evaluation.question",
  alias,
  configuration: { question_id, layout },
});

/** One of everything, each with the account's secret in its texts; the ids by the names that paths use. */
const fill = async (send: Send, account_id: string): Promise<{ readonly v4: Ids; readonly v5: Ids }> => {
  const secret = `secret of ${account_id}`;
  const ok = async (method: string, path: string, body?: unknown) => {
    const { status, text } = await send(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`);
    return JSON.parse(text);
  };
  const make = (path: string, body: object) => ok("POST", path, body);
  const named = { account_id, name: secret, description: secret };
  const spec = await make("/v4/application-specs", named);
  const ofSpec = { ...named, application_spec_id: spec.id };
  const variant = await make("/v4/application-variants", { ...ofSpec, version: "OFFLINE", configuration: {} });
  const dataset = await make("/v4/evaluation-datasets", { ...named, schema_type: "GENERATION", type: "manual" });
  const at = `/v4/evaluation-datasets/${dataset.id}`;
  const testCase = await make(`${at}/test-cases`, { account_id, test_case_data: { input: secret } });
  await make(`${at}/publish`, {});
  const [version] = (await ok("GET", `${at}/evaluation-dataset-versions`)).items;
  const output = { account_id, application_variant_id: variant.id, evaluation_dataset_version_num: 1 };
  const [stored] = await make("/v4/application-test-case-outputs/batch", [
    { ...output, test_case_id: testCase.id, output: { generation_output: secret } },
  ] as object);
  const question = await make("/v4/questions", { account_id, type: "free_text", title: secret, prompt: secret });
  const set = await make("/v4/question-sets", { account_id, name: secret, question_ids: [question.id] });
  const config = await make("/v4/evaluation-configs", {
    account_id,
    evaluation_type: "human",
    question_set_id: set.id,
  });
  const evaluation = await make("/v4/evaluations", {
    ...ofSpec,
    application_variant_id: variant.id,
    evaluation_dataset_id: dataset.id,
    evaluation_config_id: config.id,
  });
  const standalone = await make("/v4/evaluations", { ...ofSpec, type: "default" });
  const [result] = (await ok("GET", `/v4/evaluations/${evaluation.id}/test-case-results?view=Task`)).items;
  const report = await make("/v4/application-variant-reports", {
    application_variant_id: variant.id,
    evaluation_dataset_ids: [dataset.id],
  });
  const datasetV5 = await make("/v5/datasets", { name: secret, data: [{ text: secret }] });
  const [item] = (await ok("GET", `/v5/dataset-items?dataset_id=${datasetV5.id}`)).items;
  const questionV5 = await make("/v5/questions", { name: secret, prompt: secret, question_type: "free_text" });
  const evaluationV5 = await make("/v5/evaluations", {
    name: secret,
    data: [{ text: secret }],
    tasks: [judged(questionV5.id)],
  });
  const [evaluationItem] = (await ok("GET", `/v5/evaluation-items?evaluation_id=${evaluationV5.id}`)).items;
  const group = await make("/v5/evaluation-groups", { name: secret, evaluation_ids: [evaluationV5.id] });
  const dashboard = await make("/v5/evaluation-dashboards", { name: secret, evaluation_id: evaluationV5.id });
  const widget = await make(`/v5/evaluation-dashboards/${dashboard.id}/widgets`, {
    title: secret,
    type: "bar",
    query: {},
  });
  const rubric = await make("/v5/rubrics", { title: secret });
  const criterion = await make(`/v5/rubrics/${rubric.id}/criteria`, { title: secret });
  return {
    v4: {
      evaluation_id: evaluation.id,
      task_id: result.task.id,
      test_case_result_id: result.id,
      evaluation_dataset_id: dataset.id,
      evaluation_dataset_version_id: version.id,
      test_case_id: testCase.id,
      question_id: question.id,
      question_set_id: set.id,
      evaluation_config_id: config.id,
      application_spec_id: spec.id,
      application_variant_id: variant.id,
      application_test_case_output_id: stored.id,
      application_variant_report_id: report.id,
      standalone_id: standalone.id,
    },
    v5: {
      evaluation_id: evaluationV5.id,
      evaluation_item_id: evaluationItem.id,
      dataset_id: datasetV5.id,
      dataset_item_id: item.id,
      question_id: questionV5.id,
      group_id: group.id,
      dashboard_id: dashboard.id,
      widget_id: widget.id,
      rubric_id: rubric.id,
      rubric_criteria_id: criterion.id,
    },
  };
};

const nothing = "00000000-0000-8000-8000-000000000000";
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const namesIn = ({ path }: Endpoint.Any): ReadonlyArray<string> =>
  [...path.matchAll(/:([a-z_]+)/g)].map(([, name]) => name!);

const pathOf = ({ path }: Endpoint.Any, ids: Ids): string =>
  path.replaceAll(/:([a-z_]+)/g, (_: string, name: string) => ids[name] ?? "1");

/** A body that many endpoints take. */
const change = {
  ...{ name: "x", title: "x", description: "x", assigned_to: "x", data: { text: "x" }, draft: true },
  ...{ test_case_data: { input: "x" }, configuration: {}, task_ids: [], type: "bar", query: {} },
};

it("no path reaches objects of another account, by themselves or mixed with one's own", async () => {
  await using on = await stage();
  const [acme, beta] = [on.as("acme"), on.as("beta")];
  const own = await fill(acme, "acme");
  const foreign = await fill(beta, "beta");
  const reached: Array<unknown> = [];
  let tried = 0;
  for (const endpoint of endpoints) {
    const kind = endpoint.name.startsWith("v5.") ? "v5" : "v4";
    const names = namesIn(endpoint).filter((name) => foreign[kind][name] !== undefined);
    // Every set of its ids that has a foreign one.
    for (let chosen = 1; chosen < 1 << names.length; chosen++) {
      const some = names.filter((_, index) => chosen & (1 << index));
      const body = endpoint.body === undefined ? undefined : endpoint.bodyIsArray ? [change] : change;
      const send = (ids: Ids) =>
        acme(
          endpoint.method,
          pathOf(endpoint, { ...own[kind], ...Object.fromEntries(some.map((name) => [name, ids[name]!])) }),
          body,
        );
      const seen = await send(foreign[kind]);
      const none = await send(Object.fromEntries(some.map((name) => [name, nothing])));
      tried++;
      const said = (text: string, ids: Ids) =>
        some.reduce((rest, name) => rest.replaceAll(ids[name] ?? nothing, ""), text);
      const isSame =
        seen.status === none.status &&
        said(seen.text, foreign[kind]).replaceAll(uuid, "") === said(none.text, {}).replaceAll(uuid, "");
      if (seen.status === 200 || !isSame) reached.push([endpoint.name, some, seen, none]);
    }
  }
  expect(reached).toEqual([]);
  expect(tried).toBeGreaterThan(100);
  // The same paths lead there for callers with access.
  expect((await beta("GET", `/v4/evaluations/${foreign.v4["evaluation_id"]}`)).text).toContain("secret of beta");
});

it("no body brings in what is another account's", async () => {
  await using on = await stage();
  const [acme, beta] = [on.as("acme"), on.as("beta")];
  const { v4, v5 } = await fill(acme, "acme");
  const foreign = await fill(beta, "beta");
  const account_id = "acme";
  const evaluation = { account_id, name: "e", description: "d", application_spec_id: v4["application_spec_id"] };
  const built = {
    ...evaluation,
    application_variant_id: v4["application_variant_id"],
    evaluation_dataset_id: v4["evaluation_dataset_id"],
  };
  const result = { account_id, application_spec_id: v4["application_spec_id"], test_case_id: v4["test_case_id"] };
  const given = {
    ...result,
    evaluation_dataset_version_num: "1",
    test_case_evaluation_data: { generation_output: "x" },
  };
  const output = { account_id, application_variant_id: v4["application_variant_id"], test_case_id: v4["test_case_id"] };
  const outputs = "/v4/application-test-case-outputs/batch";
  const stored = { ...output, evaluation_dataset_version_num: 1, output: { generation_output: "x" } };
  const results = `/v4/evaluations/${v4["standalone_id"]}/test-case-results`;
  const items = { evaluation_id: v5["evaluation_id"], queue_id: "default", level_1_assigned_to: "ada" };
  const bodies = (v4s: Ids, v5s: Ids): ReadonlyArray<readonly [method: string, path: string, body: unknown]> => [
    [
      "POST",
      "/v4/application-variants",
      { ...evaluation, application_spec_id: v4s["application_spec_id"], version: "OFFLINE", configuration: {} },
    ],
    ["POST", "/v4/question-sets", { account_id, name: "s", question_ids: [v4s["question_id"]] }],
    ["PATCH", `/v4/question-sets/${v4["question_set_id"]}`, { question_ids: [v4s["question_id"]] }],
    [
      "POST",
      "/v4/evaluation-configs",
      { account_id, evaluation_type: "human", question_set_id: v4s["question_set_id"] },
    ],
    ["POST", "/v4/evaluations", { ...built, application_variant_id: v4s["application_variant_id"] }],
    ["POST", "/v4/evaluations", { ...built, application_spec_id: v4s["application_spec_id"] }],
    ["POST", "/v4/evaluations", { ...built, evaluation_dataset_id: v4s["evaluation_dataset_id"] }],
    ["POST", "/v4/evaluations", { ...built, evaluation_config_id: v4s["evaluation_config_id"] }],
    ["POST", results, { ...given, test_case_id: v4s["test_case_id"] }],
    ["POST", results, { ...given, application_spec_id: v4s["application_spec_id"] }],
    ["POST", `${results}/batch`, [{ ...given, application_spec_id: v4s["application_spec_id"] }]],
    [
      "PATCH",
      `/v4/evaluations/${v4["evaluation_id"]}/tasks/batch-assign`,
      { task_ids: [v4s["task_id"]], assigned_to: "x" },
    ],
    ["POST", outputs, [{ ...stored, test_case_id: v4s["test_case_id"] }]],
    ["POST", outputs, [{ ...stored, application_variant_id: v4s["application_variant_id"] }]],
    [
      "POST",
      "/v4/application-variant-reports",
      { application_variant_id: v4s["application_variant_id"], evaluation_dataset_ids: [v4["evaluation_dataset_id"]] },
    ],
    [
      "POST",
      "/v4/application-variant-reports",
      { application_variant_id: v4["application_variant_id"], evaluation_dataset_ids: [v4s["evaluation_dataset_id"]] },
    ],
    ["POST", "/v5/evaluations", { name: "e", dataset_id: v5s["dataset_id"] }],
    [
      "POST",
      "/v5/evaluations",
      { name: "e", dataset_id: v5["dataset_id"], data: [{ dataset_item_id: v5s["dataset_item_id"] }] },
    ],
    ["POST", "/v5/evaluations", { name: "e", data: [{ text: "x" }], tasks: [judged(v5s["question_id"]!)] }],
    ["POST", `/v5/evaluations/${v5["evaluation_id"]}/tasks`, { task: judged(v5s["question_id"]!, "second") }],
    ["POST", "/v5/dataset-items/batch", { dataset_id: v5s["dataset_id"], data: [{ text: "x" }] }],
    ["POST", "/v5/evaluation-items/export", { evaluation_id: v5s["evaluation_id"], export_format: "json" }],
    ["POST", "/v5/evaluation-groups", { name: "g", evaluation_ids: [v5s["evaluation_id"]] }],
    ["POST", "/v5/evaluation-dashboards", { name: "d", evaluation_id: v5s["evaluation_id"] }],
    ["POST", "/v5/evaluation-dashboards", { name: "d", evaluation_group_id: v5s["group_id"] }],
    [
      "PATCH",
      "/v5/annotation-tasks/batch",
      {
        audit_assignment: {
          ...items,
          evaluation_id: v5s["evaluation_id"],
          evaluation_item_ids: [v5s["evaluation_item_id"]],
        },
      },
    ],
    [
      "PATCH",
      "/v5/annotation-tasks/batch",
      { audit_assignment: { ...items, evaluation_item_ids: [v5s["evaluation_item_id"]] } },
    ],
    ...["/v5/datasets", "/v5/evaluations", "/v5/questions", "/v5/rubrics"].flatMap((path) =>
      ["starting_after", "ending_before"].map(
        (name) => ["GET", `${path}?sort_by=created_at&${name}=${v5s["dataset_id"]}`, undefined] as const,
      ),
    ),
  ];
  const empty = (ids: Ids): Ids => Object.fromEntries(Object.keys(ids).map((name) => [name, nothing]));
  const seen = bodies(foreign.v4, foreign.v5);
  const none = bodies(empty(foreign.v4), empty(foreign.v5));
  for (const [index, [method, path, body]] of seen.entries()) {
    const one = await acme(method, path, body);
    const other = await acme(...(none[index] as [string, string, unknown]));
    const shown = ({ status, text }: typeof one) => ({ path, body, status, text: text.replaceAll(uuid, "") });
    expect(shown(one)).toEqual({ ...shown(other), path, body });
    expect([path, one.status, one.text]).not.toContain(200);
  }
});

it("a list that was sent lately is no other user's, for any names of accounts and users", async () => {
  await using server = await createServer({ apiKeys: { "key-1": "ada", "key-2": "b ada" } });
  const list = async (key: string, account: string) => {
    const headers = { "x-api-key": key, "x-selected-account-id": account };
    return (await server.fetch("http://localhost/v4/application-specs", { headers })).text();
  };
  const headers = { "x-api-key": "key-2", "x-selected-account-id": "acme", "content-type": "application/json" };
  const body = JSON.stringify({ account_id: "acme", name: "secret of acme", description: "d" });
  await server.fetch("http://localhost/v4/application-specs", { method: "POST", headers, body });
  expect(await list("key-2", "acme")).toContain("secret of acme");
  expect(await list("key-1", "acme b")).not.toContain("secret of acme");
});
