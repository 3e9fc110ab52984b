/**
 * The embedded server: one function from requests to responses, with or without a socket.
 *
 * 1. What was answered with 2xx is in the database before the answer is given.
 * 2. Every instant it writes or sends comes from the clock it was given.
 * 3. With a `seed`, the same requests in the same order get the same ids.
 * 4. After `close` nothing is left: no socket, no open file.
 */
import { createHash, randomUUID } from "node:crypto";
import * as Clock from "effect/Clock";
import * as Layer from "effect/Layer";
import * as ManagedRuntime from "effect/ManagedRuntime";
import * as Dispatch from "./dispatch.ts";
import * as Keys from "./http/Keys.ts";
import { type Listener, type ListenOptions, listen } from "./http/listen.ts";
import * as Policy from "./Policy.ts";
import * as Store from "./store/Store.ts";
import * as Sqlite from "./store/sqlite.ts";

/** Answers a request itself, or lets `next` do it, or spoils what `next` gave. */
export type Faults = (request: Request, next: (request: Request) => Promise<Response>) => Response | Promise<Response>;

export interface ServerOptions extends Partial<Policy.PolicyOptions> {
  /** API keys and the ids of the users they stand for; at least one. */
  readonly apiKeys: Readonly<Record<string, string>>;
  /** A path, made when it is not there; `":memory:"`, the default, keeps everything until `close`. */
  readonly database?: string;
  /** Effect's, e.g. a `SimulatedClock`; the real one unless told. */
  readonly clock?: Clock.Clock;
  /** Makes ids a function of this and of the order of requests; they are random without it. */
  readonly seed?: string | number;
  /** The id of the `number`-th thing, which is of this kind (`"evaluation"`, `"task"`, …); instead of `seed`. */
  readonly ids?: (kind: string, number: number) => string;
  /** 64 MiB unless told. */
  readonly maxBodyBytes?: number;
  /** Stands between every request and its answer; for tests of what a client makes of a bad network. */
  readonly faults?: Faults;
  /** Told of every failure that is not the caller's; the answer is a 500 without details. Written to stderr unless told. */
  readonly onError?: (error: unknown, request: Request) => void;
}

export interface EvalwireServer extends AsyncDisposable {
  /** Like the global `fetch`, but answered here; host and port of the URL are ignored. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Answers on a socket as well, on loopback unless told. */
  readonly listen: (options?: ListenOptions) => Promise<Listener>;
  readonly close: () => Promise<void>;
}

/** A version 8 UUID (RFC 9562: bits of one's own) that is a function of the seed, the kind and the number. */
const seededId = (seed: string | number) => (kind: string, number: number) => {
  const hex = createHash("sha256")
    .update(JSON.stringify([seed, kind, number]))
    .digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
};

const idsOf = ({ ids, seed }: ServerOptions) => ids ?? (seed === undefined ? () => randomUUID() : seededId(seed));

/** Settles with the response, or rejects as soon as the caller gives up; what was begun is finished all the same. */
const abortable = (response: Promise<Response>, signal: AbortSignal): Promise<Response> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    response.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });

const layerOf = (options: ServerOptions, policy: Policy.PolicyOptions) =>
  Store.layer({ priorityOrder: policy.priorityOrder, idOf: idsOf(options) }).pipe(
    Layer.provide(Sqlite.layer({ filename: options.database ?? ":memory:" })),
    Layer.merge(Layer.succeed(Policy.Policy, policy)),
    Layer.merge(Layer.succeed(Clock.Clock, options.clock ?? Clock.Clock.defaultValue())),
  );

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
  const keys = Keys.make(options.apiKeys ?? {});
  const policy = Policy.make(options);
  const maxBodyBytes = options.maxBodyBytes ?? 64 * 1024 * 1024;
  const runtime = ManagedRuntime.make(layerOf(options, policy));
  const requestId = idsOf(options);
  let requests = 0;
  let isClosed = false;

  await runtime.context().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`createServer: could not open the database ${options.database ?? ":memory:"}: ${reason}`, {
      cause: error,
    });
  });

  const dispatch = Dispatch.make({
    keys,
    maxBodyBytes,
    requestIdOf: () => requestId("request", ++requests),
    onError: options.onError ?? ((error) => console.error("evalwire server:", error)),
  });

  const underway = new Set<Promise<Response>>();
  const handle = (request: Request): Promise<Response> => {
    if (isClosed) return Promise.reject(new TypeError("fetch failed: the server is closed"));
    const response = runtime.runPromise(dispatch(request));
    underway.add(response);
    void response.finally(() => underway.delete(response));
    return response;
  };
  const { faults } = options;
  const handleWithFaults = faults === undefined ? handle : async (request: Request) => faults(request, handle);

  const listeners = new Set<Listener>();
  const close = async () => {
    await Promise.all([...listeners].map((listener) => listener.close()));
    isClosed = true;
    await Promise.allSettled(underway);
    await runtime.dispose();
  };

  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      return abortable(handleWithFaults(request), request.signal);
    },
    listen: async (listenOptions) => {
      const listener = await listen(handleWithFaults, maxBodyBytes, listenOptions);
      listeners.add(listener);
      return listener;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
