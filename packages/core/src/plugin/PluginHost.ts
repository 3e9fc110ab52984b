/**
 * Parts of a plugin, and the host passed to its setup.
 */
import type * as Duration from "effect/Duration";
import type { CallListener } from "../client/Calls.ts";
import type { Fetch, Middleware } from "../client/http/Attempt.ts";
import type { SGPClient } from "../SGPClient.ts";
import type { CursorJournal } from "../watch/cursor/CursorJournal.ts";
import type { WatchEventType } from "../watch/event/Event.ts";
import type { EventFilter, HookListener, HookOptions } from "./EventHooks.ts";
import type { FetchMiddleware } from "./isolateMiddleware.ts";
import type { ResourceOf } from "./PluginResources.ts";

/** Undoes a registration; may be async, and is idempotent. */
export type Undo = () => unknown;

/** The host passed to a plugin. All times are those of the client's clock. */
export interface PluginHost {
  /** The plugin's own name. */
  readonly name: string;
  /** The client it lives in. Its calls pass through the middleware like all others, and do not wait for plugins to be set up. */
  readonly client: SGPClient;
  /** Aborted when the plugin is closed. */
  readonly signal: AbortSignal;
  /** The fetch the client was given: for a network of the plugin's own. */
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves when the time has passed; rejects with the reason when the plugin is closed, or the given signal aborted, before. */
  readonly sleep: (duration: Duration.Input, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1); repeatable where the client is. */
  readonly random: () => number;
  /** Puts a middleware around every HTTP attempt, inside those put before. */
  readonly around: (middleware: FetchMiddleware) => Undo;
  /** The same for a middleware written in Effect. */
  readonly use: (middleware: Middleware) => Undo;
  /**
   * Calls `listener` with each event of any watch of this client that the filter is for, one at a time; a promise it returns is
   * waited for. It makes no watch by itself.
   */
  readonly on: <Type extends WatchEventType>(
    filter: EventFilter<Type>,
    listener: HookListener<Type>,
    options?: HookOptions,
  ) => Undo;
  /** Calls `listener` when a call starts, and when it has succeeded or failed. */
  readonly onCall: (listener: CallListener) => Undo;
  /** Registers a scorer for a type of metric, to be found in `client.metrics`; see `computeMetrics` of `@evalwire/metrics`. */
  readonly metric: (type: string, scorer: object) => Undo;
  /** Registers a value under a name; read it with `client.resource(name)`. */
  readonly provide: <Name extends string>(name: Name, value: ResourceOf<Name>) => Undo;
  /** The value a plugin before this one provides; `undefined` when there is nothing of that name. */
  readonly resource: <Name extends string>(name: Name) => ResourceOf<Name> | undefined;
  /** The ids of the evaluations that this client's watches are of. */
  readonly watched: () => ReadonlyArray<string>;
  /**
   * A function that gives an evaluation's cursor, as of when it is called: what all subscriptions of this client's watches have finished
   * handling. It keeps alive what is known of the evaluation; `undefined` for one that is not watched.
   */
  readonly cursorOf: (evaluationId: string) => (() => string) | undefined;
  /** The same cursor portion by portion, as it moves: for thousands of tasks. */
  readonly journalOf: (evaluationId: string) => CursorJournal | undefined;
  /** How many events wait in the longest queue of an evaluation's subscribers and hooks; `undefined` for one that is not watched. */
  readonly waitingOf: (evaluationId: string) => number | undefined;
  /** Reports a failure of the plugin's own, under its name. */
  readonly report: (error: unknown, during?: string) => void;
}

/** How long a plugin may take, in time of the client's clock. */
export interface PluginLimits {
  /** To be set up. Default 10 s. */
  readonly setup?: Duration.Input;
  /** In one of its middleware, apart from the attempt inside. Default 5 s. */
  readonly middleware?: Duration.Input;
  /** With one event, before it is reported; it is waited for all the same. Default 30 s. */
  readonly listener?: Duration.Input;
  /** To be closed. Default 10 s. */
  readonly close?: Duration.Input;
}

export interface PluginDefinition {
  /** Unlike that of any other plugin of the client. */
  readonly name: string;
  /** The names of plugins that must be declared before this one. */
  readonly requires?: ReadonlyArray<string>;
  readonly limits?: PluginLimits;
  /** Registers what the plugin does; may return its undo, which is called first when the plugin is closed. */
  readonly setup: (host: PluginHost) => Undo | void | PromiseLike<Undo | void>;
}
