import type { WatchSnapshot } from "@evalwire/core";
import type { queue } from "@evalwire/tasks";
import * as React from "react";
import { onDemand } from "../stores/onDemand.ts";
import type { QueueViews } from "../stores/QueueViews.ts";
import { cell, type Store } from "../stores/Store.ts";
import type { Ticker } from "../stores/Ticker.ts";
import type { WatchStore } from "../stores/Watches.ts";
import { useStore } from "../useStore.ts";
import { suspend, useRead } from "./useRead.ts";
import { type Nothing, type ReadOptions, readNames, type Watched } from "./Watched.ts";

export type { QueueViews } from "../stores/QueueViews.ts";

export interface QueueHookOptions {
  /** Which end of the priorities stands first in `ready`; the platform's direction is not documented. Default `high-first`. */
  readonly priorityOrder?: queue.QueueOptions["priorityOrder"];
}

const names: Record<keyof QueueHookOptions | keyof ReadOptions<unknown>, true> = { priorityOrder: true, ...readNames };

const besides = <B>(_: WatchSnapshot, __: WatchStore, beside: B): B => beside;

/** The implementation of the views: a chunk of its own. */
export const queueing = onDemand(() => import("../stores/LiveQueues.ts"));

const none = cell<QueueViews | undefined>(undefined);

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
  const { priorityOrder, suspense = false, throwOnError = suspense }: typeof options = Object(options);
  const { module, error } = useStore(queueing);
  const beside = React.useCallback(
    (store: WatchStore, ticker: Ticker): Store<QueueViews | undefined> =>
      module?.of(store, priorityOrder, ticker) ?? none,
    [module, priorityOrder],
  );
  const value = useRead<QueueViews | undefined, A, QueueViews | undefined>(
    "useQueue",
    watched,
    options as never,
    besides,
    Object.is,
    beside,
    names,
    true,
  );
  if (throwOnError && error) throw error;
  return suspense && !module && !error ? suspend(queueing.load) : value;
};
