/**
 * Watches in Effect: events as a `Stream`.
 */
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import type { SgpError } from "../client/SgpError.ts";
import { Transport } from "../client/Transport.ts";
import type { EventOf, WatchEventType } from "./event/Event.ts";
import type { Watch } from "./Watch.ts";
import { openWith, WatchHub } from "./WatchHub.ts";
import { parted, type SubscribeOptions, type WatchOptions } from "./WatchOptions.ts";

/** Options of a watch in Effect, and which of the platform's two APIs it reads. Default `v4`. */
export type OpenOptions = WatchOptions & { readonly version?: "v4" | "v5" };

/** Options of a stream of events: those of the watch, and of the subscription to it. */
export type EventsOptions<Type extends WatchEventType = WatchEventType> = WatchOptions &
  Omit<SubscribeOptions<Type>, "onEnd" | "signal">;

/** The events of a watch that is already there. Ends when the watch is closed, fails with what ends it. */
export const stream = <Type extends WatchEventType = WatchEventType>(
  watch: Watch,
  options: Omit<SubscribeOptions<Type>, "onEnd"> = {},
): Stream.Stream<EventOf<Type>, SgpError> =>
  Stream.fromAsyncIterable(watch.events<Type>(options), (error) => error as SgpError);

/** A watch that is closed with its scope. Fails with reason `Invalid` at options that cannot be. */
export const open = (
  evaluationId: string,
  { version = "v4", ...options }: OpenOptions = {},
): Effect.Effect<Watch, SgpError, Transport | WatchHub | Scope.Scope> =>
  Effect.acquireRelease(
    Effect.flatMap(Effect.context<Transport | WatchHub>(), (services) =>
      Effect.flatMap(Transport, (transport) =>
        Effect.flatMap(WatchHub, (hub) =>
          Effect.try({
            try: () => openWith(hub, transport, services)[version](evaluationId, options),
            catch: (error) => error as SgpError,
          }),
        ),
      ),
    ),
    (watch) => Effect.promise(() => watch.close()),
  );

/**
 * The events of an evaluation, as long as the stream runs.
 *
 * Time and chance are the fiber's own `Clock` and `Random`. All streams by one clock, and the watches of the client that the
 * services come from, share one poller for each evaluation. Fails with reason `Invalid` at options that cannot be right, and with what
 * ends the watch.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import * as Stream from "effect/Stream";
 * import { Sgp, watchEvents } from "@evalwire/core";
 *
 * const fetch = async () => Response.json({ detail: "no such evaluation" }, { status: 404 });
 * const program = watchEvents("e1").pipe(
 *   Stream.runCollect,
 *   Effect.catchReason("SgpError", "NotFound", () => Effect.succeed("no such evaluation")),
 *   Effect.provide(Sgp.layer({ apiKey: "a key", fetch })),
 * );
 * await Effect.runPromise(program); // => "no such evaluation"
 * ```
 */
export const watchEvents = <Type extends WatchEventType = WatchEventType>(
  evaluationId: string,
  options: EventsOptions<Type> & Pick<OpenOptions, "version"> = {},
): Stream.Stream<EventOf<Type>, SgpError, Transport | WatchHub> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { version = "v4", ...given } = options;
      const [watching, subscribing] = yield* Effect.try({
        try: () => parted<Type>(given),
        catch: (error) => error as SgpError,
      });
      return stream(yield* open(evaluationId, { ...watching, version }), subscribing);
    }),
  );
