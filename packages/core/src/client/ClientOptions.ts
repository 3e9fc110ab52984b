/**
 * A client's settings: the caller's options, the environment behind them, and the defaults behind both, checked
 * once so that nothing later has to.
 *
 * This is the only place that reads the environment and the only one that knows the global `fetch`.
 */
import * as Duration from "effect/Duration";
import * as Redacted from "effect/Redacted";
import type { JsonFormat } from "../contract/orderedJson.ts";
import { optionIssues } from "../contract/unknownNames.ts";
import type { Integers } from "./http/Answer.ts";
import type { Fetch } from "./http/Attempt.ts";
import { type ApiKey, keyIssue } from "./http/Credentials.ts";
import { type Headers, type HeadersInput, headerIssue } from "./http/HttpRequest.ts";
import { type Problem, type Report, reporter, toConsole } from "./Problem.ts";
import { type Issue, invalid } from "./SgpError.ts";
import type { UnknownListener } from "./UnknownReports.ts";

export interface Options {
  /**
   * The API key, or a function that is called for one before each attempt. Default: `SGP_API_KEY` of the environment.
   * `null` sends none: for a proxy on the same origin that adds the key.
   */
  readonly apiKey?: ApiKey | undefined;
  /** Selects the account of every call. Default: `SGP_ACCOUNT_ID` of the environment, else none. */
  readonly accountID?: string | null | undefined;
  /** Where the API is, with a path if it has one. Default: `SGP_CLIENT_BASE_URL` of the environment, else production. */
  readonly baseURL?: string | undefined;
  /** How long one attempt may take: milliseconds, or text such as `"30 seconds"`. Default one minute. */
  readonly timeout?: Duration.Input | undefined;
  /** How often a call that may be repeated is repeated. Default 2. */
  readonly maxRetries?: number | undefined;
  /**
   * The most requests that all watches together send in any minute, those of clients derived from this one at the same server and
   * account included; calls of one's own are not held back. First scans go before repeats, the watch opened first before later ones. Default:
   * none, so that each watch has only its own `requestsPerMinute`.
   */
  readonly requestsPerMinute?: number | undefined;
  /** The longest answer that is read, in bytes after decompression. Default 128 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /**
   * How integers beyond 2^53 in answers are read: `"number"`, the default, rounds them as `JSON.parse` does; `"bigint"` makes a `BigInt` of
   * each. A `BigInt` in arguments is written as the integer it is, so that a 19-digit id survives reading and writing back.
   */
  readonly integers?: Integers | undefined;
  /**
   * How answers are read and arguments written, instead of `JSON` and `integers`: `exactJson` of `@evalwire/core/exact` keeps the order of
   * keys and the spelling of numbers in data of your own.
   */
  readonly json?: JsonFormat | undefined;
  /** Headers of every call. */
  readonly defaultHeaders?: HeadersInput | undefined;
  /** Default: the platform's own. */
  readonly fetch?: Fetch | undefined;
  /**
   * Called once for each value that this version does not know: a member of an enum, which is kept; a field or a row
   * of another shape, which is left out. Without it, values left out are reported to `onProblem`.
   */
  readonly onUnknown?: UnknownListener | undefined;
  /** Called with errors of the program's own callbacks and plugins, which affect nothing else. Default: the console. */
  readonly onProblem?: ((problem: Problem) => void) | undefined;
  /** Allows a raw key in a browser, where every visitor can read it. */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
}

/** Options with nothing left to decide. */
export interface Settings {
  readonly apiKey: ApiKey;
  /** Origin and path prefix without a slash at the end. */
  readonly baseURL: string;
  readonly headers: Headers;
  readonly timeoutMillis: number;
  readonly maxRetries: number;
  readonly requestsPerMinute: number | undefined;
  readonly maxResponseBytes: number;
  readonly integers: Integers;
  readonly json: JsonFormat | undefined;
  readonly fetch: Fetch;
  readonly onUnknown: UnknownListener | undefined;
  readonly report: Report;
}

export const production = "https://api.egp.scale.com";
const defaultTimeoutMillis = 60_000;
const defaultMaxRetries = 2;
const defaultMaxResponseBytes = 128 * 1024 * 1024;

interface Surroundings {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  readonly document?: unknown;
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly userAgent?: string };
  readonly WorkerGlobalScope?: unknown;
  readonly fetch?: Fetch;
}
const surroundings = globalThis as unknown as Surroundings;

const fromEnvironment = (name: string): string | undefined => surroundings.process?.env?.[name]?.trim() || undefined;

// Deno, Bun and edge workers share some of a browser's globals; none of them calls itself Mozilla.
const isBrowser = () =>
  surroundings.document !== undefined ||
  (surroundings.WorkerGlobalScope !== undefined && surroundings.navigator?.userAgent?.startsWith("Mozilla") === true);

const platformFetch: Fetch = (url, init) => {
  if (surroundings.fetch === undefined) throw new TypeError("this platform has no fetch; pass one as the option fetch");
  return surroundings.fetch(url, init);
};

