import type { WatchSnapshot } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import { useCallback, useMemo } from "react";
import * as equal from "../stores/equal.ts";
import { join, type Store } from "../stores/Store.ts";
import * as Watches from "../stores/Watches.ts";
import { isPending } from "../stores/WatchState.ts";
import { useStore } from "../useStore.ts";
import { useWatched } from "./useWatchStore.ts";
import { type Nothing, type ReadOptions, readNames, type Watched } from "./Watched.ts";

/** Throws what `<Suspense>` waits for. */
export const suspend = (load: () => Promise<unknown>): never => {
  // A server cannot wait: what it read would not reach the page. React streams the fallback, and the page goes on from there.
  if (typeof document === "undefined")
    throw new Error("A suspended hook has nothing to show on a server: give the provider initialData, see dehydrate.");
  throw load();
};

/**
 * What a hook makes of a store, and what the caller's options make of that: keeps the selection as long as it is the same.
 *
 * @param select - keep its reference
 */
export const useSelected = <S, T, A>(
  store: Store<S>,
  select: (snapshot: S) => T,
  isEqual: (a: T, b: T) => boolean,
  { select: then, isEqual: isEqualThen = (then ? equal.shallow : isEqual) as never }: Selecting<T, A>,
): A => {
  const read = useMemo(() => {
    if (then === undefined) return select as never;
    let last: { readonly value: T; readonly selection: A } | undefined;
    return (snapshot: S): A => {
      const value = select(snapshot);
      if (last === undefined || !isEqual(last.value, value)) last = { value, selection: then(value) };
      return last.selection;
    };
  }, [select, isEqual, then]);
  return useStore(store, read, isEqualThen);
};

/** A selection of a value that may not be there yet. */
export const whereThere =
  <T extends object, A>(select: (value: T) => A) =>
  (value: T | undefined): A | undefined =>
    value && select(value);

type Selecting<T, A> = {
  readonly [Name in "select" | "isEqual"]?: ReadOptions<T, A>[Name] | undefined;
};

/**
 * Result of a hook on a watch: its selection, live, with the waiting, errors and further selection of `options`.
 *
 * @param select - keep its reference
 * @param beside - another store whose snapshot `select` is given as well; keep its reference
 * @param names - the options that the hook knows
 */
export const useRead = <T, A, B = undefined>(
  hook: string,
  watched: Watched | Nothing,
  options: ReadOptions<T, A>,
  select: (snapshot: WatchSnapshot, store: Watches.WatchStore, beside: B) => T,
  isEqual: (a: T, b: T) => boolean = Object.is,
  beside?: Store<B>,
  names: object = readNames,
): A => {
  checkOptions<object>(hook, options, names);
  const found = useWatched(hook, watched, options.enabled);
  const store = found ?? Watches.idle;
  const { suspense = false, throwOnError = suspense } = options;
  const joined = useMemo(() => beside && join(store, beside), [store, beside]);
  const read = useCallback(
    (shown: WatchSnapshot | readonly [WatchSnapshot, B]): T => {
      const [snapshot, now] = (joined === undefined ? [shown] : shown) as readonly [WatchSnapshot, B];
      const { status } = snapshot;
      if (throwOnError && status._tag === "closed" && status.error !== undefined) throw status.error;
      if (suspense && found !== undefined && isPending(snapshot)) suspend(found.load);
      return select(snapshot, store, now);
    },
    [found, store, joined, select, suspense, throwOnError],
  );
  return useSelected<WatchSnapshot | readonly [WatchSnapshot, B], T, A>(joined ?? store, read, isEqual, options);
};
