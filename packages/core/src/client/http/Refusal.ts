/**
 * An answer that is not a success, turned into the error it stands for.
 *
 * 1. Every status outside 200–299 has a reason; none is mistaken for data.
 * 2. What the server says about it is kept, on one line and shortened.
 * 3. `Retry-After` in any of its forms becomes an instant, at most a minute ahead.
 */

import { httpDate } from "../../contract/httpDate.ts";
import { type Issue, pathText, type Reason, type RetryAfter, SgpError } from "../SgpError.ts";
import { circumstances, type HttpResponse } from "./Attempt.ts";
import type { HttpRequest } from "./HttpRequest.ts";

/** The longest a server can make a client wait. */
export const maxRetryAfterMillis = 60_000;

/**
 * How long the server asks to wait, in milliseconds, however long; `undefined` when it does not ask.
 *
 * `retry-after-ms` counts before `Retry-After`, which is a number of seconds or a date. A date is read against the
 * answer's own `Date`, where there is one, so that a wrong clock on this side does no harm.
 */
const retryAfterMillis = (response: HttpResponse): number | undefined => {
  const number = (text: string | undefined) =>
    text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;

  const millis = number(response.headers["retry-after-ms"]);
  if (millis !== undefined) return millis;
  const header = response.headers["retry-after"];
  if (header === undefined) return undefined;
  const seconds = number(header);
  if (seconds !== undefined) return seconds * 1000;
  const at = httpDate(header);
  if (at === undefined) return undefined;
  const serverNow = httpDate(response.headers["date"]) ?? response.receivedAt;
  return Math.max(at - serverNow, 0);
};

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

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

// FastAPI's shape of a 422: `{ detail: [{ loc, msg, type }] }`.
const issuesOf = (body: unknown): ReadonlyArray<Issue> => {
  const detail = isRecord(body) ? body["detail"] : undefined;
  if (!Array.isArray(detail)) return [];
  return detail.filter(isRecord).map((issue) => ({
    path: pathText(Array.isArray(issue["loc"]) ? issue["loc"] : []),
    message: oneLine(String(issue["msg"] ?? "invalid")),
    ...(typeof issue["type"] === "string" ? { type: issue["type"] } : {}),
  }));
};

const detailOf = (body: unknown): string | undefined => {
  const said = isRecord(body) ? (body["detail"] ?? body["message"] ?? body["error"] ?? body) : body;
  const line = oneLine(typeof said === "string" ? said : JSON.stringify(said));
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

/** A failed attempt, with what the server asks for in return. */
export interface Refusal {
  readonly error: SgpError;
  /** How long to wait before another try: what the server asks for, within the limit. */
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
  const asked = retryAfterMillis(response);
  const waitMillis = asked === undefined ? undefined : Math.min(asked, maxRetryAfterMillis);
  const retryAt = waitMillis === undefined ? undefined : receivedAt + waitMillis;
  const error = new SgpError(reasonOf(status, issues, { retryAt, retryAfterMillis: asked }), {
    ...circumstances(request),
    status,
    requestId: headers["x-request-id"],
    detail: issues.length > 0 ? undefined : detailOf(body),
    at: receivedAt,
  });
  return { error, waitMillis, shouldRetry: verdicts[headers["x-should-retry"] ?? ""] };
};
