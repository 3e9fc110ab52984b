/** Writes of a program to an evaluation of v4: each call, the fields it sets, and those its answer shows. */
import type { SGPClient } from "@evalwire/core";
import type { Tasks, TestCaseResults } from "@evalwire/core/contract";
import type { Rng } from "../Rng.ts";
import type { Row } from "./Database.ts";
import type { History } from "./History.ts";
import type { Call, Facts } from "./OwnWrites.ts";

export const kinds = [
  "claim",
  "skip",
  "assign",
  "unassign",
  "batchAssign",
  "submit",
  "save",
  "approve",
  "revise",
] as const;

export type Kind = (typeof kinds)[number];

const factsOfResult = (result: TestCaseResults.TestCaseResult): Facts => ({
  label_status: result.label_status ?? null,
  ...(result.audit_status === undefined ? {} : { audit_status: result.audit_status }),
});

const factsOfTask = (task: Tasks.Task): Facts => {
  const { task_entity: result } = task;
  return {
    task_type: task.task_type,
    status: task.status,
    priority: task.priority ?? null,
    assigned_to: (typeof task.assigned_to === "object" ? task.assigned_to?.id : task.assigned_to) ?? null,
    assignment_expires_at: task.assignment_expires_at ?? null,
    ...(result === undefined || result === null
      ? {}
      : { ...factsOfResult(result), test_case_result_id: result.id, updated_at: result.updated_at ?? null }),
  };
};

/** The writes to an evaluation of v4 through a client. */
export const resultWrites =
  (client: SGPClient, evaluation_id: string, history: History) =>
  (kind: Kind, rng: Rng): Call | undefined => {
    const rows = [...history.present.values()];
    const of = (accept: (row: Row) => boolean): Row | undefined => {
      const found = rows.filter(accept);
      return found.length === 0 ? undefined : rng.of(found);
    };
    const { tasks, testCaseResults } = client.evaluations;
    const claim = (skip_current: boolean): Call => ({
      run: (headers) =>
        client.evaluations.claimTask({ evaluation_id, ...(skip_current ? { skip_current } : {}) }, { headers }),
      sets: new Map(),
      read: (task: Tasks.Task | null) => (task === null ? [] : [[task.id, factsOfTask(task), true]]),
    });
    const assign = (row: Row | undefined, assigned_to: string | null): Call | undefined =>
      row && {
        run: (headers) => tasks.update({ evaluation_id, task_id: row.id, assigned_to }, { headers }),
        sets: new Map([[row.id, { assigned_to }]]),
        read: (task: Tasks.Task) => [[task.id, factsOfTask(task), true]],
      };
    const update = (row: Row | undefined, patch: TestCaseResults.UpdateTestCaseResult, sets: Facts): Call | undefined =>
      row && {
        run: (headers) =>
          testCaseResults.update(
            { evaluation_id, test_case_result_id: row.test_case_result_id!, ...patch },
            { headers },
          ),
        sets: new Map([[row.id, sets]]),
        read: (result: TestCaseResults.TestCaseResult) => [[row.id, factsOfResult(result), false]],
      };
    const isOpen = ({ status }: Row) => status === "PENDING" || status === "PENDING_REDO";
    const isDone = ({ status }: Row) => status === "COMPLETED";
    const who = rng.of(["ada", "ben", "cy"]);
    switch (kind) {
      case "claim":
        return claim(false);
      case "skip":
        return claim(true);
      case "assign":
        return assign(
          of(() => true),
          who,
        );
      case "unassign":
        return assign(
          of(({ assigned_to }) => assigned_to !== null),
          null,
        );
      case "batchAssign": {
        const chosen = rows.filter(() => rng.is(0.4)).map(({ id }) => id);
        return chosen.length === 0
          ? undefined
          : {
              run: (headers) => tasks.batchAssign({ evaluation_id, task_ids: chosen, assigned_to: who }, { headers }),
              sets: new Map(chosen.map((id) => [id, { assigned_to: who }])),
              read: (answer: ReadonlyArray<Tasks.Task>) => answer.map((task) => [task.id, factsOfTask(task), true]),
            };
      }
      case "submit":
        return update(
          of(isOpen),
          { result: { fluent: "yes" }, label_status: "COMPLETED" },
          { label_status: "COMPLETED" },
        );
      case "save":
        return update(of(isOpen), { result: { fluent: "no" }, label_status: "PENDING" }, { label_status: "PENDING" });
      case "approve":
        return update(of(isDone), { audit_status: "APPROVED" }, { audit_status: "APPROVED" });
      case "revise":
        return update(of(isDone), { label_status: "PENDING" }, { label_status: "PENDING" });
    }
  };
