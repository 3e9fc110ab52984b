/** A value nested deeper than any stack does not stop a watch: it is reported once, and the rest is read. */
import { expect, it } from "vitest";
import { record } from "../watching.ts";
import { type Answering, evaluation, result, sgp } from "./sgp.ts";

const levels = 100_000;
const deepList = `${"[".repeat(levels)}${"]".repeat(levels)}`;

/** Answers with the text `HERE` turned into something deep. */
const deepened =
  (answering: Answering, deep = deepList): Answering =>
  (asked) => {
    const answer = answering(asked);
    if (answer instanceof Response) return answer;
    return new Response(JSON.stringify(answer).replaceAll('"HERE"', deep));
  };

it("v4: an included field stays as it was known, and its task is seen all the same", async () => {
  const fields: Record<string, unknown> = { result: { q1: "good" } };
  const { client, clock } = sgp(
    deepened(({ path }) =>
      path === "/v4/evaluations/e1"
        ? evaluation()
        : {
            items: [result("1", fields), result("2", { result: "HERE" })],
            current_page: 1,
            items_per_page: 1_000,
            total_item_count: 2,
          },
    ),
  );
  await using live = client.watch("e1", { include: ["result"] });
  const events = record(live);
  await clock.until(live.ready);
  expect([...live.snapshot().tasks.values()].map(({ included }) => included)).toEqual([{ result: { q1: "good" } }, {}]);
  Object.assign(fields, { result: "HERE", label_status: "COMPLETED", updated_at: "2030-01-01T01:00:00Z" });
  await clock.advance("5 minutes");
  expect(live.snapshot().tasks.get("1")).toMatchObject({
    label_status: "COMPLETED",
    included: { result: { q1: "good" } },
  });
  expect(live.status._tag).toBe("synced");
  expect(live.stats().issues.map(({ kind, taskId, message }) => [kind, taskId, message])).toEqual([
    ["unreadable-field", "2", "result is nested more than 1000 levels deep"],
    ["unreadable-field", "1", "result is nested more than 1000 levels deep"],
  ]);
  expect(() => JSON.stringify(events)).not.toThrow();
  expect(() => live.cursor()).not.toThrow();
});

const stored = { created_at: "2030-01-01T00:00:00Z", created_by: { id: "zoe", type: "user", object: "identity" } };

const evaluationV5 = (layout: unknown) => ({
  ...stored,
  id: "e5",
  object: "evaluation",
  name: "Next",
  status: "running",
  tags: [],
  datasets: [],
  tasks: [
    {
      task_type: "contributor_evaluation.question",
      alias: "verdict",
      configuration: { question_id: "q1", layout },
    },
  ],
  progress: { items: { total: 1, successful: 0, failed: 0, pending: 1 } },
});

const items = (data: Record<string, unknown>) => ({
  object: "list",
  items: [{ ...stored, id: "i1", object: "evaluation.item", evaluation_id: "e5", data }],
  total: 1,
  has_more: false,
  limit: 1_000,
});

it("v5: a field of an item's data is left out and said once", async () => {
  const layout = { children: [{ data: "item.summary" }] };
  const { client, clock } = sgp(
    deepened(({ path }) =>
      path === "/v5/evaluations/e5" ? evaluationV5(layout) : items({ summary: "HERE", verdict: "HERE" }),
    ),
  );
  await using live = client.v5.watch("e5", { include: ["summary"] });
  await clock.until(live.ready);
  await clock.advance("5 minutes");
  expect(live.snapshot().tasks.get("i1")).toMatchObject({ status: "COMPLETED", included: {} });
  expect(live.status._tag).toBe("synced");
  expect(live.stats().issues.map(({ kind, taskId }) => [kind, taskId])).toEqual([["unreadable-field", "i1"]]);
});

it("v5: an evaluation with a layout nested without end is read: a watch needs its counts and aliases only", async () => {
  const bottomless = `${'{"children":['.repeat(levels)}${"]}".repeat(levels)}`;
  const answering: Answering = ({ path }) =>
    path === "/v5/evaluations/e5" ? evaluationV5("HERE") : items({ summary: "a", verdict: "good" });
  const { client, clock } = sgp(deepened(answering, bottomless));
  await using live = client.v5.watch("e5");
  await clock.until(live.ready);
  expect(live.snapshot().tasks.get("i1")).toMatchObject({ status: "COMPLETED" });
  expect(live.status._tag).toBe("synced");
});
