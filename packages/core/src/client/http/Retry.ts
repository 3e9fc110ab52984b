/**
 * Repeating what may be repeated.
 *
 * 1. GET and PATCH are repeated. POST never is: a lost answer to a create or a claim may hide a second one. DELETE is
 *    not either: the answer to a second DELETE is not documented, and a 404 for the repetition would call a success a failure.
 * 2. Repeated are failures another try may cure: no connection, a broken one, a timeout, JSON that breaks off, and 408,
 *    409, 429, 500 and above (but 501). The server has the last word by `x-should-retry: true` or `false`.
 * 3. The wait before the nth repetition is chosen evenly from [0, min(8 s, 0.5 s · 2^(n-1))], unless the server names
 *    one: that is kept exactly, up to a minute.
 * 4. Never more than `maxRetries`, and never more than the host's quota pays for.
 *
 * The statuses and headers are those of the platform's own SDKs.
 */
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import { mayBeCarriedOut, type SgpError } from "../SgpError.ts";
import type { HttpRequest } from "./HttpRequest.ts";
import type { Refusal } from "./Refusal.ts";
import type { RetryQuota } from "./RetryQuota.ts";

const baseMillis = 500;
const capMillis = 8_000;

/** The longest wait before the `nth` repetition (the first is 1) where the server does not name one, in milliseconds. */
export const ceilingMillis = (nth: number): number => Math.min(capMillis, baseMillis * 2 ** (nth - 1));

/** Whether another try may cure the failure. */
export const isCurable = (error: SgpError): boolean => {
  switch (error.reason._tag) {
    case "Timeout":
    case "RateLimited":
      return true;
    case "Conflict":
      return error.status === 409;
    case "ServerFault":
      return error.status !== 501;
    case "Unreachable":
      // With a status it is a redirect that leads nowhere, and will lead there again.
      return error.status === undefined;
    case "Undecodable":
      return error.reason.truncated;
    case "Unauthorized":
    case "Forbidden":
    case "NotFound":
    case "Invalid":
    case "Aborted":
    case "Offline":
    case "Stale":
      return false;
  }
};

const mayRepeat = (request: HttpRequest, { error, shouldRetry }: Refusal): boolean =>
  (request.method === "GET" || request.method === "PATCH") && (shouldRetry ?? isCurable(error));

export interface Policy {
  readonly maxRetries: number;
  readonly quota: RetryQuota;
}

/** Tries `once` until it succeeds or may not be tried again; then fails as the last try did. */
export const run = <A>(
  once: (request: HttpRequest) => Effect.Effect<A, Refusal>,
  first: HttpRequest,
  policy: Policy,
): Effect.Effect<A, SgpError> => {
  const tried = (attempt: number, wasInDoubt: boolean): Effect.Effect<A, SgpError> =>
    once({ ...first, attempt }).pipe(
      Effect.map((made) => {
        policy.quota.giveBack();
        return made;
      }),
      Effect.catch((refusal) => {
        const { error, waitMillis } = refusal;
        const inDoubt = wasInDoubt || (first.method !== "GET" && mayBeCarriedOut(error.reason));
        const again =
          attempt <= policy.maxRetries &&
          mayRepeat(first, refusal) &&
          policy.quota.take(error.reason._tag === "Timeout");
        if (!again) return Effect.fail(inDoubt ? error.with({ inDoubt }) : error);
        const wait =
          waitMillis === undefined
            ? Effect.map(Random.next, (chance) => chance * ceilingMillis(attempt))
            : Effect.succeed(waitMillis);
        return Effect.flatMap(Effect.flatMap(wait, Effect.sleep), () => tried(attempt + 1, inDoubt));
      }),
    );
  return Effect.suspend(() => tried(1, false));
};
