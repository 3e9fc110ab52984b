import { type CallOptions, type EndpointArgs, onAbort } from "@evalwire/core";
import type { Evaluations, v5 } from "@evalwire/core/contract";
import type * as Duration from "effect/Duration";
import { useMemo } from "react";
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
  readonly nextPage: () => Promise<AnyPage | undefined>;
}

interface AnyList {
  readonly list: (filters: object, options: CallOptions) => PromiseLike<any>;
}

interface Read {
  readonly pages: ReadonlyArray<AnyPage>;
  /** Aborts the read of a further page: a page reads the next one with the signal it was itself read with. */
  readonly chain: AbortController;
}

const unread = (): Read => ({ pages: [], chain: new AbortController() });

/** What a list was made of: for the components that share it. */
const readOf = new WeakMap<object, Read>();

const reading = (list: (signal: AbortSignal) => PromiseLike<AnyPage>) => {
  /** Reads on, until there are so many pages. */
  const read = async (signal: AbortSignal, { pages, chain }: Read, count: number): Promise<EvaluationList<any>> => {
    const undo = onAbort(signal, () => chain.abort(signal.reason));
    try {
      const all = [...pages];
      while (all.length < count) {
        const last = all.at(-1);
        const next = await (last === undefined ? list(chain.signal) : last.nextPage());
        if (next === undefined) break;
        all.push(next);
      }
      const made = {
        items: all.flatMap(({ items }) => items),
        hasMore: all.length === count && all.at(-1)!.hasNextPage,
      };
      readOf.set(made, { pages: all, chain });
      return made;
    } finally {
      undo();
    }
  };
  const all = (signal: AbortSignal, before?: object) => read(signal, unread(), readOf.get(before!)?.pages.length ?? 1);
  const more = (signal: AbortSignal, before?: object) => {
    const known = readOf.get(before!) ?? unread();
    // A value that no read has given counts as the first page.
    return read(signal, known, (known.pages.length || 1) + 1);
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
  const { all, actsOf } = useMemo(
    () =>
      reading((signal) => {
        const { evaluations } = version === "v5" ? client.v5 : client;
        return (evaluations as AnyList).list(JSON.parse(filters), { signal });
      }),
    [client, version, filters],
  );
  const everyMillis = every === undefined ? undefined : millisOf(every);
  return useRemote("useEvaluations", names, `evaluations ${version} ${filters}`, all, options, actsOf, everyMillis);
};
