/**
 * The views of a queue over a watch, as a store: kept up to date one event at a time, once for all components that look.
 */
import { queue } from "@evalwire/tasks";
import * as Listeners from "./Listeners.ts";
import { once } from "./once.ts";
import * as QueueViews from "./QueueViews.ts";
import { initial, join, type Store } from "./Store.ts";
import type { Ticker } from "./Ticker.ts";
import type { WatchStore } from "./Watches.ts";

/** The views as they are now: another object after every change. */
export interface QueueVersion {
  /** By the server's time, in milliseconds since 1970. */
  readonly viewsAt: (nowMillis: number) => QueueViews.QueueViews;
}

const versionOf = (index: QueueViews.Index): QueueVersion => ({
  viewsAt: (nowMillis) => QueueViews.of(index, nowMillis),
});

const make = (watch: WatchStore, options: queue.QueueOptions): Store<QueueVersion> => {
  const empty = versionOf(queue.index([], options));
  let version = empty;
  let live: queue.LiveQueue | undefined;
  /** The source of the views: another watch is another beginning. */
  let of: unknown;
  const follow = () => {
    live?.close();
    of = watch.watch();
    version = empty;
    // Without a watch there is nothing to follow: none is looked at, or it was refused, as the watch's own store says.
    if (!of) return;
    live = queue.live(watch, options);
    const { index } = live;
    version = versionOf(index);
    live.onChange(() => {
      version = versionOf(index);
      listeners.notify();
    });
  };
  const listeners: Listeners.Listeners = Listeners.make(() => {
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
      first ??= shown.tasks.size === 0 ? empty : versionOf(queue.index(shown.tasks.values(), options));
      return first;
    },
    onChange: listeners.add,
  };
};

const stores = new WeakMap<WatchStore, Map<string, Store<QueueVersion>>>();

/** The views of a watch in an order, as time goes by. The same watch and order have one index. */
export const of = (
  watch: WatchStore,
  priorityOrder: queue.QueueOptions["priorityOrder"],
  ticker: Ticker,
): Store<QueueViews.QueueViews> => {
  const versions = once(
    once(stores, watch, () => new Map<string, Store<QueueVersion>>()),
    priorityOrder ?? "",
    () => make(watch, priorityOrder === undefined ? {} : { priorityOrder }),
  );
  const joined = join(versions, ticker);
  let last: { readonly pair: ReturnType<typeof joined.snapshot>; readonly views: QueueViews.QueueViews } | undefined;
  const viewsOf = (pair: ReturnType<typeof joined.snapshot>): QueueViews.QueueViews => {
    const [version, now] = pair;
    // Before there is a "now", no lease has expired.
    if (last?.pair !== pair)
      last = { pair, views: version.viewsAt(now === undefined ? 0 : now + watch.offsetMillis(now)) };
    return last.views;
  };
  return { ...joined, snapshot: () => viewsOf(joined.snapshot()), initial: () => viewsOf(initial(joined)) };
};
