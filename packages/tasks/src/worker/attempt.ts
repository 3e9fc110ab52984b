/**
 * One try of a handler at one task, cut short when its answer would come too late.
 *
 * 1. The handler's signal aborts when the lease's does, at the time limit, or when the worker stops hard.
 * 2. It is then waited for, for a while; what it returns after that goes to `onLate`.
 */
import { onAbort } from "@evalwire/core";
import { unwritableAnswers } from "@evalwire/core/contract";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Predicate from "effect/Predicate";
import type { HandlerResult, WorkContext } from "./Options.ts";

/** How a handler ended: with what it returned, or what it threw. */
export type Settled =
  | { readonly _tag: "Returned"; readonly value: unknown }
  | { readonly _tag: "Threw"; readonly error: unknown };

/** A handler at work. `settled` never rejects. */
export interface Started {
  readonly settled: Promise<Settled>;
  /** Breaks it off, where that can be done from outside. */
  readonly interrupt: () => void;
}

/** Begins to work on a task. */
export type Starter = (context: WorkContext) => Started;

export type Attempt =
  | { readonly _tag: "Answered"; readonly value: unknown }
  | { readonly _tag: "Threw"; readonly error: unknown }
  /** Cut short; `value` when it returned one all the same, in time to be looked at. */
  | { readonly _tag: "Cut"; readonly by: "lease" | "timeLimit" | "stop"; readonly value?: unknown };

export interface AttemptArgs {
  readonly start: Starter;
  readonly context: Omit<WorkContext, "signal">;
  readonly timeLimitMillis: number;
  readonly graceMillis: number;
  readonly stop: AbortSignal;
  readonly onLate: (value: unknown) => void;
}

export const whenAborted = <A>(signal: AbortSignal, as: A): Effect.Effect<A> =>
  Effect.callback<A>((resume) => Effect.sync(onAbort(signal, () => resume(Effect.succeed(as)))));

export interface Tried {
  readonly attempt: Attempt;
  readonly millis: number;
}

export const attempt = (args: AttemptArgs): Effect.Effect<Tried> =>
  Effect.gen(function* () {
    const { start, context, timeLimitMillis, graceMillis, stop, onLate } = args;
    const begun = yield* Clock.currentTimeMillis;
    const took = Effect.map(Clock.currentTimeMillis, (now) => Math.max(0, now - begun));
    const abort = new AbortController();
    const work = start({ ...context, signal: abort.signal });
    const settled = Effect.promise(() => work.settled);
    const limit = Number.isFinite(timeLimitMillis) ? Effect.sleep(timeLimitMillis) : Effect.never;
    const cut = Effect.raceFirst(
      Effect.raceFirst(whenAborted(context.lease.signal, "lease" as const), whenAborted(stop, "stop" as const)),
      Effect.as(limit, "timeLimit" as const),
    );
    const first = yield* Effect.raceFirst(settled, cut);
    if (typeof first === "object") {
      const done: Attempt =
        first._tag === "Returned" ? { _tag: "Answered", value: first.value } : { _tag: "Threw", error: first.error };
      return { attempt: done, millis: yield* took };
    }
    const reasons = { lease: context.lease.signal.reason, stop: stop.reason, timeLimit: tooSlow(timeLimitMillis) };
    abort.abort(reasons[first]);
    work.interrupt();
    const late = yield* Effect.raceFirst(settled, Effect.as(Effect.sleep(graceMillis), undefined));
    if (late === undefined) {
      void work.settled.then((end) => {
        if (end._tag === "Returned" && end.value !== undefined) onLate(end.value);
      });
    }
    const value = late?._tag === "Returned" ? late.value : undefined;
    const isAnswered = value !== undefined;
    return { attempt: { _tag: "Cut", by: first, ...(isAnswered ? { value } : {}) }, millis: yield* took };
  });

export const tooSlow = (millis: number): Error => new Error(`The handler took longer than its limit of ${millis} ms.`);

/** Something thrown, as an error. */
export const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** The result of a handler, or an error that says why it cannot be used. */
export const read = (value: unknown, taskId: string): HandlerResult | Error => {
  const wanted = `return { result: answers by question id } or { skip: "why" }`;
  if (value === undefined || value === null)
    return new TypeError(`The handler of task ${taskId} returned nothing: ${wanted}.`);
  if (Predicate.isObject(value) && typeof value["skip"] === "string") return { skip: value["skip"] };
  if (!Predicate.isObject(value) || !Predicate.isObject(value["result"])) {
    return new TypeError(`The handler of task ${taskId} returned something else than it can: ${wanted}.`);
  }
  const { time_spent_labeling_s: seconds } = value;
  if (seconds !== undefined && !(Number.isInteger(seconds) && (seconds as number) >= 0)) {
    return new TypeError(
      `The handler of task ${taskId} gave a time_spent_labeling_s that is no whole number of seconds.`,
    );
  }
  const [wrong] = unwritableAnswers(value["result"]);
  if (wrong !== undefined)
    return new TypeError(`The handler of task ${taskId} returned a result that is no JSON: ${wrong.message}.`);
  return value as unknown as HandlerResult;
};
