import type { EndpointArgs, PromiseList } from "@evalwire/core";
import type { Evaluations, v5 } from "@evalwire/core/contract";
import * as Duration from "effect/Duration";
import { useCallback, useMemo } from "react";
import { checkOptions } from "../checkOptions.ts";
import { useClient } from "../EvalwireProvider.tsx";
import { type RemoteOptions, type RemoteResult, remoteNames, useRemote } from "./useRemote.ts";

type Version = "v4" | "v5";

/** Items of a list of evaluations, by version. */
export type EvaluationIn<V extends Version> = V extends "v5" ? v5.Evaluations.Evaluation : Evaluations.Evaluation;

/** The filters and the order of a list, by version: see `client.evaluations.list`. */
export type EvaluationFilters<V extends Version> = EndpointArgs<
  V extends "v5" ? typeof v5.Evaluations.list : typeof Evaluations.list
>;

/** The evaluations read so far. */
export interface EvaluationList<E> {
  readonly items: ReadonlyArray<E>;
  /** Whether there are more than those. */
  readonly hasMore: boolean;
}

export interface EvaluationsOptions<V extends Version = "v4", A = EvaluationList<EvaluationIn<V>>>
  extends RemoteOptions<EvaluationList<EvaluationIn<V>>, A> {
  /** Default `"v4"`. */
  readonly version?: V;
  /** Compared by content. Default: the platform's first page. */
  readonly filters?: EvaluationFilters<V>;
  /** How often to read the list again while the page is visible: milliseconds, or text such as `"30 seconds"`. Default: never. */
  readonly every?: Duration.Input;
}

const names: Record<keyof EvaluationsOptions, true> = { ...remoteNames, version: true, filters: true, every: true };

export interface RemoteEvaluations<A> extends RemoteResult<A> {
  /** Reads as many pages again as are there. The earlier value stays until the answer is there. */
  readonly reload: () => void;
  /** Reads the next page, if there is one; after what is being read. */
  readonly loadMore: () => void;
}

interface AnyPage {
  readonly items: ReadonlyArray<any>;
  readonly hasNextPage: boolean;
  readonly nextPage: () => Promise<AnyPage | undefined>;
}

interface Progress {
  readonly last: AnyPage;
  readonly pages: number;
  /** Aborts the read of a further page: a page reads the next one with the signal it was itself read with. */
  readonly chain: AbortController;
}

/** How far the reading of a list has come: for the components that share it. */
const progressOf = new WeakMap<EvaluationList<any>, Progress>();

const listed = (items: ReadonlyArray<any>, progress: Progress): EvaluationList<any> => {
  const list = { items, hasMore: progress.last.hasNextPage };
  progressOf.set(list, progress);
  return list;
};

/** Ends a chain of pages with the read that is under way. */
const within = async <A>(signal: AbortSignal, chain: AbortController, read: () => Promise<A>): Promise<A> => {
  const end = () => chain.abort(signal.reason);
  signal.addEventListener("abort", end);
  try {
    return await read();
  } finally {
    signal.removeEventListener("abort", end);
  }
};

const reading = (list: (signal: AbortSignal) => PromiseLike<AnyPage>) => {
  /** Reads so many pages from the first on. */
  const read = (signal: AbortSignal, pages: number): Promise<EvaluationList<any>> => {
    const chain = new AbortController();
    return within(signal, chain, async () => {
      let last = await list(chain.signal);
      const items = [...last.items];
      let count = 1;
      for (; count < pages; count++) {
        const next = await last.nextPage();
        if (next === undefined) break;
        last = next;
        items.push(...last.items);
      }
      return listed(items, { last, pages: count, chain });
    });
  };
  return {
    all: (signal: AbortSignal, before: EvaluationList<any> | undefined) =>
      read(signal, (before && progressOf.get(before)?.pages) ?? 1),
    more: async (signal: AbortSignal, before: EvaluationList<any> | undefined) => {
      const progress = before && progressOf.get(before);
      if (before === undefined || progress === undefined) return read(signal, 2);
      const { last, pages, chain } = progress;
      const next = await within(signal, chain, last.nextPage);
      return next === undefined
        ? listed(before.items, { last: { ...last, hasNextPage: false }, pages, chain })
        : listed([...before.items, ...next.items], { last: next, pages: pages + 1, chain });
    },
  };
};

/**
 * The evaluations of the account, a page at a time; read again every so often where asked to.
 *
 * @example
 * ```tsx
 * import { useEvaluations } from "@evalwire/react-hooks";
 *
 * const Index = () => {
 *   const { value, error, loadMore } = useEvaluations({ filters: { limit: 25 }, every: "30 seconds" });
 *   if (value === undefined) return <p>{error?.message ?? "…"}</p>;
 *   return (
 *     <>
 *       <ul>{value.items.map(({ id, name }) => <li key={id}>{name}</li>)}</ul>
 *       {value.hasMore ? <button onClick={loadMore}>More</button> : null}
 *     </>
 *   );
 * };
 * ```
 */
export const useEvaluations = <V extends Version = "v4", A = EvaluationList<EvaluationIn<V>>>(
  options: EvaluationsOptions<V, A> = {},
): RemoteEvaluations<A> => {
  checkOptions("useEvaluations", options, names);
  const client = useClient();
  const { version = "v4", every } = options;
  const filters = JSON.stringify(options.filters ?? {});
  const pages = useMemo(() => {
    const { list } = (version === "v5" ? client.v5.evaluations : client.evaluations) as {
      readonly list: PromiseList<any>;
    };
    return reading((signal) => list(JSON.parse(filters), { signal }) as unknown as PromiseLike<AnyPage>);
  }, [client, version, filters]);
  const everyMillis = every === undefined ? undefined : Duration.toMillis(Duration.fromInputUnsafe(every));
  const [result, remote] = useRemote(`evaluations ${version} ${filters}`, pages.all, options, everyMillis);
  const reload = useCallback(() => remote?.reload(), [remote]);
  const loadMore = useCallback(() => {
    if (remote?.snapshot().value?.hasMore === true) remote.extend(pages.more);
  }, [remote, pages]);
  return useMemo(() => ({ ...result, reload, loadMore }), [result, reload, loadMore]);
};
