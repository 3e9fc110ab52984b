/**
 * From a request to its answer: find the route, know the caller, read query and body, run the handler, answer.
 *
 * 1. A handler runs in a transaction; its answer is sent only after what it wrote was committed.
 * 2. No body is read before the route is found and the key is known.
 * 3. A refusal has the status and `detail` FastAPI would give; a fault of the server is a 500 without details, and is reported.
 * 4. Every answer carries `date` by the server's clock and a `x-request-id`.
 * 5. A list carries an `etag`; who sends it back as `if-none-match` gets a 304 for as long as the list is the same.
 */
import { createHash } from "node:crypto";
import { type Endpoint, endpoints, Schema } from "@evalwire/core/contract";
import * as Cause from "effect/Cause";
import type * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Content from "./Content.ts";
import { Encoded, TextFile } from "./Encoded.ts";
import type * as Handler from "./Handler.ts";
import { handlers } from "./handlers.ts";
import * as Exchange from "./http/Exchange.ts";
import * as Input from "./http/Input.ts";
import type { Keys } from "./http/Keys.ts";
import { forbidden, Refusal, unauthorized } from "./http/Refusal.ts";
import * as Router from "./http/Router.ts";
import type { Policy } from "./Policy.ts";
import { StoreError } from "./store/Database.ts";
import type { Store } from "./store/Store.ts";
import type { Transactions } from "./store/Transactions.ts";
import { sortKeys } from "./v5/sortKeys.ts";

interface Incoming {
  readonly head: Exchange.Head;
  readonly params: Record<string, string>;
  readonly bytes: Uint8Array;
}

/** The handler of a route. */
type Operation =
  /** Answers without anything stored, and without a key. */
  | { readonly kind: "open"; readonly value: () => Promise<unknown> }
  | {
      readonly kind: "stored";
      readonly mode: "read" | "write";
      readonly isList: boolean;
      /** The handler's effect; throws a refusal when query or body are not what the endpoint takes. */
      readonly effect: (
        incoming: Incoming,
        context: Handler.CallContext,
      ) => Effect.Effect<unknown, Refusal | StoreError, Store | Policy>;
    };

const nothing = Schema.Struct({});

const operation = (endpoint: Endpoint.Any, handler: Handler.Any): Operation => {
  const readQuery = Input.queryReader(endpoint.query ?? nothing, sortKeys(endpoint));
  const readBody = endpoint.body === undefined ? undefined : Input.bodyReader(endpoint.body, endpoint.success);
  return {
    kind: "stored",
    mode: endpoint.method === "GET" || endpoint.paging !== undefined ? "read" : "write",
    isList: endpoint.paging !== undefined && endpoint.method === "GET",
    effect: ({ head, params, bytes }, context) => {
      const body = readBody?.(bytes, head.header("content-type") ?? null) ?? { value: undefined };
      const [query, value] = Input.all([readQuery(new URLSearchParams(head.search)), body]);
      return handler({ ...context, params, query, body: value });
    },
  };
};

const isHandler = (node: unknown): node is Handler.Any => typeof node === "function";

/** The handler at an endpoint's place in the tree. */
const handlerOf = (name: string): Handler.Any => {
  const found = name.split(".").reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], handlers);
  if (!isHandler(found)) throw new Error(`no handler for ${name}`);
  return found;
};

