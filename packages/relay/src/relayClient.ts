/**
 * A client for pages: calls go through the relay, watches follow its feeds. A page that was written for `SGPClient` needs not know.
 */
import { SGPClient, type SGPClientOptions, type Watch, type WatchOptions } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import { broadcastFeed, type FollowOptions, follow, type Mark, shareWatch, writesOf } from "@evalwire/core/feed";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import { type Fetch, relayFeed, type Token, tokenOf } from "./relayFeed.ts";

export interface RelayClientOptions extends Omit<SGPClientOptions, "apiKey" | "baseURL" | "accountID"> {
  /** Called before each request and at each dial. Default: none is sent; a cookie may identify the user. */
  readonly token?: Token;
  /**
   * Whose tabs share one connection an evaluation: the id of the user who is signed in. Tabs of a browser that name the same user do, and
   * see the same. Default, and where there are no Web Locks (a page that came over plain HTTP): each tab has its own connection.
   */
  readonly tabs?: string;
}

const optionNames: Record<keyof RelayClientOptions, true> = {
  token: true,
  tabs: true,
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
  plugins: true,
  clock: true,
  seed: true,
};

/** The header in which a client sends what identifies it. */
const keyHeader = "x-api-key";

const evaluationIn = /\/(v4|v5)\/evaluations\/([^/?]+)/;

const markOf = (text: string | null): Mark | undefined => {
  const [generation, epoch, number] = text?.split(".") ?? [];
  return generation === undefined ? undefined : { generation, epoch: Number(epoch), number: Number(number) };
};

type Version = "v4" | "v5";

class RelayClient extends SGPClient {
  readonly #url: string;
  readonly #options: RelayClientOptions;
  readonly #fetch: Fetch;
  readonly #marks: ReadonlyMap<string, Mark>;
  readonly #rosters = { v4: new Map(), v5: new Map() };
  readonly #open = new Set<WeakRef<Watch>>();

  constructor(url: string, options: RelayClientOptions) {
    checkOptions("relayClient", options, optionNames);
    if (options.tabs !== undefined && (typeof options.tabs !== "string" || options.tabs === ""))
      throw new TypeError("relayClient: tabs is the id of the user whose tabs share a connection.");
    const marks = new Map<string, Mark>();
    const send: Fetch = options.fetch ?? ((address, init) => surroundings.fetch(address, init));
    const fetch: Fetch = async (address, init) => {
      const { [keyHeader]: key, ...rest } = init.headers as Record<string, string>;
      const headers = key === undefined ? rest : { ...rest, authorization: `Bearer ${key}` };
      const response = await send(address, { ...init, headers, credentials: "same-origin" });
      const mark = markOf(response.headers.get("x-evalwire-mark"));
      const [, version, evaluation] = evaluationIn.exec(address) ?? [];
      if (mark !== undefined && evaluation !== undefined)
        marks.set(`${version}/${decodeURIComponent(evaluation)}`, mark);
      return response;
    };
    const { token, tabs: _, ...rest } = options;
    // As a key it is requested at each attempt, checked, and kept out of errors.
    const apiKey = token === undefined ? null : () => tokenOf(token);
    super({ ...rest, apiKey, baseURL: url, accountID: null, fetch });
    this.#url = url;
    this.#options = options;
    this.#fetch = send;
    this.#marks = marks;
    Object.assign(this, { v5: { ...this.v5, watch: (id: string, own?: WatchOptions) => this.#watch(id, "v5", own) } });
  }

  override watch(evaluationId: string, options: WatchOptions = {}): Watch {
    return this.#watch(evaluationId, "v4", options);
  }

  override async close(): Promise<void> {
    await Promise.all([...this.#open].map((each) => each.deref()?.close()));
    this.#open.clear();
    await super.close();
  }

  /** Of a watch's options those that speak of polling say nothing here: the relay polls. */
  #watch(evaluationId: string, version: Version, options: WatchOptions = {}): Watch {
    const { clock = Context.get(Context.empty(), Clock.Clock), seed, token, tabs } = this.#options;
    const { expiring, cursor, signal, onIssue, environment } = options;
    const given = Object.fromEntries(
      Object.entries({ expiring, cursor, signal, onIssue, environment, seed }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const following: FollowOptions = { ...given, clock, writes: writesOf(this, evaluationId, version) };
    const source = relayFeed(this.#url, {
      evaluationId,
      version,
      fetch: this.#fetch,
      clock,
      heard: () => this.#marks.get(`${version}/${evaluationId}`),
      ...(token === undefined ? {} : { token }),
    });
    const watch =
      tabs === undefined || surroundings.navigator?.locks === undefined
        ? follow(source, following, this.#rosters[version])
        : shareWatch(
            broadcastFeed(evaluationId, {
              name: `evalwire/${this.#url}/${encodeURIComponent(tabs)}/${version}`,
              clock,
            }),
            (own) => follow(source, { ...following, ...own }),
            following,
          );
    for (const each of this.#open) if ((each.deref()?.status._tag ?? "closed") === "closed") this.#open.delete(each);
    this.#open.add(new WeakRef(watch));
    return watch;
  }
}

const surroundings = globalThis as unknown as {
  readonly fetch: Fetch;
  readonly navigator?: { readonly locks?: unknown };
};

/**
 * A client of the platform through a relay: the same methods as `SGPClient`, and a `watch` that follows the relay's feed.
 *
 * Throws a `TypeError` at an option it does not know, and where `tabs` is no id.
 *
 * @param url where the relay is mounted: an address, or in a page a path such as `/relay`
 *
 * @example
 * ```ts
 * import { relayClient } from "@evalwire/relay/client";
 *
 * const client = relayClient("https://board.example.org/relay", { token: async () => "a token" });
 * client.baseURL; // => "https://board.example.org/relay"
 * ```
 */
export const relayClient = (url: string, options: RelayClientOptions = {}): SGPClient => new RelayClient(url, options);
