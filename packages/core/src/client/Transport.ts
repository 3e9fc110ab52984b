/**
 * The way of every call to the server and back: a small pipeline over `fetch`, the same for all endpoints.
 *
 * ```
 * arguments ─► HttpRequest ─► Retry ( plugins ( timeout ( redirects ( fetch ) ) ) ) ─► Answer ─► Exchange
 * ```
 *
 * 1. A call ends as an exchange, or as one `SgpError` that knows method, path, status and number of attempts.
 * 2. Time and chance are those of the fiber: Effect's `Clock` and `Random`.
 * 3. Interrupting a call, or aborting its signal, ends it at once in any phase, and leaves nothing behind.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import type * as Endpoint from "../contract/Endpoint.ts";
import { optionIssues } from "../contract/unknownNames.ts";
import { Calls } from "./Calls.ts";
import * as Options from "./ClientOptions.ts";
import * as Answer from "./http/Answer.ts";
import * as Attempt from "./http/Attempt.ts";
import { abort } from "./http/abort.ts";
import * as Credentials from "./http/Credentials.ts";
import * as HttpRequest from "./http/HttpRequest.ts";
import { MiddlewareStack } from "./http/MiddlewareStack.ts";
import * as Redirect from "./http/Redirect.ts";
import * as Refusal from "./http/Refusal.ts";
import * as Retry from "./http/Retry.ts";
import * as RetryQuota from "./http/RetryQuota.ts";
import { OnDemand } from "./OnDemand.ts";
import { invalid, SgpError, type Undecodable } from "./SgpError.ts";
import * as UnknownReports from "./UnknownReports.ts";
import { Writes } from "./Writes.ts";

/** Options of one call, besides its arguments. */
export interface CallOptions {
  /** Aborts the call, which then fails with the reason `Aborted`. No listener stays on it after the call. */
  readonly signal?: AbortSignal | undefined;
  /** How long one attempt may take: milliseconds, or text such as `"30 seconds"`. Default: the client's. */
  readonly timeout?: Duration.Input | undefined;
  /** Laid over the client's; `null` takes one away. */
  readonly headers?: HttpRequest.HeadersInput | undefined;
  /** Default: the client's. */
  readonly maxRetries?: number | undefined;
  /** Marks the call for plugins as one that only looks, as those of a watch do. */
  readonly poll?: boolean | undefined;
}

const callOptionNames: Record<keyof CallOptions, true> = {
  signal: true,
  timeout: true,
  headers: true,
  maxRetries: true,
  poll: true,
};
const callOptions = Object.keys(callOptionNames);

/** A successful call with its circumstances. Times are milliseconds of the client's clock. */
export interface Exchange<A> {
  readonly value: A;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: HttpRequest.Headers;
  readonly requestId: string | undefined;
  readonly attempts: number;
  /**
   * Bytes of the answer's body: those on the line where it says how many were sent compressed, else those after decompression. Missing where a
   * plugin made the answer.
   */
  readonly bytes?: number | undefined;
  /** When the successful attempt went out. */
  readonly sentAt: number;
  /** When the head of its answer came in. */
  readonly receivedAt: number;
}

/** Arguments of a call: all arguments under the wire's names, or the bare id of an endpoint with one path parameter. */
export type Arguments<E> = Endpoint.Args<E> | string;

/**
 * The pipeline as a service: every method of the client is an endpoint called through it. Use it for an endpoint of your own, or for
 * the status and headers of an answer. Nothing here throws: a call fails with one `SgpError`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import { SGPClient, Transport } from "@evalwire/core";
 * import { Users } from "@evalwire/core/contract";
 *
 * const user = { id: "u1", email: "ada@example.org" };
 * const fetch = async () => Response.json(user, { headers: { "x-request-id": "r1" } });
 * const client = new SGPClient({ apiKey: "a key", fetch });
 * const { status, requestId, attempts } = await client.run(
 *   Effect.flatMap(Transport, ({ exchangeUnchecked }) => exchangeUnchecked(Users.retrieve, "u1")),
 * );
 * [status, requestId, attempts]; // => [200, "r1", 1]
 * ```
 */
