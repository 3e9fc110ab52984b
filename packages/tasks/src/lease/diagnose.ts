/** Finding out why a lease is gone, after the server refused a write under it. */
import { Transport } from "@evalwire/core";
import { Evaluations, Instant, lifecycle, type Tasks, TestCaseResults } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { assigneeOf } from "./Lease.ts";

/**
 * Why a lease is lost: its time was over (`expired`); another user holds the task (`reassigned`) or none (`unassigned`); the work was handed in
 * by another user (`finished`); the evaluation is archived or gone (`archived`), or the task is (`removed`); the server refused a
 * write without a known reason (`refused`).
 */
export type LostReason = "expired" | "reassigned" | "unassigned" | "finished" | "archived" | "removed" | "refused";

const isSameInstant = (a: string | null | undefined, b: string | null | undefined): boolean =>
  (a ?? null) === (b ?? null) || (!!a && !!b && Instant.epochMillis(a) === Instant.epochMillis(b));

const look = Effect.fnUntraced(function* (task: Tasks.Task, expiresAt: string | null) {
  const { call } = yield* Transport;
  const evaluation_id = task.task_entity_parent_id;
  const evaluation = yield* call(Evaluations.retrieve, { evaluation_id });
  if ((evaluation.archived_at ?? null) !== null) return "archived" as const;
  const where = { evaluation_id, test_case_result_id: task.task_entity_id, view: ["Task"] };
  const now = (yield* call(TestCaseResults.retrieve, where)).task;
  if (now === undefined || now === null) return "refused" as const;
  if (lifecycle.isDone(now.status)) return "finished" as const;
  const holder = assigneeOf(now);
  if (holder === null) return "unassigned" as const;
  if (holder !== assigneeOf(task)) return "reassigned" as const;
  // Ours again, by another claim: the lease we held is over all the same.
  return isSameInstant(now.assignment_expires_at, expiresAt) ? ("refused" as const) : ("expired" as const);
});

/** Reads evaluation and task to find out; `refused` where reading fails too. */
export const diagnose = (task: Tasks.Task, expiresAt: string | null): Effect.Effect<LostReason, never, Transport> =>
  look(task, expiresAt).pipe(
    Effect.catchReason("SgpError", "NotFound", () => Effect.succeed<LostReason>("archived")),
    Effect.catchTag("SgpError", () => Effect.succeed<LostReason>("refused")),
  );
