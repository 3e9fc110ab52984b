import { useMemo } from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as Watches from "../stores/Watches.ts";
import { checkWatched, evaluationOf, isWatch, type Nothing, type Watched } from "./Watched.ts";

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
  checkWatched(hook, watched);
  const { watches } = useEvalwire();
  const isThere = isEnabled && watched !== null && watched !== undefined;
  const own = isThere && isWatch(watched) ? watched : undefined;
  const { id, version } =
    isThere && own === undefined ? evaluationOf(watched as never) : { id: undefined, version: "v4" as const };
  return useMemo(() => {
    if (own !== undefined) return Watches.given(own);
    return id === undefined ? undefined : watches.store(id, version);
  }, [watches, own, id, version]);
};
