/**
 * An answer that is not a success, turned into the error it stands for.
 *
 * 1. Every status outside 200–299 has a reason; none is mistaken for data.
 * 2. The server's message is kept, on one line and shortened.
 * 3. `Retry-After` in any of its forms becomes an instant, at most a minute ahead.
 */

import * as Predicate from "effect/Predicate";
import { type Issue, pathText, type Reason, type RetryAfter, SgpError } from "../SgpError.ts";
import { circumstances, type HttpResponse } from "./Attempt.ts";
import type { HttpRequest } from "./HttpRequest.ts";
import { retryAfterMillis } from "./retryAfterMillis.ts";

/** The longest a server can make a client wait. */
export const maxRetryAfterMillis = 60_000;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // An error page that is not JSON is text, and that is all there is to know.
    return text;
  }
};

const oneLine = (text: string) => {
  const line = text
    .slice(0, 2_000)
    .replaceAll(/<[^<>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
};

const mostIssues = 100;

// FastAPI's shape of a 422: `{ detail: [{ loc, msg, type }] }`.
const issuesOf = (body: unknown): ReadonlyArray<Issue> => {
  const detail = Predicate.isObject(body) ? body["detail"] : undefined;
  if (!Array.isArray(detail)) return [];
  // A server that lists a hundred thousand mistakes is understood after the first hundred.
  return detail
    .slice(0, mostIssues)
    .filter(Predicate.isObject)
    .map((issue) => ({
      path: pathText(Array.isArray(issue["loc"]) ? issue["loc"] : []),
      message: oneLine(String(issue["msg"] ?? "invalid")),
      ...(typeof issue["type"] === "string" ? { type: issue["type"] } : {}),
    }));
};

const written = (value: unknown): string => {
  try {
    return JSON.stringify(value);
  } catch {
    // RangeError: nested deeper than the stack.
    return "";
  }
};

const detailOf = (body: unknown): string | undefined => {
  const said = Predicate.isObject(body) ? (body["detail"] ?? body["message"] ?? body["error"] ?? body) : body;
  const line = oneLine(typeof said === "string" ? said : written(said));
  return line === "" ? undefined : line;
};

const reasonOf = (status: number, issues: ReadonlyArray<Issue>, retry: RetryAfter): Reason => {
  if (status >= 500) return { _tag: "ServerFault", status, ...retry };
  switch (status) {
    case 401:
      return { _tag: "Unauthorized" };
    case 403:
      return { _tag: "Forbidden" };
    case 404:
    case 410:
      return { _tag: "NotFound" };
    case 408:
      return { _tag: "Timeout", timeoutMillis: undefined };
    case 409:
    case 412:
    case 423:
      return { _tag: "Conflict" };
    case 425:
    case 429:
      return { _tag: "RateLimited", ...retry };
    default:
      return status >= 400
        ? { _tag: "Invalid", issues }
        : { _tag: "Undecodable", path: "", description: `a status of ${status} is no success here`, truncated: false };
  }
};

/** A failed attempt, with the delay the server requests. */
export interface Refusal {
  readonly error: SgpError;
  /** How long to wait before another try: the server's requested delay, within the limit. */
  readonly waitMillis?: number | undefined;
  /** The server's own word on whether to try again. */
  readonly shouldRetry?: boolean | undefined;
}

const verdicts: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Why the answer is no success; `undefined` when it is one. */
export const of = (request: HttpRequest, response: HttpResponse): Refusal | undefined => {
  const { status, headers, receivedAt } = response;
  if (status >= 200 && status < 300) return undefined;
  const body = parsed(response.body);
  const issues = issuesOf(body);
  const asked = retryAfterMillis((name) => headers[name], receivedAt);
  const waitMillis = asked === undefined ? undefined : Math.min(asked, maxRetryAfterMillis);
  const retryAt = waitMillis === undefined ? undefined : receivedAt + waitMillis;
  const error = new SgpError({
    reason: reasonOf(status, issues, { retryAt, retryAfterMillis: asked }),
    ...circumstances(request),
    status,
    requestId: headers["x-request-id"],
    detail: issues.length > 0 ? undefined : detailOf(body),
    at: receivedAt,
  });
  return { error, waitMillis, shouldRetry: verdicts[headers["x-should-retry"] ?? ""] };
};
