/** The relay's error responses, in the platform's own form: `{ "detail": … }`. */
import { SgpError } from "@evalwire/core";

export const refusal = (status: number, detail: string, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json({ detail }, { status, headers: { "cache-control": "no-store", ...headers } });

const statusOf = ({ status, reason }: SgpError): number => {
  if (status !== undefined && status >= 400) return status;
  switch (reason._tag) {
    case "Unauthorized":
    case "Undecodable":
    case "Unreachable":
    case "Offline":
    case "Stale":
      return 502;
    case "Forbidden":
      return 403;
    case "NotFound":
      return 404;
    case "Conflict":
      return 409;
    case "Invalid":
      return 422;
    case "RateLimited":
      return 429;
    case "Timeout":
      return 504;
    case "Aborted":
      return 499;
    case "ServerFault":
      return reason.status;
  }
};

/** A failed call as reported to its caller. A refusal of the relay's own key is no fault of the caller's. */
export const failure = (error: unknown): Response => {
  if (!(error instanceof SgpError)) return refusal(502, "The relay could not carry the call.");
  const status = statusOf(error) === 401 ? 502 : statusOf(error);
  const after =
    error.reason._tag === "RateLimited" && error.reason.retryAfterMillis !== undefined
      ? { "retry-after": String(Math.ceil(error.reason.retryAfterMillis / 1_000)) }
      : {};
  return refusal(status === 499 ? 504 : status, error.detail ?? error.message, after);
};
