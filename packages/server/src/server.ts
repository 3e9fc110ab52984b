/**
 * The embedded server: one function from requests to responses, with or without a socket.
 *
 * 1. A write is in the database before it is answered with 2xx.
 * 2. Every instant it writes or sends comes from the clock it was given.
 * 3. With a `seed`, the same requests in the same order get the same ids.
 * 4. After `close` nothing is left: no socket, no open file.
 */
import { createHash, randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { checkOptions, optionIssues } from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Content from "./Content.ts";
import * as Dispatch from "./dispatch.ts";
import { toRequest, writeResponse } from "./http/bridge.ts";
import type { Answer, Head, Open } from "./http/Exchange.ts";
import * as Keys from "./http/Keys.ts";
import { readBody } from "./http/readBody.ts";
import { serve } from "./http/serve.ts";
import * as Socket from "./http/socket.ts";
import * as Option from "./optionValues.ts";
import * as Policy from "./Policy.ts";
import * as Database from "./store/Database.ts";
import * as Store from "./store/Store.ts";
import * as Transactions from "./store/Transactions.ts";

/** Answers a request itself, or lets `next` do it, or spoils what `next` gave. */
export type Faults = (request: Request, next: (request: Request) => Promise<Response>) => Response | Promise<Response>;

export interface ServerOptions extends Partial<Policy.PolicyOptions> {
  /**
   * API keys and the ids of the users they stand for; at least one. Unless a key is bound to an account
   * (`{ user: "ada", account: "acme" }`), it works in every account: `x-selected-account-id` selects, it does not protect.
   */
  readonly apiKeys: Readonly<Record<string, Keys.KeyHolder>>;
  /** A path, made when it is not there; `":memory:"`, the default, keeps everything until `close`. */
  readonly database?: string;
  /** Effect's, e.g. a `SimulatedClock`; the real one by default. */
  readonly clock?: Clock.Clock;
  /** Makes ids a function of this and of the order of requests; they are random without it. */
  readonly seed?: string | number;
  /** The id of the `number`-th thing, which is of this kind (`"evaluation"`, `"task"`, …); instead of `seed`. */
  readonly ids?: (kind: string, number: number) => string;
  /** 64 MiB by default. */
  readonly maxBodyBytes?: number;
  /** Stands between every request and its answer; for tests of what a client makes of a bad network. */
  readonly faults?: Faults;
  /**
   * Called with every failure that is not the caller's; the answer is a 500 without details, or says that the database is busy
   * or its disk full. By default they are written to stderr. The request has no body.
   */
  readonly onError?: (error: unknown, request: Request) => void;
}

export interface EvalwireServer extends AsyncDisposable {
  /** Like the global `fetch`, but answered here; host and port of the URL are ignored. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Answers on a socket as well, on loopback by default. */
  readonly listen: (options?: Socket.ListenOptions) => Promise<Socket.Listener>;
  /** Lets what has begun finish, and releases sockets and the database. It always settles. */
  readonly close: () => Promise<void>;
}

const ownNames: Record<Exclude<keyof ServerOptions, keyof Policy.PolicyOptions>, true> = {
  apiKeys: true,
  database: true,
  clock: true,
  seed: true,
  ids: true,
  maxBodyBytes: true,
  faults: true,
  onError: true,
};

const checkNames = (options: ServerOptions): void => {
  const known = [...Object.keys(ownNames), "assignSeconds", ...Object.keys(Policy.defaults)];
  const [issue] = optionIssues(options, known);
  if (issue !== undefined) throw new TypeError(`createServer: ${issue.path} ${issue.message}`);
};

const isClock = (value: unknown): boolean =>
  typeof (value as Partial<Clock.Clock> | null)?.currentTimeMillisUnsafe === "function";

const checkValues = (options: ServerOptions): void =>
  Option.check("createServer", options, {
    clock: { expected: "a Clock of Effect", accepts: isClock },
    seed: {
      expected: "a text or a number",
      accepts: (value) => typeof value === "string" || Number.isFinite(value),
    },
    ids: Option.aFunction,
    maxBodyBytes: Option.bytes,
    faults: Option.aFunction,
    onError: Option.aFunction,
    priorityOf: Option.aFunction,
    defaultAccountId: Option.id,
    users: Option.anObject,
    metrics: Option.anObject,
  });

/** A version 8 UUID (RFC 9562: bits of one's own) that is a function of the seed, the kind and the number. */
const seededId = (seed: string | number) => (kind: string, number: number) => {
  const hex = createHash("sha256")
    .update(JSON.stringify([seed, kind, number]))
    .digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
};

/**
 * A version 7 UUID (RFC 9562): by time, then by chance. Keys that rise are stored next to each other, which keeps the cost of
 * an insertion the same however many there are.
 */
const risingId = (clock: Clock.Clock) => (): string => {
  const time = clock.currentTimeMillisUnsafe().toString(16).padStart(12, "0").slice(-12);
  const chance = randomBytes(10);
  chance[0] = (chance[0]! & 0x0f) | 0x70;
  chance[2] = (chance[2]! & 0x3f) | 0x80;
  const hex = chance.toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}`;
};

const idsOf = ({ ids, seed }: ServerOptions, clock: Clock.Clock) =>
  ids ?? (seed === undefined ? risingId(clock) : seededId(seed));

/**
 * Settles with the response, or rejects as soon as the caller gives up; what was begun is finished all the same. Holds the request, whose signal
 * Node lets follow the caller's only for so long.
 */
const abortable = (response: Promise<Response>, request: Request): Promise<Response> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(request.signal.reason);
    request.signal.addEventListener("abort", abort, { once: true });
    response.then(resolve, reject).finally(() => request.signal.removeEventListener("abort", abort));
  });

const headOf = (request: Request): Head => {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    search: search.slice(1),
    header: (name) => request.headers.get(name) ?? undefined,
  };
};

/** A request that stands for a failed one: what was sent, without its body. */
const bodiless = ({ method, path, search }: Head): Request =>
  new Request(`http://localhost${path}${search === "" ? "" : `?${search}`}`, { method });

const toResponse = ({ body, headers, status }: Answer): Response =>
  new Response(status === 304 ? null : Content.whole(body), { status, headers });

const responding =
  (open: Open) =>
  async (request: Request): Promise<Response> => {
    const opened = open(headOf(request));
    if (opened._tag === "Answered") return toResponse(opened.answer);
    const body = await request.bytes();
    return toResponse(body.length > opened.maxBodyBytes ? opened.tooLarge() : await opened.answer(body));
  };

/** Like `serve`, with `faults` between: every exchange becomes a `Request` and a `Response`. No body is read that is not wanted. */
const serveWithFaults = (
  open: Open,
  handle: (request: Request) => Promise<Response>,
  options: Socket.ListenOptions | undefined,
): Promise<Socket.Listener> =>
  Socket.open(async ({ message, to, url, begin }) => {
    const method = message.method ?? "GET";
    const head = { method, path: url.pathname, search: url.search.slice(1) };
    const opened = open({ ...head, header: (name) => message.headers[name]?.toString() });
    const isWanted = opened._tag === "Wanted" && method !== "GET" && method !== "HEAD";
    const body = isWanted ? await readBody(message, opened.maxBodyBytes) : new Uint8Array();
    begin();
    await writeResponse(await handle(toRequest(message, url, body)), to);
    if (!isWanted) Socket.discard(message);
  }, options);

/** A failure of the database is one line; a bug of the server comes with its stack. */
const report = (error: unknown): void =>
  console.error("evalwire server:", error instanceof Database.StoreError ? error.message : error);

const realTime = (millis: number): Promise<void> => Effect.runPromise(Effect.sleep(millis));

/** In real time, in which the disk works; the process may end meanwhile. */
const after = (millis: number, then: () => void): void => void setTimeout(millis, undefined, { ref: false }).then(then);

const openDatabase = (filename: string): Database.Database => {
  if (typeof filename !== "string" || filename === "")
    throw new TypeError(
      `createServer: database must be the path of a file or ":memory:", not ${JSON.stringify(filename)}`,
    );
  try {
    return Database.open(filename);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`createServer: could not open the database ${filename}: ${reason}`, { cause: error });
  }
};

