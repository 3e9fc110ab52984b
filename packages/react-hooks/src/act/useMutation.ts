"use client";

import type { SgpError } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import * as React from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as Action from "../stores/Action.ts";
import { nothing, whole } from "../stores/Store.ts";
import { invalid } from "../stores/sgpErrorOf.ts";
import { useLatest } from "../useLatest.ts";
import { useStore } from "../useStore.ts";
import { type EvaluationId, type Nothing, targetOf } from "../watch/Watched.ts";
import type { OptimisticRow } from "./Arguments.ts";
import { acting } from "./acting.ts";
import type { Runs, Target } from "./tasks.ts";

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
   * as it was before.
   */
  readonly optimistic: ReadonlyMap<string, OptimisticRow>;
  /** Resets the state to idle. */
  readonly reset: () => void;
}

/** One kind of mutation. */
export interface Kind<Args, A, Acts = unknown> {
  /** The hook, for errors and for what performs it. */
  readonly name: keyof Runs;
  /** Whether a second run waits for the first instead of being sent. */
  readonly exclusive?: boolean;
  /** Its expected effect on the watch. */
  readonly optimistic: (args: Args) => Iterable<OptimisticRow>;
  /** The options that the hook knows. */
  readonly names?: object;
  /** What the hook can do beside `mutateAsync`, which it is given. */
  readonly acts?: (mutateAsync: Mutation<Args, A>["mutateAsync"]) => Acts;
}

const none: ReadonlyMap<string, OptimisticRow> = new Map();

const rowsOf = <Args>(kind: Kind<Args, any>, args: Args): ReadonlyArray<OptimisticRow> => {
  try {
    return [...kind.optimistic(args)];
  } catch {
    // Arguments that are none have no rows; the run itself says what is wrong with them.
    return [];
  }
};

/**
 * An action on an evaluation and its outcome. Another evaluation begins with a state of its own; a run for the one before
 * goes on, and its promise and callbacks report it.
 *
 * @param complete - the arguments of a run, of those it is called with
 */
export const useMutation = <Args, A, Acts>(
  kind: Kind<Args, A, Acts>,
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<A, Args>,
  complete: (args: Args) => Args = whole,
): Mutation<Args, A> & Acts => {
  const { name, names = mutationNames, acts } = kind;
  checkOptions<object>(name, options, names);
  const { client, clock, watches } = useEvalwire();
  const { id, version } = targetOf(name, evaluation);
  const latest = useLatest({ options, complete });
  React.useEffect(() => {
    acting.load().catch(nothing);
  }, []);
  const [action, own] = React.useMemo(() => {
    const action = Action.make<A, Args>({
      ...kind,
      // A run that is done was carried out by what was loaded for it.
      echoed: (args) => acting.snapshot().module?.echoed(watches.store(id!, version), rowsOf(kind, args), clock),
    });
    const mutateAsync = (given: Args): Promise<A> => {
      const { options, complete } = latest.current;
      const args = complete(given);
      const start = async () => {
        if (id === undefined) throw invalid("evaluation", "is missing: there is none yet", { endpoint: name });
        const { runs } = acting.snapshot().module ?? (await acting.load());
        const run = runs[name] as unknown as (target: Target, args: Args) => Promise<A>;
        return run({ hook: name, client, evaluationId: id, version }, args);
      };
      return action.run(args, start, (state) => {
        if (state._tag === "done") options.onDone?.(state.value, args);
        else options.onError?.(state.error, args);
      });
    };
    const mutate = (args: Args) => {
      mutateAsync(args).catch(nothing);
    };
    return [action, { mutate, mutateAsync, reset: action.reset, ...(acts?.(mutateAsync) as Acts) }] as const;
  }, [kind, name, acts, client, clock, watches, id, version, latest]);
  const { state, pending } = useStore(action, whole);
  return React.useMemo(
    () => ({
      ...own,
      state,
      isRunning: state._tag === "running",
      error: state._tag === "failed" ? state.error : undefined,
      optimistic:
        pending.length === 0
          ? none
          : new Map(pending.flatMap((args) => rowsOf(kind, args).map((row) => [row.id, row] as const))),
    }),
    [kind, own, state, pending],
  );
};

/** The hook of a kind of mutation. */
export const mutationHook =
  <Args, A, Acts>(kind: Kind<Args, A, Acts>) =>
  (evaluation: EvaluationId | Nothing, options: MutationOptions<A, Args> = {}): Mutation<Args, A> & Acts =>
    useMutation(kind, evaluation, options);
