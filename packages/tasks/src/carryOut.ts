/**
 * One move of a task's life, carried out by updating its test case result: the platform has no route that sets a status.
 *
 * 1. A move the lifecycle table does not have is not sent.
 * 2. An update is idempotent, so the client repeats it when its answer is lost.
 * 3. What the server refuses because the task is in another state by now (409) is an outcome, not a failure.
 */
import { type SgpError, Transport } from "@evalwire/core";
import { lifecycle, TestCaseResults } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";

/** What of a task a move needs: a `Task` has it. `task_entity_id` is the test case result, its parent the evaluation. */
export interface Movable {
  readonly id: string;
  readonly status: lifecycle.Status;
  readonly task_entity_id: string;
  readonly task_entity_parent_id: string;
}

export type Outcome =
  | {
      readonly _tag: "Done";
      readonly result: TestCaseResults.TestCaseResult;
      /** The task's status from now on, by the lifecycle table. */
      readonly status: lifecycle.Status;
    }
  /** Nothing was sent: in its status the task cannot do this; `possible` is what it can. */
  | {
      readonly _tag: "NotPossible";
      readonly status: lifecycle.Status;
      readonly possible: ReadonlyArray<lifecycle.Trigger>;
    }
  /** The server refused: the task is in another state than we thought, e.g. somebody else's by now. */
  | { readonly _tag: "Conflict"; readonly error: SgpError };

export const carryOut = Effect.fnUntraced(function* (
  task: Movable,
  trigger: lifecycle.Trigger,
  patch: TestCaseResults.UpdateTestCaseResult,
): Effect.fn.Return<Outcome, SgpError, Transport> {
  const status = lifecycle.move(task.status, trigger);
  if (status === undefined) {
    return { _tag: "NotPossible", status: task.status, possible: lifecycle.triggersFrom(task.status) };
  }
  const { call } = yield* Transport;
  const where = { evaluation_id: task.task_entity_parent_id, test_case_result_id: task.task_entity_id };
  return yield* call(TestCaseResults.update, { ...where, ...patch }).pipe(
    Effect.map((result): Outcome => ({ _tag: "Done", result, status })),
    Effect.catchReason("SgpError", "Conflict", (_, error) => Effect.succeed<Outcome>({ _tag: "Conflict", error })),
  );
});
