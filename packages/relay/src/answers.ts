/** The relay's error responses, in the platform's own form: `{ "detail": … }`. */
import { SgpError } from "@evalwire/core";

const said = (status: number, detail: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json({ detail }, { status, headers: { "cache-control": "no-store", ...headers } });

const own = new WeakSet<Response>();

export const refusal = (status: number, detail: string, headers: Readonly<Record<string, string>> = {}): Response => {
  const response = said(status, detail, headers);
  own.add(response);
  return response;
};

/** An error that no retry cures: a client does not repeat the call, which it would after another 502. */
export const lasting = (detail: string): Response => refusal(502, detail, { "x-should-retry": "false" });

/** The answer where the platform answers 401, which to a browser would mean its own token. */
export const keyRefused = (): Response =>
  lasting("The platform refuses the relay's own key; its operator has to renew it.");

/** Whether an error is the relay's: its text names no person. */
export const isRefusal = (response: Response): boolean => own.has(response);

/** An error of the platform, without the platform's own text. */
export const textOf = (status: number): string => {
  if (status >= 500) return `The platform failed (${status}).`;
  switch (status) {
    case 400:
    case 422:
      return "The platform refuses the request as invalid.";
    case 403:
      return "The platform does not allow it.";
    case 404:
    case 410:
      return "The platform does not have it.";
    case 409:
    case 412:
    case 423:
      return "It is in another state by now; read it again.";
    case 429:
      return "Too many requests; slow down.";
    default:
      return `The platform refuses it (${status}).`;
  }
};

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

/** The things wrong with a request, in FastAPI's form. */
const issuesOf = ({ reason }: SgpError): ReadonlyArray<object> | undefined =>
  reason._tag === "Invalid" && reason.issues.length > 0
    ? reason.issues.map(({ path, message, type = "value_error" }) => ({ loc: path.split("."), msg: message, type }))
    : undefined;

/** Why no answer of the platform came. */
const unansweredOf = ({ reason }: SgpError): string =>
  reason._tag === "Timeout" || reason._tag === "Aborted"
    ? "The platform did not answer in time."
    : "The platform cannot be reached.";

/** A failed call as reported to its caller. */
export const failure = (error: unknown): Response => {
  if (!(error instanceof SgpError)) return refusal(502, "The relay could not carry the call.");
  const status = statusOf(error);
  if (status === 401) return keyRefused();
  const after =
    error.reason._tag === "RateLimited" && error.reason.retryAfterMillis !== undefined
      ? { "retry-after": String(Math.ceil(error.reason.retryAfterMillis / 1_000)) }
      : {};
  const answered = status === 499 ? 504 : status;
  if (error.status === undefined && error.reason._tag !== "Invalid") return said(answered, unansweredOf(error), after);
  return said(answered, error.detail ?? issuesOf(error) ?? textOf(answered), after);
};
