/**
 * The client of the platform in promises: it runs the composition that `Sgp.layer` provides, without a Layer.
 */
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Random from "effect/Random";
import * as Scope from "effect/Scope";
import * as Options from "./client/ClientOptions.ts";
import { abort } from "./client/http/abort.ts";
import * as Promises from "./client/Promises.ts";
import { SgpError } from "./client/SgpError.ts";
import { seeded } from "./client/seeded.ts";
import { type CallOptions, Transport } from "./client/Transport.ts";
import * as Origin from "./Origin.ts";
import type { TakenHooks } from "./plugin/EventHooks.ts";
import type { ResourceOf } from "./plugin/PluginResources.ts";
import type { Watch } from "./watch/Watch.ts";
import { type OpenWatch, openWith, WatchHub } from "./watch/WatchHub.ts";
import type { WatchOptions } from "./watch/WatchOptions.ts";

export interface SGPClientOptions extends Origin.OriginOptions {
  /** Whose time it is: retries, time limits and watches wait by it. Default: the machine's. */
  readonly clock?: Clock.Clock | undefined;
  /** Makes every random choice (the waits between retries) repeatable. */
  readonly seed?: string | number | undefined;
}

/** Options that can be overridden in `withOptions()`. */
export type DerivedOptions = Options.Options;

const servicesOf = ({ clock, seed }: SGPClientOptions): Context.Context<never> => {
  let services = Context.empty();
  if (clock !== undefined) services = Context.add(services, Clock.Clock, clock);
  // One source for the client's whole life: seeded again for each call, all calls would choose alike.
  if (seed !== undefined) services = Context.add(services, Random.Random, seeded(seed));
  return services;
};

