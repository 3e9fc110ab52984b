/**
 * Claiming a task so that an answer lost on the way is neither a task lost nor a second one taken.
 *
 * `POST claim-task` has no idempotency key. When its answer is lost (no connection, a timeout, a server fault, an
 * unreadable answer), the task may be ours or not, and the request may even still be under way. The solution is a fact the
 * platform documents: a claim gives the tasks already assigned to the caller first. So:
 *
 * 1. A claim that was answered is not sent again.
 * 2. After a lost answer it is first looked whether a task is ours: with `me`, in the `Task` view of the results. When
 *    none is, or without `me`, the claim is sent again; if the lost one was carried out, or is so later, the platform
 *    answers with that very task. One claim leads to at most one task.
 * 3. `skip_current` is sent at most once: sent twice it could give away the task it had just given us.
 * 4. A task is called claimed only while its lease is known to hold. An answer that lay in a sleeping machine until the lease
 *    was over is `Lapsed`.
 * 5. Refused (401, 403, 404, 409, 422, 429) and aborted claims are not followed up.
 *
 * Impossible without an idempotency key: a request that is under way longer than the work on its task, and is
 * carried out after that was handed in, takes another task (the next claim gives it); and a skip that is carried out after
 * the call has failed gives the task in hand away (its `submit` is then a `Conflict`).
 *
 * Two programs with one key are one annotator to the platform, and both are given the same task; between annotators a
 * task is held by one at a time.
 *
 * Source: "Claim Task" of the v4 reference: assigned tasks first, then the head of the queue; `null` when none is left.
 */
import { type SgpError, Transport } from "@evalwire/core";
import { Tasks } from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import * as Result from "effect/Result";
import * as LeaseWindow from "./lease/LeaseWindow.ts";
import * as Ours from "./Ours.ts";
import { spanned } from "./spanned.ts";

export interface ClaimArgs {
  readonly evaluation_id: string;
  /** `EVALUATION_ANNOTATION` when left out. */
  readonly task_type?: Tasks.TaskType;
  /**
   * The id of the user the key belongs to, if it is known. Then a lost claim is looked for by reading, and sent again only when it
   * was not carried out. It must be right: a task of the user it names is taken to be ours.
   */
  readonly me?: string;
  /** How often a lost answer is followed up before the claim fails with its error; 3 when left out. */
  readonly followUps?: number;
}

export interface SkipArgs extends ClaimArgs {
  /** The task in hand, which goes to the end of the queue. */
  readonly task_id: string;
}

/** A task that is ours. */
export interface Claimed {
  readonly _tag: "Claimed";
  readonly task: Tasks.Task;
  /** Until when it surely is, in milliseconds of the client's clock; `Infinity` without a deadline. */
  readonly heldUntil: number;
  /** From when it surely is not, in milliseconds of the client's clock; `Infinity` without a deadline. */
  readonly overAt: number;
  /**
   * How far the end of the lease may lie from the middle between the two, in milliseconds: the error of what is known of the server's clock.
   * `null` where the answer had no `Date`, and the two clocks are taken to agree.
   */
  readonly errorMillis: number | null;
  /** `found` when the claim's answer was lost and the task was found to be ours afterwards. */
  readonly how: "answered" | "found";
}

export type Claim =
  | Claimed
  /** The task was ours, and its lease was over when we learned of it. Claim again. */
  | { readonly _tag: "Lapsed"; readonly task: Tasks.Task; readonly heldUntil: number }
  /** No task is left in the queue. */
  | { readonly _tag: "NothingLeft" };

/** Whether a failure leaves open if the server did what it was asked. */
const hasNoAnswer = (error: SgpError): boolean => {
  switch (error.reason._tag) {
    case "Unreachable":
    case "Timeout":
    case "ServerFault":
    case "Undecodable":
      return true;
    case "Aborted":
    case "Conflict":
    case "Offline":
    case "Stale":
    case "Forbidden":
    case "Invalid":
    case "NotFound":
    case "RateLimited":
    case "Unauthorized":
      return false;
  }
};

const baseMillis = 500;
const capMillis = 8_000;

/** Full jitter, and the server's own word where it gave one. */
const pause = Effect.fnUntraced(function* (nth: number, error: SgpError) {
  const chosen = (yield* Random.next) * Math.min(capMillis, baseMillis * 2 ** nth);
  const retryAt = error.reason._tag === "ServerFault" ? error.reason.retryAt : undefined;
  const asked = retryAt === undefined ? 0 : retryAt - (yield* Clock.currentTimeMillis);
  yield* Effect.sleep(Math.max(chosen, asked));
});

