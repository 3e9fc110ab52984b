/**
 * The client as an Effect service.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import * as Options from "./client/ClientOptions.ts";
import * as Resources from "./client/Resources.ts";
import type { SgpError } from "./client/SgpError.ts";
import { type Around, Transport } from "./client/Transport.ts";
import * as Origin from "./Origin.ts";
import type { ResourceOf } from "./plugin/PluginResources.ts";
import type { EventOf, WatchEventType } from "./watch/event/Event.ts";
import { type EventsOptions, open, watchEvents } from "./watch/stream.ts";
import type { Watch } from "./watch/Watch.ts";
import type { WatchHub } from "./watch/WatchHub.ts";
import type { WatchOptions } from "./watch/WatchOptions.ts";

/** Options of a layer: the clock and the source of chance are the program's own. */
export type SgpOptions = Origin.OriginOptions;

/** Watches of evaluations, by the clock and the source of chance of the fiber that opens them. */
export interface Watching {
  /** A live view of an evaluation's tasks, closed with its scope. Fails with reason `Invalid` at options that cannot be right. */
  readonly watch: (evaluationId: string, options?: WatchOptions) => Effect.Effect<Watch, SgpError, Scope.Scope>;
  /** The events of an evaluation, as long as the stream runs; it fails with the error that ends the watch. */
  readonly events: <Type extends WatchEventType = WatchEventType>(
    evaluationId: string,
    options?: EventsOptions<Type>,
  ) => Stream.Stream<EventOf<Type>, SgpError>;
}

/** Every method of the platform as an Effect, the watches, and what plugins registered. */
export interface SgpMethods extends Resources.Resources, Watching {
  readonly v5: Resources.Resources["v5"] & Watching;
  /** The scorers that plugins registered, by type of metric: the `scorers` of `computeMetrics`. */
  readonly metrics: Effect.Effect<Readonly<Record<string, any>>>;
  /** The value a plugin provides under a name; `undefined` when no plugin does, or it is not set up yet. */
  readonly resource: <Name extends string>(name: Name) => Effect.Effect<ResourceOf<Name> | undefined>;
}

/** Shows a call to the tracer of the program, which is the native one of Effect where it has none of its own. */
const spanned: Around = (endpoint, call) =>
  Effect.withSpan(call, `evalwire ${endpoint.name}`, {
    attributes: { "http.request.method": endpoint.method, "url.template": endpoint.path },
  });

/**
 * Every method of the platform as an Effect; a list is a `Stream` of its items. `watch` and `events` are live views of an
 * evaluation, which share their pollers with all others through this layer.
 *
 * Calls take their time and chance from the fiber they are made in, and are spans of its tracer, e.g. `evalwire evaluations.retrieve`; so are
 * `evalwire watch`, which lasts as long as the watch, and `evalwire events`, which lasts as long as the stream.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import { Sgp } from "@evalwire/core";
 *
 * const fetch = async () => Response.json({ detail: "no such evaluation" }, { status: 404 });
 * const program = Effect.gen(function* () {
 *   const sgp = yield* Sgp;
 *   return yield* sgp.evaluations.retrieve("e1");
 * }).pipe(
 *   Effect.map((evaluation) => evaluation.name),
 *   Effect.catchReason("SgpError", "NotFound", () => Effect.succeed("no such evaluation")),
 *   Effect.provide(Sgp.layer({ apiKey: "a key", fetch })),
 * );
 *
 * await Effect.runPromise(program); // => "no such evaluation"
 * ```
 */
export class Sgp extends Context.Service<Sgp, SgpMethods>()("@evalwire/core/Sgp") {
  /**
   * The methods, and the `Transport` and `WatchHub` under them; watches and plugins are closed with the layer. Fails with reason
   * `Invalid` when the options cannot be right, e.g. without a key.
   */
  static layer(options: SgpOptions = {}): Layer.Layer<Sgp | Transport | WatchHub, SgpError> {
    const services = Effect.map(Origin.open(options), (origin) => {
      const own = origin.connect(Options.settle(options), spanned);
      return Context.add(own, Sgp, methods(own, origin));
    });
    return Layer.effectContext(services);
  }
}

/** Polls are shared by all watches of an evaluation, so they are no children of the span of the watch that happened to be first. */
const spanOf = (evaluationId: string) => ({ attributes: { "evalwire.evaluation.id": evaluationId } });

const watching = (services: Context.Context<Transport | WatchHub>, version: "v4" | "v5"): Watching => ({
  watch: (evaluationId, options) =>
    Effect.andThen(
      Effect.makeSpanScoped("evalwire watch", spanOf(evaluationId)),
      Effect.provide(open(evaluationId, { ...options, version }), services),
    ),
  events: (evaluationId, options) =>
    Stream.provide(watchEvents(evaluationId, { ...options, version }), services).pipe(
      Stream.withSpan("evalwire events", spanOf(evaluationId)),
    ),
});

const methods = (services: Context.Context<Transport | WatchHub>, { metrics, resource }: Origin.Shared): SgpMethods => {
  const resources = Resources.make(Context.get(services, Transport));
  return {
    ...resources,
    ...watching(services, "v4"),
    v5: { ...resources.v5, ...watching(services, "v5") },
    metrics: Effect.sync(metrics),
    resource: (name) => Effect.sync(() => resource(name)),
  };
};
