import type { SGPClient } from "@evalwire/core";
import type { EvaluationMetrics, Evaluations } from "@evalwire/core/contract";
import { useCallback, useEffect, useRef, useState } from "react";

export interface EvaluationList {
  /** Newest first; `undefined` until read. */
  readonly items: ReadonlyArray<Evaluations.Evaluation> | undefined;
  readonly total: number | undefined;
  /** Of those that are under way, as far as read. */
  readonly paces: ReadonlyMap<string, EvaluationMetrics.EvaluationMetrics>;
  readonly error: Error | undefined;
  /** When it was last read, in milliseconds since 1970. */
  readonly readAt: number | undefined;
  readonly reload: () => void;
}

const everyMillis = 10_000;
const paceEveryMillis = 60_000;
const mostPaces = 25;

/** The newest evaluations of the account, read again every ten seconds while the page is visible, and at once when it comes back. */
export const useEvaluationList = (client: SGPClient, limit: number): EvaluationList => {
  const [state, setState] = useState<Omit<EvaluationList, "reload" | "paces">>({
    items: undefined,
    total: undefined,
    error: undefined,
    readAt: undefined,
  });
  const [paces, setPaces] = useState<EvaluationList["paces"]>(new Map());
  const [attempt, setAttempt] = useState(0);
  const pacesAt = useRef(0);

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readPaces = async (items: ReadonlyArray<Evaluations.Evaluation>) => {
      if (Date.now() - pacesAt.current < paceEveryMillis) return;
      pacesAt.current = Date.now();
      const open = items.filter(({ status }) => status === "PENDING").slice(0, mostPaces);
      const read = await Promise.allSettled(
        open.map(({ id }) => client.evaluations.evaluationMetrics.retrieve({ evaluation_id: id }, { signal })),
      );
      if (signal.aborted) return;
      setPaces(
        new Map(read.flatMap((each, index) => (each.status === "fulfilled" ? [[open[index]!.id, each.value]] : []))),
      );
    };
    const read = async () => {
      clearTimeout(timer);
      try {
        const page = await client.evaluations.list({ sort_by: ["created_at:desc"], limit }, { signal });
        const total = (page as { readonly total_item_count?: number }).total_item_count;
        setState({ items: page.items, total, error: undefined, readAt: Date.now() });
        void readPaces(page.items);
      } catch (error) {
        if (signal.aborted) return;
        setState((last) => ({ ...last, error: error as Error }));
      }
      if (!document.hidden) timer = setTimeout(() => void read(), everyMillis);
    };
    const look = () => {
      if (!document.hidden) void read();
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    void read();
    return () => {
      leaving.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  }, [client, limit, attempt]);

  const reload = useCallback(() => setAttempt((last) => last + 1), []);
  return { ...state, paces, reload };
};
