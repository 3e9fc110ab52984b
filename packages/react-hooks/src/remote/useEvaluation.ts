import type { Evaluations, v5 } from "@evalwire/core/contract";
import { useCallback, useMemo } from "react";
import { checkOptions } from "../checkOptions.ts";
import { useClient } from "../EvalwireProvider.tsx";
import { checkWatched, type EvaluationId, evaluationOf, type Nothing } from "../watch/Watched.ts";
import { type RemoteOptions, type RemoteResult, remoteNames, useRemote } from "./useRemote.ts";

/** The evaluation as its version of the API has it. */
export type EvaluationOf<W> = W extends { readonly v5: string } ? v5.Evaluations.Evaluation : Evaluations.Evaluation;

export interface EvaluationOptions<T = Evaluations.Evaluation, A = T> extends RemoteOptions<T, A> {
  /** Views to read along, e.g. `["EvaluationConfig"]`, in v4; nothing when left out. */
  readonly view?: ReadonlyArray<Evaluations.View>;
}

const names: Record<keyof EvaluationOptions, true> = { ...remoteNames, view: true };

export interface RemoteEvaluation<A = Evaluations.Evaluation> extends RemoteResult<A> {
  /** Reads it again. The earlier value stays until the answer is there. */
  readonly reload: () => void;
}

/**
 * The whole evaluation, configuration included, read once; `useEvaluationProgress` follows it live. Components that request the
 * same share one request.
 *
 * @param evaluation - an id, `{ v5: id }`, or `null` to read nothing yet
 *
 * @example
 * ```tsx
 * import { useEvaluation } from "@evalwire/react-hooks";
 *
 * const Title = () => {
 *   const { value, error, isLoading, reload } = useEvaluation("ev_1", { view: ["EvaluationConfig"] });
 *   if (error !== undefined) return <button onClick={reload}>{error.message}; try again</button>;
 *   return <h1>{isLoading ? "…" : value?.name}</h1>;
 * };
 * ```
 */
export const useEvaluation = <const W extends EvaluationId | Nothing, A = EvaluationOf<W>>(
  evaluation: W,
  options: EvaluationOptions<EvaluationOf<W>, A> = {},
): RemoteEvaluation<A> => {
  checkOptions("useEvaluation", options, names);
  checkWatched("useEvaluation", evaluation);
  const client = useClient();
  const known = evaluation === null || evaluation === undefined ? undefined : evaluationOf(evaluation);
  const fetch = (signal: AbortSignal): Promise<EvaluationOf<W>> => {
    const { id, version } = known!;
    const view = options.view === undefined ? {} : { view: options.view };
    const args = { evaluation_id: id, ...view };
    const read =
      version === "v5" ? client.v5.evaluations.retrieve(id, { signal }) : client.evaluations.retrieve(args, { signal });
    return read as Promise<EvaluationOf<W>>;
  };
  const key = known && `evaluation ${known.version} ${options.view?.join() ?? ""} ${known.id}`;
  const [result, remote] = useRemote(key, fetch, options);
  const reload = useCallback(() => remote?.reload(), [remote]);
  return useMemo(() => ({ ...result, reload }), [result, reload]);
};