export class Transport extends Context.Service<
  Transport,
  {
    /** The client's options, checked and complete. */
    readonly settings: Options.Settings;
    /**
     * The value of a call with status, headers, attempts and times. Fails with reason `Invalid` when arguments or options cannot be
     * right (nothing is sent), `Aborted` by its signal, `Undecodable` when the answer is not what the contract says, or with what the
     * server or the network refused it for.
     */
    readonly exchange: <E extends Endpoint.Any>(
      endpoint: E,
      args: Arguments<E>,
      options?: CallOptions,
    ) => Effect.Effect<Exchange<Endpoint.Success<E>>, SgpError>;
    /** The same, with the JSON as it came, of any shape: `Undecodable` only where the answer is no JSON. */
    readonly exchangeUnchecked: <E extends Endpoint.Any>(
      endpoint: E,
      args: Arguments<E>,
      options?: CallOptions,
    ) => Effect.Effect<Exchange<unknown>, SgpError>;
    /**
     * The same failure of an evaluation's `retrieve`; where it was not found, the failure says what is known of that: a `baseURL` that ends
     * with a version, or an evaluation of the API's other version, which costs a request.
     */
    readonly explain: (endpoint: Endpoint.Any, args: HttpRequest.Arguments, error: SgpError) => Effect.Effect<SgpError>;
    /** The value of a call; fails as `exchange` does. */
    readonly call: <E extends Endpoint.Any>(
      endpoint: E,
      args: Arguments<E>,
      options?: CallOptions,
    ) => Effect.Effect<Endpoint.Success<E>, SgpError>;
    /** Every call made through this client. */
    readonly calls: Calls;
    /** The writes made through this client. */
    readonly writes: Writes;
    /** Puts middleware around every attempt, inside those put before; returns the undo. */
    readonly use: (middleware: Attempt.Middleware) => () => void;
  }
>()("@evalwire/core/Transport") {}

/** Makes the value of a call from the JSON of its answer. */
type Reading = typeof Answer.check;

/** The causes of a 404 that can be known; loaded with the first one. */
export const notFoundOnDemand = new OnDemand(() => import("./notFound.ts"));

/** Puts something around each call, such as a span. */
export type Around = <A>(endpoint: Endpoint.Any, call: Effect.Effect<A, SgpError>) => Effect.Effect<A, SgpError>;

/** State that a transport shares with those derived from it. */
export interface Shared {
  readonly calls: Calls;
  readonly middleware: MiddlewareStack;
  /** Awaited by calls before they begin: the setup of plugins. */
  readonly ready: Effect.Effect<void, SgpError>;
  /** Default: nothing. */
  readonly around?: Around | undefined;
}

export const unshared = ({ report }: Options.Settings): Shared => ({
  calls: new Calls(report),
  middleware: new MiddlewareStack(),
  ready: Effect.void,
});

