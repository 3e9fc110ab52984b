/**
 * Reviewing work that was handed in: accept it, correct it, or send it back.
 *
 * v4 has no audit route. A verdict is written on the test case result (`audit_status`, documented); that `label_status:
 * "PENDING"` sends a finished task back is inferred, see the lifecycle table.
 */
import type { SgpError, Transport } from "@evalwire/core";
import type { TestCaseResults } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import { carryOut, type Movable, type Outcome } from "../carryOut.ts";
import { assigneeOf, type Leasable } from "../lease/Lease.ts";
import { spanned } from "../spanned.ts";

export interface VerdictArgs {
  /** The task that was handed in, not the audit task. */
  readonly task: Movable & Leasable;
  /** Shown to the annotator. */
  readonly comment?: string;
  /** The auditor, if known: work is not judged by who did it, and `NotAllowed` says so before anything is sent. */
  readonly me?: string;
}

/** Nothing was sent: the auditor has worked on it themselves. */
export interface NotAllowed {
  readonly _tag: "NotAllowed";
  readonly person: string;
  readonly reason: string;
}

export type Verdict = Outcome | NotAllowed;

export interface FixArgs extends VerdictArgs {
  /** The right answers, by question id. */
  readonly result: TestCaseResults.Answers;
}

type Audited = Effect.Effect<Verdict, SgpError, Transport>;

/** By a person who did not do the work; a finished task names the one who did. */
const byOther = ({ task, me }: VerdictArgs, work: Effect.Effect<Outcome, SgpError, Transport>): Audited => {
  if (me === undefined || assigneeOf(task) !== me) return work;
  const reason = `${me} did task ${task.id}: its auditor has to be someone else`;
  return Effect.succeed({ _tag: "NotAllowed", person: me, reason });
};

const commented = (comment: string | undefined) => (comment === undefined ? {} : { audit_comment: comment });

/**
 * Accepts the work (`audit_status: "APPROVED"`).
 *
 * @param args - `task`, the one that was handed in; `comment`; `me`, who audits
 * @returns `Done`; `NotPossible` or `NotAllowed` when nothing was sent; `Conflict` when the server says it is in another state
 * @throws SgpError for anything else that goes wrong; sending again is safe
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { audit } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const task = { id: "t1", status: "PENDING", task_entity_parent_id: "e1", task_entity_id: "r1" };
 * const fetch = async () => Response.json(null);
 * const outcome = await Effect.runPromise(Effect.provide(audit.approve({ task }), Sgp.layer({ apiKey: "a key", fetch })));
 * outcome._tag; // => "NotPossible"
 * ```
 */
export const approve = (args: VerdictArgs): Audited =>
  byOther(args, carryOut(args.task, "approve", { audit_status: "APPROVED", ...commented(args.comment) })).pipe(
    spanned("audit.approve", args.task.task_entity_parent_id),
  );

/**
 * Corrects the work: the answers in `result` take the place of the annotator's. Returns what `approve` does.
 *
 * @throws SgpError for anything but the outcomes; sending again is safe
 */
export const fix = (args: FixArgs): Audited => {
  const { task, comment, result } = args;
  return byOther(args, carryOut(task, "fix", { result, audit_status: "FIXED", ...commented(comment) })).pipe(
    spanned("audit.fix", task.task_entity_parent_id),
  );
};

/**
 * Sends the work back to be done again. Returns what `approve` does.
 *
 * @throws SgpError for anything but the outcomes; sending again is safe
 */
export const requestRevision = (args: VerdictArgs): Audited =>
  byOther(args, carryOut(args.task, "requestRevision", { label_status: "PENDING", ...commented(args.comment) })).pipe(
    spanned("audit.requestRevision", args.task.task_entity_parent_id),
  );
