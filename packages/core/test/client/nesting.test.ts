/** Answers nested deeper than any stack: what is checked level by level is refused, what is only handed on comes whole. */
import { expect, it } from "vitest";
import type { Problem } from "../../src/client/Problem.ts";
import { SGPClient } from "../../src/SGPClient.ts";
import evaluation from "../fixtures/contract/evaluation.json" with { type: "json" };
import evaluationV5 from "../fixtures/contract/v5-evaluation.json" with { type: "json" };
import { key } from "./script.ts";

const levels = 100_000;
const deepList = `${"[".repeat(levels)}${"]".repeat(levels)}`;
const deepLayout = `${'{"children":['.repeat(levels)}${"]}".repeat(levels)}`;

/** A client that is answered with `value`, in which the text `HERE` stands for something deep. */
const answered = (value: unknown, deep: string) => {
  const text = JSON.stringify(value).replace('"HERE"', deep);
  let requests = 0;
  const fetch = async () => {
    requests++;
    return new Response(text, { headers: { "content-type": "application/json" } });
  };
  const problems: Array<Problem> = [];
  const onProblem = (problem: Problem) => void problems.push(problem);
  const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch, onProblem });
  return { client, requests: () => requests, problems };
};

const question = (layout: unknown) => ({
  task_type: "contributor_evaluation.question",
  configuration: { question_id: "q1", layout },
});

it("of a layout nested without end its children are left out, and it is not requested again", async () => {
  const { client, requests, problems } = answered({ ...evaluationV5, tasks: [question("HERE")] }, deepLayout);
  const { tasks } = await client.v5.evaluations.retrieve("e1");
  expect(tasks).toEqual([question({ children: [] })]);
  expect(problems.map(({ error }) => error)).toEqual([
    "left out tasks[0].configuration.layout.children[0]: Expected fewer levels",
  ]);
  expect(requests()).toBe(1);
});

it("a key __proto__ in something nested without end is Undecodable", async () => {
  const { client } = answered({ ...evaluation, extra: "HERE" }, `{"__proto__":${deepList}}`);
  await expect(client.evaluations.retrieve("e1")).rejects.toMatchObject({
    reason: { _tag: "Undecodable", description: "it is nested too deeply", truncated: false },
  });
});

it("a field the contract does not look into is handed on as it came", async () => {
  const { client } = answered({ ...evaluation, extra: "HERE" }, deepList);
  let inner = ((await client.evaluations.retrieve("e1")) as { readonly extra?: unknown }).extra;
  let depth = 0;
  for (; Array.isArray(inner); inner = inner[0]) depth++;
  expect(depth).toBe(levels);
});

it.each(["detail", "message", "error", "other"])(
  "a refusal whose %s is nested without end is reported by its status",
  async (name) => {
    const fetch = async () => new Response(`{"${name}":${deepList}}`, { status: 422 });
    const client = new SGPClient({ apiKey: key, baseURL: "https://sgp.test", fetch });
    await expect(client.evaluations.retrieve("e1")).rejects.toMatchObject({ reason: { _tag: "Invalid" } });
  },
);
