/**
 * The one error of the client: every failed call fails with an `SgpError`, whose `reason` says which kind of failure it was.
 *
 * 1. The message is one line: what failed, and what to do next.
 * 2. Nothing in it, printed or serialised, contains the API key.
 * 3. A refusal by the server, a fault of the network and an answer that does not fit the contract are distinct.
 */
import * as Data from "effect/Data";

/** One thing wrong with a value: where it is, as a path such as `body.items[3].name`, and what is wrong. */
export interface Issue {
  readonly path: string;
  readonly message: string;
  /** The server's own name for the kind of problem, e.g. `missing`. */
  readonly type?: string;
}

/** `["body", "items", 3, "name"]` as `body.items[3].name`. */
export const pathText = (path: ReadonlyArray<unknown>): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );

/** 401: no key, or one the server does not know. */
export interface Unauthorized {
  readonly _tag: "Unauthorized";
}
/** 403: the key is known and may not do this. */
export interface Forbidden {
  readonly _tag: "Forbidden";
}
/** 404 or 410. */
export interface NotFound {
  readonly _tag: "NotFound";
}
/** 409, 412 or 423: the thing is in another state than the call takes for granted. */
export interface Conflict {
  readonly _tag: "Conflict";
}
/** 422 or another 4xx, or refused before anything was sent (then the error has no `status`). */
export interface Invalid {
  readonly _tag: "Invalid";
  readonly issues: ReadonlyArray<Issue>;
}
/** The server's advice on retrying; `undefined` where it gave none. */
export interface RetryAfter {
  /** When to try again, in milliseconds of the client's clock; at most a minute ahead, even if the server requests more. */
  readonly retryAt: number | undefined;
  /** How long the server asks to wait, however long, in milliseconds. */
  readonly retryAfterMillis: number | undefined;
}
/** 425 or 429. */
export interface RateLimited extends RetryAfter {
  readonly _tag: "RateLimited";
}
/** No whole answer within the time allowed for one attempt, or the server says so itself (408). */
export interface Timeout {
  readonly _tag: "Timeout";
  readonly timeoutMillis: number | undefined;
}
/** The call's signal was aborted; `cause` holds the signal's reason. */
export interface Aborted {
  readonly _tag: "Aborted";
}
/** No connection, a connection that died before the answer was whole, a redirect that is not followed, or no key available just now. */
export interface Unreachable {
  readonly _tag: "Unreachable";
  readonly description: string;
  /** Nothing was sent: `apiKey()` failed. */
  readonly isUnsent?: true;
}
/** 500 and above. */
export interface ServerFault extends RetryAfter {
  readonly _tag: "ServerFault";
  readonly status: number;
}
/** An answer that came whole and is not what the contract says. */
export interface Undecodable {
  readonly _tag: "Undecodable";
  /** Where in the answer, e.g. `items[3].status`; empty for the answer as a whole. */
  readonly path: string;
  readonly description: string;
  /** True for JSON that breaks off, which another try may cure. */
  readonly truncated: boolean;
}

/** A watch: this machine has no network, so nothing is asked. */
export interface Offline {
  readonly _tag: "Offline";
}
/** A watch: no poll succeeded by the time its snapshot was to be fresh. */
export interface Stale {
  readonly _tag: "Stale";
  /** When the list was last read to its end, ISO 8601. */
  readonly lastSyncedAt: string;
}

export type Reason =
  | Unauthorized
  | Forbidden
  | NotFound
  | Conflict
  | Invalid
  | RateLimited
  | Timeout
  | Aborted
  | Unreachable
  | ServerFault
  | Undecodable
  | Offline
  | Stale;

/** Whether an attempt that failed for this reason may have done its work on the server all the same. */
export const mayBeCarriedOut = (reason: Reason): boolean => {
  switch (reason._tag) {
    case "Unreachable":
      return reason.isUnsent !== true;
    case "Timeout":
    case "Aborted":
    case "ServerFault":
    case "Undecodable":
      return true;
    case "Unauthorized":
    case "Forbidden":
    case "NotFound":
    case "Conflict":
    case "Invalid":
    case "RateLimited":
    case "Offline":
    case "Stale":
      return false;
  }
};

/** Everything an error knows beside its reason. */
export interface Circumstances {
  /** The client method that was called, e.g. `evaluations.claimTask`. */
  readonly endpoint?: string | undefined;
  readonly method?: string | undefined;
  /** The requested path, without the query. */
  readonly path?: string | undefined;
  /** The HTTP status, when there was an answer. */
  readonly status?: number | undefined;
  /** The server's `x-request-id`, to be quoted to its support. */
  readonly requestId?: string | undefined;
  /** How many HTTP attempts were made; 0 when the call was refused before the first. */
  readonly attempts?: number | undefined;
  /**
   * Whether a call that writes may have been carried out, although it failed: the answer to one of its attempts did not come, or
   * not whole, or was a server's fault.
   */
  readonly inDoubt?: boolean | undefined;
  /** The server's own message, shortened. */
  readonly detail?: string | undefined;
  /** When it failed, in milliseconds of the client's clock. */
  readonly at?: number | undefined;
  readonly cause?: unknown;
}

