/**
 * Interface between a client and its plugins. A plugin brings the runtime itself, so that a client without
 * plugins does not carry it.
 */
import type * as Context from "effect/Context";
import type * as Effect from "effect/Effect";
import type { Calls } from "../client/Calls.ts";
import type { Settings } from "../client/ClientOptions.ts";
import type { MiddlewareStack } from "../client/http/MiddlewareStack.ts";
import type { Tap } from "../watch/Pollers.ts";
import type { TakenHooks } from "./EventHooks.ts";

/** Where a plugin keeps its runtime. */
export const runtime: unique symbol = Symbol("@evalwire/core/Plugin");

/** The parts of a client that its plugins use. */
export interface PluginDeps {
  readonly settings: Settings;
  /** The client's clock and source of chance. */
  readonly services: Context.Context<never>;
  readonly middleware: MiddlewareStack;
  readonly calls: Calls;
}

/** The plugins of one client at work. */
export interface PluginRuntime {
  /** Waits until every plugin is set up, or left out. */
  readonly ready: Effect.Effect<void>;
  /** Receives the events of every watch. */
  readonly tap: Tap;
  readonly metrics: ReadonlyMap<string, object>;
  readonly resources: ReadonlyMap<string, unknown>;
  /** The hooks marked `once`, when all plugins are set up. */
  readonly takeOnceHooks: () => Promise<TakenHooks>;
  /** Sets them up, one after the other. */
  readonly begin: () => void;
  /** Resolves when all are closed; a second call waits for the first. */
  readonly close: () => Promise<void>;
}

/**
 * A plugin as a client sees it.
 *
 * @typeParam Inside what the plugins' own client is made from
 */
export interface Installable<Inside> {
  readonly name: string;
  readonly [runtime]: new (plugins: ReadonlyArray<never>, deps: PluginDeps, inside: Inside) => PluginRuntime;
}
