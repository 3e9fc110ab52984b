/**
 * Looking for a task that is already ours: the way to learn the outcome of a claim whose answer was lost.
 *
 * The platform has no route that lists tasks; they are read as the `Task` view of the test case results, page by page, until
 * one is found. The found task is read once more by itself, because a page may be older than its last line.
 */
import { listItems, type SgpError, Transport } from "@evalwire/core";
import { type Tasks, TestCaseResults } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import * as Lease from "./lease/Lease.ts";

export interface Wanted {
  readonly evaluation_id: string;
  readonly task_type: Tasks.TaskType;
  readonly me: string;
  /** A task that is not looked for, but known already. */
  readonly except: string | undefined;
}

export type Ours =
  | { readonly _tag: "Found"; readonly task: Tasks.Task; readonly answer: Lease.Answer }
  /** Only the excepted task is ours. */
  | { readonly _tag: "OnlyExcepted" }
  | { readonly _tag: "Nothing" };

const isOurs = (result: TestCaseResults.TestCaseResult, { task_type, me }: Wanted): boolean => {
  const { task } = result;
  return task !== undefined && task !== null && task.task_type === task_type && Lease.of(task)?.assignee === me;
};

/** Results read per request. */
const limit = 1_000;

export const find = Effect.fnUntraced(function* (wanted: Wanted): Effect.fn.Return<Ours, SgpError, Transport> {
  const { evaluation_id, except } = wanted;
  const isExcepted = (result: TestCaseResults.TestCaseResult) => result.task?.id === except;
  const candidates = yield* listItems(TestCaseResults.list, { evaluation_id, view: ["Task"], limit }).pipe(
    Stream.filter((result) => isOurs(result, wanted)),
    Stream.takeUntil((result) => !isExcepted(result)),
    Stream.runCollect,
  );
  const candidate = candidates.find((result) => !isExcepted(result));
  if (candidate !== undefined) {
    const { exchange } = yield* Transport;
    const one = { evaluation_id, test_case_result_id: candidate.id, view: ["Task"] };
    const answer = yield* exchange(TestCaseResults.retrieve, one);
    const { task, ...result } = answer.value;
    if (isOurs(answer.value, wanted)) return { _tag: "Found", task: { ...task!, task_entity: result }, answer };
  }
  return candidates.some(isExcepted) ? { _tag: "OnlyExcepted" } : { _tag: "Nothing" };
});
