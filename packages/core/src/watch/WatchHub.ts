/**
 * The owner of all watches at one server and account: of their pollers, of their limiter, and of the plugins' tap.
 *
 * 1. An evaluation has one poller, whoever watches it through this hub: promises or Effect, the client or one derived from it.
 * 2. Programs that run by different clocks share nothing: each has pollers and a limiter of its own.
 * 3. Closing the hub closes its watches.
 *
 * Watches are held weakly: one that its program has forgotten is not kept by its hub.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Random from "effect/Random";
import { invalid } from "../client/SgpError.ts";
import type { Transport } from "../client/Transport.ts";
import * as Cursor from "./Cursor.ts";
import { PolledWatch } from "./PolledWatch.ts";
import { Limiter } from "./poll/Budget.ts";
import { Poller } from "./poll/Poller.ts";
import type { Source } from "./source/Source.ts";
import { sourceV4 } from "./source/sourceV4.ts";
import { sourceV5 } from "./source/sourceV5.ts";
import type { EventSink } from "./state/Store.ts";
import * as Environment from "./time/Environment.ts";
import type { Watch } from "./Watch.ts";
import * as Options from "./WatchOptions.ts";

/** Where a tap's events come from: one evaluation's poller. */
export interface EventSource {
  readonly evaluationId: string;
  /** What a watch needs to go on from here. */
  readonly cursor: () => string;
}

/** Listens to a source for as long as it lives; the sink holds the source, so that it lives as long as its sink is kept. */
export type Tap = (source: EventSource) => EventSink & { readonly source: EventSource };

/** Opens a watch of an evaluation; throws an `SgpError` with reason `Invalid` at options that cannot be. */
export type OpenWatch = (evaluationId: string, options?: Options.WatchOptions) => Watch;

/** How a caller would poll, if nobody does yet. */
export interface PollRequest {
  /** Evaluations of different kinds are different, even under one id. */
  readonly kind: "v4" | "v5";
  readonly source: (evaluationId: string, polling: Options.Polling) => Source;
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
}

/** What the watches by one clock share. */
class ClockGroup {
  /** How fast all of them together may send; a budget for all of them belongs here, too. */
  readonly limiter = new Limiter();
  /** The pollers at work, by evaluation. */
  readonly pollers = { v4: new Map<string, Poller>(), v5: new Map<string, Poller>() };
}

export class Hub {
  readonly #tap: Tap | undefined;
  readonly #groups = new WeakMap<Clock.Clock, ClockGroup>();
  #open: ReadonlyArray<WeakRef<Watch>> = [];

  /** @param tap receives the events of every watch */
  constructor(tap?: Tap) {
    this.#tap = tap;
  }

  /** Throws an `SgpError` with reason `Invalid` at options that cannot be. */
  watch(request: PollRequest, evaluationId: string, options: Options.WatchOptions = {}): Watch {
    if (typeof evaluationId !== "string" || evaluationId.trim() === "") {
      const message = `must be the id of an evaluation, not ${evaluationId === "" ? "an empty text" : String(evaluationId)}`;
      throw invalid([{ path: "evaluationId", message }], { endpoint: "watch" });
    }
    const polling = Options.polling(options);
    const since = options.cursor === undefined ? undefined : Cursor.decode(options.cursor, evaluationId);
    const pollers = this.#group(request.clock).pollers[request.kind];
    const atWork = pollers.get(evaluationId);
    const ignored = atWork === undefined ? [] : Options.ignored(options, atWork.polling);
    if (ignored.length > 0) {
      const message = `this evaluation is already watched with other values of: ${ignored.join(", ")}`;
      atWork?.issues.report({ kind: "options-ignored", message });
    }
    const poller = atWork ?? this.#poller(request, evaluationId, polling, options.environment, since);
    return this.#keep(new PolledWatch(poller, pollers, options, since));
  }

  /** Resolves when all of its watches are closed. */
  async close(): Promise<void> {
    const open = this.#open;
    this.#open = [];
    await Promise.all(open.map((watch) => watch.deref()?.close()));
  }

  #poller(
    { kind, source, clock, random }: PollRequest,
    evaluationId: string,
    polling: Options.Polling,
    environment: Environment.Environment = Environment.browser(),
    since: Cursor.CursorState | undefined,
  ): Poller {
    const { limiter, pollers } = this.#group(clock);
    const world = { clock, random, environment, limiter };
    const poller = new Poller(source(evaluationId, polling), world, polling, pollers[kind], since);
    if (this.#tap !== undefined) {
      const cursor = () => Cursor.encode(poller.reconciler.position());
      poller.store.tap(this.#tap({ evaluationId, cursor }));
    }
    return poller;
  }

  #group(clock: Clock.Clock): ClockGroup {
    const group = this.#groups.get(clock) ?? new ClockGroup();
    this.#groups.set(clock, group);
    return group;
  }

  #keep(watch: Watch): Watch {
    const isOpen = (each: WeakRef<Watch>) => (each.deref()?.status._tag ?? "closed") !== "closed";
    this.#open = [...this.#open.filter(isOpen), new WeakRef(watch)];
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
    (kind: PollRequest["kind"], make: typeof sourceV4): OpenWatch =>
    (evaluationId, options) => {
      const source: PollRequest["source"] = (id, { pageSize, include }) =>
        make(transport, { evaluationId: id, pageSize, include });
      return hub.watch({ kind, source, ...time }, evaluationId, options);
    };
  return { v4: open("v4", sourceV4), v5: open("v5", sourceV5) };
};
