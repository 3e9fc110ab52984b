/**
 * Handing in the answers to a task, or keeping them for later.
 *
 * The platform does not document how it treats answers that come after the lease has expired. So:
 *
 * 1. Answers whose lease could have ended are not sent, unless requested (`late: "send"`).
 * 2. A request that is under way when the lease could have ended is given up, with all its repetitions, and the result is read: `Done` when
 *    the answers are there, `Unconfirmed` when they are not.
 * 3. With `questions`, answers that break one of their rules are not sent; in any case none that JSON would change (`NaN`, a `Date`, a `Map`).
 */
import { type SgpError, Transport } from "@evalwire/core";
import {
  type AnswerIssue,
  type AnyQuestions,
  checkAnswers,
  type FormValidator,
  lifecycle,
  TestCaseResults,
  unwritableAnswers,
} from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { carryOut, type Movable, type Outcome } from "./carryOut.ts";
import * as Lease from "./lease/Lease.ts";
import { spanned } from "./spanned.ts";

type Patch = TestCaseResults.UpdateTestCaseResult;

/** The arguments that are sent; a `Claimed` that is spread into them has more. */
const sent = ["result", "time_spent_labeling_s", "annotated_by_user_id", "annotated_by_identity_type"] as const;

export interface SubmitArgs extends Pick<Patch, Exclude<(typeof sent)[number], "result">> {
  readonly task: Movable & Lease.Leasable;
  /** Until when the task is held, from its `Claimed`; when left out, its deadline, with both clocks taken to agree. */
  readonly heldUntil?: number;
  /** Answers by question id. */
  readonly result: TestCaseResults.Answers;
  /** Whether to send answers whose lease could have ended; `refuse` when left out. */
  readonly late?: "refuse" | "send";
  /** The questions the answers are checked against before anything is sent: a question set, or questions. */
  readonly questions?: AnyQuestions;
  /** How forms are checked, see `@evalwire/core/forms`. */
  readonly forms?: FormValidator;
}

export type Submission =
  | Outcome
  /** Nothing was sent: the lease could have ended at `heldUntil`, in milliseconds of the client's clock. */
  | { readonly _tag: "Late"; readonly heldUntil: number }
  /** Nothing was sent: the answers break these rules. */
  | { readonly _tag: "Invalid"; readonly issues: ReadonlyArray<AnswerIssue> }
  /** Sent under the lease, not answered before it could have ended, and not found on the server afterwards; `error` when looking failed. */
  | { readonly _tag: "Unconfirmed"; readonly heldUntil: number; readonly error?: SgpError };

/** The same JSON value, in any order of keys. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key as keyof typeof a], b[key as keyof typeof b]))
  );
};

/** Whether the server has these answers; `undefined` when it has not. */
export const confirm = Effect.fnUntraced(function* (
  task: Movable,
  trigger: "submit" | "save",
  answers: TestCaseResults.Answers,
): Effect.fn.Return<Outcome | undefined, SgpError, Transport> {
  const { call } = yield* Transport;
  const where = { evaluation_id: task.task_entity_parent_id, test_case_result_id: task.task_entity_id };
  const result = yield* call(TestCaseResults.retrieve, { ...where, view: ["Task"] });
  // As JSON writes them: without what is `undefined`.
  const written = JSON.parse(JSON.stringify(answers)) as unknown;
  const isThere =
    isSame(result.result ?? {}, written) && (result.label_status === "COMPLETED") === (trigger === "submit");
  const status = result.task?.status ?? lifecycle.move(task.status, trigger);
  return isThere && status !== undefined ? { _tag: "Done", result, status } : undefined;
});

const handIn = Effect.fnUntraced(function* (
  args: SubmitArgs,
  trigger: "submit" | "save",
): Effect.fn.Return<Submission, SgpError, Transport> {
  const { task, late = "refuse", heldUntil = Lease.deadline({ expiresAt: task.assignment_expires_at ?? null }) } = args;
  // With questions, checkAnswers says the same, and more.
  const unwritable = args.questions === undefined ? unwritableAnswers(args.result ?? {}) : [];
  if (unwritable.length > 0) return { _tag: "Invalid", issues: unwritable };
  if (args.questions !== undefined) {
    const { issues } = checkAnswers(args.questions, args.result, { forms: args.forms, isPartial: trigger === "save" });
    if (issues.length > 0) return { _tag: "Invalid", issues };
  }
  const left = heldUntil - (yield* Clock.currentTimeMillis);
  if (late === "refuse" && left <= 0) return { _tag: "Late", heldUntil };
  const answers: Patch = Object.fromEntries(sent.filter((name) => name in args).map((name) => [name, args[name]]));
  const work = carryOut(task, trigger, trigger === "save" ? { ...answers, label_status: "PENDING" } : answers);
  if (late === "send" || !Number.isFinite(left)) return yield* work;
  const inTime = yield* Effect.timeoutOption(work, left);
  if (Option.isSome(inTime)) return inTime.value;
  return yield* confirm(task, trigger, args.result).pipe(
    Effect.map((found): Submission => found ?? { _tag: "Unconfirmed", heldUntil }),
    Effect.catchTag("SgpError", (error) => Effect.succeed<Submission>({ _tag: "Unconfirmed", heldUntil, error })),
  );
});

/**
 * Hands in the answers to a task.
 *
 * @param args - `task` and `heldUntil` of a `Claimed`; `result`, the answers by question id; `time_spent_labeling_s`; `questions` to check the
 *   answers against, with `forms` for forms; `late: "send"` to send even if the lease has expired
 * @returns `Done` with the result; `Late`, `Invalid` or `NotPossible` when nothing was sent; `Conflict` when the server says the task is not
 *   what we thought; `Unconfirmed` when no answer came before the lease could have ended
 * @throws SgpError for anything else that goes wrong; sending again is safe
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { submit } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const task = { id: "t1", status: "PENDING", task_entity_parent_id: "e1", task_entity_id: "r1" };
 * const program = submit({ task, heldUntil: 0, result: { fluent: "yes" } });
 * const fetch = async () => Response.json(null);
 * await Effect.runPromise(Effect.provide(program, Sgp.layer({ apiKey: "a key", fetch }))); // => { _tag: "Late", heldUntil: 0 }
 * ```
 */
export const submit = (args: SubmitArgs): Effect.Effect<Submission, SgpError, Transport> =>
  handIn(args, "submit").pipe(spanned("submit", args.task.task_entity_parent_id));

/**
 * Keeps the answers to a task without handing it in: the task stays in hand. Takes and returns what `submit` does; required answers may still be
 * missing.
 *
 * @throws SgpError for anything but the outcomes; sending again is safe
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { save } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const task = { id: "t1", status: "NOT_READY", task_entity_parent_id: "e1", task_entity_id: "r1" };
 * const fetch = async () => Response.json(null);
 * const saved = await Effect.runPromise(Effect.provide(save({ task, result: {} }), Sgp.layer({ apiKey: "a key", fetch })));
 * saved._tag; // => "NotPossible"
 * ```
 */
export const save = (args: SubmitArgs): Effect.Effect<Submission, SgpError, Transport> =>
  handIn(args, "save").pipe(spanned("save", args.task.task_entity_parent_id));
