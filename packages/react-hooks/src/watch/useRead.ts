import type { SgpError, WatchSnapshot } from "@evalwire/core";
import { useMemo } from "react";
import * as equal from "../stores/equal.ts";
import { join, type Store } from "../stores/Store.ts";
import * as Watches from "../stores/Watches.ts";
import { isPending } from "../stores/WatchState.ts";
import { useStore } from "../useStore.ts";
import { useWatched } from "./useWatchStore.ts";
import type { Nothing, ReadOptions, Watched } from "./Watched.ts";

/** States a hook does not return: it waits, or throws. */
class Halt {
  readonly error: SgpError | undefined;
  constructor(error?: SgpError) {
    this.error = error;
  }
}

const isSame =
  <A>(isEqual: (a: A, b: A) => boolean) =>
  (a: A | Halt, b: A | Halt): boolean =>
    a instanceof Halt || b instanceof Halt
      ? a instanceof Halt && b instanceof Halt && a.error === b.error
      : isEqual(a, b);

/** Throws what `<Suspense>` waits for, or an error. */
export const halt = (error: SgpError | undefined, load: () => Promise<void>): never => {
  if (error !== undefined) throw error;
  // A server cannot wait: what it read would not reach the page. React streams the fallback, and the page goes on from there.
  if (typeof document === "undefined")
    throw new Error("A suspended hook has nothing to show on a server: give the provider initialData, see dehydrate.");
  throw load();
};

/** Selects by `select`, and keeps the selection as long as it is the same; then selects by the caller's options. */
export const selecting = <S, T, A>(
  select: (snapshot: S) => T,
  isEqual: (a: T, b: T) => boolean,
  then: ((value: T) => A) | undefined,
  isEqualThen: ((a: A, b: A) => boolean) | undefined,
): readonly [(snapshot: S) => A, (a: A, b: A) => boolean] => {
  if (then === undefined) return [select as never, isEqualThen ?? (isEqual as never)];
  let last: { readonly value: T; readonly selection: A } | undefined;
  const selectThen = (snapshot: S): A => {
    const value = select(snapshot);
    if (last === undefined || !isEqual(last.value, value)) last = { value, selection: then(value) };
    return last.selection;
  };
  return [selectThen, isEqualThen ?? equal.shallow];
};

/**
 * Result of a hook on a watch: its selection, live, with the waiting, errors and further selection of `options`.
 *
 * @param select - keep its reference
 * @param beside - another store whose snapshot `select` is given as well; keep its reference
 */
export const useRead = <T, A, B = undefined>(
  hook: string,
  watched: Watched | Nothing,
  options: ReadOptions<T, A>,
  select: (snapshot: WatchSnapshot, store: Watches.WatchStore, beside: B) => T,
  isEqual: (a: T, b: T) => boolean = Object.is,
  beside?: Store<B>,
): A => {
  const found = useWatched(hook, watched, options.enabled);
  const store = found ?? Watches.idle;
  const { suspense = false, throwOnError = suspense, select: then, isEqual: isEqualThen } = options;
  const joined = useMemo(() => (beside === undefined ? undefined : join(store, beside)), [store, beside]);
  const [read, isEqualRead] = useMemo(() => {
    const [selected, isEqualSelected] = selecting(
      ([snapshot, now]: readonly [WatchSnapshot, B]) => select(snapshot, store, now),
      isEqual,
      then,
      isEqualThen,
    );
    const read = (pair: readonly [WatchSnapshot, B]): A | Halt => {
      const { status } = pair[0];
      if (throwOnError && status._tag === "closed" && status.error !== undefined) return new Halt(status.error);
      return suspense && found !== undefined && isPending(pair[0]) ? new Halt() : selected(pair);
    };
    return [
      (joined === undefined ? (snapshot: WatchSnapshot) => read([snapshot, undefined as B]) : read) as (
        shown: WatchSnapshot | readonly [WatchSnapshot, B],
      ) => A | Halt,
      isSame(isEqualSelected),
    ];
  }, [found, store, joined, select, isEqual, then, isEqualThen, suspense, throwOnError]);
  const value = useStore<WatchSnapshot | readonly [WatchSnapshot, B], A | Halt>(joined ?? store, read, isEqualRead);
  return value instanceof Halt ? halt(value.error, () => store.load()) : value;
};
