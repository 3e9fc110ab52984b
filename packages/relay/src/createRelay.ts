/**
 * A watch and the platform's routes carried to browsers, as one Web-standard `fetch` handler.
 *
 * `GET …/v4/evaluations/:id/feed` (or `v5`) is the evaluation's feed over SSE; every other path of the contract is a call that is
 * made on the caller's behalf, where `authorize` allows it.
 *
 * 1. The platform's key never leaves the relay: not in an answer, an event, an error or a header.
 * 2. A caller sees no task, field or other person that their token does not allow.
 * 3. One watch per evaluation for any number of readers; none without readers.
 * 4. A reader that does not read costs the others nothing, and the relay no more than one buffer.
 */
import type { SGPClient, Watch, WatchOptions } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import type { FeedSource, Ledger, Mark } from "@evalwire/core/feed";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import { refusal } from "./answers.ts";
import { feedResponse, pollResponse } from "./feedResponse.ts";
import { forwardRead, forwardWrite, isOwn } from "./forward.ts";
import { guardOrigin, type Origins, preflight, readBody, sharing } from "./guard.ts";
import { holding } from "./holding.ts";
import { type LimitOptions, Limits } from "./Limits.ts";
import { FollowedFeed, ownWatch } from "./origins.ts";
import { evaluationOf, type FeedCall, type RelayCall, type RouteCall, targetOf } from "./RelayCall.ts";
import { allows, narrowed, type Permit, refuseBeyond, viewOf } from "./scope.ts";
import { type Claims, checkKeys, TokenError, type TokenKeys, verifyToken } from "./tokens.ts";
import { Upstream } from "./Upstream.ts";

export interface RelayOptions {
  /**
   * Speaks to the platform. One client acts for all users; a function gives the client that acts for one user, whose key the
   * platform then knows him by: so `claim` claims for him.
   */
  readonly client: SGPClient | ((user: string) => SGPClient);
  /** Keys of the relay's tokens, as `issueToken` signs them. Without keys `authorize` has to be given. */
  readonly keys?: TokenKeys;
  /**
   * Decides about each call; `claims` are those of a valid token, if one was sent. Gives a permit, which says all the caller may do here;
   * `true`, which lets a token do what it allows; or `false`. Without a token `true` lets every caller in, as "anonymous" with no tasks of
   * their own. Default: what the token allows.
   */
  readonly authorize?: (
    request: Request,
    call: RelayCall,
    claims: Claims | undefined,
  ) => boolean | Permit | Promise<boolean | Permit>;
  /** Origins of other pages that may use the relay. Default: pages of the relay's own origin. */
  readonly origins?: Origins;
  readonly limits?: LimitOptions;
  /** Options of the watches behind the feeds. */
  readonly watch?: Omit<WatchOptions, "cursor" | "signal">;
  /** Opens the watch behind a feed. Default: that of `client`. */
  readonly open?: (evaluationId: string, version: "v4" | "v5", options: { readonly cursor?: string }) => Watch;
  /**
   * Where feeds come from that are published elsewhere, such as `fleet.feed`: their numbers are the same on every relay, so that a
   * browser may go on at any of them. Default: a watch of `open` is published here.
   */
  readonly feed?: (evaluationId: string, version: "v4" | "v5") => FeedSource;
  /** The longest silence of a feed. Default 5 seconds. */
  readonly beat?: Duration.Input;
  /** How long a watch is kept after its last reader has left. Default 30 seconds. */
  readonly idle?: Duration.Input;
  /** How long a browser waits before it reconnects. Default 2 seconds. */
  readonly retry?: Duration.Input;
  /** Whether feeds are compressed for those who accept gzip; needs `node:zlib`. Default false. */
  readonly compress?: boolean;
  readonly clock?: Clock.Clock;
  /** Called with failures that no response can carry. Default: they are ignored. */
  readonly onFailure?: (error: unknown) => void;
}

const optionNames: Record<keyof RelayOptions, true> = {
  client: true,
  keys: true,
  authorize: true,
  origins: true,
  limits: true,
  watch: true,
  open: true,
  feed: true,
  beat: true,
  idle: true,
  retry: true,
  compress: true,
  clock: true,
  onFailure: true,
};

export interface Relay extends AsyncDisposable {
  readonly fetch: (request: Request) => Promise<Response>;
  /** How many feeds are read just now, and of how many evaluations. */
  readonly readers: () => { readonly feeds: number; readonly evaluations: number };
  /** Ends all feeds; the clients stay open. */
  close(): Promise<void>;
}

const checkClient = (client: unknown): void => {
  if (typeof client !== "function" && typeof (client as SGPClient | undefined)?.transport?.call !== "function")
    throw new TypeError("createRelay: client is an SGPClient, or a function that gives the one of a user");
};

// Keeps the last state of this many evaluations, so that returning readers can resume.
const ledgersKept = 16;

const bearer = (request: Request): string | undefined =>
  /^Bearer ([^\s]+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];

