/**
 * Calls of the platform's routes on a browser's behalf. The key is added behind the wall, by the relay's own client.
 *
 * Reads are passed on as they come, with their validators: `if-none-match` goes there, `etag` and 304 come back. Everything else is
 * made through the client, so that its watches hear of it.
 */
import { type SGPClient, SgpError } from "@evalwire/core";
import type { Endpoint } from "@evalwire/core/contract";
import type * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import { failure, keyRefused, lasting, refusal } from "./answers.ts";
import type { RouteCall } from "./RelayCall.ts";

const asked = ["accept", "if-none-match", "if-modified-since"];
const answered = ["content-type", "etag", "last-modified", "date", "x-request-id", "retry-after", "x-should-retry"];

const keyOf = async ({ apiKey }: SGPClient["transport"]["settings"]): Promise<string | undefined> => {
  const key = typeof apiKey === "function" ? await apiKey() : apiKey;
  if (key === null) return undefined;
  return Redacted.isRedacted(key) ? Redacted.value(key) : key;
};

const pick = (headers: Headers, names: ReadonlyArray<string>): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );

const pathOf = (endpoint: Endpoint.Any, params: Readonly<Record<string, unknown>>): string =>
  endpoint.path.replaceAll(/:([A-Za-z_]+)/g, (_: string, name: string) => encodeURIComponent(String(params[name])));

/** Passes a read on, and its answer back as it comes. */
export const forwardRead = async (
  client: SGPClient,
  clock: Clock.Clock,
  request: Request,
  { endpoint, args }: RouteCall,
): Promise<Response> => {
  const { settings } = client.transport;
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  request.signal.addEventListener("abort", giveUp, { once: true });
  const inTime = Effect.runFork(
    Effect.andThen(clock.sleep(Duration.millis(settings.timeoutMillis)), Effect.sync(giveUp)),
  );
  try {
    const key = await keyOf(settings);
    const url = `${settings.baseURL}${pathOf(endpoint, args)}${new URL(request.url).search}`;
    const response = await settings.fetch(url, {
      method: "GET",
      headers: {
        ...settings.headers,
        ...pick(request.headers, asked),
        ...(key === undefined ? {} : { "x-api-key": key }),
      },
      redirect: "manual",
      cache: "no-store",
      signal: abort.signal,
    });
    if (
      response.type === "opaqueredirect" ||
      (response.status >= 300 && response.status < 400 && response.status !== 304)
    ) {
      await response.body?.cancel();
      return lasting("The platform answers with a redirect, which the relay does not follow for others.");
    }
    if (response.status === 401) {
      await response.body?.cancel();
      return keyRefused();
    }
    const headers = { "cache-control": "private, no-cache", ...pick(response.headers, answered) };
    return new Response(response.body, { status: response.status, headers });
  } catch {
    // A fetch rejects when there is no connection, or when it was given up.
    return abort.signal.aborted
      ? refusal(504, "The platform did not answer in time.")
      : refusal(502, "The platform cannot be reached.");
  } finally {
    inTime.interruptUnsafe();
    request.signal.removeEventListener("abort", giveUp);
  }
};

/** Makes a call through the client, once. */
export const forwardWrite = (
  client: SGPClient,
  signal: AbortSignal,
  { endpoint, args }: RouteCall,
): Promise<Response> =>
  Effect.runPromise(
    client.transport.exchangeUnchecked(endpoint, args as never, { signal, maxRetries: 0 }).pipe(
      Effect.provideContext(client.services),
      Effect.match({
        onSuccess: ({ value, status, headers }) => {
          const init = { status, headers: pick(new Headers(headers), answered.slice(1)) };
          return value === undefined || status === 204 ? new Response(null, init) : Response.json(value, init);
        },
        onFailure: failure,
      }),
    ),
  );

/** Whether a test case result belongs to a task that a user holds, or has finished. */
export const isOwn = async (client: SGPClient, user: string, { args }: RouteCall): Promise<boolean> => {
  try {
    const result: unknown = await client.evaluations.testCaseResults.retrieve({
      evaluation_id: String(args["evaluation_id"]),
      test_case_result_id: String(args["test_case_result_id"]),
      view: ["Task"],
    } as never);
    const holder = (result as { readonly task?: { readonly assigned_to?: unknown } | null } | null)?.task?.assigned_to;
    return (typeof holder === "object" && holder !== null ? (holder as { readonly id?: unknown }).id : holder) === user;
  } catch (error) {
    if (error instanceof SgpError) return false;
    throw error;
  }
};
