/**
 * Reviewing work that was handed in: accept it, correct it, or send it back.
 *
 * v4 has no audit route. A verdict is written on the test case result (`audit_status`, documented); that `label_status:
 * "PENDING"` sends a finished task back is inferred, see the lifecycle table.
 */
import type { SgpError, Transport } from "@evalwire/core";
import type { TestCaseResults } from "@evalwire/core/contract";
import type * as Effect from "effect/Effect";
import { carryOut, type Movable, type Outcome } from "./carryOut.ts";

export interface VerdictArgs {
  /** The task that was handed in, not the audit task. */
  readonly task: Movable;
  /** Shown to the annotator. */
  readonly comment?: string;
}

export interface FixArgs extends VerdictArgs {
  /** The right answers, by question id. */
  readonly result: TestCaseResults.Answers;
}

type Audited = Effect.Effect<Outcome, SgpError, Transport>;

const commented = (comment: string | undefined) => (comment === undefined ? {} : { audit_comment: comment });

export const approve = ({ task, comment }: VerdictArgs): Audited =>
  carryOut(task, "approve", { audit_status: "APPROVED", ...commented(comment) });

export const fix = ({ task, comment, result }: FixArgs): Audited =>
  carryOut(task, "fix", { result, audit_status: "FIXED", ...commented(comment) });

export const requestRevision = ({ task, comment }: VerdictArgs): Audited =>
  carryOut(task, "requestRevision", { label_status: "PENDING", ...commented(comment) });
