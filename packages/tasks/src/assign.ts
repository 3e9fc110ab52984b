/** Giving tasks to a user. */
import { type SgpError, Transport } from "@evalwire/core";
import { Tasks } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";

export interface AssignArgs {
  readonly evaluation_id: string;
  readonly task_ids: ReadonlyArray<string>;
  /** The user's id. */
  readonly assigned_to: string;
}

export const assign = Effect.fnUntraced(function* (
  args: AssignArgs,
): Effect.fn.Return<ReadonlyArray<Tasks.Task>, SgpError, Transport> {
  const { call } = yield* Transport;
  const { evaluation_id, task_ids, assigned_to } = args;
  const [first, ...others] = task_ids;
  if (first === undefined) return [];
  if (others.length > 0) return (yield* call(Tasks.batchAssign, args)) ?? [];
  const task = yield* call(Tasks.update, { evaluation_id, task_id: first, assigned_to });
  return task === null ? [] : [task];
});
