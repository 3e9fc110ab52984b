"use client";

import { SgpError } from "@evalwire/core";
import * as React from "react";
import { checkOptions } from "../checkOptions.ts";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as Action from "../stores/Action.ts";
import { whole } from "../stores/Store.ts";
import { sgpErrorOf } from "../stores/sgpErrorOf.ts";
import { useLatest } from "../useLatest.ts";
import { useStore } from "../useStore.ts";
import { checkWatched, type EvaluationId, evaluationOf, type Nothing } from "../watch/Watched.ts";
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
export interface Kind<Args> {
  /** The hook, for errors. */
  readonly name: string;
  /** The function that performs it. */
  readonly run: keyof Runs;
  /** Whether a second run waits for the first instead of being sent. */
  readonly exclusive?: boolean;
  /** Its expected effect on the watch. */
  readonly optimistic: (args: Args) => Iterable<OptimisticRow>;
}

const missing = (hook: string): SgpError => {
  const issues = [{ path: "evaluation", message: "is missing: there is none yet" }];
  return new SgpError({ reason: { _tag: "Invalid", issues }, endpoint: hook, attempts: 0 });
};

const none: ReadonlyMap<string, OptimisticRow> = new Map();
const ignore = (): void => undefined;

const rowsOf = <Args>(kind: Kind<Args>, args: Args): ReadonlyArray<OptimisticRow> => {
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
 */
export const useMutation = <Args, A>(
  kind: Kind<Args>,
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<A, Args>,
  names: object = mutationNames,
): Mutation<Args, A> => {
  checkOptions(kind.name, options, names);
  checkWatched(kind.name, evaluation);
  const { client, clock, watches } = useEvalwire();
  const { id = "", version = "v4" } = evaluation === null || evaluation === undefined ? {} : evaluationOf(evaluation);
  const key = `${version}/${id}`;
  const make = () =>
    Action.make<A, Args>({
      ...kind,
      // A run that is done was carried out by what was loaded for it.
      echoed: (args) => acting.snapshot().module?.echoed(watches.store(id, version), rowsOf(kind, args), clock),
    });
  const [own, setOwn] = React.useState(() => ({ key, client, action: make() }));
  let { action } = own;
  if (own.key !== key || own.client !== client) {
    action = make();
    setOwn({ key, client, action });
  }
  const latest = useLatest(options);
  React.useEffect(() => {
    acting.load().catch(ignore);
  }, []);
  const mutateAsync = React.useCallback(
    (args: Args): Promise<A> => {
      const { onDone, onError } = latest.current;
      let isNew = false;
      const start = async () => {
        isNew = true;
        if (id === "") throw missing(kind.name);
        const { runs } = acting.snapshot().module ?? (await acting.load());
        const run = runs[kind.run] as unknown as (target: Target, args: Args) => Promise<A>;
        return run({ hook: kind.name, client, evaluationId: id, version }, args);
      };
      const run = action.run(args, start);
      const settled = run.then(
        (value) => (isNew ? onDone?.(value, args) : undefined),
        (error) => (isNew ? onError?.(sgpErrorOf(error), args) : undefined),
      );
      // A callback that throws is a bug of the page's own, and shows as one.
      settled.catch((bug: unknown) => globalThis.reportError?.(bug));
      return run;
    },
    [kind, action, client, id, version, latest],
  );
  const mutate = React.useCallback(
    (args: Args): void => {
      mutateAsync(args).catch(ignore);
    },
    [mutateAsync],
  );
  const { state, pending } = useStore(action, whole);
  return React.useMemo(() => {
    const optimistic =
      pending.length === 0
        ? none
        : new Map(pending.flatMap((args) => rowsOf(kind, args).map((row) => [row.id, row] as const)));
    return {
      mutate,
      mutateAsync,
      state,
      isRunning: state._tag === "running",
      error: state._tag === "failed" ? state.error : undefined,
      optimistic,
      reset: action.reset,
    };
  }, [kind, mutate, mutateAsync, state, pending, action]);
};
