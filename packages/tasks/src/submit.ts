/**
 * Handing in the answers to a task, or keeping them for later.
 *
 * What the platform does with answers that come after the lease has run out is not documented. The lease is therefore looked at
 * first, by the clock: work that comes too late is told as such before it can overwrite somebody else's.
 */
import type { SgpError, Transport } from "@evalwire/core";
import type { TestCaseResults } from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { carryOut, type Movable, type Outcome } from "./carryOut.ts";
import * as Lease from "./Lease.ts";

type Patch = TestCaseResults.UpdateTestCaseResult;

/** What of the arguments is sent; a `Claimed` that is spread into them has more. */
const sent = ["result", "time_spent_labeling_s", "annotated_by_user_id", "annotated_by_identity_type"] as const;

export interface SubmitArgs extends Pick<Patch, Exclude<(typeof sent)[number], "result">> {
  readonly task: Movable & Lease.Leasable;
  /** Until when the task is held, from its `Claimed`; when left out, its deadline, with both clocks taken to agree. */
  readonly heldUntil?: number;
  /** Answers by question id. */
  readonly result: TestCaseResults.Answers;
  /** Whether to send answers whose lease is over; `refuse` when left out. */
  readonly late?: "refuse" | "send";
}

export type Submission =
  | Outcome
  /** Nothing was sent: the lease ended at `heldUntil`, in milliseconds of the client's clock. */
  | { readonly _tag: "Late"; readonly heldUntil: number };

const handIn = Effect.fnUntraced(function* (
  args: SubmitArgs,
  trigger: "submit" | "save",
): Effect.fn.Return<Submission, SgpError, Transport> {
  const { task, late = "refuse", heldUntil = Lease.deadline({ expiresAt: task.assignment_expires_at ?? null }) } = args;
  if (late === "refuse" && heldUntil <= (yield* Clock.currentTimeMillis)) return { _tag: "Late", heldUntil };
  const answers: Patch = Object.fromEntries(sent.filter((name) => name in args).map((name) => [name, args[name]]));
  return yield* carryOut(task, trigger, trigger === "save" ? { ...answers, label_status: "PENDING" } : answers);
});

export const submit = (args: SubmitArgs): Effect.Effect<Submission, SgpError, Transport> => handIn(args, "submit");

export const save = (args: SubmitArgs): Effect.Effect<Submission, SgpError, Transport> => handIn(args, "save");
