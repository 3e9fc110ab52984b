import type { WatchSnapshot } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import * as React from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import { join, type Store } from "../stores/Store.ts";
import type { Ticker } from "../stores/Ticker.ts";
import * as Watches from "../stores/Watches.ts";
import { isPending } from "../stores/WatchState.ts";
import { useSelected } from "../useStore.ts";
import { useWatched } from "./useWatchStore.ts";
import { type Nothing, type ReadOptions, readNames, type Watched } from "./Watched.ts";

/** Throws what `<Suspense>` waits for. */
export const suspend = (load: () => Promise<unknown>): never => {
  // A server cannot wait: what it read would not reach the page. React streams the fallback, and the page goes on from there.
  if (typeof document === "undefined")
    throw new Error("There is nothing to show on a server: give the provider initialData, see dehydrate.");
  throw load();
};

/** For hooks that show how time goes by. */
export const ticking = (_: Watches.WatchStore, ticker: Ticker): Ticker => ticker;

/**
 * Result of a hook on a watch: its selection, live, with the waiting, errors and further selection of `options`.
 *
 * @param select - keep its reference
 * @param beside - another store whose snapshot `select` is given as well; keep the function's reference
 * @param names - the options that the hook knows
 * @param isOptional - see `useSelected`
 */
export const useRead = <T, A, B = undefined>(
  hook: string,
  watched: Watched | Nothing,
  options: ReadOptions<T, A>,
  select: (snapshot: WatchSnapshot, store: Watches.WatchStore, beside: B) => T,
  isEqual: (a: T, b: T) => boolean = Object.is,
  beside?: (store: Watches.WatchStore, ticker: Ticker) => Store<B>,
  names: object = readNames,
  isOptional = false,
): A => {
  checkOptions<object>(hook, options, names);
  const found = useWatched(hook, watched, options.enabled);
  const store = found ?? Watches.idle;
  const { suspense = false, throwOnError = suspense } = options;
  const { ticker } = useEvalwire();
  const joined = React.useMemo(() => beside && join(store, beside(store, ticker)), [store, ticker, beside]);
  const read = React.useCallback(
    (shown: WatchSnapshot | readonly [WatchSnapshot, B]): T => {
      const [snapshot, now] = (!joined ? [shown] : shown) as readonly [WatchSnapshot, B];
      const { status } = snapshot;
      if (throwOnError && status._tag === "closed" && status.error) throw status.error;
      if (suspense && found && isPending(snapshot)) suspend(found.load);
      return select(snapshot, store, now);
    },
    [found, store, joined, select, suspense, throwOnError],
  );
  return useSelected<WatchSnapshot | readonly [WatchSnapshot, B], T, A>(
    joined ?? store,
    read,
    isEqual,
    options,
    isOptional,
  );
};
