"use client";

import { type SGPClient, SgpError, type TaskRow } from "@evalwire/core";
import * as React from "react";
import { useClient } from "../EvalwireProvider.tsx";
import * as Action from "../stores/Action.ts";
import { sgpErrorOf } from "../stores/sgpErrorOf.ts";
import { useLatest } from "../useLatest.ts";
import { useStore } from "../useStore.ts";
import { checkWatched, type EvaluationId, evaluationOf, type Nothing } from "../watch/Watched.ts";
import { type Acting, acting } from "./acting.ts";

export interface MutationOptions<A, Args> {
  /** Called with the outcome of each run, also when the component is gone by then. */
  readonly onDone?: (value: A, args: Args) => void;
  /** Called with the failure of each run, also when the component is gone by then. */
  readonly onError?: (error: SgpError, args: Args) => void;
}

export const mutationNames: Record<keyof MutationOptions<unknown, unknown>, true> = { onDone: true, onError: true };

/** What a write makes of a task's row, before the server has said so. */
export interface OptimisticRow extends Partial<Omit<TaskRow, "id">> {
  readonly id: string;
}

/** An action on tasks, with its state. */
export interface Mutation<Args, A> {
  /** Starts it. Never throws or rejects: `state`, `onDone` and `onError` say how it went. */
  readonly mutate: (args: Args) => void;
  /** Starts it; rejects with the `SgpError`. It is not cancelled when the component goes: the promise says what the server did. */
  readonly mutateAsync: (args: Args) => Promise<A>;
  /** What became of the run started last, with its arguments. */
  readonly state: Action.ActionState<A, Args>;
  readonly isRunning: boolean;
  /** Of a run that failed; then nothing of it is shown any more. */
  readonly error: SgpError | undefined;
  /**
   * The tasks that writes under way change, as they will be, by id: to mark rows as "saving". Empty once they are done or rolled back. A
   * watch of the same client shows the same by itself.
   */
  readonly optimistic: ReadonlyMap<string, OptimisticRow>;
  /** Resets the state to idle. */
  readonly reset: () => void;
}

/** How one kind of mutation is carried out. */
export interface Kind<Args, A> {
  readonly name: string;
  /** Whether a second run waits for the first instead of being sent. */
  readonly exclusive?: boolean;
  readonly run: (target: Target, args: Args) => Promise<A>;
  /** What the watch will show of it. */
  readonly optimistic?: (args: Args) => Iterable<OptimisticRow>;
}

/** What a mutation acts on. */
export interface Target extends Acting {
  readonly client: SGPClient;
  readonly evaluationId: string;
  readonly version: "v4" | "v5";
}

export const invalid = (name: string, path: string, message: string): SgpError =>
  new SgpError({ reason: { _tag: "Invalid", issues: [{ path, message }] }, endpoint: name, attempts: 0 });

/** Refuses what v5 has no route for. */
export const onlyV4 = ({ version }: Target, name: string): void => {
  if (version === "v5") throw invalid(name, "evaluation", "is one of v5, which has no public route for this");
};

const none: ReadonlyMap<string, OptimisticRow> = new Map();
const all = <A>(state: A): A => state;
const ignore = (): void => undefined;

/**
 * An action on an evaluation and what became of it. Another evaluation begins with a state of its own; what is under way for the one before
 * goes on, and its promise and callbacks tell.
 */
export const useMutation = <Args, A>(
  kind: Kind<Args, A>,
  evaluation: EvaluationId | Nothing,
  options: MutationOptions<A, Args>,
): Mutation<Args, A> => {
  checkWatched(kind.name, evaluation);
  const client = useClient();
  const { id = "", version = "v4" } = evaluation === null || evaluation === undefined ? {} : evaluationOf(evaluation);
  const key = `${version}/${id}`;
  const [own, setOwn] = React.useState(() => ({ key, client, action: Action.make<A, Args>(kind) }));
  let { action } = own;
  if (own.key !== key || own.client !== client) {
    action = Action.make<A, Args>(kind);
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
        if (id === "") throw invalid(kind.name, "evaluation", "is missing: there is none yet");
        return kind.run({ ...(acting.atHand() ?? (await acting.load())), client, evaluationId: id, version }, args);
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
  const { state, pending } = useStore(action, all);
  return React.useMemo(() => {
    const optimistic =
      pending.length === 0 || kind.optimistic === undefined
        ? none
        : new Map(pending.flatMap((args) => [...kind.optimistic!(args)].map((row) => [row.id, row] as const)));
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
