/**
 * The owner of all watches at one server and account. It loads the polling code (`Pollers`) with its first watch: a client that watches
 * nothing never loads it.
 *
 * 1. Invalid options are refused at once, whether it is loaded or not.
 * 2. Once it is loaded, a new watch is at work at once.
 * 3. Closing the hub closes its watches.
 *
 * Watches are held weakly: one that its program has forgotten is not kept by its hub.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import { OnDemand } from "../client/OnDemand.ts";
import { endpointsOnDemand } from "../client/Routes.ts";
import type { Transport } from "../client/Transport.ts";
import { LoadingWatch } from "./LoadingWatch.ts";
import type { Pollers, Tap } from "./Pollers.ts";
import type { ClientLimits } from "./poll/Turnstile.ts";
import type { Watch } from "./Watch.ts";
import * as Options from "./WatchOptions.ts";

/** Opens a watch of an evaluation; throws an `SgpError` with reason `Invalid` at options that cannot be. */
export type OpenWatch = (evaluationId: string, options?: Options.WatchOptions) => Watch;

/** How a caller reads an evaluation, if there is no poller yet. */
export interface ReadRequest {
  readonly kind: "v4" | "v5";
  readonly transport: Transport["Service"];
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
}

export const pollersOnDemand = new OnDemand(() => import("./Pollers.ts"));

export class Hub {
  readonly #tap: Tap | undefined;
  #pollers: Pollers | undefined;
  #open: Array<WeakRef<Watch>> = [];
  // At so many the list is cleared of those that are closed.
  #crowded = 64;
  /** Request budget of all its watches together; may be changed at any time. */
  readonly limits: ClientLimits;

  /** @param tap receives the events of every watch */
  constructor(tap?: Tap, limits: ClientLimits = {}) {
    this.#tap = tap;
    this.limits = limits;
  }

  /** Throws an `SgpError` with reason `Invalid` at options that cannot be. */
  watch(request: ReadRequest, evaluationId: string, options: Options.WatchOptions = {}): Watch {
    const since = Options.since(evaluationId, options);
    const { requestsPerMinute } = Options.polling(options);
    Options.leads(options);
    const readyMillis = Options.readyMillis(options);
    const open = ({ Pollers, reading }: typeof import("./Pollers.ts")): Watch => {
      const { kind, transport, clock, random } = request;
      this.#pollers ??= new Pollers(this.#tap, this.limits);
      const polls = { kind, clock, random, source: reading(kind, transport) };
      // Its poller keeps this watch even when the program has forgotten the one it was given.
      return this.#keep(this.#pollers.watch(polls, evaluationId, options, since));
    };
    const { atHand } = pollersOnDemand;
    const endpoints = endpointsOnDemand[request.kind];
    if (atHand !== undefined && endpoints.atHand !== undefined) return open(atHand);
    // One's own writes are shown at once (promise 7), so that what they call is there when the watch is.
    const load = Effect.flatMap(endpoints.load, () => pollersOnDemand.load);
    const { cursor, signal } = options;
    const facts = { ...request, evaluationId, cursor, since, signal, requestsPerMinute, readyMillis };
    return this.#keep(new LoadingWatch(load, open, facts));
  }

  /** Resolves when all of its watches are closed. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = [];
    await Promise.all(open.map((watch) => watch.deref()?.close()));
  }

  #keep(watch: Watch): Watch {
    const isOpen = (each: WeakRef<Watch>) => (each.deref()?.status._tag ?? "closed") !== "closed";
    this.#open.push(new WeakRef(watch));
    if (this.#open.length < this.#crowded) return watch;
    this.#open = this.#open.filter(isOpen);
    this.#crowded = Math.max(64, 2 * this.#open.length);
    return watch;
  }
}

/** The hub of the server and account that the `Transport` beside it speaks to. */
export class WatchHub extends Context.Service<WatchHub, Hub>()("@evalwire/core/WatchHub") {}

/**
 * Watches through a hub, read by a transport and by the clock and the source of chance of `services`.
 *
 * @param transport of the server and account that the hub is of
 */
export const openWith = (
  hub: Hub,
  transport: Transport["Service"],
  services: Context.Context<never>,
): { readonly v4: OpenWatch; readonly v5: OpenWatch } => {
  const time = { clock: Context.get(services, Clock.Clock), random: Context.get(services, Random.Random) };
  const open =
    (kind: ReadRequest["kind"]): OpenWatch =>
    (evaluationId, options) =>
      hub.watch({ kind, transport, ...time }, evaluationId, options);
  return { v4: open("v4"), v5: open("v5") };
};
