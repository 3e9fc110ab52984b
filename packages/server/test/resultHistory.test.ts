/** Changes that the routes do not make: a status that moved without its result, as an operator's hand moves it. */
import { expect, it } from "vitest";
import { withTask } from "../src/v4/results/resultHistory.ts";

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const task = {
  id: "t",
  task_type: "EVALUATION_ANNOTATION",
  priority: 0,
  assigned_to: null,
  assignment_expires_at: null,
};
const change = (status: string, second: number, seq: number) => ({ ...task, status, seq, ended_at: at(second) });

it("a status that moved before its result was updated is a version of its own", () => {
  const body = (label_status: string) => ({ id: "r", label_status });
  const kept = { seq: 9, body: { ...body("PENDING"), invalidated_at: at(30) } };
  const changes = [change("PENDING", 10, 5), change("ESCALATED", 20, 6), change("PENDING", 30, 8)];
  const present = { ...task, status: "COMPLETED" };
  const versions = withTask(
    [kept] as never,
    body("COMPLETED") as never,
    present as never,
    changes as never,
    (id) => id,
  );
  expect(versions.map(({ label_status, task: one }: any) => `${label_status} ${one.status}`)).toEqual([
    "PENDING PENDING",
    "PENDING ESCALATED",
    "PENDING PENDING",
    "COMPLETED COMPLETED",
  ]);
});
