/**
 * One HTTP attempt: a request out, a whole answer or a typed failure back. Everything that happens around an attempt,
 * the time it may take, redirects, plugins, is a function from attempt to attempt.
 *
 * 1. Interrupting an attempt aborts its request and its body at once, and leaves no timer and no listener.
 * 2. An answer is read up to a limit, as UTF-8, as it streams in: a longer one is refused, not held.
 * 3. An answer that breaks off is a failure of the network, never a shorter answer.
 * 4. The key is added here, last, and only to a request that goes to the key's own origin.
 */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { type Reason, SgpError } from "../SgpError.ts";
import type * as Credentials from "./Credentials.ts";
import * as HttpRequest from "./HttpRequest.ts";

export interface HttpResponse {
  readonly status: number;
  readonly headers: HttpRequest.Headers;
  readonly body: string;
  /**
   * Bytes of the body on the line where the answer says how many were sent compressed (`content-length` beside `content-encoding`), else
   * those that `fetch` gave, after decompression. Missing where a middleware made the answer.
   */
  readonly bytes?: number;
  /** When the request went out, in milliseconds of the client's clock. */
  readonly sentAt: number;
  /** When the answer's head came in; together with `sentAt` it bounds the moment of its `Date` header. */
  readonly receivedAt: number;
}

export type Attempt = (request: HttpRequest.HttpRequest) => Effect.Effect<HttpResponse, SgpError>;

/** A middleware of the onion around every attempt. */
export type Middleware = (next: Attempt) => Attempt;

/** The part of the platform's `fetch` that is used; the global one fits. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The circumstances known to an attempt. */
export const circumstances = (request: HttpRequest.HttpRequest) => ({
  endpoint: request.endpoint,
  method: request.method,
  path: HttpRequest.pathname(request),
  attempts: request.attempt,
});

const tooLong = (maxBytes: number): Reason => ({
  _tag: "Undecodable",
  path: "",
  truncated: false,
  description: `it is longer than ${maxBytes} bytes; request smaller pages or raise maxResponseBytes`,
});

const readText = async (
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Result.Result<{ readonly body: string; readonly bytes: number }, Reason>> => {
  const length = response.headers.get("content-length");
  const packed =
    response.headers.has("content-encoding") && /^\d{1,15}$/.test(length ?? "") ? Number(length) : undefined;
  if (Number(length ?? 0) > maxBytes) {
    await response.body?.cancel();
    return Result.fail(tooLong(maxBytes));
  }
  // Some implementations of fetch have no stream to offer.
  if (!response.body) {
    const body = await response.text();
    return Result.succeed({ body, bytes: packed ?? new TextEncoder().encode(body).byteLength });
  }
  const reader = response.body.getReader();
  // The signal is the attempt's own and dies with it, so the listener need not be removed.
  signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined));
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    bytes += value?.byteLength ?? 0;
    if (bytes > maxBytes) {
      await reader.cancel();
      return Result.fail(tooLong(maxBytes));
    }
    try {
      text += decoder.decode(value, { stream: !done });
    } catch {
      // A fatal decoder throws at nothing but bytes that are not UTF-8.
      await reader.cancel();
      return Result.fail({ _tag: "Undecodable", path: "", description: "it is not UTF-8", truncated: false });
    }
    if (done) return Result.succeed({ body: text, bytes: packed ?? bytes });
  }
};

// The system's name for what went wrong (ECONNREFUSED) says more than "fetch failed", which wraps it.
const descriptionOf = (error: unknown): string => {
  type Cause = { readonly code?: unknown; readonly message?: unknown; readonly cause?: unknown };
  const causes: Array<Cause> = [];
  for (let at = error as Cause | undefined; at && causes.length < 4; at = at.cause as typeof at) causes.push(at);
  const coded = causes.find((cause) => typeof cause.code === "string");
  return String(coded?.code ?? causes.at(-1)?.message ?? error);
};

const unreachable = (request: HttpRequest.HttpRequest, error: unknown, answered: number | undefined): SgpError => {
  const what = descriptionOf(error);
  const description =
    answered === undefined
      ? `no connection to ${new URL(request.url).origin}: ${what}; check baseURL and the network`
      : `the connection broke off before the answer was whole: ${what}`;
  return new SgpError({ reason: { _tag: "Unreachable", description }, ...circumstances(request) });
};

/** Inputs of an attempt. */
export interface Wire {
  readonly fetch: Fetch;
  readonly credentials: Credentials.Credentials;
  /** The only origin the key is sent to. */
  readonly origin: string;
  readonly maxResponseBytes: number;
}

/** The innermost attempt: one request, one answer, redirects as they come. */
export const send =
  ({ fetch, credentials, origin, maxResponseBytes }: Wire): Attempt =>
  (request) =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock;
      const isHome = new URL(request.url).origin === origin;
      const key = isHome
        ? yield* Effect.mapError(credentials.header, (error) => error.with(circumstances(request)))
        : {};
      let answered: number | undefined;
      const sentAt = clock.currentTimeMillisUnsafe();
      const outcome = yield* Effect.tryPromise({
        try: async (signal) => {
          const response = await fetch(request.url, {
            method: request.method,
            headers: { ...request.headers, ...key },
            redirect: "manual",
            cache: "no-store",
            signal,
            ...(request.body === undefined ? {} : { body: request.body }),
          });
          answered = clock.currentTimeMillisUnsafe();
          const { status } = response;
          const headers: HttpRequest.Headers = Object.fromEntries(response.headers);
          const text = await readText(response, maxResponseBytes, signal);
          return Result.mapBoth(text, {
            onSuccess: (read): HttpResponse => ({ status, headers, ...read, sentAt, receivedAt: answered ?? sentAt }),
            onFailure: (reason) =>
              new SgpError({ reason, ...circumstances(request), status, requestId: headers["x-request-id"] }),
          });
        },
        catch: (error) => unreachable(request, error, answered),
      });
      return yield* Effect.fromResult(outcome);
    }).pipe(Effect.mapError((error) => credentials.redact(error)));

/** An attempt that takes no longer than its request allows, key and body included. */
export const timed: Middleware = (next) => (request) =>
  Effect.raceFirst(
    next(request),
    Effect.andThen(
      Effect.sleep(request.timeoutMillis),
      Effect.suspend(() =>
        Effect.fail(
          new SgpError({
            reason: { _tag: "Timeout", timeoutMillis: request.timeoutMillis },
            ...circumstances(request),
          }),
        ),
      ),
    ),
  );
