/**
 * The client of the platform in promises.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Random from "effect/Random";
import type { Plugins } from "../host/Plugins.ts";
import { type Plugin, type ResourceOf, runtime } from "../Plugin.ts";
import { attach } from "../watch/attach.ts";
import type { WatchOptions } from "../watch/Options.ts";
import type { Watch } from "../watch/Watch.ts";
import type { Watches } from "../watch/watches.ts";
import { Calls } from "./Calls.ts";
import { OpenWatches } from "./OpenWatches.ts";
import * as Options from "./Options.ts";
import * as Promises from "./Promises.ts";
import { invalid } from "./SgpError.ts";
import { seeded } from "./seeded.ts";
import * as Transport from "./Transport.ts";

export interface SGPClientOptions extends Options.Options {
  /** Whose time it is: retries, time limits and watches wait by it. Default: the machine's. */
  readonly clock?: Clock.Clock;
  /** Makes every random choice (the waits between retries) repeatable. */
  readonly seed?: string | number;
  /** Set up in this order, closed in the reverse one; see `definePlugin`. */
  readonly plugins?: ReadonlyArray<Plugin>;
}

/** What can be said anew for a client derived from another. */
export type DerivedOptions = Omit<SGPClientOptions, "clock" | "seed" | "plugins">;

/** What a client has in common with those derived from it. */
interface Origin {
  readonly settings: Options.Settings;
  readonly services: Context.Context<never>;
  readonly shared: Transport.Shared;
  readonly watches: OpenWatches;
  readonly plugins: Plugins | undefined;
}

const servicesOf = ({ clock, seed }: SGPClientOptions): Context.Context<never> => {
  let services = Context.empty();
  if (clock !== undefined) services = Context.add(services, Clock.Clock, clock);
  // One source for the client's whole life: seeded anew for each call, all calls would choose alike.
  if (seed !== undefined) services = Context.add(services, Random.Random, seeded(seed));
  return services;
};

// A plugin brings what runs it, so that a client without any does not carry it.
const runtimeOf = (plugins: ReadonlyArray<Plugin>) => {
  const strangers = plugins.flatMap((plugin, index) =>
    plugin?.[runtime] === undefined ? [{ path: `plugins[${index}]`, message: "was not made by definePlugin" }] : [],
  );
  if (strangers.length > 0) throw invalid(strangers, { endpoint: "SGPClient" });
  return plugins[0]?.[runtime];
};

const originOf = (
  options: SGPClientOptions,
  settings: Options.Settings,
  derive: (origin: Origin) => SGPClient,
): Origin => {
  const { plugins: declared = [] } = options;
  const shared = Transport.unshared(settings);
  const services = servicesOf(options);
  const origin = { settings, services, shared, watches: new OpenWatches() };
  const Runtime = runtimeOf(declared);
  if (Runtime === undefined) return { ...origin, plugins: undefined };
  // What a plugin calls while it is set up cannot wait for plugins to be set up.
  const client = () => derive({ ...origin, plugins });
  const plugins: Plugins = new Runtime(declared, { settings, services, shared, client });
  return { ...origin, shared: { ...shared, ready: plugins.ready }, plugins };
};

// What is called at another server or account is no news of this one.
const derived = (origin: Origin, settings: Options.Settings): Origin => {
  const account = "x-selected-account-id";
  const isSame =
    origin.settings.baseURL === settings.baseURL && origin.settings.headers[account] === settings.headers[account];
  return isSame ? origin : { ...origin, settings, shared: { ...origin.shared, calls: new Calls(settings.report) } };
};

/**
 * A client of the Scale GenAI Platform: v4 by name, v5 under `v5`.
 *
 * Every method takes one object of arguments under the wire's names (or the bare id where that says it all), then
 * options for this call: `{ signal, timeout, headers, maxRetries }`. It rejects with an `SgpError`, as does the
 * constructor throw one when the options cannot be right.
 *
 * @example
 * ```ts
 * import { SGPClient, SgpError } from "@evalwire/core";
 *
 * const fetch = async () => Response.json({ detail: "no such evaluation" }, { status: 404 });
 * const client = new SGPClient({ apiKey: "a key", fetch });
 * const failure = await client.evaluations.retrieve("e1").catch((error: SgpError) => error.reason._tag);
 * failure; // => "NotFound"
 * ```
 */
export class SGPClient {
  // Set together, from the contract's tree.
  declare readonly evaluations: Promises.Promises["evaluations"];
  declare readonly evaluationConfigs: Promises.Promises["evaluationConfigs"];
  declare readonly questions: Promises.Promises["questions"];
  declare readonly questionSets: Promises.Promises["questionSets"];
  declare readonly evaluationDatasets: Promises.Promises["evaluationDatasets"];
  declare readonly applicationSpecs: Promises.Promises["applicationSpecs"];
  declare readonly applicationVariants: Promises.Promises["applicationVariants"];
  declare readonly applicationTestCaseOutputs: Promises.Promises["applicationTestCaseOutputs"];
  readonly v5: Promises.Promises["v5"] & { readonly watch: Watches };