export const make = (settings: Options.Settings, shared: Shared = unshared(settings)): Transport["Service"] => {
  const { calls, middleware, ready, around = (_, call) => call } = shared;
  const { origin, host } = new URL(settings.baseURL);
  const { fetch, maxResponseBytes } = settings;
  const credentials = Credentials.make(settings.apiKey);
  const quota = RetryQuota.shared(fetch, host);
  const unknowns = UnknownReports.make(settings.onUnknown, settings.report);
  const innermost = Attempt.timed(Redirect.follow(Attempt.send({ fetch, credentials, origin, maxResponseBytes })));

  const requestFor = (endpoint: Endpoint.Any, args: HttpRequest.Arguments, options: CallOptions) => {
    const unknown = optionIssues(options, callOptions).map(endpoint.names.amongOptions);
    if (unknown.length > 0) return Result.fail(invalid(unknown));
    const timeoutMillis = options.timeout === undefined ? settings.timeoutMillis : Options.millisOf(options.timeout);
    return timeoutMillis === undefined
      ? Result.fail(invalid([{ path: "timeout", message: `must be more than 0 ms, such as "30 seconds"` }]))
      : Result.flatMap(HttpRequest.withHeaders(settings.headers, options.headers), (headers) =>
          HttpRequest.make(endpoint, args, { baseURL: settings.baseURL, headers, timeoutMillis, json: settings.json }),
        );
  };

  const once =
    (endpoint: Endpoint.Any, reading: Reading) =>
    (request: HttpRequest.HttpRequest): Effect.Effect<Exchange<unknown>, Refusal.Refusal> =>
      Effect.gen(function* () {
        const response = yield* Effect.mapError(
          middleware.around(innermost)(request),
          (error): Refusal.Refusal => ({ error }),
        );
        // "Nothing has changed" (304) is an answer only to a conditional request, whose caller needs no value.
        const isUnchanged =
          response.status === 304 && reading === Answer.unchecked && request.headers["if-none-match"] !== undefined;
        const refusal = isUnchanged ? undefined : Refusal.of(request, response);
        if (refusal !== undefined) return yield* Effect.fail(refusal);
        const { status, headers, bytes, sentAt, receivedAt } = response;
        const { "x-request-id": said } = headers;
        const requestId = said === undefined ? undefined : credentials.clean(said);
        const parsed: Result.Result<unknown, Undecodable> = endpoint.isText
          ? Result.succeed(response.body)
          : Answer.parse(response.body, headers["content-type"], settings.integers, settings.json);
        const { value, leftOut } = yield* Effect.fromResult(parsed).pipe(
          Effect.flatMap((json) => reading(endpoint, json)),
          Effect.mapError(
            (reason): Refusal.Refusal => ({
              error: new SgpError({ reason, ...Attempt.circumstances(request), status, requestId }),
            }),
          ),
        );
        unknowns.noteLeftOut(endpoint, leftOut);
        yield* unknowns.noteMembers(endpoint, value);
        return { value, status, headers, requestId, attempts: request.attempt, bytes, sentAt, receivedAt };
      });

  const tried = (endpoint: Endpoint.Any, reading: Reading, request: HttpRequest.HttpRequest, options: CallOptions) =>
    Effect.suspend(() => {
      let attempts = 0;
      const attempt = once(endpoint, reading);
      const counted = (each: HttpRequest.HttpRequest) => {
        attempts = each.attempt;
        return Effect.mapError(attempt(each), (refusal) => ({ ...refusal, error: credentials.redact(refusal.error) }));
      };
      const policy = { maxRetries: options.maxRetries ?? settings.maxRetries, quota };
      const work = Effect.andThen(ready, Retry.run(counted, request, policy));
      if (options.signal === undefined) return work;
      const onAbort = (cause: unknown) =>
        new SgpError({
          reason: { _tag: "Aborted" },
          ...Attempt.circumstances(request),
          attempts,
          inDoubt: attempts > 0 && request.method !== "GET",
          cause,
        });
      return options.signal.aborted
        ? Effect.fail(onAbort(options.signal.reason))
        : Effect.raceFirst(abort(options.signal, onAbort), work);
    });

  /** The same failure, with what is known of its cause. */
  const explain = (endpoint: Endpoint.Any, args: HttpRequest.Arguments, options: CallOptions, error: SgpError) =>
    error.reason._tag === "NotFound"
      ? Effect.gen(function* () {
          const { causeOf } = yield* notFoundOnDemand.load;
          const cause = causeOf(settings.baseURL, endpoint, args);
          if (cause === undefined) return error;
          const { detail, confirm } = cause;
          if (confirm !== undefined) {
            const request = yield* Effect.fromResult(requestFor(...confirm, { timeout: 5_000 }));
            yield* tried(confirm[0], Answer.unchecked, request, { ...options, maxRetries: 0 });
          }
          return error.with({ detail });
        }).pipe(Effect.orElseSucceed(() => error))
      : Effect.succeed(error);

  const exchanging =
    (reading: Reading, explained: (...args: Parameters<typeof explain>) => Effect.Effect<SgpError>) =>
    (
      endpoint: Endpoint.Any,
      args: HttpRequest.Arguments,
      options: CallOptions = {},
    ): Effect.Effect<Exchange<any>, SgpError> =>
      around(
        endpoint,
        Effect.fromResult(requestFor(endpoint, args, options)).pipe(
          Effect.flatMap((request) =>
            calls.around(
              endpoint,
              args,
              (call) => tried(endpoint, reading, { ...request, call }, options),
              options.poll === true,
            ),
          ),
          Effect.catch((error: SgpError) => Effect.flatMap(explained(endpoint, args, options, error), Effect.fail)),
          Effect.catch((error: SgpError) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) => {
              const { at = now, path = endpoint.path } = error;
              return Effect.fail(error.with({ endpoint: endpoint.name, method: endpoint.method, path, at }));
            }),
          ),
        ),
      );
  const exchange = exchanging(Answer.check, explain) as Transport["Service"]["exchange"];

  return {
    settings,
    exchange,
    exchangeUnchecked: exchanging(Answer.unchecked, (_endpoint, _args, _options, error) =>
      Effect.succeed(error),
    ) as Transport["Service"]["exchangeUnchecked"],
    explain: (endpoint, args, error) => explain(endpoint, args, { poll: true }, error),
    call: (endpoint, args, options) => Effect.map(exchange(endpoint, args, options), ({ value }) => value),
    calls,
    writes: new Writes(calls),
    use: (added) => middleware.use(added),
  };
};
