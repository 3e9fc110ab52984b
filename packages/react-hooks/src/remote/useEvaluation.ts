import type { Evaluations, v5 } from "@evalwire/core/contract";
import { useClient } from "../EvalwireProvider.tsx";
import { type EvaluationId, type Nothing, targetOf } from "../watch/Watched.ts";
import { type RemoteOptions, type RemoteResult, reloading, remoteNames, useRemote } from "./useRemote.ts";

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
  const client = useClient();
  const { id, version } = targetOf("useEvaluation", evaluation);
  const { view }: EvaluationOptions = Object(options);
  const fetch = (signal: AbortSignal): Promise<EvaluationOf<W>> => {
    const read =
      version === "v5"
        ? client.v5.evaluations.retrieve(id!, { signal })
        : client.evaluations.retrieve({ evaluation_id: id!, ...(view && { view }) }, { signal });
    return read as Promise<EvaluationOf<W>>;
  };
  const key = id && `evaluation ${version} ${view} ${id}`;
  return useRemote("useEvaluation", names, key, fetch, options, reloading);
};
