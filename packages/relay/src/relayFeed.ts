/**
 * A relay's feed, as a browser reads it: `fetch` streaming, since `EventSource` can send no token and shows no status.
 *
 * 1. The token is requested at each dial, so that a renewed one is used at once and an old one never again.
 * 2. The end of an older connection never affects a newer one.
 * 3. Where a proxy holds the stream back, whole answers are fetched instead, by number; after a stall of the relay or the network a stream is
 *    tried once more.
 * 4. Where a browser has no connection left for a stream, what is there is fetched every two seconds, until it has one.
 */
import { SgpError, type WatchEventType } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import { decodeEntry, type FeedSource, type Mark, type Receiver } from "@evalwire/core/feed";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { createParser } from "eventsource-parser";
import { takePlace } from "./takePlace.ts";

/** A token, or what gives one; asked at each dial. */
export type Token = string | (() => string | PromiseLike<string>);

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface RelayFeedOptions {
  readonly evaluationId: string;
  /** Default `v4`. */
  readonly version?: "v4" | "v5";
  /** Default: none is sent; a cookie may identify the user. */
  readonly token?: Token;
  /** Only the tasks that one holds oneself. */
  readonly tasks?: "own";
  /** Only these fields of tasks. */
  readonly fields?: ReadonlyArray<string>;
  /** Only events of these types; a snapshot is not kept true by them. */
  readonly types?: ReadonlyArray<WatchEventType>;
  /** Default: the platform's own. */
  readonly fetch?: Fetch;
  /** Default: the machine's. */
  readonly clock?: Clock.Clock;
  /** The mark up to which the relay has heard of the program's own writes; see `relayClient`. */
  readonly heard?: () => Mark | undefined;
}

const optionNames: Record<keyof RelayFeedOptions, true> = {
  evaluationId: true,
  version: true,
  token: true,
  tasks: true,
  fields: true,
  types: true,
  fetch: true,
  clock: true,
  heard: true,
};

// A relay says something as soon as it is connected. Less than a follower's own patience, which would end the connection.
const patienceMillis = 6_000;

const pollMillis = 2_000;

const scope = globalThis as unknown as { readonly fetch: Fetch };

