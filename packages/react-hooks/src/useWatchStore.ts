import type { Watch } from "@evalwire/core";
import { useMemo } from "react";
import { useEvalwire } from "./EvalwireProvider.tsx";
import * as Watches from "./stores/Watches.ts";

/**
 * What a hook looks at: an evaluation of v4 by its id, watched by the provider as long as somebody looks; or a watch of your
 * own, e.g. `client.v5.watch(id)`, which the hooks never close.
 */
export type Watched = string | Watch;

/**
 * The store behind an evaluation id or a watch, for hooks of your own; none for `undefined`. Opens nothing by itself.
 *
 * @example
 * ```tsx
 * import { useStore, useWatchStore } from "@evalwire/react-hooks";
 *
 * const useInHand = (evaluationId: string) => useStore(useWatchStore(evaluationId), (snapshot) => snapshot.leases.size);
 * ```
 */
export const useWatchStore = <W extends Watched | undefined>(
  watched: W,
): Watches.WatchStore | (undefined extends W ? undefined : never) => {
  const { watches } = useEvalwire();
  return useMemo(() => {
    if (watched === undefined || watched === null) return undefined as never;
    return typeof watched === "string" ? watches.store(watched) : Watches.given(watched);
  }, [watches, watched]);
};

/** The store of what a hook must have: throws a sentence where there is nothing to look at. */
export const useWatched = (hook: string, watched: Watched): Watches.WatchStore => {
  const store = useWatchStore(watched as Watched | undefined);
  if (store === undefined || watched === "")
    throw new TypeError(
      `${hook}: there is no evaluation to look at; pass an id or a watch, not ${JSON.stringify(watched)}`,
    );
  return store;
};
