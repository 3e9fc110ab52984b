/**
 * The client of the platform in promises.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Random from "effect/Random";
import { attach } from "../watch/attach.ts";
import type { WatchOptions } from "../watch/Options.ts";
import type { Watch } from "../watch/Watch.ts";
import type { Watches } from "../watch/watches.ts";
import { Calls } from "./Calls.ts";
import * as Options from "./Options.ts";
import * as Promises from "./Promises.ts";
import { seeded } from "./seeded.ts";
import * as Transport from "./Transport.ts";

export interface SGPClientOptions extends Options.Options {
  /** Whose time it is: retries, time limits and watches wait by it. Default: the machine's. */
  readonly clock?: Clock.Clock;
  /** Makes every random choice (the waits between retries) repeatable. */
  readonly seed?: string | number;
}

/** What can be said anew for a client derived from another. */
export type DerivedOptions = Omit<SGPClientOptions, "clock" | "seed">;

const servicesOf = ({ clock, seed }: SGPClientOptions): Context.Context<never> => {
  let services = Context.empty();
  if (clock !== undefined) services = Context.add(services, Clock.Clock, clock);
  if (seed !== undefined) {
    // One source for the client's whole life: seeded anew for each call, all calls would choose alike.
    services = Context.add(services, Random.Random, seeded(seed));
  }
  return services;
};

// What is written to another server or account is not news of this one.
const sharedWith = (one: Options.Settings, other: Options.Settings, shared: Transport.Shared): Transport.Shared => {
  const account = "x-selected-account-id";
  const isSame = one.baseURL === other.baseURL && one.headers[account] === other.headers[account];
  return isSame ? shared : { ...shared, calls: new Calls(other.report) };
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
  readonly evaluations: Promises.Promises["evaluations"];
  readonly evaluationConfigs: Promises.Promises["evaluationConfigs"];
  readonly questions: Promises.Promises["questions"];
  readonly questionSets: Promises.Promises["questionSets"];
  readonly evaluationDatasets: Promises.Promises["evaluationDatasets"];
  readonly applicationSpecs: Promises.Promises["applicationSpecs"];
  readonly applicationVariants: Promises.Promises["applicationVariants"];
  readonly applicationTestCaseOutputs: Promises.Promises["applicationTestCaseOutputs"];
  readonly v5: Promises.Promises["v5"] & { readonly watch: Watches };

  readonly #options: SGPClientOptions;
  readonly #shared: Transport.Shared;
  readonly #services: Context.Context<never>;
  readonly #transport: Transport.Transport["Service"];
  readonly #watches: ReturnType<typeof attach>;

  /** @param derivedFrom see `withOptions` */
  constructor(options: SGPClientOptions = {}, derivedFrom?: SGPClient) {
    this.#options = options;
    const settings = Options.settle(options);
    this.#shared =
      derivedFrom === undefined
        ? Transport.unshared(settings)
        : sharedWith(derivedFrom.#transport.settings, settings, derivedFrom.#shared);
    this.#services = derivedFrom === undefined ? servicesOf(options) : derivedFrom.#services;
    this.#transport = Transport.make(settings, this.#shared);
    const methods = Promises.make(this.#transport, Promises.runWith(this.#services));
    this.evaluations = methods.evaluations;
    this.evaluationConfigs = methods.evaluationConfigs;
    this.questions = methods.questions;
    this.questionSets = methods.questionSets;
    this.evaluationDatasets = methods.evaluationDatasets;
    this.applicationSpecs = methods.applicationSpecs;
    this.applicationVariants = methods.applicationVariants;
    this.applicationTestCaseOutputs = methods.applicationTestCaseOutputs;
    this.#watches = attach(this.#transport, this.#services);
    this.v5 = { ...methods.v5, watch: this.#watches.v5 };
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
    return this.#watches.v4(evaluationId, options);
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
    return this.#services;
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
    return new SGPClient({ ...this.#options, ...options }, this);
  }

  /** What a print or a log shows: never the key. */
  toJSON(): unknown {
    return { _id: "SGPClient", baseURL: this.baseURL };
  }
}
