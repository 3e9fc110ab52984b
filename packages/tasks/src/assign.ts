/** Giving tasks to a user, or carrying out a plan that says whose each is. */
import { type SgpError, Transport } from "@evalwire/core";
import { Tasks } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { type AssignPlanArgs, type AssignReport, assignPlan } from "./plan/assignPlan.ts";
import { spanned } from "./spanned.ts";

export interface AssignArgs {
  readonly evaluation_id: string;
  readonly task_ids: ReadonlyArray<string>;
  /** The user's id. */
  readonly assigned_to: string;
}

const assignAll = Effect.fnUntraced(function* (
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

/**
 * Gives tasks to a user, one or many in one request; or carries out a plan, chunk by chunk.
 *
 * @param args - `evaluation_id`, `task_ids` and `assigned_to`; or `evaluation_id` and `plan`, with `chunkSize`, `dryRun`, `resume` and
 *   `onProgress`
 * @returns the tasks as the server answers them, none where it answers `null`; for a plan a report of each task's outcome, which
 *   never fails: the error that ended it is its `error`
 * @throws SgpError for anything the server refuses, without a plan
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { assign } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const layer = Sgp.layer({ apiKey: "a key", fetch: async () => Response.json(null) });
 * const program = assign({ evaluation_id: "e1", task_ids: ["t1", "t2"], assigned_to: "ada" });
 * await Effect.runPromise(Effect.provide(program, layer)); // => []
 * ```
 */
export const assign: {
  (args: AssignArgs): Effect.Effect<ReadonlyArray<Tasks.Task>, SgpError, Transport>;
  (args: AssignPlanArgs): Effect.Effect<AssignReport, never, Transport>;
} = (args: AssignArgs | AssignPlanArgs): any =>
  spanned(
    "assign",
    args.evaluation_id,
  )<unknown, SgpError, Transport>("plan" in args ? assignPlan(args) : assignAll(args));

/** Errors in arguments that no compiler has checked. */
export const wrong = (args: object): readonly [name: string, message: string] | undefined => {
  if ("plan" in args) {
    const moves = (args.plan as Partial<AssignPlanArgs["plan"]> | null | undefined)?.moves;
    return Array.isArray(moves) ? undefined : ["plan", "must have moves, as what plan() returns"];
  }
  const { task_ids, assigned_to } = args as Partial<AssignArgs>;
  if (!Array.isArray(task_ids)) return ["task_ids", "must be a list of ids"];
  return typeof assigned_to === "string" && assigned_to !== "" ? undefined : ["assigned_to", "is missing"];
};
