import type { WatchSnapshot } from "@evalwire/core";
import type { queue } from "@evalwire/tasks";
import { useMemo } from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import type { QueueVersion } from "../stores/LiveQueues.ts";
import { onDemand } from "../stores/onDemand.ts";
import type { QueueViews } from "../stores/QueueViews.ts";
import { cell, join, whole } from "../stores/Store.ts";
import { idle, type WatchStore } from "../stores/Watches.ts";
import { useStore } from "../useStore.ts";
import { suspend, useRead, whereThere } from "./useRead.ts";
import { useWatched } from "./useWatchStore.ts";
import { type Nothing, type ReadOptions, readNames, type Watched } from "./Watched.ts";

export type { QueueViews } from "../stores/QueueViews.ts";

export interface QueueHookOptions {
  /** Which end of the priorities stands first in `ready`; the platform's direction is not documented. Default `high-first`. */
  readonly priorityOrder?: queue.QueueOptions["priorityOrder"];
}

const names: Record<keyof QueueHookOptions | keyof ReadOptions<unknown>, true> = { priorityOrder: true, ...readNames };

/** Before there is a "now", no lease has expired. */
const beforeTime = 0;

const views = (
  _: WatchSnapshot,
  store: WatchStore,
  [version, now]: readonly [QueueVersion | undefined, number | undefined],
): QueueViews | undefined => version?.viewsAt(now === undefined ? beforeTime : now + store.offsetMillis(now));

/** The implementation of the views: a chunk of its own. */
export const queueing = onDemand(() => import("../stores/LiveQueues.ts"));

const none = cell(undefined);

/**
 * Views of the queue: who holds what, what is next, what is overdue, how fast it goes. Kept up to date one change at a time, once for all
 * components; a change costs O(log n).
 *
 * Without `select` the component renders after every change and every second; with it, when what it selects is another. `undefined` until
 * what keeps the views is loaded; see `preload`.
 *
 * @example
 * ```tsx
 * import { useQueue } from "@evalwire/react-hooks";
 *
 * const Next = () => {
 *   const ready = useQueue("ev_1", { select: (queue) => queue.ready(10) });
 *   const counts = useQueue("ev_1", { select: (queue) => queue.counts() });
 *   return <p>{counts?.held} held, {counts?.ready} ready: {ready?.map((task) => task.id).join(", ")}</p>;
 * };
 * ```
 */
export const useQueue = <A = QueueViews>(
  watched: Watched | Nothing,
  options: QueueHookOptions & ReadOptions<QueueViews, A> = {},
): A | undefined => {
  const { ticker } = useEvalwire();
  const { enabled, priorityOrder, select, suspense = false, throwOnError = suspense }: typeof options = Object(options);
  const store = useWatched("useQueue", watched, enabled) ?? idle;
  const { module, error } = useStore(queueing, whole);
  const beside = useMemo(
    () => join<QueueVersion | undefined, number | undefined>(module?.of(store, priorityOrder) ?? none, ticker),
    [module, store, priorityOrder, ticker],
  );
  const there = useMemo(() => select && whereThere(select), [select]);
  const value = useRead<QueueViews | undefined, A | undefined, readonly [QueueVersion | undefined, number | undefined]>(
    "useQueue",
    watched,
    { ...options, select: there } as never,
    views,
    Object.is,
    beside,
    names,
  );
  if (throwOnError && error !== undefined) throw error;
  return suspense && module === undefined ? suspend(queueing.load) : value;
};
