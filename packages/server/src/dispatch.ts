/**
 * From a request to its answer: find the route, know the caller, read query and body, run the handler, answer.
 *
 * 1. A handler runs in one transaction; an answer of 2xx is sent only after it was committed.
 * 2. Leases that have run out by the request's instant are given back before the handler looks.
 * 3. A refusal has the status and `detail` FastAPI would give; what is our fault is a 500 that tells nothing, and is reported.
 * 4. Every answer carries `date` by the server's clock and a `x-request-id`.
 */
import { type Endpoint, endpoints, Schema } from "@evalwire/core/contract";
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { isSqlError } from "effect/sql/SqlError";
import type * as Handler from "./Handler.ts";
import { handlers } from "./handlers.ts";
import { answer } from "./http/answer.ts";
import * as Input from "./http/Input.ts";
import type { Keys } from "./http/Keys.ts";
import { Refusal, unauthorized } from "./http/Refusal.ts";
import * as Router from "./http/Router.ts";
import * as Lease from "./Lease.ts";
import { Policy, userOf } from "./Policy.ts";
import { Store } from "./store/Store.ts";

/** What a route does once the caller is known; `undefined` where nobody needs to be. */
interface Operation {
  readonly needsKey: boolean;
  readonly run: (request: Incoming) => Effect.Effect<unknown, Refusal | Error, Store | Policy>;
}

interface Incoming extends Handler.CallContext {
  readonly url: URL;
  readonly params: Record<string, string>;
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
}

const nothing = Schema.Struct({});

const operation = (endpoint: Endpoint.Any, handler: Handler.Any): Operation => {
  const readQuery = Input.queryReader(endpoint.query ?? nothing);
  const readBody = endpoint.body === undefined ? undefined : Input.bodyReader(endpoint.body, endpoint.success);
  return {
    needsKey: true,
    run: ({ url, params, bytes, contentType, ...context }) =>
      Effect.gen(function* () {
        const store = yield* Store;
        const [query, body] = yield* Effect.try({
          try: () => Input.all([readQuery(url.searchParams), readBody?.(bytes, contentType) ?? { value: undefined }]),
          catch: refusals,
        });
        yield* Lease.expire(context.now);
        return yield* store.transaction(handler({ ...context, params, query, body }));
      }),
  };
};

/** Reading throws refusals; anything else it throws is a defect. */
const refusals = (error: unknown): Refusal => {
  if (error instanceof Refusal) return error;
  throw error;
};

const isHandler = (node: unknown): node is Handler.Any => typeof node === "function";

/** The handler at an endpoint's place in the tree. */
const handlerOf = (name: string): Handler.Any => {
  const found = name.split(".").reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], handlers);
  if (!isHandler(found)) throw new Error(`no handler for ${name}`);
  return found;
};

/** The document is large and rarely asked for: it is made at the first request. */
const openApi = Effect.promise(async () => (await import("@evalwire/core/contract/api")).openApi());

const ownRoutes: ReadonlyArray<Router.Route<Operation>> = [
  { method: "GET", path: "/health", target: { needsKey: false, run: () => Effect.succeed({ status: "ok" }) } },
  { method: "GET", path: "/openapi.json", target: { needsKey: false, run: () => openApi } },
  {
    method: "GET",
    path: "/user-info",
    target: { needsKey: true, run: ({ caller }) => Effect.map(Policy, (policy) => userOf(policy, caller.userId)) },
  },
];

const router = () =>
  Router.make<Operation>([
    ...endpoints.map((endpoint) => ({
      method: endpoint.method,
      path: endpoint.path,
      target: operation(endpoint, handlerOf(endpoint.name)),
    })),
    ...ownRoutes,
  ]);

export interface DispatchOptions {
  readonly keys: Keys;
  readonly maxBodyBytes: number;
  readonly requestIdOf: () => string;
  /** Told of every failure that is not the caller's. */
  readonly onError: (error: unknown, request: Request) => void;
}

const match = (route: Router.Router<Operation>, request: Request, url: URL) =>
  Effect.suspend(() => {
    const matched = route(request.method, url.pathname);
    switch (matched._tag) {
      case "Found":
        return Effect.succeed(matched);
      case "NoPath":
        return Effect.fail(new Refusal({ status: 404, detail: "Not Found" }));
      case "NoMethod":
        return Effect.fail(
          new Refusal({ status: 405, detail: "Method Not Allowed", headers: { allow: matched.allowed.join(", ") } }),
        );
    }
  });

const callerOf = (keys: Keys, headers: Headers): Effect.Effect<Handler.Caller, Refusal> => {
  const key = headers.get("x-api-key");
  const userId = key === null ? undefined : keys.userOf(key);
  if (userId === undefined) {
    const hint =
      key === null ? "Not authenticated: send an API key as x-api-key" : "Not authenticated: unknown API key";
    return Effect.fail(unauthorized(hint));
  }
  const accountId = headers.get("x-selected-account-id") || undefined;
  return Effect.succeed({ userId, identityType: "user", accountId });
};

const nobody: Handler.Caller = { userId: "", identityType: "user", accountId: undefined };

const bodyOf = Effect.fnUntraced(function* (
  request: Request,
  maxBodyBytes: number,
): Effect.fn.Return<Uint8Array, Refusal> {
  const bytes = yield* Effect.promise(() => request.bytes());
  if (bytes.length <= maxBodyBytes) return bytes;
  return yield* new Refusal({ status: 413, detail: `Request body is larger than ${maxBodyBytes} bytes` });
});

/** A function from requests to answers; it never fails. */
export const make = (options: DispatchOptions) => {
  const route = router();

  const run = (request: Request) =>
    Effect.gen(function* () {
      const nowMillis = yield* Clock.currentTimeMillis;
      const url = new URL(request.url);
      const { target, params } = yield* match(route, request, url);
      const caller = target.needsKey ? yield* callerOf(options.keys, request.headers) : nobody;
      const bytes = yield* bodyOf(request, options.maxBodyBytes);
      const contentType = request.headers.get("content-type");
      const now = new Date(nowMillis).toISOString();
      return yield* target.run({ caller, nowMillis, now, url, params, bytes, contentType });
    });

  const failed = (cause: Cause.Cause<unknown>, request: Request): Response => {
    const error = Cause.squash(cause);
    if (error instanceof Refusal) return answer(error.status, { detail: error.detail }, error.headers);
    options.onError(error, request);
    return isSqlError(error) && error.reason._tag === "LockTimeoutError"
      ? answer(503, { detail: "The database is busy" }, { "retry-after": "1" })
      : answer(500, { detail: "Internal Server Error" });
  };

  return (request: Request): Effect.Effect<Response, never, Store | Policy> =>
    Effect.gen(function* () {
      const response = yield* run(request).pipe(
        Effect.map((value) => answer(200, value)),
        Effect.catchCause((cause) => Effect.succeed(failed(cause, request))),
      );
      const now = yield* Clock.currentTimeMillis;
      response.headers.set("date", new Date(now).toUTCString());
      response.headers.set("x-request-id", options.requestIdOf());
      return response;
    });
};