/**
 * Opens the database and gives a server on it.
 *
 * @param options `apiKeys` is the only one that must be given
 * @returns once the database is open and up to date
 * @throws TypeError for options that cannot be; an error naming the file when the database cannot be opened
 *
 * @example
 * ```ts
 * import { createServer } from "@evalwire/server";
 *
 * await using server = await createServer({ apiKeys: { "key-of-ada": "ada" } });
 * const response = await server.fetch("http://localhost/user-info", { headers: { "x-api-key": "key-of-ada" } });
 * (await response.json()).id; // => "ada"
 * ```
 */
export const createServer = async (options: ServerOptions): Promise<EvalwireServer> => {
  checkNames(options ?? {});
  const keys = Keys.make(options?.apiKeys ?? {});
  checkValues(options);
  const policy = Policy.make(options);
  const clock = options.clock ?? Clock.Clock.defaultValue();
  const idOf = idsOf(options, clock);
  const onError = options.onError ?? report;
  let requests = 0;
  let isClosed = false;

  const database = openDatabase(options.database ?? ":memory:");
  const { expiredPlace, priorityOrder } = policy;
  const stores = Store.make(database, {
    idOf,
    expiredPlace,
    priorityOrder,
    userOf: (id) => Policy.userOf(policy, id),
  });
  const context = Context.add(Context.make(Policy.Policy, policy), Clock.Clock, clock);
  const transactions = Transactions.make<Policy.Policy>(database, stores, context, { sleep: realTime, after });

  const open = Dispatch.make({
    keys,
    clock,
    transactions,
    maxBodyBytes: options.maxBodyBytes ?? 64 * 1024 * 1024,
    requestIdOf: () => idOf("request", ++requests),
    onError: (error, head) => onError(error, bodiless(head)),
  });

  const respond = responding(open);
  const handle = (request: Request): Promise<Response> =>
    isClosed ? Promise.reject(new TypeError("fetch failed: the server is closed")) : respond(request);
  const { faults } = options;
  const handleWithFaults = faults === undefined ? handle : async (request: Request) => faults(request, handle);

  const listeners = new Set<Socket.Listener>();
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    await Promise.all([...listeners].map((listener) => listener.close()));
    isClosed = true;
    await transactions.close();
    database.close();
  };
  const close = () => {
    closing ??= closeAll();
    return closing;
  };

  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      return abortable(handleWithFaults(request), request);
    },
    listen: async (listenOptions) => {
      checkOptions("listen", listenOptions ?? {}, Socket.listenNames);
      Option.check("listen", listenOptions ?? {}, Socket.listenRules);
      const listener = await (faults === undefined
        ? serve(open, listenOptions)
        : serveWithFaults(open, handleWithFaults, listenOptions));
      listeners.add(listener);
      return listener;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
