/**
 * Watches in Effect: events as a `Stream`.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import * as Stream from "effect/Stream";
import type { SgpError } from "../client/SgpError.ts";
import { Transport } from "../client/Transport.ts";
import { attach } from "./attach.ts";
import type { EventOf, WatchEventType } from "./Event.ts";
import type { SubscribeOptions, WatchOptions } from "./Options.ts";
import type { Watch } from "./Watch.ts";

/** The events of a watch that is already there. Ends when the watch is closed, fails with what ends it. */
export const stream = <Type extends WatchEventType = WatchEventType>(
  watch: Watch,
  options: Omit<SubscribeOptions<Type>, "onEnd"> = {},
): Stream.Stream<EventOf<Type>, SgpError> =>
  Stream.fromAsyncIterable(watch.events<Type>(options), (error) => error as SgpError);

type Attached = ReturnType<typeof attach>;

// The watches of one client share their pollers, whoever asks for them.
const attached = new WeakMap<Transport["Service"], Attached>();

const attachedTo = (transport: Transport["Service"]): Effect.Effect<Attached> =>
  Effect.gen(function* () {
    const known = attached.get(transport);
    if (known !== undefined) return known;
    const services = Context.make(Clock.Clock, yield* Clock.Clock).pipe(
      Context.add(Random.Random, yield* Effect.service(Random.Random)),
    );
    const made = attach(transport, services);
    attached.set(transport, made);
    return made;
  });

const open = (
  evaluationId: string,
  options: WatchOptions,
  version: keyof Attached,
): Effect.Effect<Watch, SgpError, Transport> =>
  Effect.gen(function* () {
    const watches = yield* attachedTo(yield* Transport);
    return yield* Effect.try({
      try: () => watches[version](evaluationId, options),
      catch: (error) => error as SgpError,
    });
  });

/**
 * What happens in an evaluation, as long as the stream runs.
 *
 * Time and chance are the fiber's own `Clock` and `Random`. All streams over one `Transport` share one poller for each evaluation.
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
  options: WatchOptions & Omit<SubscribeOptions<Type>, "onEnd" | "signal"> & { readonly version?: "v4" | "v5" } = {},
): Stream.Stream<EventOf<Type>, SgpError, Transport> =>
  Stream.unwrap(
    Effect.map(
      Effect.acquireRelease(open(evaluationId, options, options.version ?? "v4"), (watch) =>
        Effect.promise(() => watch.close()),
      ),
      (watch) => stream(watch, options),
    ),
  );
