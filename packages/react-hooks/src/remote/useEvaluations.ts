import type { CallOptions, EndpointArgs } from "@evalwire/core";
import type { Evaluations, v5 } from "@evalwire/core/contract";
import type * as Duration from "effect/Duration";
import * as React from "react";
import { useClient } from "../EvalwireProvider.tsx";
import { millisOf } from "../stores/lingering.ts";
import type { Remote } from "../stores/Remote.ts";
import type { Version } from "../stores/Watches.ts";
import { type RemoteOptions, type RemoteResult, reloading, remoteNames, useRemote } from "./useRemote.ts";

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
  readonly nextPage: (options: CallOptions) => Promise<AnyPage | undefined>;
}

interface AnyList {
  readonly list: (filters: object, options: CallOptions) => PromiseLike<any>;
}

/** The pages a list was made of: for the components that share it. */
const pagesOf = new WeakMap<object, ReadonlyArray<AnyPage>>();

const reading = (first: (options: CallOptions) => PromiseLike<AnyPage>) => {
  /** Reads on, until there are so many pages. */
  const read = async (signal: AbortSignal, known: ReadonlyArray<AnyPage>, count: number) => {
    const pages = [...known];
    while (pages.length < count) {
      const last = pages.at(-1);
      const next = await (last ? last.nextPage({ signal }) : first({ signal }));
      if (!next) break;
      pages.push(next);
    }
    const list: EvaluationList<any> = {
      items: pages.flatMap(({ items }) => items),
      hasMore: pages.length === count && pages.at(-1)!.hasNextPage,
    };
    pagesOf.set(list, pages);
    return list;
  };
  const all = (signal: AbortSignal, before?: object) => read(signal, [], pagesOf.get(before!)?.length ?? 1);
  const more = (signal: AbortSignal, before?: object) => {
    const known = pagesOf.get(before!) ?? [];
    // A value that no read has given counts as the first page.
    return read(signal, known, (known.length || 1) + 1);
  };
  return {
    all,
    actsOf: (remote: Remote<EvaluationList<any>> | undefined) => ({
      ...reloading(remote),
      loadMore: () => {
        if (remote?.snapshot().value?.hasMore) remote.extend(more);
      },
    }),
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
  const client = useClient();
  const { version = "v4", every, filters: given = {} }: EvaluationsOptions<Version> = Object(options);
  const filters = JSON.stringify(given);
  const { all, actsOf } = React.useMemo(
    () =>
      reading((options) => {
        const { evaluations } = version === "v5" ? client.v5 : client;
        return (evaluations as AnyList).list(JSON.parse(filters), options);
      }),
    [client, version, filters],
  );
  const everyMillis = every === undefined ? undefined : millisOf(every);
  return useRemote("useEvaluations", names, `evaluations ${version} ${filters}`, all, options, actsOf, everyMillis);
};
