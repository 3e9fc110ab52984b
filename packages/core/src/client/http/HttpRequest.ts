/**
 * A call of an endpoint turned into an HTTP request, or refused.
 *
 * 1. An id passed by a caller stays one segment of the path: encoded, and refused when empty, `.` or `..`.
 * 2. Every argument goes where the endpoint declares it: path, query, or else the body.
 * 3. A header that could be read as two is refused, and so is one that carries a key past `apiKey`.
 * 4. An argument that is a slip of the pen away from a known one is refused; one that is like none is sent.
 * 5. The request does not hold the API key: that is added where it is sent, to its own origin only.
 */
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import type * as Endpoint from "../../contract/Endpoint.ts";
import type { JsonFormat } from "../../contract/orderedJson.ts";
import { type Issue, invalid, type SgpError } from "../SgpError.ts";

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** Headers as a caller gives them; `null` takes a default one away. */
export type HeadersInput = Readonly<Record<string, string | null | undefined>>;

export interface HttpRequest {
  /** The client method behind the request, e.g. `evaluations.claimTask`. */
  readonly endpoint: string;
  readonly method: Endpoint.Method;
  readonly url: string;
  readonly headers: Headers;
  /** JSON text. */
  readonly body: string | undefined;
  /** The id of the call that this is an attempt of; empty until it is made. */
  readonly call: string;
  /** 1 for the first attempt of a call, 2 for its first repetition, and so on. */
  readonly attempt: number;
  /** How long this attempt may take, in milliseconds. */
  readonly timeoutMillis: number;
}

// RFC 9110, 5.6.2: a header's name is a token.
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Characters fetch can send: visible Latin-1, spaces and tabs inside.
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The problem with a header, if any. */
export const headerIssue = (name: string, value: string): Issue | undefined => {
  if (!token.test(name))
    return { path: "headers", message: "a header's name has characters that are not allowed in one" };
  if (!headerValue.test(value))
    return { path: `headers.${name}`, message: "the value has characters that are not allowed in a header" };
  return undefined;
};

/** Lays `more` over `headers`. */
export const withHeaders = (headers: Headers, more: HeadersInput | undefined): Result.Result<Headers, SgpError> => {
  if (more === undefined) return Result.succeed(headers);
  const merged: Record<string, string> = { ...headers };
  for (const [given, value] of Object.entries(more)) {
    const name = given.toLowerCase();
    if (name === "x-api-key") {
      return Result.fail(
        invalid([{ path: `headers.${given}`, message: "the key is set by apiKey; see withOptions({ apiKey })" }]),
      );
    }
    if (value === undefined) continue;
    if (value === null) {
      delete merged[name];
      continue;
    }
    const issue = headerIssue(name, String(value));
    if (issue !== undefined) return Result.fail(invalid([issue]));
    merged[name] = String(value);
  }
  return Result.succeed(merged);
};

const segment = (name: string, value: unknown): Result.Result<string, Issue> => {
  if (typeof value !== "string") {
    return Result.fail({
      path: name,
      message: `must be a string, not ${value === null ? "null" : typeof value}`,
    });
  }
  if (value === "" || value === "." || value === "..") {
    return Result.fail({ path: name, message: `${JSON.stringify(value)} cannot be an id` });
  }
  try {
    return Result.succeed(encodeURIComponent(value));
  } catch {
    // The one thing encodeURIComponent throws at.
    return Result.fail({ path: name, message: "has half of a surrogate pair" });
  }
};

const pathOf = (
  endpoint: Endpoint.Any,
  args: Readonly<Record<string, unknown>>,
): Result.Result<string, ReadonlyArray<Issue>> => {
  const issues: Array<Issue> = [];
  const path = endpoint.path.replaceAll(/:([A-Za-z_]+)/g, (_: string, name: string) =>
    Result.match(segment(name, args[name]), {
      onSuccess: (text) => text,
      onFailure: (issue) => {
        issues.push(issue);
        return "";
      },
    }),
  );
  return issues.length === 0 ? Result.succeed(path) : Result.fail(issues);
};

const isPlain = (value: unknown) =>
  typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));

// An array is joined by commas as the platform's own SDK does it; where an element has a comma of its own the key is
// repeated instead, which the platform's other SDK does.
const addToQuery = (query: URLSearchParams, name: string, value: unknown): Issue | undefined => {
  if (value === undefined || value === null) return undefined;
  const elements: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value];
  if (!elements.every(isPlain))
    return { path: name, message: "must be a string, a number or a boolean, or an array of these" };
  if (elements.length === 0) return undefined;
  if (elements.some((element) => String(element).includes(","))) {
    for (const element of elements) query.append(name, String(element));
  } else query.append(name, elements.join(","));
  return undefined;
};

