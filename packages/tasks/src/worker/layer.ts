/** The worker in Effect: a program that runs it, and a Layer that has it run as long as its scope. */
import { Sgp, type Transport } from "@evalwire/core";
import * as Cause from "effect/Cause";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import { spanned } from "../spanned.ts";
import type { Settled, Starter } from "./attempt.ts";
import { type EffectHandler, millis, type WorkerOptions } from "./Options.ts";
import { type StopOptions, Worker, type WorkerReport } from "./TaskWorker.ts";

const starterOf =
  <E, R>(handler: EffectHandler<E, R>, services: Context.Context<R>): Starter =>
  (context) => {
    const fiber = Effect.runForkWith(services)(Effect.suspend(() => handler(context)));
    const settled = Effect.runPromise(Fiber.await(fiber)).then(
      (exit): Settled =>
        Exit.isSuccess(exit)
          ? { _tag: "Returned", value: exit.value }
          : { _tag: "Threw", error: Cause.squash(exit.cause) },
    );
    return { settled, interrupt: () => Effect.runFork(Fiber.interrupt(fiber)) };
  };

export interface EffectWorkerOptions extends WorkerOptions, StopOptions {
  /**
   * Several transports for several tasks at a time, one for each user; the program's own `Transport` when left out. Plugins of `Sgp` layers observe
   * the lanes whose context has that `Sgp`: build each with `Layer.build(Sgp.layer(…))`.
   */
  readonly transports?: ReadonlyArray<Context.Context<Transport>>;
}

const make = <E, R>({ transports, within: _, ...options }: EffectWorkerOptions, handler: EffectHandler<E, R>) =>
  Effect.map(Effect.context<Transport | R>(), (services) => {
    const own = transports?.map((one) => Context.merge(services, one));
    const worker = new Worker(own ?? [services], options, starterOf(handler, services));
    worker.observers = observersOf;
    return worker;
  });

/** The listener that plugins of a lane's `Sgp` provide; a program with only a `Transport` has no plugins. */
const observersOf: Worker["observers"] = (services) =>
  Option.match(Context.getOption(services as Context.Context<never>, Sgp), {
    onNone: () => [],
    onSome: (sgp) => {
      const observer = Effect.runSync(sgp.resource("taskWorker"));
      return observer === undefined ? [] : [observer];
    },
  });

/**
 * Runs a worker until it has ended: with an error in every lane, or, where `stopWhenEmpty`, when nothing is left. Interrupted, it stops as `TaskWorker.stop`
 * does, within `within` (30 seconds when left out).
 *
 * @param options - as for `TaskWorker`; `within`; `transports` for several lanes
 * @param handler - gives the answers to one task; it is interrupted where the promises' `signal` aborts
 * @throws nothing that is typed: errors of the platform are in the report; a defect is a `RangeError` at options that cannot be right
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { runWorker } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 *
 * const fetch = async () => Response.json(null);
 * const program = runWorker({ evaluation_id: "e1", stopWhenEmpty: true }, () => Effect.succeed({ result: { fluent: "yes" } }));
 * const { counts } = await Effect.runPromise(Effect.provide(program, Sgp.layer({ apiKey: "a key", fetch })));
 * counts.claimed; // => 0
 * ```
 */
export const runWorker = <E, R>(
  options: EffectWorkerOptions,
  handler: EffectHandler<E, R>,
): Effect.Effect<WorkerReport, never, Transport | R> =>
  Effect.flatMap(make(options, handler), (worker) => running(worker, options)).pipe(
    spanned("runWorker", options.evaluation_id),
  );

const running = (worker: Worker, { within = "30 seconds" }: StopOptions): Effect.Effect<WorkerReport> =>
  Effect.suspend(() => {
    const withinMillis = millis("within", within);
    return Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkDetach(worker.run);
        const stop = Effect.raceFirst(
          Effect.asVoid(Fiber.await(fiber)),
          Effect.andThen(worker.stopping(withinMillis), Effect.never),
        );
        return yield* restore(Fiber.join(fiber)).pipe(Effect.onInterrupt(() => stop));
      }),
    );
  });

/** A worker that runs as long as the layer's scope; see `workerLayer`. */
export class RunningWorker extends Context.Service<
  RunningWorker,
  Pick<Worker, "counts" | "inHand" | "progress" | "subscribe">
>()("@evalwire/tasks/RunningWorker") {}

/**
 * A Layer that has a worker run as long as its scope, and stops it, within `within`, when the scope closes.
 *
 * @throws nothing that is typed; a defect is a `RangeError` at options that cannot be right
 *
 * @example
 * ```ts
 * import { Sgp } from "@evalwire/core";
 * import { RunningWorker, workerLayer } from "@evalwire/tasks/effect";
 * import * as Effect from "effect/Effect";
 * import * as Layer from "effect/Layer";
 *
 * const fetch = async () => Response.json(null);
 * const worker = workerLayer({ evaluation_id: "e1" }, () => Effect.succeed({ result: { fluent: "yes" } }));
 * const layer = Layer.provide(worker, Sgp.layer({ apiKey: "a key", fetch }));
 * const program = Effect.map(RunningWorker, ({ inHand }) => inHand);
 * await Effect.runPromise(Effect.provide(program, layer)); // => []
 * ```
 */
export const workerLayer = <E, R>(
  options: EffectWorkerOptions,
  handler: EffectHandler<E, R>,
): Layer.Layer<RunningWorker, never, Transport | R> =>
  Layer.effect(
    RunningWorker,
    Effect.gen(function* () {
      const worker = yield* make(options, handler);
      yield* Effect.forkScoped(running(worker, options));
      return worker;
    }),
  );