const outcome = Effect.fnUntraced(function* (
  task: Tasks.Task | null,
  how: Claimed["how"],
  answer: LeaseWindow.Answer,
  begunNanos: bigint,
): Effect.fn.Return<Claim> {
  if (task === null) return { _tag: "NothingLeft" };
  // The clock may have been set while the answer was under way: what passed is what the clock that cannot be set says, or the other if it says more.
  const clock = yield* Clock.Clock;
  const now = clock.currentTimeMillisUnsafe();
  const passed = Number(clock.monotonicTimeNanosUnsafe() - begunNanos) / 1e6;
  const window = LeaseWindow.of(task, { ...answer, sentAt: now - Math.max(now - answer.sentAt, passed) });
  const isHeld = window.heldUntil > (yield* Clock.currentTimeMillis);
  return isHeld ? { _tag: "Claimed", task, ...window, how } : { _tag: "Lapsed", task, heldUntil: window.heldUntil };
});

const claimOrSkip = Effect.fnUntraced(function* (
  args: ClaimArgs,
  skipped: string | undefined,
): Effect.fn.Return<Claim, SgpError, Transport> {
  const { exchange } = yield* Transport;
  const { evaluation_id, task_type = "EVALUATION_ANNOTATION", me, followUps = 3 } = args;
  const claim = { evaluation_id, task_type };
  let isSkip = skipped !== undefined;
  /** Why it is not known whether the skip was carried out. */
  let doubt: SgpError | undefined;

  for (let followUp = 0; ; followUp++) {
    const begunNanos = (yield* Clock.Clock).monotonicTimeNanosUnsafe();
    const sent = yield* Effect.result(exchange(Tasks.claim, isSkip ? { ...claim, skip_current: true } : claim));
    if (Result.isSuccess(sent)) {
      const task = sent.success.value;
      if (doubt !== undefined && task?.id === skipped) return yield* doubt;
      return yield* outcome(task, "answered", sent.success, begunNanos);
    }
    const error = sent.failure;
    if (!hasNoAnswer(error) || followUp >= followUps) return yield* doubt ?? error;
    if (isSkip) doubt = error;
    isSkip = false;
    yield* pause(followUp, error);
    if (me === undefined) continue;
    const lookedNanos = (yield* Clock.Clock).monotonicTimeNanosUnsafe();
    const ours = yield* Ours.find({ ...claim, me, except: skipped });
    if (ours._tag === "Found") return yield* outcome(ours.task, "found", ours.answer, lookedNanos);
    if (ours._tag === "OnlyExcepted") return yield* doubt ?? error;
    doubt = undefined;
  }
});

/**
 * Claims a task for the user the key belongs to: one that is already theirs, else the next in the queue.
 *
 * @param args - `evaluation_id`; `task_type` (default `EVALUATION_ANNOTATION`); `me`, the user's id, if it is known; `followUps` (3)
 * @returns `Claimed` with the task and until when it is surely held; `Lapsed` when the lease was over before the answer was read; `NothingLeft`
 * @throws SgpError when the server refuses, or when its answers stay lost: then a task may be ours, and claiming again is safe
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { claim } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const layer = Sgp.layer({ apiKey: "a key", fetch: async () => Response.json(null) });
 * await Effect.runPromise(Effect.provide(claim({ evaluation_id: "e1" }), layer)); // => { _tag: "NothingLeft" }
 * ```
 */
export const claim = (args: ClaimArgs): Effect.Effect<Claim, SgpError, Transport> =>
  claimOrSkip(args, undefined).pipe(spanned("claim", args.evaluation_id));

/**
 * Gives a task in hand back to the end of the queue and claims another. Sent at most once.
 *
 * @param args - as for `claim`, and `task_id`, the task in hand
 * @returns what `claim` returns, of the other task
 * @throws SgpError as `claim` does; and when the answer is lost and the task is still the one to be skipped
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { skip } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const layer = Sgp.layer({ apiKey: "a key", fetch: async () => Response.json(null) });
 * await Effect.runPromise(Effect.provide(skip({ evaluation_id: "e1", task_id: "t1" }), layer)); // => { _tag: "NothingLeft" }
 * ```
 */
export const skip = (args: SkipArgs): Effect.Effect<Claim, SgpError, Transport> =>
  claimOrSkip(args, args.task_id).pipe(spanned("skip", args.evaluation_id));