  readonly #options: SGPClientOptions;
  readonly #origin: Origin;
  readonly #transport: Transport.Transport["Service"];
  readonly #watch: ReturnType<typeof attach>;

  /** @param origin see `withOptions` */
  constructor(options: SGPClientOptions = {}, origin?: Origin) {
    const settings = Options.settle(options);
    this.#options = options;
    this.#origin =
      origin === undefined
        ? originOf(options, settings, (own) => new SGPClient(options, own))
        : derived(origin, settings);
    const { services, shared, plugins, watches } = this.#origin;
    this.#transport = Transport.make(settings, shared);
    const methods = Promises.make(this.#transport, Promises.runWith(services));
    Object.assign(this, methods);
    this.#watch = attach(this.#transport, services, plugins?.tap);
    this.v5 = { ...methods.v5, watch: (id, own) => watches.add(this.#watch.v5(id, own)) };
    if (origin === undefined) plugins?.begin();
  }

  /**
   * A live view of an evaluation's tasks: a snapshot that is kept true, and events that say what changed.
   *
   * All watches of one evaluation share one poller. Close a watch when it is no longer needed, or make it with `await using`.
   * Throws an `SgpError` with reason `Invalid` when the options cannot be right. What a watch promises is written at its module.
   *
   * @example
   * ```ts
   * import { SGPClient } from "@evalwire/core";
   *
   * const evaluation = {
   *   id: "e1",
   *   name: "Summaries",
   *   description: "How good are they?",
   *   status: "PENDING",
   *   application_spec_id: "s1",
   *   account_id: "a1",
   *   created_at: "2030-01-01T00:00:00Z",
   *   created_by_user_id: "ada",
   *   created_by_identity_type: "user",
   *   total_test_case_result_count: 0,
   *   completed_test_case_result_count: 0,
   * };
   * const page = { items: [], current_page: 1, items_per_page: 1000, total_item_count: 0 };
   * const fetch = async (url: string) => Response.json(url.includes("/test-case-results") ? page : evaluation);
   *
   * await using watch = new SGPClient({ apiKey: "a key", fetch }).watch("e1");
   * await watch.ready;
   * watch.snapshot().tasks.size; // => 0
   * ```
   */
  watch(evaluationId: string, options: WatchOptions = {}): Watch {
    return this.#origin.watches.add(this.#watch.v4(evaluationId, options));
  }

  /** Where its calls go. */
  get baseURL(): string {
    return this.#transport.settings.baseURL;
  }

  /** The pipeline under the methods, for programs in Effect and for packages built on the client. */
  get transport(): Transport.Transport["Service"] {
    return this.#transport;
  }

  /** The clock and the source of chance this client was given, to be provided to effects that use its `transport`. */
  get services(): Context.Context<never> {
    return this.#origin.services;
  }

  /**
   * A client with other options, which shares this one's clock and plugins, and, while it speaks to the same server and
   * account, its view of what is written.
   *
   * @example
   * ```ts
   * import { SGPClient } from "@evalwire/core";
   *
   * const client = new SGPClient({ apiKey: "a key" });
   * client.withOptions({ baseURL: "https://sgp.example.org/public/" }).baseURL; // => "https://sgp.example.org/public"
   * ```
   */
  withOptions(options: DerivedOptions): SGPClient {
    return new SGPClient({ ...this.#options, ...options }, this.#origin);
  }

  /** The scorers that plugins registered, by type of metric: for `computeMetrics(config, record, { scorers: client.metrics })`. */
  get metrics(): Readonly<Record<string, any>> {
    return Object.fromEntries(this.#origin.plugins?.metrics ?? []);
  }

  /** What a plugin provides under a name; `undefined` when no plugin does, or it is not set up yet. */
  resource<Name extends string>(name: Name): ResourceOf<Name> | undefined {
    return this.#origin.plugins?.resources.get(name) as ResourceOf<Name> | undefined;
  }

  /**
   * Closes the watches and then the plugins, the last one first; resolves when nothing is left at work. Clients derived from
   * one another are closed together. Calls can still be made afterwards, without plugins.
   */
  async close(): Promise<void> {
    await this.#origin.watches.close();
    await this.#origin.plugins?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What a print or a log shows: never the key. */
  toJSON(): unknown {
    return { _id: "SGPClient", baseURL: this.baseURL };
  }
}
