/**
 * The views of a queue over a watch, as a store: kept up to date one event at a time, once for all components that look.
 */
import { queue } from "@evalwire/tasks";
import { Listeners } from "./Listeners.ts";
import type { Store } from "./Store.ts";
import type { WatchStore } from "./Watches.ts";

/** The index as it is now: another object after every change, which holds the same index. */
export interface QueueVersion {
  readonly index: queue.LiveQueue["index"];
}

const make = (watch: WatchStore, options: queue.QueueOptions): Store<QueueVersion> => {
  const empty: QueueVersion = { index: queue.index([], options) as queue.LiveQueue["index"] };
  let version = empty;
  let live: queue.LiveQueue | undefined;
  /** The source of the views: another watch is another beginning. */
  let of: unknown;
  const follow = () => {
    live?.close();
    of = watch.watch();
    live = queue.live(watch, options);
    const { index } = live;
    version = { index };
    live.onChange(() => {
      version = { index };
      listeners.notify();
    });
  };
  const listeners: Listeners = new Listeners(() => {
    const leave = watch.onChange(() => {
      if (watch.watch() === of) return;
      follow();
      listeners.notify();
    });
    follow();
    return () => {
      live?.close();
      live = undefined;
      leave();
    };
  });
  let first: QueueVersion | undefined;
  return {
    snapshot: () => version,
    initial: () => {
      const shown = watch.initial?.() ?? watch.snapshot();
      first ??= shown.tasks.size === 0 ? empty : { index: queue.index(shown.tasks.values(), options) };
      return first;
    },
    onChange: (listener) => listeners.add(listener),
  };
};

const stores = new WeakMap<WatchStore, Map<string, Store<QueueVersion>>>();

/** The same store for the same watch and order. */
export const of = (watch: WatchStore, priorityOrder: queue.QueueOptions["priorityOrder"]): Store<QueueVersion> => {
  const byOrder = stores.get(watch) ?? new Map<string, Store<QueueVersion>>();
  stores.set(watch, byOrder);
  const key = priorityOrder ?? "";
  const found = byOrder.get(key) ?? make(watch, priorityOrder === undefined ? {} : { priorityOrder });
  byOrder.set(key, found);
  return found;
};
