import type { Evaluations } from "@evalwire/core/contract";
import { useCallback, useMemo } from "react";
import { useEvalwire } from "./EvalwireProvider.tsx";
import * as Remote from "./stores/Remote.ts";
import { useStore } from "./useStore.ts";

export interface EvaluationOptions {
  /** What to read along, e.g. `["EvaluationConfig"]`; nothing when left out. */
  readonly view?: ReadonlyArray<Evaluations.View>;
}

export interface RemoteEvaluation extends Remote.RemoteState<Evaluations.Evaluation> {
  /** Reads it again. What was read before stays until the answer is there. */
  readonly reload: () => void;
}

const all = <A>(state: A): A => state;

/**
 * The whole evaluation, configuration included, read once; `useEvaluationProgress` is what follows it live.
 *
 * @example
 * ```tsx
 * import { useEvaluation } from "@evalwire/react-hooks";
 *
 * const Title = () => {
 *   const { value, error, isLoading, reload } = useEvaluation("ev_1", { view: ["EvaluationConfig"] });
 *   if (error !== undefined) return <button onClick={reload}>{String(error)}; try again</button>;
 *   return <h1>{isLoading ? "…" : value?.name}</h1>;
 * };
 * ```
 */
export const useEvaluation = (evaluationId: string, options: EvaluationOptions = {}): RemoteEvaluation => {
  const { client } = useEvalwire();
  const view = options.view?.join("\n");
  const remote = useMemo(() => {
    const args = { evaluation_id: evaluationId, ...(view === undefined ? {} : { view: view.split("\n") }) };
    return Remote.make((signal) => client.evaluations.retrieve(args, { signal }));
  }, [client, evaluationId, view]);
  const state = useStore(remote, all);
  const reload = useCallback(() => remote.reload(), [remote]);
  return useMemo(() => ({ ...state, reload }), [state, reload]);
};
