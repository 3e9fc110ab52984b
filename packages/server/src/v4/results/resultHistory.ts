/**
 * The history of a result with its task: a version for each state that the two had together.
 *
 * 1. Each version ends (`invalidated_at`) when the next one begins; the last is the present one.
 * 2. A version carries the task as it was: who held it, until when, and its status.
 * 3. An update that moves the task with the result ends one version, not two.
 */
import type { TestCaseResults } from "@evalwire/core/contract";
import type { Document } from "../../store/Documents.ts";
import type { TaskRow } from "../../store/TaskQueue.ts";
import type { TaskVersion } from "../../store/TaskVersions.ts";
import { toView } from "./Tasks.ts";

type Result = TestCaseResults.TestCaseResult;

/** A version of a result and the number under which it was kept. */
export type Kept = Pick<Document<Result>, "seq" | "body">;

/** A result's body with its task as the `Task` view of a list has it. */
export const withTask = (
  earlier: ReadonlyArray<Kept>,
  present: Result,
  task: TaskRow,
  changes: ReadonlyArray<TaskVersion>,
  userOf: (id: string) => unknown,
): ReadonlyArray<Result> => {
  const view = (state: Pick<TaskRow, "status" | "priority" | "assigned_to" | "assignment_expires_at">) => {
    const assigned_to = state.assigned_to === null ? null : userOf(state.assigned_to);
    return { ...toView({ ...task, ...state }), assigned_to };
  };
  const bodies = [...earlier.map(({ body }) => body), present];
  const states = [...changes, task];
  const versions: Array<Result> = [];
  let result = 0;
  let state = 0;
  const end = (invalidated_at: string) =>
    versions.push({ ...bodies[result]!, invalidated_at, task: view(states[state]!) } as Result);
  while (result < earlier.length || state < changes.length) {
    const kept = earlier[result];
    const change = changes[state];
    if (change === undefined || (kept !== undefined && kept.seq <= change.seq)) {
      end(kept!.body.invalidated_at!);
      result++;
      continue;
    }
    end(change.ended_at);
    // A status moves because the result was updated: the version kept next, in the same moment, is the same step.
    const isMove = change.status !== states[state + 1]!.status;
    const isOneStep = isMove && kept?.body.invalidated_at === change.ended_at;
    state++;
    if (isOneStep) result++;
  }
  return [...versions, { ...present, task: view(task) } as Result];
};