const names: Record<keyof Options, true> = {
  apiKey: true,
  accountID: true,
  baseURL: true,
  timeout: true,
  maxRetries: true,
  requestsPerMinute: true,
  maxResponseBytes: true,
  integers: true,
  json: true,
  defaultHeaders: true,
  fetch: true,
  onUnknown: true,
  onProblem: true,
  dangerouslyAllowBrowser: true,
};
/** These, and what else a client is made with. */
const known = [...Object.keys(names), "plugins", "clock", "seed"];

class OptionsValidator {
  readonly issues: Array<Issue> = [];

  refuse(path: string, message: string): void {
    this.issues.push({ path, message });
  }

  apiKey(given: ApiKey | undefined, allowBrowser: boolean): ApiKey {
    const key = given === undefined ? fromEnvironment("SGP_API_KEY") : given;
    if (key === undefined) {
      this.refuse("apiKey", "missing: pass apiKey or set SGP_API_KEY; null if a proxy adds the key");
      return null;
    }
    if (key === null || typeof key === "function") return key;
    const issue = keyIssue(key);
    if (issue !== undefined) this.refuse("apiKey", issue);
    if (isBrowser() && !allowBrowser) {
      this.refuse(
        "apiKey",
        "a raw key in a browser can be read by every visitor: pass a function that gets a short-lived one, or null with a proxy on the same origin that adds it; dangerouslyAllowBrowser allows it all the same",
      );
    }
    return Redacted.isRedacted(key) ? key : Redacted.make(key);
  }

  baseURL(given: string | undefined): string {
    const text = given ?? fromEnvironment("SGP_CLIENT_BASE_URL") ?? production;
    const origin = surroundings.location?.href;
    const url = typeof text === "string" && URL.canParse(text, origin) ? new URL(text, origin) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      this.refuse("baseURL", "must be an http or https address");
      return production;
    }
    if (url.username !== "" || url.password !== "") this.refuse("baseURL", "has a user name in it; use apiKey");
    if (url.search !== "" || url.hash !== "") this.refuse("baseURL", "has a query or a fragment");
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  }

  headers(accountID: string | null | undefined, more: HeadersInput | undefined): Headers {
    const headers: Record<string, string> = {};
    const account = accountID === undefined ? fromEnvironment("SGP_ACCOUNT_ID") : accountID;
    // Sent empty, it would select every account the key reaches.
    if (account === "") this.refuse("accountID", "is empty");
    const all = { "x-selected-account-id": account, ...more };
    for (const [name, value] of Object.entries(all)) {
      if (value === undefined || value === null) continue;
      const issue = headerIssue(name, String(value));
      if (name.toLowerCase() === "x-api-key") this.refuse(`defaultHeaders.${name}`, "the key is set by apiKey");
      else if (issue !== undefined) this.issues.push(issue);
      else headers[name.toLowerCase()] = String(value);
    }
    return headers;
  }

  timeoutMillis(given: Duration.Input | undefined, otherwise: number): number {
    if (given === undefined) return otherwise;
    const millis = millisOf(given);
    if (millis === undefined) this.refuse("timeout", `must be more than 0 ms, such as 5000 or "30 seconds"`);
    return millis ?? otherwise;
  }

  integers(given: Integers | undefined): Integers {
    if (given === undefined || given === "number" || given === "bigint") return given ?? "number";
    this.refuse("integers", `must be "number" or "bigint"`);
    return "number";
  }

  atLeast(least: number, name: string, given: number | undefined, otherwise: number): number {
    if (given === undefined) return otherwise;
    if (Number.isSafeInteger(given) && given >= least) return given;
    this.refuse(name, `must be a whole number of at least ${least}`);
    return otherwise;
  }
}

/** A time limit in milliseconds; `undefined` for what is none. */
export const millisOf = (given: Duration.Input): number | undefined => {
  try {
    const millis = Duration.toMillis(Duration.fromInputUnsafe(given));
    return millis > 0 ? millis : undefined;
  } catch {
    // Thrown for text that is no duration.
    return undefined;
  }
};

/** Checks and completes options; throws an `SgpError` with everything that is wrong with them. */
export const settle = (options: Options = {}): Settings => {
  const check = new OptionsValidator();
  check.issues.push(...optionIssues(options, known));
  if (typeof options !== "object" || options === null) throw invalid(check.issues, { endpoint: "SGPClient" });
  const settings: Settings = {
    apiKey: check.apiKey(options.apiKey, options.dangerouslyAllowBrowser === true),
    baseURL: check.baseURL(options.baseURL),
    headers: check.headers(options.accountID, options.defaultHeaders),
    timeoutMillis: check.timeoutMillis(options.timeout, defaultTimeoutMillis),
    maxRetries: check.atLeast(0, "maxRetries", options.maxRetries, defaultMaxRetries),
    requestsPerMinute:
      options.requestsPerMinute === undefined
        ? undefined
        : check.atLeast(1, "requestsPerMinute", options.requestsPerMinute, 1),
    maxResponseBytes: check.atLeast(1, "maxResponseBytes", options.maxResponseBytes, defaultMaxResponseBytes),
    integers: check.integers(options.integers),
    json: options.json,
    fetch: options.fetch ?? platformFetch,
    onUnknown: options.onUnknown,
    report: reporter(options.onProblem ?? toConsole),
  };
  if (check.issues.length > 0) throw invalid(check.issues, { endpoint: "SGPClient" });
  return settings;
};