/** Opens at once, and throws the `SgpError` it fails with. The client closes the resources of the scope. */
const open = (options: SGPClientOptions): Origin.Shared => {
  const opening = Effect.provideService(Origin.open(options), Scope.Scope, Scope.makeUnsafe());
  const exit = Effect.runSyncExitWith(servicesOf(options))(opening);
  if (Exit.isFailure(exit)) throw Cause.squash(exit.cause);
  return exit.value;
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
  declare readonly applicationVariantReports: Promises.Promises["applicationVariantReports"];
  declare readonly users: Promises.Promises["users"];
  readonly v5: Promises.Promises["v5"] & { readonly watch: OpenWatch };

  readonly #options: SGPClientOptions;
  readonly #shared: Origin.Shared;
  readonly #transport: Transport["Service"];
  readonly #services: Context.Context<Transport | WatchHub>;
  readonly #open: { readonly v4: OpenWatch; readonly v5: OpenWatch };

  /** @param shared see `withOptions` */
  constructor(options: SGPClientOptions = {}, shared: Origin.Shared = open(options)) {
    this.#options = options;
    this.#shared = shared;
    this.#services = Context.merge(shared.services, shared.connect(Options.settle(options)));
    this.#transport = Context.get(this.#services, Transport);
    this.#open = openWith(Context.get(this.#services, WatchHub), this.#transport, this.#services);
    const methods = Promises.make(this.#transport, Promises.runWith(shared.services));
    Object.assign(this, methods);
    this.v5 = { ...methods.v5, watch: this.#open.v5 };
  }

  /**
   * A live view of an evaluation's tasks: a snapshot that is kept true, and events that say what changed.
   *
   * All watches of one evaluation share one poller. Close a watch when it is no longer needed, or make it with `await using`.
   * Throws an `SgpError` with reason `Invalid` when the options cannot be right. The promises of a watch are in its module comment.
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
    return this.#open.v4(evaluationId, options);
  }

  /** Where its calls go. */
  get baseURL(): string {
    return this.#transport.settings.baseURL;
  }

  /** The pipeline under the methods, for programs in Effect and for packages built on the client. */
  get transport(): Transport["Service"] {
    return this.#transport;
  }

  /**
   * Services for an Effect program that works as a part of this client: `Clock`, `Random`, `Transport` and `WatchHub`. Its watches
   * share the client's pollers, and their events reach the client's plugins.
   *
   * @example
   * ```ts
   * import * as Effect from "effect/Effect";
   * import * as Stream from "effect/Stream";
   * import { SGPClient, watchEvents } from "@evalwire/core";
   *
   * const fetch = async () => Response.json({ detail: "no such evaluation" }, { status: 404 });
   * const client = new SGPClient({ apiKey: "a key", fetch });
   * const program = Effect.provide(Stream.runCollect(watchEvents("e1")), client.services);
   * await Effect.runPromise(Effect.flip(program)).then((error) => error.reason._tag); // => "NotFound"
   * ```
   */
  get services(): Context.Context<Transport | WatchHub> {
    return this.#services;
  }

  /**
   * Runs an Effect program as a part of this client, by its clock: what it watches shares the client's pollers. Rejects with the
   * program's `SgpError`, or with one of reason `Aborted` when the signal aborts.
   *
   * @example
   * ```ts
   * import * as Effect from "effect/Effect";
   * import { SGPClient, Transport } from "@evalwire/core";
   *
   * const client = new SGPClient({ apiKey: "a key", baseURL: "https://sgp.example.org" });
   * await client.run(Effect.map(Transport, ({ settings }) => settings.baseURL)); // => "https://sgp.example.org"
   * ```
   */
  run<A>(
    program: Effect.Effect<A, SgpError, Transport | WatchHub>,
    { signal }: Pick<CallOptions, "signal"> = {},
  ): Promise<A> {
    const provided = Effect.provideContext(program, this.#services);
    return Promises.runWith(this.#shared.services)(
      signal === undefined
        ? provided
        : Effect.raceFirst(
            abort(signal, (cause) => new SgpError({ reason: { _tag: "Aborted" }, cause })),
            provided,
          ),
    );
  }

  /**
   * A client with other options, which shares this one's clock and plugins, and, while it speaks to the same server and
   * account, its view of what is written; with the same key and `fetch` also its pollers. An option that is `undefined` is this client's.
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
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    return new SGPClient({ ...this.#options, ...Object.fromEntries(given) }, this.#shared);
  }

  /** The scorers that plugins registered, by type of metric: for `computeMetrics(config, record, { scorers: client.metrics })`. */
  get metrics(): Readonly<Record<string, any>> {
    return this.#shared.metrics();
  }

  /** The value a plugin provides under a name; `undefined` when no plugin does, or it is not set up yet. */
  resource<Name extends string>(name: Name): ResourceOf<Name> | undefined {
    return this.#shared.resource(name);
  }

  /**
   * The hooks of plugins that are marked `once`, for a program that brings each event to one of many replicas. Until they are given
   * back, this client's own watches do not call them. Never fails: a plugin that cannot be set up has no hooks.
   *
   * @example
   * ```ts
   * import { definePlugin, SGPClient } from "@evalwire/core";
   *
   * const mail = definePlugin({
   *   name: "mail",
   *   setup: (host) => void host.on({ types: ["assignment.expired"] }, () => undefined, { once: true }),
   * });
   * const client = new SGPClient({ apiKey: "a key", plugins: [mail] });
   * const { hooks } = await client.takeOnceHooks();
   * hooks.map(({ name }) => name); // => ["mail"]
   * ```
   */
  takeOnceHooks(): Promise<TakenHooks> {
    return this.#shared.takeOnceHooks();
  }

  /**
   * Closes the watches and then the plugins, the last one first; resolves when nothing is left at work. Clients derived from
   * one another are closed together. Calls can still be made afterwards, without plugins. An error that a plugin throws while closing is
   * reported to `onProblem`.
   */
  async close(): Promise<void> {
    await this.#shared.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The printed or logged form: never the key. */
  toJSON(): unknown {
    return { _id: "SGPClient", baseURL: this.baseURL };
  }
}
