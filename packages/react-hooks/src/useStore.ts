"use client";

/** The one place where React meets a store. */
import * as React from "react";
import * as equal from "./stores/equal.ts";
import { initial, type Store, whole } from "./stores/Store.ts";
import { useCommitEffect } from "./useCommitEffect.ts";

interface Selecting<T, A> {
  readonly select?: ((value: T) => A) | undefined;
  readonly isEqual?: ((a: A, b: A) => boolean) | undefined;
}

/**
 * Selection of a hook from a store, and of its caller from that.
 *
 * @param select - called once for a snapshot; keep its reference
 * @param isEqual - when the caller's `select` need not be asked again; without one, when nothing is to be rendered
 * @param isOptional - whether the caller's `select` is for a value that is there, and `undefined` is given until then
 */
export const useSelected = <S, T, A>(
  store: Store<S>,
  select: (snapshot: S) => T,
  isEqual: (a: T, b: T) => boolean,
  { select: then, isEqual: isEqualThen = (then ? equal.shallow : isEqual) as never }: Selecting<T, A>,
  isOptional = false,
): A => {
  const committed = React.useRef<{ readonly selection: A } | undefined>(undefined);
  const [read, readInitial] = React.useMemo(() => {
    let last: { readonly snapshot: S; readonly value: T; readonly selection: A } | undefined;
    const selectFrom = (snapshot: S): A => {
      if (last && Object.is(last.snapshot, snapshot)) return last.selection;
      const value = select(snapshot);
      let selection = last?.selection as A;
      if (!last || !then || !isEqual(last.value, value)) {
        const before = (last ?? committed.current)?.selection;
        selection = then && (value || !isOptional) ? then(value) : (value as never);
        // A value that is not there yet is the same as no other, and no `isEqual` has to reckon with it.
        if (before !== undefined && selection !== undefined && isEqualThen(before, selection)) selection = before;
      }
      last = { snapshot, value, selection };
      return selection;
    };
    return [() => selectFrom(store.snapshot()), () => selectFrom(initial(store))];
  }, [store, select, isEqual, then, isEqualThen, isOptional]);
  const subscribe = React.useCallback((listener: () => void) => store.onChange(listener), [store]);
  const selection = React.useSyncExternalStore(subscribe, read, readInitial);
  useCommitEffect(() => {
    committed.current = { selection };
  });
  return selection;
};

/**
 * What `select` makes of a store, now and after every change.
 *
 * The component renders again only when the selection is another one: as long as `isEqual` says it is the same, the
 * earlier reference is returned, also when `select` is a new function on every render.
 *
 * @param store - a watch, or anything with `snapshot()` and `onChange(listener)`
 * @param select - pure; called once per change and once per render with a new `select`. The whole snapshot when left out
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
export const useStore = <S, A = S>(
  store: Store<S>,
  select: (snapshot: S) => A = whole as never,
  isEqual: (a: A, b: A) => boolean = Object.is,
): A => {
  if (store === undefined || store === null)
    throw new TypeError(`There is nothing to look at: pass the id of an evaluation, or a watch, not ${String(store)}.`);
  return useSelected(store, whole<S>, Object.is, { select, isEqual });
};
