/**
 * Consequences of a failed request for a watch: whether it ends, and which requests become slower or smaller.
 *
 * 1. 401, 403, 404 on the evaluation and a request that cannot be sent end it; an answer of the server only when it was given several times
 *    over some seconds, or when nothing was ever answered.
 * 2. A server that requests a slower pace is heeded by all watches of the client.
 */
import * as Cause from "effect/Cause";
import { SgpError } from "../../client/SgpError.ts";
import type { IssueLog } from "../IssueLog.ts";
import type { PageSize } from "../source/PageSize.ts";
import { type Limiter, longestRetryAfterMillis } from "./Budget.ts";
import type { Step } from "./PollScheduler.ts";

// An answer that would end a watch (401, 403, 404) has to come so often, over so long.
const finalsToEnd = 3;
const finalsMillis = 4_000;

/** Anything but an SgpError is a bug: surface it instead of leaving the watch hanging. */
export const errorOf = (cause: Cause.Cause<SgpError>): SgpError => {
  const error = Cause.squash(cause);
  if (error instanceof SgpError) return error;
  const description = `the watch could not take it in: ${String(error)}`;
  return new SgpError({
    reason: { _tag: "Undecodable", path: "", description, truncated: false },
    endpoint: "watch",
    cause: error,
  });
};

export class Failures {
  readonly #limiter: Limiter;
  readonly #issues: IssueLog;
  // Whether anything was ever answered, and the answers since then that would end the watch.
  #hasAnswered = false;
  #finals: { readonly kind: Step["_tag"]; readonly count: number; readonly since: number } | undefined;

  constructor(limiter: Limiter, issues: IssueLog) {
    this.#limiter = limiter;
    this.#issues = issues;
  }

  /** A request was answered. */
  answered(step: Step): void {
    this.#hasAnswered = true;
    if (step._tag === this.#finals?.kind) this.#finals = undefined;
  }

  /** Takes note of a failure, and says whether it ends the watch. */
  ends(step: Step, error: SgpError, now: number): boolean {
    const { reason } = error;
    const isRefusal = reason._tag === "Unauthorized" || reason._tag === "Forbidden";
    // Refused before anything was sent, a request will be refused each time.
    const isUnsendable = reason._tag === "Invalid" && error.status === undefined;
    const isOver = ["NotFound", "Invalid"].includes(reason._tag) && step._tag === "Evaluation";
    const isFinal = isOver || (isRefusal && step._tag !== "Task");
    return isUnsendable || (isFinal && this.#isConfirmed(step, now));
  }

  /** The server may request a slower pace. Returns until when no request may be sent; `undefined` where it does not ask. */
  heedRefusal({ reason }: SgpError, now: number): number | undefined {
    const isRefusal =
      reason._tag === "RateLimited" || (reason._tag === "ServerFault" && reason.retryAfterMillis !== undefined);
    if (!isRefusal) return undefined;
    if (!this.#limiter.refused(now, reason.retryAfterMillis)) {
      const message = `the server asks to wait ${reason.retryAfterMillis} ms; the watch waits ${longestRetryAfterMillis} ms`;
      this.#issues.report({ kind: "excessive-retry-after", message });
    }
    return this.#limiter.blockedUntil > now ? this.#limiter.blockedUntil : undefined;
  }

  /** A page timed out. @param known how many items the list is known to have; 0 where that is not known */
  shrinkPage(pageSize: PageSize | undefined, known: number): void {
    const before = pageSize?.current;
    if (pageSize === undefined || !pageSize.shrink(known > 0 ? known : undefined)) return;
    const message = `a page of ${before} items did not come in time: requesting pages of ${pageSize.current}; see the options pageSize and timeout`;
    this.#issues.report({ kind: "slow-page", message });
  }

  /**
   * Whether an answer that would end the watch has been given often enough: a front end during a deployment may give it once. Where
   * nothing was ever answered the key or the id is wrong, and there is no need to wait.
   */
  #isConfirmed(step: Step, now: number): boolean {
    const { count, since } = this.#finals ?? { count: 0, since: now };
    this.#finals = { kind: step._tag, count: count + 1, since };
    return !this.#hasAnswered || (count + 1 >= finalsToEnd && now - since >= finalsMillis);
  }
}
