"use client";

import type { SgpError } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import * as React from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as Action from "../stores/Action.ts";
import { cell, nothing, whole } from "../stores/Store.ts";
import { useLatest } from "../useLatest.ts";
import { useStore } from "../useStore.ts";
import { type EvaluationId, type Nothing, targetOf } from "../watch/Watched.ts";
import type { ActingHook, OptimisticRow } from "./Arguments.ts";
import { acting } from "./acting.ts";
import type { Runs } from "./Runs.ts";

export interface MutationOptions<A, Args> {
  /** Called with the outcome of each run, also when the component is gone by then. */
  readonly onDone?: (value: A, args: Args) => void;
  /** Called with the failure of each run, also when the component is gone by then. */
  readonly onError?: (error: SgpError, args: Args) => void;
}

export const mutationNames: Record<keyof MutationOptions<unknown, unknown>, true> = { onDone: true, onError: true };

/** An action on tasks, with its state. */
export interface Mutation<Args, A> {
  /** Starts it. Never throws or rejects: `state`, `onDone` and `onError` say how it went. */
  readonly mutate: (args: Args) => void;
  /** Starts it; rejects with the `SgpError`. It is not cancelled when the component goes: the promise says what the server did. */
  readonly mutateAsync: (args: Args) => Promise<A>;
  /** Outcome of the run started last, with its arguments. */
  readonly state: Action.ActionState<A, Args>;
  readonly isRunning: boolean;
  /** Of a run that failed; then nothing of it is shown any more. */
  readonly error: SgpError | undefined;
  /**
   * The tasks that writes under way change, as they will be, by id: to be shown in the place of a row's own fields, and to mark it as
   * "saving". A row stays here until the watch shows what came of the write, and goes at once when the write fails: then the watch's row is
   * as it was before. Before the code that acts is loaded there is none; see `preload`.
   */
  readonly optimistic: ReadonlyMap<string, OptimisticRow>;
  /** Resets the state to idle. */
  readonly reset: () => void;
}

/** Differences between the hooks that act. */
export interface Kind<Args, A, More = unknown> {
  /** Whether a second run waits for the first instead of being sent. */
  readonly exclusive?: boolean;
  /** The options that the hook knows. */
  readonly names?: object;
  /** Further functions of the hook, made of its `mutateAsync`. */
  readonly more?: (mutateAsync: Mutation<Args, A>["mutateAsync"]) => More;
}

const none = cell<ReadonlyMap<string, OptimisticRow>>(new Map());

/**
 * An action on an evaluation and its outcome. Another evaluation begins with a state of its own; a run for the one before
 * goes on, and its promise and callbacks report it.
 *
 * @param hook - for errors, and for what performs it
 * @param kind - keep its reference
 * @param complete - the arguments of a run, of those it is called with
 */
export const useMutation = <Args, A, More>(
  hook: ActingHook,
  kind: Kind<Args, A, More>,
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<A, Args>,
  complete: (args: Args) => Args = whole,
): Mutation<Args, A> & More => {
  checkOptions<object>(hook, options, kind.names ?? mutationNames);
  const context = useEvalwire();
  const { id, version } = targetOf(hook, evaluation);
  const latest = useLatest({ options, complete });
  const [action, own, runsOf] = React.useMemo(() => {
    const action = Action.make<A, Args>(kind);
    let runs: Runs | undefined;
    const runsOf = (module: typeof import("./tasks.ts")): Runs =>
      (runs ??= module.runsOf({ ...context, hook, evaluationId: id, version }));
    const mutateAsync = (given: Args): Promise<A> => {
      const { options, complete } = latest.current;
      const args = complete(given);
      const start = async () => runsOf(await acting.load()).perform(args) as Promise<A>;
      return action.run(args, start, (state) => {
        if (state._tag === "done") options.onDone?.(state.value, args);
        else options.onError?.(state.error, args);
      });
    };
    const mutate = (args: Args) => {
      mutateAsync(args).catch(nothing);
    };
    const own = { mutate, mutateAsync, reset: action.reset, ...(kind.more?.(mutateAsync) as More) };
    return [action, own, runsOf] as const;
  }, [hook, kind, context, id, version, latest]);
  const { module } = useStore(acting);
  const optimistic = useStore<ReadonlyMap<string, OptimisticRow>>(module ? runsOf(module) : none);
  const state = useStore(action);
  return React.useMemo(
    () => ({
      ...own,
      state,
      isRunning: state._tag === "running",
      error: state._tag === "failed" ? state.error : undefined,
      optimistic,
    }),
    [own, state, optimistic],
  );
};

/** The hook of a kind of mutation. */
export const mutationHook =
  <Args, A, More>(hook: ActingHook, kind: Kind<Args, A, More> = {}) =>
  (evaluation: EvaluationId | Nothing, options: MutationOptions<A, Args> = {}): Mutation<Args, A> & More =>
    useMutation(hook, kind, evaluation, options);