const ownRoutes: ReadonlyArray<Router.Route<Operation>> = [
  { method: "GET", path: "/health", target: { kind: "open", value: () => Promise.resolve({ status: "ok" }) } },
  {
    method: "GET",
    path: "/openapi.json",
    // The document is large and rarely requested: it is made at the first request.
    target: { kind: "open", value: async () => (await import("@evalwire/core/contract/api")).openApi() },
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
  readonly clock: Clock.Clock;
  readonly transactions: Transactions<Policy>;
  readonly requestIdOf: () => string;
  /** Called with every failure that is not the caller's. */
  readonly onError: (error: unknown, head: Exchange.Head) => void;
}

const callerOf = (keys: Keys, { header }: Exchange.Head): Handler.Caller => {
  const key = header("x-api-key") || undefined;
  const holder = key === undefined ? undefined : keys.holderOf(key);
  if (holder === undefined) {
    throw unauthorized(
      key === undefined ? "Not authenticated: send an API key as x-api-key" : "Not authenticated: unknown API key",
    );
  }
  const { userId, accountId } = holder;
  const selected = header("x-selected-account-id") || undefined;
  if (accountId !== undefined && selected !== undefined && selected !== accountId) {
    throw forbidden(`This API key is bound to account ${accountId}; x-selected-account-id selects ${selected}`);
  }
  return { userId, identityType: "user", accountId: accountId ?? selected };
};

const encode = (value: unknown): Content.Content => (value instanceof Encoded ? value.content : JSON.stringify(value));

/** A failure of the database, as an answer; `undefined` when it is a bug of the server. */
const unavailable = ({ reason }: StoreError): Exchange.Answer | undefined => {
  switch (reason) {
    case "busy":
      return Exchange.refusal(503, "The database is busy", { "retry-after": "1" });
    case "full":
      return Exchange.refusal(507, "The disk that holds the database is full: nothing of this request was stored");
    case "broken":
      return Exchange.refusal(503, "The database cannot be read or written at the moment", { "retry-after": "5" });
    case "duplicate":
    case "constraint":
    case "other":
      return undefined;
  }
};

/** A list as it is sent, and a tag by which the same list is recognised. */
class List extends Encoded<unknown> {
  readonly tag: string;

  constructor(content: Content.Content, tag: string) {
    super(content);
    this.tag = tag;
  }
}

/** The list a handler gave, with its tag. Others get their turn between the pieces of a long one. */
const asList = Effect.fnUntraced(function* (value: unknown): Effect.fn.Return<unknown> {
  if (value instanceof TextFile) return value;
  const content = encode(value);
  const digest = createHash("sha1");
  for (const piece of Content.pieces(content)) {
    if (piece.length >= longPiece) yield* Effect.yieldNow;
    digest.update(piece);
  }
  return new List(content, `"${digest.digest("base64url")}"`);
});

const longPiece = 64 * 1024;

/** A list that was sent, and the state of the store that it shows. */
interface Sent {
  readonly tag: string;
  readonly version: number;
  readonly content: Content.Content;
  readonly packed: { bytes?: Promise<Uint8Array> };
}

const mostSent = 1000;
/** Of all kept lists together, in characters or bytes. */
const mostSentLength = 16 * 1024 * 1024;

/** Lists sent lately: a hundred watchers of one evaluation read the same page, and between two changes it is the same text. */
const sentLists = () => {
  const kept = new Map<string, Sent>();
  let length = 0;
  const drop = (key: string): void => {
    length -= Content.lengthOf(kept.get(key)?.content ?? "");
    kept.delete(key);
  };
  return {
    get: (key: string) => kept.get(key),
    keep: (key: string, sent: Sent): void => {
      drop(key);
      kept.set(key, sent);
      length += Content.lengthOf(sent.content);
      while (kept.size > mostSent || length > mostSentLength) drop(kept.keys().next().value!);
    },
  };
};

const names = (header: string | undefined, tag: string): boolean =>
  header !== undefined && (header === tag || header.split(",").some((one) => one.trim().replace(/^W\//, "") === tag));

const listed = ({ tag, content, packed }: Sent, asked: string | undefined): Exchange.Answer =>
  names(asked, tag)
    ? { status: 304, headers: { etag: tag }, body: "" }
    : { ...Exchange.json(200, content, { etag: tag }), packed };

/** A function from requests to what is to be done with them; neither it nor what it gives ever throws. */
export const make = (options: DispatchOptions): Exchange.Open => {
  const { clock, keys, maxBodyBytes, onError, requestIdOf, transactions } = options;
  const route = router();
  const lists = sentLists();

  const signed = (answer: Exchange.Answer): Exchange.Answer => {
    answer.headers["date"] = new Date(clock.currentTimeMillisUnsafe()).toUTCString();
    answer.headers["x-request-id"] = requestIdOf();
    return answer;
  };

  /** Anything but a refusal is our fault, or the database's. */
  const failed = (error: unknown, head: Exchange.Head): Exchange.Answer => {
    if (error instanceof Refusal) return Exchange.refusal(error.status, error.detail, error.headers);
    onError(error, head);
    return (
      (error instanceof StoreError ? unavailable(error) : undefined) ?? Exchange.refusal(500, "Internal Server Error")
    );
  };

  const answerStored = async (
    { effect, isList, mode }: Extract<Operation, { kind: "stored" }>,
    incoming: Incoming,
    caller: Handler.Caller,
  ): Promise<Exchange.Answer> => {
    const { head } = incoming;
    const nowMillis = clock.currentTimeMillisUnsafe();
    const now = new Date(nowMillis).toISOString();
    const work = effect(incoming, { caller, nowMillis, now });
    const { accountId, userId } = caller;
    // No text between its parts: an account or a user may hold any.
    const key = isList ? JSON.stringify([accountId, userId, head.path, head.search]) : undefined;
    const known = key === undefined ? undefined : lists.get(key);
    const asked = isList ? head.header("if-none-match") : undefined;
    const isCurrent = known !== undefined && transactions.isCurrent(known.version, now);
    if (isCurrent) return listed(known, asked);

    // As a part of the work it is done once for all who wait for the same list.
    const wanted = key === undefined ? work : Effect.flatMap(work, asList);
    const { exit, version } = await transactions.run({ effect: wanted, mode, now, accountId, key });
    if (Exit.isFailure(exit)) return failed(Cause.squash(exit.cause), head);
    if (exit.value instanceof TextFile) {
      return { status: 200, headers: { "content-type": exit.value.contentType }, body: exit.value.text };
    }
    if (key === undefined || !(exit.value instanceof List)) return Exchange.json(200, encode(exit.value));
    const { content, tag } = exit.value;
    // Simultaneous requests get the same answer: it is checked, compressed and kept once.
    const latest = lists.get(key);
    if (latest !== undefined && latest.version === version && latest.tag === tag) return listed(latest, asked);
    const sent = { tag, version: version ?? -1, content, packed: {} };
    if (version !== undefined) lists.keep(key, sent);
    return listed(sent, asked);
  };

  const answerOf = async (
    target: Operation,
    incoming: Incoming,
    caller: Handler.Caller | undefined,
  ): Promise<Exchange.Answer> => {
    try {
      return target.kind === "open"
        ? Exchange.json(200, JSON.stringify(await target.value()))
        : await answerStored(target, incoming, caller!);
    } catch (error) {
      return failed(error, incoming.head);
    }
  };

  const open = (head: Exchange.Head): Exchange.Opened => {
    const matched = route(head.method, head.path);
    if (matched._tag === "NoPath") throw new Refusal({ status: 404, detail: "Not Found" });
    if (matched._tag === "NoMethod") {
      throw new Refusal({
        status: 405,
        detail: "Method Not Allowed",
        headers: { allow: matched.allowed.join(", ") },
      });
    }
    const { target, params } = matched;
    const caller = target.kind === "open" ? undefined : callerOf(keys, head);
    return {
      _tag: "Wanted",
      maxBodyBytes,
      answer: async (bytes) => signed(await answerOf(target, { head, params, bytes }, caller)),
      tooLarge: () => signed(Exchange.refusal(413, `Request body is larger than ${maxBodyBytes} bytes`)),
    };
  };

  return (head) => {
    try {
      return open(head);
    } catch (error) {
      return { _tag: "Answered", answer: signed(failed(error, head)) };
    }
  };
};
