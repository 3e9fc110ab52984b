import { useEffect, useState } from "react";
import { useShown } from "../live/Shown.ts";
import { untilRead } from "../live/untilRead.ts";

type Metrics = Readonly<{ [key: string]: number }>;

export interface OtherScores {
  /** By test case id; `undefined` until all were read. */
  readonly byTestCase: ReadonlyMap<string, Metrics> | undefined;
  /** Why they could not be read; it is tried again. */
  readonly error: Error | undefined;
}

const pageSize = 500;

/** The scores of another evaluation, read once; nothing while none is chosen. */
export const useOtherScores = (evaluationId: string): OtherScores => {
  const { client } = useShown();
  const [state, setState] = useState<OtherScores>({ byTestCase: undefined, error: undefined });
  useEffect(() => {
    setState({ byTestCase: undefined, error: undefined });
    if (evaluationId === "") return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const read = async () => {
      const byTestCase = new Map<string, Metrics>();
      const all = client.evaluations.testCaseResults.list(
        { evaluation_id: evaluationId, view: ["Metrics"], limit: pageSize },
        { signal },
      );
      for await (const { test_case_id, metrics } of all) byTestCase.set(test_case_id, metrics ?? {});
      return byTestCase;
    };
    untilRead(read, signal, (error) => setState({ byTestCase: undefined, error })).then(
      (byTestCase) => byTestCase && setState({ byTestCase, error: undefined }),
    );
    return () => leaving.abort();
  }, [client, evaluationId]);
  return state;
};
