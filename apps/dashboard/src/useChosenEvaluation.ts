import type { SGPClient } from "@evalwire/core";
import { useCallback, useEffect, useState } from "react";

export interface ChosenEvaluation {
  /** The evaluation to show; `undefined` while none is known. */
  readonly chosen: string | undefined;
  /** The newest evaluations; `undefined` until they were read. */
  readonly known: ReadonlyArray<{ readonly id: string; readonly name: string }> | undefined;
  readonly choose: (evaluationId: string) => void;
  readonly error: Error | undefined;
}

const newest = 25;

const named = (): string | undefined => new URLSearchParams(location.search).get("evaluation") || undefined;

/** The evaluation in the address (`?evaluation=…`), else the newest there is. Follows the browser's back and forward. */
export const useChosenEvaluation = (client: SGPClient): ChosenEvaluation => {
  const [fromAddress, setFromAddress] = useState(named);
  const [known, setKnown] = useState<ChosenEvaluation["known"]>();
  const [error, setError] = useState<Error>();

  useEffect(() => {
    const leaving = new AbortController();
    client.evaluations.list({ sort_by: ["created_at:desc"], limit: newest }, { signal: leaving.signal }).then(
      (page) => setKnown(page.items),
      (failure: Error) => leaving.signal.aborted || setError(failure),
    );
    return () => leaving.abort();
  }, [client]);

  useEffect(() => {
    const follow = () => setFromAddress(named());
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);

  const choose = useCallback((evaluationId: string) => {
    history.pushState(null, "", `?evaluation=${encodeURIComponent(evaluationId)}`);
    setFromAddress(evaluationId);
  }, []);

  return { chosen: fromAddress ?? known?.[0]?.id, known, choose, error };
};
