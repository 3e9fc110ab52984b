/**
 * The pollers of one server and account, their limiter, and the plugins' tap: the part of a `WatchHub` that polls, with all it
 * needs. A client loads it with its first watch.
 *
 * 1. An evaluation has one poller for all its watchers: promises or Effect, the client or one derived from it.
 * 2. Programs that run by different clocks share nothing: each has pollers and a limiter of its own.
 */
import type * as Clock from "effect/Clock";
import type * as Random from "effect/Random";
import type { Transport } from "../client/Transport.ts";
import type * as Cursor from "./cursor/Cursor.ts";
import { PolledWatch } from "./PolledWatch.ts";
import { Limiter } from "./poll/Budget.ts";
import { Poller } from "./poll/Poller.ts";
import { type ClientLimits, Turnstile } from "./poll/Turnstile.ts";
import { Include } from "./source/Include.ts";
import { PageSize } from "./source/PageSize.ts";
import type { Source } from "./source/Source.ts";
import { sourceV4 } from "./source/sourceV4.ts";
import { sourceV5 } from "./source/sourceV5.ts";
import type { EventSink, Store } from "./state/Store.ts";
import * as Environment from "./time/Environment.ts";
import type { Watch } from "./Watch.ts";
import * as Options from "./WatchOptions.ts";

/** Where a tap's events come from: one evaluation's poller. */
export interface EventSource {
  readonly evaluationId: string;
  /** The known state, and the positions of its consumers. */
  readonly store: Store;
}

/** Listens to a source for as long as it lives; the sink holds the source, so that it lives as long as its sink is kept. */
export type Tap = (source: EventSource) => EventSink & { readonly source: EventSource };

/** The query of the list, which may change while it is read. */
export interface Reading {
  readonly pageSize: PageSize;
  readonly include: Include;
}

/** How a caller would poll, if there is no poller yet. */
export interface PollRequest {
  /** Evaluations of different kinds are different, even under one id. */
  readonly kind: "v4" | "v5";
  readonly source: (evaluationId: string, reading: Reading) => Source;
  readonly clock: Clock.Clock;
  readonly random: (typeof Random.Random)["Service"];
}

/** Reads evaluations of a kind through a transport. */
export const reading =
  (kind: PollRequest["kind"], transport: Transport["Service"]): PollRequest["source"] =>
  (evaluationId, { pageSize, include }) =>
    (kind === "v4" ? sourceV4 : sourceV5)(transport, { evaluationId, pageSize, include });

/** State shared by the watches of one clock. */
class ClockGroup {
  /** How fast all of them together may send. */
  readonly limiter = new Limiter();
  /** Their common budget, and who is next. */
  readonly turnstile: Turnstile;
  /** The pollers at work, by evaluation. */
  readonly pollers = { v4: new Map<string, Poller>(), v5: new Map<string, Poller>() };

  constructor(limits: ClientLimits | undefined) {
    this.turnstile = new Turnstile(this.limiter, limits);
  }
}

export class Pollers {
  readonly #tap: Tap | undefined;
  readonly #limits: ClientLimits | undefined;
  readonly #groups = new WeakMap<Clock.Clock, ClockGroup>();

  /**
   * @param tap receives the events of every watch
   * @param limits what all watches together may send
   */
  constructor(tap?: Tap, limits?: ClientLimits) {
    this.#tap = tap;
    this.#limits = limits;
  }

  /** @param since what `options.cursor` says; throws an `SgpError` with reason `Invalid` at options that cannot be */
  watch(
    request: PollRequest,
    evaluationId: string,
    options: Options.WatchOptions = {},
    since: Cursor.CursorState | undefined = Options.since(evaluationId, options),
  ): Watch {
    const polling = Options.polling(options);
    const pollers = this.#group(request.clock).pollers[request.kind];
    const atWork = pollers.get(evaluationId);
    const ignored = atWork === undefined ? [] : Options.ignored(options, atWork.polling);
    const poller = atWork ?? this.#poller(request, evaluationId, polling, options.environment, since);
    poller.include(polling.include);
    const others = `this evaluation is already watched with other values of: ${ignored.join(", ")}`;
    const noHistory = "API v5 has no route for the history of a task: events carry what looks show";
    const messages = [
      ...(ignored.length === 0 ? [] : [others]),
      ...(options.history === true && !poller.wantHistory() ? [noHistory] : []),
    ];
    const issues = messages.map((message) => ({ kind: "options-ignored", message }) as const);
    return new PolledWatch(poller, pollers, options, since, issues);
  }

  #poller(
    { kind, source, clock, random }: PollRequest,
    evaluationId: string,
    polling: Options.Polling,
    environment: Environment.Environment = Environment.browser(),
    since: Cursor.CursorState | undefined,
  ): Poller {
    const { limiter, turnstile, pollers } = this.#group(clock);
    const world = { clock, random, environment, limiter, turnstile };
    const reading = {
      pageSize: new PageSize(polling.pageSize, polling.largestPage),
      include: new Include(polling.include),
    };
    const poller = new Poller(source(evaluationId, reading), world, polling, pollers[kind], since, reading);
    if (this.#tap !== undefined) {
      const { store } = poller;
      store.tap(this.#tap({ evaluationId, store }));
    }
    return poller;
  }

  #group(clock: Clock.Clock): ClockGroup {
    const group = this.#groups.get(clock) ?? new ClockGroup(this.#limits);
    this.#groups.set(clock, group);
    return group;
  }
}
