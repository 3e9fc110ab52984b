/**
 * The calls of the platform's documents, answered with the platform's own examples.
 */
import { expect, it } from "vitest";
import { SGPClient } from "../../src/index.ts";
import evaluation from "../fixtures/contract/evaluation.json" with { type: "json" };
import created from "../fixtures/contract/evaluation-created.json" with { type: "json" };
import task from "../fixtures/contract/task.json" with { type: "json" };
import v5Evaluation from "../fixtures/contract/v5-evaluation.json" with { type: "json" };
import v5Update from "../fixtures/contract/v5-evaluation-update.json" with { type: "json" };
import { json, script } from "./script.ts";

const answering = (answer: unknown) => {
  const { fetch, asked } = script([json(answer)]);
  return { asked, client: new SGPClient({ apiKey: "My API Key", fetch }) };
};

it("a task is updated", async () => {
  const { client, asked } = answering(task);
  expect(await client.evaluations.tasks.update({ task_id: "task_id", evaluation_id: "evaluation_id" })).toEqual(task);
  expect(asked[0]).toMatchObject({ method: "PATCH", body: {} });
  expect(asked[0]?.url.href).toBe("https://api.egp.scale.com/v4/evaluations/evaluation_id/tasks/task_id");
});

it("an evaluation is retrieved by its bare id", async () => {
  const { client, asked } = answering(evaluation);
  expect(await client.evaluations.retrieve("evaluation_id")).toEqual(evaluation);
  expect(asked[0]).toMatchObject({ method: "GET", body: undefined, headers: { "x-api-key": "My API Key" } });
  expect(asked[0]?.url.href).toBe("https://api.egp.scale.com/v4/evaluations/evaluation_id");
});

it("an evaluation is created", async () => {
  const { client, asked } = answering(created);
  const body = {
    account_id: "account_id",
    application_spec_id: "application_spec_id",
    application_variant_id: "application_variant_id",
    description: "description",
    evaluation_dataset_id: "evaluation_dataset_id",
    name: "name",
  };
  expect(await client.evaluations.create(body)).toEqual(created);
  expect(asked[0]).toMatchObject({ method: "POST", body });
  expect(asked[0]?.headers["content-type"]).toBe("application/json");
});

it("an evaluation of v5 is updated with the body of the documents", async () => {
  const { client, asked } = answering(v5Evaluation);
  const update = { evaluation_id: "evaluation_id", ...v5Update };
  expect(await client.v5.evaluations.update(update)).toEqual(v5Evaluation);
  expect(asked[0]).toMatchObject({ method: "PATCH", body: v5Update });
  expect(asked[0]?.url.href).toBe("https://api.egp.scale.com/v5/evaluations/evaluation_id");
});
