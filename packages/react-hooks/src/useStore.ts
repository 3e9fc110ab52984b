"use client";

/** The one place where React meets a store. */
import * as React from "react";
import { initial, type Store } from "./stores/Store.ts";
import { useCommitEffect } from "./useCommitEffect.ts";

/**
 * What `select` makes of a store, now and after every change.
 *
 * The component renders again only when the selection is another one: as long as `isEqual` says it is the same, the
 * earlier reference is returned, also when `select` is a new function on every render.
 *
 * @param store - a watch, or anything with `snapshot()` and `onChange(listener)`
 * @param select - pure; called once per change and once per render with a new `select`
 * @param isEqual - when two selections are the same, asked where neither is `undefined`; `Object.is` when left out
 *
 * @example
 * ```tsx
 * import type { Watch } from "@evalwire/core";
 * import { useStore } from "@evalwire/react-hooks";
 *
 * const OpenCount = ({ watch }: { watch: Watch }) => {
 *   const open = useStore(watch, (snapshot) => snapshot.leases.size);
 *   return <b>{open} in hand</b>;
 * };
 * ```
 */
export const useStore = <S, A>(
  store: Store<S>,
  select: (snapshot: S) => A,
  isEqual: (a: A, b: A) => boolean = Object.is,
): A => {
  if (store === undefined || store === null)
    throw new TypeError(`There is nothing to look at: pass the id of an evaluation, or a watch, not ${String(store)}.`);
  const committed = React.useRef<{ readonly selection: A } | undefined>(undefined);
  const [read, readInitial] = React.useMemo(() => {
    let last: { readonly snapshot: S; readonly selection: A } | undefined;
    const selectFrom = (snapshot: S): A => {
      if (last !== undefined && Object.is(last.snapshot, snapshot)) return last.selection;
      const earlier = last ?? committed.current;
      const fresh = select(snapshot);
      const before = earlier?.selection;
      // A value that is not there yet is the same as no other, and no `isEqual` has to reckon with it.
      const isSame = before !== undefined && fresh !== undefined && isEqual(before, fresh);
      last = { snapshot, selection: isSame ? before : fresh };
      return last.selection;
    };
    return [() => selectFrom(store.snapshot()), () => selectFrom(initial(store))];
  }, [store, select, isEqual]);
  const subscribe = React.useCallback((listener: () => void) => store.onChange(listener), [store]);
  const selection = React.useSyncExternalStore(subscribe, read, readInitial);
  useCommitEffect(() => {
    committed.current = { selection };
  });
  return selection;
};
