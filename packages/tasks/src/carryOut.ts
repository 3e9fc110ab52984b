/**
 * One move of a task's life, carried out by updating its test case result: the platform has no route that sets a status.
 *
 * 1. A move the lifecycle table does not have is not sent.
 * 2. An update is idempotent, so it is repeated, as often as the client's `maxRetries` says, when its answer is lost.
 * 3. A refusal because of the task's state (409) is not repeated: by then another user may have finished the task, and the repetition would take
 *    the place of their work.
 * 4. A refusal because the task is in another state by now (409) is an outcome, not a failure.
 */
import { type SgpError, Transport } from "@evalwire/core";
import { lifecycle, TestCaseResults } from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { growing } from "./pause.ts";

/** The fields of a task that a move needs: a `Task` has them. `task_entity_id` is the test case result, its parent the evaluation. */
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
  /** The server refused: the task is in another state than we thought, e.g. another user's by now. */
  | { readonly _tag: "Conflict"; readonly error: SgpError };

/** Whether another try may succeed where this one failed. */
export const isPassing = ({ reason }: SgpError): boolean =>
  reason._tag === "Unreachable" ||
  reason._tag === "Timeout" ||
  reason._tag === "ServerFault" ||
  reason._tag === "RateLimited" ||
  reason._tag === "Undecodable";

export const carryOut = Effect.fnUntraced(function* (
  task: Movable,
  trigger: lifecycle.Trigger,
  patch: TestCaseResults.UpdateTestCaseResult,
): Effect.fn.Return<Outcome, SgpError, Transport> {
  const status = lifecycle.move(task.status, trigger);
  if (status === undefined) {
    return { _tag: "NotPossible", status: task.status, possible: lifecycle.triggersFrom(task.status) };
  }
  const { call, settings } = yield* Transport;
  const where = { evaluation_id: task.task_entity_parent_id, test_case_result_id: task.task_entity_id };
  let wasInDoubt = false;
  for (let nth = 0; ; nth++) {
    const sent = yield* Effect.result(call(TestCaseResults.update, { ...where, ...patch }, { maxRetries: 0 }));
    if (Result.isSuccess(sent)) return { _tag: "Done", result: sent.success, status };
    wasInDoubt ||= sent.failure.inDoubt === true;
    const error = wasInDoubt ? sent.failure.with({ inDoubt: true }) : sent.failure;
    if (error.reason._tag === "Conflict") return { _tag: "Conflict", error };
    if (!isPassing(error) || nth >= settings.maxRetries) return yield* error;
    const retryAt = "retryAt" in error.reason ? error.reason.retryAt : undefined;
    const asked = retryAt === undefined ? 0 : retryAt - (yield* Clock.currentTimeMillis);
    yield* Effect.sleep(Math.max(asked, yield* growing(nth, [500, 8_000])));
  }
});
