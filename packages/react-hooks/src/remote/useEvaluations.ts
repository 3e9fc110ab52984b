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
  /** Reads the next page, if there is one and nothing is being read. */
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
}

/** How far the reading of a list has come: for the components that share it. */
const progressOf = new WeakMap<EvaluationList<any>, Progress>();

const listed = (items: ReadonlyArray<any>, last: AnyPage, pages: number): EvaluationList<any> => {
  const list = { items, hasMore: last.hasNextPage };
  progressOf.set(list, { last, pages });
  return list;
};

type List = (signal: AbortSignal) => PromiseLike<AnyPage>;

/** Reads so many pages from the first on. */
const readPages = async (list: List, signal: AbortSignal, pages: number): Promise<EvaluationList<any>> => {
  let page = await list(signal);
  const items = [...page.items];
  let read = 1;
  for (; read < pages && page.hasNextPage; read++) {
    const next = await page.nextPage();
    if (next === undefined) break;
    page = next;
    items.push(...page.items);
  }
  return listed(items, page, read);
};

const reading = (list: List) => ({
  all: (signal: AbortSignal, before: EvaluationList<any> | undefined) =>
    readPages(list, signal, (before && progressOf.get(before)?.pages) ?? 1),
  more: async (signal: AbortSignal, before: EvaluationList<any> | undefined) => {
    const progress = before && progressOf.get(before);
    if (before === undefined || progress === undefined) return readPages(list, signal, 2);
    const next = await progress.last.nextPage();
    return next === undefined
      ? listed(before.items, { ...progress.last, hasNextPage: false }, progress.pages)
      : listed([...before.items, ...next.items], next, progress.pages + 1);
  },
});

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
    const { value, isLoading } = remote?.snapshot() ?? {};
    if (value?.hasMore === true && isLoading === false) remote?.reload(pages.more);
  }, [remote, pages]);
  return useMemo(() => ({ ...result, reload, loadMore }), [result, reload, loadMore]);
};
