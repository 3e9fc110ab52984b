// The client, a watch, metrics and tasks over a scripted `fetch`, in the syntax of Node 20: what runs wherever JavaScript does.
import assert from "node:assert/strict";
import { SGPClient, SgpError } from "@evalwire/core";
import { rouge } from "@evalwire/metrics";
import { claim } from "@evalwire/tasks";

const evaluation = {
  id: "ev_1",
  name: "Notices",
  description: "",
  status: "PENDING",
  account_id: "a",
  application_spec_id: "s",
  application_variant_id: "v",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  created_by_user_id: "u",
  tags: {},
};
export const result = {
  id: "r_1",
  evaluation_id: "ev_1",
  account_id: "a",
  application_spec_id: "s",
  application_variant_id: "v",
  test_case_id: "t_1",
  test_case_version_id: 1,
  evaluation_dataset_id: "d",
  evaluation_dataset_version_num: 1,
  label_status: "PENDING",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  task: {
    id: "task_1",
    status: "PENDING",
    task_type: "EVALUATION_ANNOTATION",
    assigned_to: "ada",
    assignment_expires_at: "2099-01-01T00:00:00Z",
    priority: 0,
    created_at: "2026-01-01T00:00:00Z",
  },
};

export const fetch = async (url) => {
  const { pathname } = new URL(url);
  if (pathname === "/v4/evaluations/ev_1") return Response.json(evaluation);
  if (pathname.endsWith("/test-case-results"))
    return Response.json({ items: [result], total_item_count: 1, current_page: 1, items_per_page: 100 });
  if (pathname.endsWith("/claim-task")) return Response.json(null);
  return Response.json({ detail: "Not Found" }, { status: 404 });
};

export const main = async () => {
  const client = new SGPClient({ apiKey: "key", baseURL: "http://localhost", fetch });
  const failure = await client.evaluations.retrieve("other").catch((error) => error);
  assert.ok(failure instanceof SgpError);
  assert.equal(failure.reason._tag, "NotFound");

  const watch = client.watch("ev_1");
  const first = await watch[Symbol.asyncIterator]().next();
  assert.equal(first.value.evaluationId, "ev_1");
  await watch.ready;
  assert.equal(watch.snapshot().tasks.size, 1);
  await watch.close();

  assert.equal(rouge("a b", "a b", { types: ["rouge1"] }).rouge1.fmeasure, 1);
  assert.equal((await claim(client, { evaluation_id: "ev_1" }))._tag, "NothingLeft");
  await client.close();
  return "scripted: ok";
};
