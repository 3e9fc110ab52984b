import * as React from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import type * as Watches from "../stores/Watches.ts";
import { type Nothing, targetOf, type Watched } from "./Watched.ts";

/**
 * The store behind an evaluation or a watch, for hooks of your own; none for `undefined` and `null`. Opens nothing by itself.
 *
 * @example
 * ```tsx
 * import { useStore, useWatchStore } from "@evalwire/react-hooks";
 *
 * const useInHand = (evaluationId: string) => useStore(useWatchStore(evaluationId), (snapshot) => snapshot.leases.size);
 * ```
 */
export const useWatchStore = <W extends Watched | Nothing>(
  watched: W,
): Watches.WatchStore | (null extends W ? undefined : undefined extends W ? undefined : never) =>
  useWatched("useWatchStore", watched) as never;

/** As `useWatchStore`; throws a sentence that names the hook where there is nothing to look at. */
export const useWatched = (
  hook: string,
  watched: Watched | Nothing,
  isEnabled = true,
): Watches.WatchStore | undefined => {
  const { watches } = useEvalwire();
  const { id, version, watch } = targetOf(hook, watched);
  return React.useMemo(() => {
    if (!isEnabled) return undefined;
    return watch ? watches.given(watch) : id === undefined ? undefined : watches.store(id, version);
  }, [watches, isEnabled, watch, id, version]);
};