/** A token requested now; rejects with a sentence where there is none. */
export const tokenOf = async (token: Token): Promise<string> => {
  let value: unknown = token;
  try {
    if (typeof token === "function") value = await token();
  } catch (error) {
    throw new Error(`token() failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (typeof value !== "string" || value === "") throw new Error("token() gave no token");
  return value;
};

const errorOf = async (response: Response, path: string): Promise<SgpError> => {
  const { status } = response;
  const said = (await response.json().catch(() => undefined)) as { readonly detail?: unknown } | undefined;
  const about = { endpoint: "relayFeed", method: "GET", path, status, attempts: 1 };
  const detail = typeof said?.detail === "string" ? { detail: said.detail } : {};
  switch (status) {
    case 401:
      return new SgpError({ reason: { _tag: "Unauthorized" }, ...about, ...detail });
    case 403:
      return new SgpError({ reason: { _tag: "Forbidden" }, ...about, ...detail });
    case 404:
      return new SgpError({ reason: { _tag: "NotFound" }, ...about, ...detail });
    case 429:
      return new SgpError({
        reason: { _tag: "RateLimited", retryAt: undefined, retryAfterMillis: undefined },
        ...about,
        ...detail,
      });
    default:
      return new SgpError({
        reason: { _tag: "ServerFault", status, retryAt: undefined, retryAfterMillis: undefined },
        ...about,
        ...detail,
      });
  }
};

/**
 * The feed of one evaluation at a relay, to be followed.
 *
 * Throws a `TypeError` at an option it does not know.
 *
 * @param url where the relay is mounted, e.g. `/relay`
 */
export const relayFeed = (url: string, options: RelayFeedOptions): FeedSource => {
  checkOptions("relayFeed", options, optionNames);
  const { evaluationId, version = "v4", token, heard } = options;
  const send = options.fetch ?? ((address, init) => scope.fetch(address, init));
  const clock = options.clock ?? Context.get(Context.empty(), Clock.Clock);
  const path = `/${version}/evaluations/${encodeURIComponent(evaluationId)}/feed`;
  const query = new URLSearchParams({
    ...(options.tasks === undefined ? {} : { tasks: options.tasks }),
    ...(options.fields === undefined ? {} : { fields: options.fields.join(",") }),
    ...(options.types === undefined ? {} : { types: options.types.join(",") }),
  });
  const address = `${url.endsWith("/") ? url.slice(0, -1) : url}${path}${query.size === 0 ? "" : `?${query}`}`;
  const now = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6;
  // Once a stream was held back, the next ones would be, too: unless one had come before, and it was the relay or the network that stalled.
  let isPolling = false;
  let hasStreamed = false;
  // Names the log, and behind "~" the view of it that one's rights give.
  let generation: string | undefined;
  // Refused tokens in a row: a renewed one that is refused, too, is final.
  let refusals = 0;

  const inView = (mark: Mark | undefined): Mark | undefined =>
    mark !== undefined && generation?.startsWith(`${mark.generation}~`) === true ? { ...mark, generation } : mark;

  /** @param isWaiting whether an answer of lines waits for the next entry where there is none */
  const dial = async (
    accept: string,
    from: Mark | undefined,
    signal: AbortSignal,
    isWaiting = true,
  ): Promise<Response> => {
    const headers = {
      accept,
      ...(from === undefined ? {} : { "last-event-id": `${from.generation}.${from.epoch}.${from.number}` }),
      ...(token === undefined ? {} : { authorization: `Bearer ${await tokenOf(token)}` }),
    };
    const url = isWaiting ? address : `${address}${query.size === 0 ? "?" : "&"}wait=0`;
    const response = await send(url, { headers, signal, cache: "no-store", credentials: "same-origin" });
    if (response.status === 200) {
      refusals = 0;
      return response;
    }
    const error = await errorOf(response, path);
    const mayRenew = response.status === 401 && typeof token === "function" && refusals++ === 0;
    throw mayRenew ? new Error("The token was refused; requesting a new one.") : error;
  };

  const open = (from: Mark | undefined, receiver: Receiver): (() => void) => {
    const abort = new AbortController();
    let at = from;
    let isOpen = true;
    let heardAt = now();

    const end = (error?: unknown) => {
      if (!isOpen) return;
      isOpen = false;
      abort.abort();
      receiver.end(error);
    };
    const take = (line: string) => {
      if (!isOpen) return;
      const entry = decodeEntry(line);
      generation = entry.generation;
      if (entry.kind === "news") at = entry;
      receiver.take(entry);
    };
    /** Whether anything came. */
    const readAll = async ({ body }: Response, part: (text: string) => void): Promise<boolean> => {
      let isAnswered = false;
      const decoder = new TextDecoder();
      const reader = body!.getReader();
      while (isOpen) {
        const { done, value } = await reader.read();
        if (done) break;
        isAnswered = true;
        heardAt = now();
        if (!isPolling && heardAt - startedAt >= patienceMillis) hasStreamed = true;
        receiver.progress?.();
        part(decoder.decode(value, { stream: true }));
      }
      return isAnswered;
    };
    const streaming = async () => {
      const response = await dial("text/event-stream", at, abort.signal);
      const parser = createParser({
        onEvent: ({ event, data }) => {
          if (event === "end") end();
          else if (event === "news" || event === "beat" || event === "snapshot") take(data);
        },
      });
      if (!(await readAll(response, (text) => parser.feed(text)))) isPolling = true;
    };
    const polling = async (isWaiting: boolean) => {
      while (isOpen) {
        const response = await dial("application/x-ndjson", at, abort.signal, isWaiting);
        let text = "";
        await readAll(response, (part) => {
          text += part;
        });
        const lines = text.split("\n").filter((line) => line !== "");
        let mark = at;
        for (const line of lines) {
          const entry = decodeEntry(line);
          generation = entry.generation;
          if (entry.kind !== "beat") mark = entry;
          if (isOpen) receiver.take(entry);
        }
        at = mark;
        if (hasStreamed) {
          hasStreamed = false;
          isPolling = false;
          return;
        }
        if (!isWaiting) await Effect.runPromise(clock.sleep(Duration.millis(pollMillis)));
        else if (lines.length === 0) await Effect.runPromise(clock.sleep(Duration.millis(1_000)));
        if (isWaiting) continue;
        const place = await takePlace();
        place?.();
        if (place !== undefined) return;
      }
    };
    const isHeld = () => now() - heardAt >= patienceMillis;
    const watchdog = Effect.runFork(
      Effect.gen(function* () {
        while (isOpen && !isPolling) {
          yield* clock.sleep(Duration.millis(patienceMillis));
          if (!isHeld() || heardAt > startedAt) return;
          isPolling = true;
          end(new Error("The stream is held back on its way; whole answers are fetched instead."));
        }
      }),
    );
    const startedAt = heardAt;
    const reading = async () => {
      const leave = await takePlace();
      try {
        if (leave === undefined || isPolling) await polling(leave !== undefined);
        else if (isOpen) await streaming();
      } finally {
        leave?.();
      }
    };
    reading()
      .then(() => end(), end)
      .finally(() => watchdog.interruptUnsafe());
    return () => {
      // It began, and then was held back.
      if (isOpen && !isPolling && isHeld()) isPolling = true;
      isOpen = false;
      watchdog.interruptUnsafe();
      abort.abort();
    };
  };
  return {
    evaluationId,
    open,
    ...(heard === undefined ? {} : { report: async () => inView(heard()) }),
  };
};
