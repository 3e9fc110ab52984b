import type { WatchSnapshot, WatchStatus } from "@evalwire/core";
import * as equal from "../stores/equal.ts";
import { idle, type WatchStore } from "../stores/Watches.ts";
import { useRead } from "./useRead.ts";
import type { Nothing, ReadOptions, Watched } from "./Watched.ts";

/** The status of a hook that looks at nothing. */
export interface Idle {
  readonly _tag: "idle";
}

const nothing: Idle = { _tag: "idle" };

const statusOf = (snapshot: WatchSnapshot, store: WatchStore): WatchStatus | Idle =>
  store === idle ? nothing : snapshot.status;

/** The status of what is looked at; `idle` only where there may be nothing. */
export type StatusOf<W> = WatchStatus | (null extends W ? Idle : undefined extends W ? Idle : never);

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
export const useWatchStatus = <W extends Watched | Nothing, A = StatusOf<W>>(
  watched: W,
  options: ReadOptions<StatusOf<W>, A> = {},
): A => useRead<StatusOf<W>, A>("useWatchStatus", watched, options, statusOf as never, equal.fields);