const markOf = (text: string | null): Mark | undefined => {
  const match = /^([^.\s]+)\.(\d+)\.(\d+)$/.exec(text ?? "");
  return match === null ? undefined : { generation: match[1]!, epoch: Number(match[2]), number: Number(match[3]) };
};

const argsOf = (
  endpoint: RouteCall["endpoint"],
  params: Readonly<Record<string, string>>,
  query: URLSearchParams,
  body: unknown,
): Readonly<Record<string, unknown>> | undefined => {
  const asked = Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(",")]));
  if (endpoint.bodyIsArray) return Array.isArray(body) ? { ...asked, items: body, ...params } : undefined;
  if (body === undefined) return { ...asked, ...params };
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  return { ...asked, ...body, ...params };
};

/**
 * A relay of one account. Mount its `fetch` anywhere: `Bun.serve`, Deno, Hono, a Next route handler, a Durable Object of workerd, or with
 * `nodeHandler` in `node:http`, Express and Fastify.
 *
 * Throws a `TypeError` when neither `keys` nor `authorize` says who may come in, and at an option it does not know.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { createRelay } from "@evalwire/relay";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json({}) });
 * const keys = [{ id: "2030-01", key: new TextEncoder().encode("a secret of at least thirty-two bytes") }] as const;
 * await using relay = createRelay({ client, keys });
 * const response = await relay.fetch(new Request("https://board.example.org/relay/v4/evaluations/e1/feed"));
 * response.status; // => 401
 * ```
 */
