/** Every function that takes arguments or options by name says which it does not know, and which one was probably meant. */
import { SGPClient } from "@evalwire/core";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { expect, it } from "vitest";
import { runWorker, workerLayer } from "../src/effect.ts";
import {
  assign,
  audit,
  claim,
  datasetRows,
  Lease,
  plan,
  preflight,
  queue,
  save,
  skip,
  submit,
  TaskWorker,
  v5,
} from "../src/index.ts";

let asked = 0;
const fetch = async () => {
  asked += 1;
  return Response.json(null);
};
const client = new SGPClient({ apiKey: "a key", baseURL: "http://localhost", fetch });

/** JavaScript: no compiler stands before the call. */
const js = (args: object): any => args;
const task = { id: "t1", status: "PENDING", task_entity_parent_id: "e1", task_entity_id: "r1" };
const claimed = { _tag: "Claimed", task, heldUntil: 0, overAt: 0, errorMillis: null, how: "answered" };

it.each<[call: string, refused: () => unknown, meant: string]>([
  ["claim", () => claim(client, js({ evaluation_id: "e1", followups: 1 })), "followUps"],
  ["skip", () => skip(client, js({ evaluation_id: "e1", task_id: "t1", taskType: "x" })), "task_type"],
  ["submit", () => submit(client, js({ task, results: {} })), "result"],
  ["save", () => save(client, js({ task, result: {}, question: [] })), "questions"],
  ["assign", () => assign(client, js({ evaluation_id: "e1", task_ids: ["t1"], assignedTo: "ada" })), "assigned_to"],
  ["assign a plan", () => assign(client, js({ evaluation_id: "e1", plan: { moves: [] }, chunksize: 1 })), "chunkSize"],
  ["audit.approve", () => audit.approve(client, js({ task, comments: "" })), "comment"],
  ["audit.fix", () => audit.fix(client, js({ task, results: {} })), "result"],
  ["audit.requestRevision", () => audit.requestRevision(client, js({ task, coment: "" })), "comment"],
  ["v5.assign", () => v5.assign(client, js({ plan: { moves: [] }, dryrun: true })), "dryRun"],
  ["v5.audit.assign", () => v5.audit.assign(client, js({ evaluation_id: "e1", queueid: "q" })), "queue_id"],
  ["v5.audit.approve", () => v5.audit.approve(client, js({ ids: ["t1"], id_s: 1 })), "ids"],
  ["v5.audit.requestRevision", () => v5.audit.requestRevision(client, js({ ids: [], assigned: "a" })), "assigned_to"],
  ["plan", async () => plan(js({ tasks: [], people: [], hiddenfrom: () => [] })), "hiddenFrom"],
  ["sample", async () => audit.sample([], js({ size: 1, sed: 1 })), "seed"],
  ["preflight", () => preflight(js({ evaluation: {}, rows: [], locate: () => {}, question: [] })), "questions"],
  ["datasetRows", () => datasetRows(client, js({ evaluation_dataset: "d" })).next(), "evaluation_dataset_id"],
  [
    "runWorker",
    () => Effect.runPromise(runWorker(js({ evaluation_id: "e1", idel: [] }), () => js({})) as never),
    "idle",
  ],
  [
    "workerLayer",
    () =>
      Effect.runPromise(
        Effect.scoped(Layer.build(workerLayer(js({ evaluation_id: "e1", gracE: 1 }), () => js({})))) as never,
      ),
    "grace",
  ],
  ["queue.index", async () => queue.index([], js({ priorityorder: "low-first" })), "priorityOrder"],
  ["queue.estimate", async () => queue.estimate(js({ done: 1, elapsedMillis: 1, remain: 1 })), "remaining"],
  ["Lease.hold", async () => Lease.hold(client, js(claimed), js({ marginMilis: 1 })), "marginMillis"],
  [
    "TaskWorker",
    async () => new TaskWorker(client, js({ evaluation_id: "e1", stopwhenempty: true }), () => js({})),
    "stopWhenEmpty",
  ],
])("%s", async (_, refused, meant) => {
  const before = asked;
  const sentence = await Promise.resolve(refused()).then(
    () => "not refused",
    (error: Error) => error.message,
  );
  expect(sentence).toMatch(/is not known; did you mean \w+\?/);
  expect(sentence).toContain(meant);
  expect(asked).toBe(before);
});

it("what a claim gave may be spread into the arguments of what is handed in", async () => {
  const outcome = await submit(client, js({ ...claimed, result: { fluent: "yes" } }));
  expect(outcome).toEqual({ _tag: "Late", heldUntil: 0 });
});
