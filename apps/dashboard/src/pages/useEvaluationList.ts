import type { SgpError } from "@evalwire/core";
import type { EvaluationMetrics } from "@evalwire/core/contract";
import { type EvaluationIn, useClient, useEvaluations } from "@evalwire/react-hooks";
import { useEffect, useMemo, useRef, useState } from "react";

export interface EvaluationLines<V extends "v4" | "v5"> {
  /** Newest first; `undefined` until read. */
  readonly items: ReadonlyArray<EvaluationIn<V>> | undefined;
  readonly hasMore: boolean;
  readonly error: SgpError | undefined;
  /** When it was last read, in milliseconds since 1970. */
  readonly readAt: number | undefined;
  readonly reload: () => void;
  readonly loadMore: () => void;
}

const filters = {
  v4: { sort_by: ["created_at:desc"], limit: 100 },
  v5: { sort_by: "created_at", sort_order: "desc", limit: 100 },
};

/**
 * The newest evaluations of the account, by version; read again every ten seconds while the page is visible, and at once when it, or the
 * network, comes back.
 */
export const useEvaluationList = <V extends "v4" | "v5">(version: V): EvaluationLines<V> => {
  const { value, error, reload, loadMore } = useEvaluations<V>({
    version,
    filters: filters[version] as never,
    every: "10 seconds",
  });
  const readAt = useMemo(() => (value === undefined ? undefined : Date.now()), [value]);
  useEffect(() => {
    const look = () => {
      if (!document.hidden) reload();
    };
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  }, [reload]);
  return { items: value?.items, hasMore: value?.hasMore ?? false, error, readAt, reload, loadMore };
};

/** By evaluation id. */
export type Paces = ReadonlyMap<string, EvaluationMetrics.EvaluationMetrics>;

const paceEveryMillis = 60_000;
const mostPaces = 25;

/** How quickly the newest evaluations under way are labelled, read again every minute. */
export const usePaces = (items: ReadonlyArray<EvaluationIn<"v4">> | undefined): Paces => {
  const client = useClient();
  const [paces, setPaces] = useState<Paces>(new Map());
  const readAt = useRef(0);
  useEffect(() => {
    if (items === undefined || Date.now() - readAt.current < paceEveryMillis) return;
    readAt.current = Date.now();
    const open = items.filter(({ status }) => status === "PENDING").slice(0, mostPaces);
    const read = async () => {
      const answers = await Promise.allSettled(
        open.map(({ id }) => client.evaluations.evaluationMetrics.retrieve({ evaluation_id: id })),
      );
      setPaces(
        new Map(answers.flatMap((each, index) => (each.status === "fulfilled" ? [[open[index]!.id, each.value]] : []))),
      );
    };
    void read();
  }, [client, items]);
  return paces;
};
