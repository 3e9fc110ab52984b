import type { TaskRow } from "@evalwire/core";
import { expect, it } from "vitest";
import { byDeadline, clockOf, urgencyOf } from "../src/LeaseBoard.tsx";
import { peopleOf } from "../src/People.tsx";
import { standingOf } from "../src/Progress.tsx";

const task = (changes: Partial<TaskRow>): TaskRow => ({
  id: "t1",
  task_type: "EVALUATION_ANNOTATION",
  status: "PENDING",
  priority: 0,
  assigned_to: null,
  assignment_expires_at: null,
  test_case_result_id: "r1",
  test_case_id: "c1",
  label_status: null,
  audit_status: null,
  updated_at: null,
  ...changes,
});

const tasks = [
  task({ status: "COMPLETED", assigned_to: "ada" }),
  task({ status: "FIXED", assigned_to: "ada" }),
  task({ status: "PENDING", assigned_to: "bo" }),
  task({ status: "PENDING_REDO", assigned_to: "bo" }),
  task({ status: "PENDING_REDO" }),
  task({ status: "PENDING" }),
  task({ status: "NOT_READY" }),
  task({ status: "ESCALATED" }),
];

it("every task stands in exactly one place", () => {
  const standing = standingOf(tasks);
  expect(standing).toEqual({ completed: 1, fixed: 1, held: 2, redo: 1, waiting: 1, other: 2 });
  expect(Object.values(standing).reduce((sum, count) => sum + count, 0)).toBe(tasks.length);
});

it("people have what they hold and what they finished", () => {
  expect(peopleOf(tasks)).toEqual([
    { user: "ada", held: 0, done: 2 },
    { user: "bo", held: 2, done: 0 },
  ]);
});

it("what ends next stands first, what has no end last", () => {
  const held = [null, "2030-01-01T00:00:09Z", "2030-01-01T00:00:03Z"].map((assignment_expires_at, index) =>
    task({ id: `t${index}`, assignment_expires_at }),
  );
  expect(held.sort(byDeadline).map(({ id }) => id)).toEqual(["t2", "t1", "t0"]);
});

it("the last third of a lease is soon, the last sixth urgent", () => {
  expect([undefined, 0, 100, 200, 201, 600].map((left) => urgencyOf(left, 600))).toEqual([
    "open",
    "over",
    "urgent",
    "soon",
    "calm",
    "calm",
  ]);
});

it("time left is rounded up, so that 0:00 is over", () => {
  expect([1, 1_000, 59_001, 61_000, 3_600_000, 3_661_000].map(clockOf)).toEqual([
    "0:01",
    "0:01",
    "1:00",
    "1:01",
    "1:00:00",
    "1:01:01",
  ]);
});