export const createRelay = (options: RelayOptions): Relay => {
  checkOptions("createRelay", options, optionNames);
  const { keys, origins = [], onFailure = () => undefined } = options;
  if (keys === undefined && options.authorize === undefined) {
    throw new TypeError("createRelay needs keys or authorize: without either any caller could use the platform's key.");
  }
  if (keys !== undefined) checkKeys(keys);
  const clock = options.clock ?? Context.get(Context.empty(), Clock.Clock);
  const millis = (input: Duration.Input) => Duration.toMillis(Duration.fromInputUnsafe(input));
  const limits = new Limits(clock, options.limits);
  const upstreams = new Map<string, Upstream>();
  const left = new Map<string, Ledger>();
  checkClient(options.client);
  const clientOf = (user: string) => (typeof options.client === "function" ? options.client(user) : options.client);

  const upstreamOf = ({ version, evaluationId }: FeedCall, user: string): Upstream => {
    const key = `${version}/${evaluationId}`;
    const known = upstreams.get(key);
    if (known !== undefined) return known;
    const client = clientOf(user);
    const openOwn: RelayOptions["open"] = (id, _, own) =>
      (version === "v4" ? client.watch.bind(client) : client.v5.watch)(id, { ...options.watch, ...own });
    const open = options.open ?? openOwn;
    const published = ownWatch({
      evaluationId,
      open: (own) => open(evaluationId, version, own),
      tail: left.get(key),
      clock,
      beatMillis: millis(options.beat ?? "5 seconds"),
      onFailure,
      client: options.open === undefined ? client : undefined,
    });
    const source = options.feed?.(evaluationId, version);
    const upstream: Upstream = new Upstream({
      evaluationId,
      origin: (take) => (source === undefined ? published(take) : new FollowedFeed(source, take, clock)),
      clock,
      idleMillis: millis(options.idle ?? "30 seconds"),
      onEnd: (ledger) => {
        if (upstreams.get(key) === upstream) upstreams.delete(key);
        left.delete(key);
        // A feed that ended with an error starts over.
        if (ledger === undefined || ledger.health.state === "closed") return;
        left.set(key, ledger);
        for (const oldest of left.keys()) if (left.size > ledgersKept) left.delete(oldest);
      },
    });
    upstreams.set(key, upstream);
    return upstream;
  };

  const tooMany = (user: string): Response | undefined => {
    const wait = limits.take(user);
    return wait === undefined
      ? undefined
      : refusal(429, "Too many calls; slow down.", { "retry-after": String(Math.ceil(wait / 1_000)) });
  };

  const claimsOf = async (request: Request): Promise<Claims | undefined | Response> => {
    const token = bearer(request);
    if (token === undefined || keys === undefined) {
      if (options.authorize !== undefined) return undefined;
      return refused(new TokenError("missing", "A token is needed: authorization: Bearer …"));
    }
    try {
      return await verifyToken(keys, token, clock.currentTimeMillisUnsafe());
    } catch (error) {
      if (error instanceof TokenError) return refused(error);
      throw error;
    }
  };

  const permitOf = async (
    request: Request,
    call: RelayCall,
    claims: Claims | undefined,
  ): Promise<Permit | undefined> => {
    if (options.authorize !== undefined) {
      const decided = await options.authorize(request, call, claims);
      if (typeof decided === "object") return decided;
      if (!decided) return undefined;
      if (claims === undefined) return { user: "anonymous" };
    }
    return claims !== undefined && allows(claims, call) ? claims : undefined;
  };

  const serveFeed = async (request: Request, call: FeedCall, permit: Permit, claims: Claims | undefined) => {
    const url = new URL(request.url);
    const view = viewOf(permit, url.searchParams);
    if (view instanceof Response) return view;
    const leave = limits.enter(permit.user);
    if (leave === undefined) return refusal(429, "Too many feeds are open; close some.", { "retry-after": "5" });
    const ends = [permit.expiresAt, claims?.expiresAt].filter((seconds) => seconds !== undefined);
    const parts = {
      upstream: upstreamOf(call, permit.user),
      view,
      from: markOf(request.headers.get("last-event-id") ?? url.searchParams.get("after")),
      retryMillis: millis(options.retry ?? "2 seconds"),
      isExpired: () => ends.some((seconds) => seconds * 1_000 <= clock.currentTimeMillisUnsafe()),
      leave,
      request: holding(request),
      isCompressed: options.compress === true && /\bgzip\b/.test(request.headers.get("accept-encoding") ?? ""),
    };
    const isPolled = (request.headers.get("accept") ?? "").includes("application/x-ndjson");
    return isPolled ? pollResponse(parts, url.searchParams.get("wait") !== "0") : feedResponse(parts);
  };

  const serveRoute = async (request: Request, call: RouteCall, permit: Permit): Promise<Response> => {
    const beyond = refuseBeyond(permit, call);
    if (beyond !== undefined) return beyond;
    const client = clientOf(permit.user);
    const isOfOthers =
      (permit.rows ?? "own") === "own" &&
      call.args["test_case_result_id"] !== undefined &&
      !(await isOwn(client, permit.user, call));
    if (isOfOthers) return refusal(403, "This task is not yours.");
    if (call.endpoint.method === "GET") return narrowed(permit, await forwardRead(client, clock, request, call));
    const key = `${call.version}/${call.evaluationId}`;
    upstreams.get(key)?.attach(client, call.version);
    const response = await narrowed(permit, await forwardWrite(client, request.signal, call));
    const upstream = upstreams.get(key);
    const mark = await upstream?.settled();
    if (mark !== undefined) response.headers.set("x-evalwire-mark", `${mark.generation}.${mark.epoch}.${mark.number}`);
    return response;
  };

  const serve = async (request: Request): Promise<Response> => {
    if (request.method === "OPTIONS") return preflight(request, origins);
    const foreign = guardOrigin(request, origins);
    if (foreign !== undefined) return foreign;
    const url = new URL(request.url);
    const target = targetOf(request.method, url.pathname);
    if (target === undefined) return refusal(404, "The relay has no such route.");
    const { version, feed, route } = target;
    if (feed !== undefined && request.method !== "GET") return refusal(405, "A feed is read.", { allow: "GET" });
    const claims = await claimsOf(request);
    if (claims instanceof Response) return claims;
    const early = claims && tooMany(claims.user);
    if (early !== undefined) return early;
    let call: RelayCall;
    if (feed !== undefined) call = feed;
    else {
      const { endpoint, params } = route!;
      const body = await readBody(request, limits.bodyBytes);
      if (body instanceof Response) return body;
      const args = argsOf(endpoint, params, url.searchParams, body.value);
      if (args === undefined)
        return refusal(422, endpoint.bodyIsArray ? "The body is an array." : "The body is an object.");
      call = {
        kind: "route",
        name: endpoint.name,
        endpoint,
        version,
        evaluationId: evaluationOf(endpoint, params),
        args,
      };
    }
    const permit = await permitOf(request, call, claims);
    if (permit === undefined) {
      const isSignedIn = claims !== undefined;
      return refusal(
        403,
        isSignedIn ? "This token does not allow that." : "That is not allowed, or no user is signed in.",
      );
    }
    const late = claims === undefined ? tooMany(permit.user) : undefined;
    if (late !== undefined) return late;
    return call.kind === "feed" ? serveFeed(request, call, permit, claims) : serveRoute(request, call, permit);
  };

  const close = async () => {
    await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
  };
  return {
    fetch: async (request) => {
      const response = await serve(request).catch((error: unknown) => {
        onFailure(error);
        return refusal(500, "The relay failed; its option onFailure receives the reason.");
      });
      for (const [name, value] of Object.entries(sharing(request, origins))) {
        if (name === "vary") response.headers.append(name, value);
        else response.headers.set(name, value);
      }
      return response;
    },
    readers: () => ({
      feeds: [...upstreams.values()].reduce((sum, { readers }) => sum + readers, 0),
      evaluations: [...upstreams.values()].filter(({ readers }) => readers > 0).length,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
};

const refused = ({ problem, message }: TokenError): Response =>
  Response.json(
    { detail: message, problem },
    {
      status: 401,
      headers: {
        "cache-control": "no-store",
        "www-authenticate": `Bearer error="invalid_token", error_description="${problem}"`,
      },
    },
  );