interface TracingError {
  readonly captureStackTrace?: (of: object, above: unknown) => void;
}

/** Fields of an `SgpError`. */
export interface SgpErrorProps extends Circumstances {
  readonly reason: Reason;
}

const seconds = (millis: number) => `${Math.max(Math.ceil(millis / 100), 1) / 10} s`;

const issueLine = (issues: ReadonlyArray<Issue>): string => {
  const [first, ...more] = issues;
  if (first === undefined) return "refused as invalid";
  const line = first.path === "" ? first.message : `${first.path}: ${first.message}`;
  return more.length === 0 ? line : `${line} (and ${more.length} more in reason.issues)`;
};

const mayHaveHappened = (method: string | undefined) =>
  method === undefined || method === "GET" ? "" : "; it may have been carried out: look before repeating it";

const describe = (reason: Reason, about: Circumstances): string => {
  const detail = about.detail === undefined ? "" : ` (${about.detail})`;
  switch (reason._tag) {
    case "Unauthorized":
      return about.status === undefined
        ? `there is no API key to send${detail}; check apiKey`
        : `the API key was refused${detail}; check apiKey or SGP_API_KEY`;
    case "Forbidden":
      return `not allowed${detail}; check the rights of the key or token, and accountID`;
    case "NotFound":
      return `not found${detail}; check the id and the selected account`;
    case "Conflict":
      return `in conflict with its present state${detail}; reread it and decide again`;
    case "Invalid":
      return `${issueLine(reason.issues)}${reason.issues.length === 0 ? detail : ""}`;
    case "RateLimited":
      return reason.retryAt === undefined || about.at === undefined
        ? `rate limited${detail}; slow down and try again`
        : `retry after ${seconds(reason.retryAt - about.at)}`;
    case "Timeout": {
      const within = reason.timeoutMillis === undefined ? "in time" : `within ${seconds(reason.timeoutMillis)}`;
      return `no whole answer ${within}; raise timeout or try again later${mayHaveHappened(about.method)}`;
    }
    case "Aborted":
      return `aborted by its signal${mayHaveHappened(about.method)}`;
    case "Unreachable":
      return `${reason.description}${about.status === undefined && reason.isUnsent !== true ? mayHaveHappened(about.method) : ""}`;
    case "ServerFault":
      return `the server failed${detail}; try again later${mayHaveHappened(about.method)}`;
    case "Offline":
      return "there is no network; the watch goes on when there is";
    case "Stale":
      return `nothing was read since ${reason.lastSyncedAt}, later than was to be expected`;
    case "Undecodable":
      return `the answer${reason.path === "" ? "" : ` at ${reason.path}`} is not what the contract says: ${reason.description}`;
  }
};

// A refused retry does not rule out that an earlier attempt succeeded.
const doubt = (reason: Reason, { inDoubt }: Circumstances): string =>
  inDoubt === true && !mayBeCarriedOut(reason) ? "; an earlier attempt may have been carried out" : "";

const messageOf = (reason: Reason, about: Circumstances): string => {
  const call = about.method === undefined ? (about.endpoint ?? "evalwire") : `${about.method} ${about.path ?? ""}`;
  const status = about.status === undefined ? "" : `${about.status}, `;
  const tries = about.attempts !== undefined && about.attempts > 1 ? ` (${about.attempts} attempts)` : "";
  return `${call}: ${status}${describe(reason, about)}${doubt(reason, about)}${tries}`.replaceAll(/\s+/g, " ");
};

/**
 * Why a call failed.
 *
 * In promises the rejection is this error; in Effect it is the typed failure, and `Effect.catchReason("SgpError", "NotFound", …)`
 * handles one kind of it.
 *
 * @example
 * ```ts
 * import { SgpError } from "@evalwire/core";
 *
 * const error = new SgpError({ reason: { _tag: "NotFound" }, method: "GET", path: "/v4/evaluations/e1", status: 404, attempts: 1 });
 * error.reason._tag; // => "NotFound"
 * error.message; // => "GET /v4/evaluations/e1: 404, not found; check the id and the selected account"
 * ```
 */
export class SgpError extends Data.TaggedError("SgpError")<SgpErrorProps> {
  constructor(props: SgpErrorProps) {
    super(Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as typeof props);
    // The trace is written when the error is made, when it had no message yet. Not every engine has this.
    (Error as TracingError).captureStackTrace?.(this, SgpError);
  }

  /** One line: the call, what failed, and what to do next. */
  override get message(): string {
    return messageOf(this.reason, this);
  }

  override toJSON(): unknown {
    return { ...this, message: this.message };
  }

  /** The same failure, known better: with what its finder could not know. */
  with(about: Partial<SgpErrorProps>): SgpError {
    const { reason, endpoint, method, path, status, requestId, attempts, inDoubt, detail, at, cause } = this;
    const known = { reason, endpoint, method, path, status, requestId, attempts, inDoubt, detail, at, cause };
    return new SgpError({ ...known, ...about });
  }
}

/** A call that is refused before anything is sent. */
export const invalid = (issues: ReadonlyArray<Issue>, about: Circumstances = {}): SgpError =>
  new SgpError({ reason: { _tag: "Invalid", issues }, attempts: 0, ...about });