/** Inputs of a request besides the endpoint and its arguments. */
export interface Base {
  /** Origin and path prefix without a slash at the end. */
  readonly baseURL: string;
  readonly headers: Headers;
  readonly timeoutMillis: number;
  readonly json?: JsonFormat | undefined;
}

/** The arguments of one call, or the bare id of an endpoint that has one path parameter. */
export type Arguments = Readonly<Record<string, unknown>> | string | undefined;

/** A call's arguments by name. */
export const argumentsOf = (
  endpoint: Endpoint.Any,
  args: Arguments,
): Result.Result<Readonly<Record<string, unknown>>, ReadonlyArray<Issue>> => {
  if (typeof args === "string") {
    const [only, ...others] = endpoint.params;
    if (only === undefined) return Result.fail([{ path: "", message: "takes no id; pass an object of arguments" }]);
    return others.length === 0
      ? Result.succeed({ [only]: args })
      : Result.fail([{ path: "", message: `a bare id is not enough; pass { ${endpoint.params.join(", ")} }` }]);
  }
  if (args === undefined) return Result.succeed({});
  return Predicate.isObject(args)
    ? Result.succeed(args)
    : Result.fail([{ path: "", message: "the arguments must be one object under the wire's names" }]);
};

// Engines have this since 2023; the compiler's library does not know it yet.
const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => unknown };

const writeBigInts = (_: string, value: unknown): unknown =>
  typeof value === "bigint" && rawJSON !== undefined ? rawJSON(String(value)) : value;

/** Whether there is an integer that `JSON.stringify` refuses; what is nested too deeply it refuses, too. */
const hasBigInt = (value: unknown, levels = 100): boolean => {
  if (typeof value !== "object" || value === null) return typeof value === "bigint";
  return levels > 0 && Object.values(value).some((inner) => hasBigInt(inner, levels - 1));
};

const bodyOf = (
  endpoint: Endpoint.Any,
  rest: Readonly<Record<string, unknown>>,
  json: JsonFormat | undefined,
): Result.Result<string | undefined, ReadonlyArray<Issue>> => {
  if (endpoint.body === undefined) return Result.succeed(undefined);
  if (endpoint.bodyIsArray && !Array.isArray(rest["items"])) {
    return Result.fail([{ path: "items", message: "must be the array to send" }]);
  }
  try {
    const body = endpoint.bodyIsArray ? rest["items"] : rest;
    return Result.succeed(
      json === undefined ? JSON.stringify(body, hasBigInt(body) ? writeBigInts : undefined) : json.stringify(body),
    );
  } catch (notJson) {
    return Result.fail([
      { path: "", message: `the arguments cannot be written as JSON: ${(notJson as Error).message}` },
    ]);
  }
};

/** The first attempt's request for a call of `endpoint`. */
export const make = (endpoint: Endpoint.Any, args: Arguments, base: Base): Result.Result<HttpRequest, SgpError> => {
  const refuse = (issues: ReadonlyArray<Issue>) =>
    Result.fail(invalid(issues, { endpoint: endpoint.name, method: endpoint.method, path: endpoint.path }));

  const given = argumentsOf(endpoint, args);
  if (Result.isFailure(given)) return refuse(given.failure);
  const misspelt = endpoint.names.issues(given.success);
  if (misspelt.length > 0) return refuse(misspelt);
  const path = pathOf(endpoint, given.success);
  if (Result.isFailure(path)) return refuse(path.failure);

  const inPath = new Set<string>(endpoint.params);
  const query = new URLSearchParams();
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given.success)) {
    if (inPath.has(name)) continue;
    if (endpoint.queryNames.includes(name) || endpoint.body === undefined) {
      const issue = addToQuery(query, name, value);
      if (issue !== undefined) return refuse([issue]);
    } else {
      Object.defineProperty(rest, name, { value, enumerable: true, configurable: true, writable: true });
    }
  }
  const body = bodyOf(endpoint, rest, base.json);
  if (Result.isFailure(body)) return refuse(body.failure);

  const search = String(query) === "" ? "" : `?${query}`;
  return Result.succeed({
    endpoint: endpoint.name,
    method: endpoint.method,
    url: `${base.baseURL}${path.success}${search}`,
    headers: {
      accept: "application/json",
      ...(body.success === undefined ? {} : { "content-type": "application/json" }),
      ...base.headers,
    },
    body: body.success,
    call: "",
    attempt: 1,
    timeoutMillis: base.timeoutMillis,
  });
};

/** The path of a request as errors show it: without the query, which may hold what a log should not. */
export const pathname = (request: HttpRequest): string => new URL(request.url).pathname;
