/** Wrong calls are refused at once, in a sentence, before anything is sent. */
import { SGPClient } from "@evalwire/core";
import { expect, it } from "vitest";
import { assign, audit, claim, save, skip, submit } from "../src/index.ts";

const untyped = (value: unknown) => value as never;
const asked: Array<string> = [];
const fetch = async (url: string) => {
  asked.push(url);
  return Response.json(null);
};
const client = new SGPClient({ apiKey: "key", fetch });
const task = { id: "t1", status: "PENDING", task_entity_parent_id: "e1", task_entity_id: "r1" };

it.each<[string, () => Promise<unknown>]>([
  ["submit: task: is missing: pass the task of a Claimed", () => submit(client, untyped({}))],
  ["submit: result: is missing", () => submit(client, untyped({ task }))],
  ["save: task: is missing: pass the task of a Claimed", () => save(client, untyped({ result: {} }))],
  ["claim: arguments: must be an object with evaluation_id", () => claim(client, untyped(undefined))],
  ["claim: evaluation_id: is missing", () => claim(client, untyped({}))],
  [
    "claim: evaluationId: is not known; did you mean evaluation_id?",
    () => claim(client, untyped({ evaluationId: "e1" })),
  ],
  ["claim: evaluation_id: is missing", () => claim(client, { evaluation_id: "" })],
  [
    "claim: client: must be an SGPClient, the first argument",
    () => claim(untyped({ evaluation_id: "e1" }), untyped(client)),
  ],
  ["skip: task_id: is missing", () => skip(client, untyped({ evaluation_id: "e1" }))],
  ["assign: evaluation_id: is missing", () => assign(client, untyped({ task_ids: ["t1"] }))],
  [
    "assign: task_ids: must be a list of ids",
    () => assign(client, untyped({ evaluation_id: "e1", assigned_to: "ada" })),
  ],
  ["assign: assigned_to: is missing", () => assign(client, untyped({ evaluation_id: "e1", task_ids: ["t1"] }))],
  [
    "assign: plan: must have moves, as what plan() returns",
    () => assign(client, untyped({ evaluation_id: "e1", plan: [] })),
  ],
  ["audit.approve: task: is missing: pass the task of a Claimed", () => audit.approve(client, untyped({}))],
  ["audit.fix: result: is missing", () => audit.fix(client, untyped({ task }))],
  ["audit.requestRevision: arguments: must be an object with task", () => audit.requestRevision(client, untyped(null))],
])("%s", async (sentence, call) => {
  await expect(call()).rejects.toMatchObject({ message: sentence, reason: { _tag: "Invalid" } });
  expect(asked).toEqual([]);
});
