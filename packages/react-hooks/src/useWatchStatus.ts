import type { WatchSnapshot, WatchStatus } from "@evalwire/core";
import * as equal from "./stores/equal.ts";
import { useStore } from "./useStore.ts";
import { useWatched, type Watched } from "./useWatchStore.ts";

const status = (snapshot: WatchSnapshot): WatchStatus => snapshot.status;

/**
 * Freshness of the shown data: connecting, synced, degraded (a poll failed, the last known state is shown) or closed.
 *
 * @example
 * ```tsx
 * import { useWatchStatus } from "@evalwire/react-hooks";
 *
 * const Banner = () => {
 *   const status = useWatchStatus("ev_1");
 *   return status._tag === "degraded" ? <p>Out of touch since {status.since}: {status.error.message}</p> : null;
 * };
 * ```
 */
export const useWatchStatus = (watched: Watched): WatchStatus =>
  useStore(useWatched("useWatchStatus", watched), status, equal.fields);
