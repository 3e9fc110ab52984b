/**
 * The watches of one provider: one per evaluation, opened when the first component looks and closed after the last.
 *
 * Rendering opens nothing. A page that is rendered on a server, or rendered and thrown away, costs no request.
 */
import type { EventOf, SubscribeOptions, Watch, WatchEventType, WatchSnapshot } from "@evalwire/core";
import { Listeners } from "./Listeners.ts";
import type { Store } from "./Store.ts";

export interface WatchStore extends Store<WatchSnapshot> {
  readonly evaluationId: string;
  /** As `Watch.subscribe`; the watch stays open as long as the subscription. */
  subscribe<Type extends WatchEventType>(
    listener: (event: EventOf<Type>) => unknown,
    options?: SubscribeOptions<Type>,
  ): () => void;
  /**
   * The server's time minus the local one, in milliseconds: the least it can be by the watch's estimate, so that nothing is
   * shown as over too early. 0 while nothing is known. Asked of the watch once per instant `at`, however many countdowns ask.
   */
  offsetMillis(at: number): number;
}

const epoch = new Date(0).toISOString();

/** What is known before anything was read. `since` is the epoch, so a server and its browser show the same. */
export const unread = (evaluationId: string): WatchSnapshot => ({
  evaluationId,
  evaluation: undefined,
  tasks: new Map(),
  leases: new Map(),
  status: { _tag: "connecting", since: epoch },
});

const leastOffset = (watch: Watch): number => {
  const { clock } = watch.stats();
  if (clock === null) return 0;
  // Just after a sleep the error has no upper bound, and the estimate is the least it can be already.
  return Number.isFinite(clock.errorMillis) ? clock.offsetMillis - clock.errorMillis : clock.offsetMillis;
};

const offsets = (current: () => Watch | undefined): ((at: number) => number) => {
  let last: { readonly at: number; readonly of: Watch; readonly millis: number } | undefined;
  return (at) => {
    const watch = current();
    if (watch === undefined) return 0;
    if (last?.at !== at || last.of !== watch) last = { at, of: watch, millis: leastOffset(watch) };
    return last.millis;
  };
};

const givenStores = new WeakMap<Watch, WatchStore>();

/** A watch that somebody else opened, and will close; the same store for the same watch. */
export const given = (watch: Watch): WatchStore => {
  const known = givenStores.get(watch);
  if (known !== undefined) return known;
  const first = unread(watch.evaluationId);
  const store: WatchStore = {
    evaluationId: watch.evaluationId,
    snapshot: () => watch.snapshot(),
    initial: () => first,
    onChange: (listener) => watch.onChange(listener),
    subscribe: (listener, options) => watch.subscribe(listener, options),
    offsetMillis: offsets(() => watch),
  };
  givenStores.set(watch, store);
  return store;
};

/** A watch that is opened by the first who looks and closed after the last. */
const shared = (evaluationId: string, open: (evaluationId: string) => Watch): WatchStore => {
  const first = unread(evaluationId);
  let watch: Watch | undefined;
  const listeners = new Listeners(() => {
    const opened = open(evaluationId);
    const leave = opened.onChange(() => listeners.notify());
    watch = opened;
    return () => {
      watch = undefined;
      leave();
      // Nothing of it is left to wait for: a failure to close concerns nobody who still looks.
      opened.close().catch(() => undefined);
    };
  });
  return {
    evaluationId,
    snapshot: () => watch?.snapshot() ?? first,
    initial: () => first,
    onChange: (listener) => listeners.add(listener),
    subscribe: (listener, options) => {
      const release = listeners.add(() => undefined);
      const leave = watch?.subscribe(listener, options);
      return () => {
        leave?.();
        release();
      };
    },
    offsetMillis: offsets(() => watch),
  };
};

export interface Watches {
  /** The same store for the same evaluation. */
  store(evaluationId: string): WatchStore;
}

/** @param open - opens the watch of an evaluation, e.g. `(id) => client.watch(id)` */
export const make = (open: (evaluationId: string) => Watch): Watches => {
  const stores = new Map<string, WatchStore>();
  return {
    store: (evaluationId) => {
      let store = stores.get(evaluationId);
      if (store === undefined) {
        store = shared(evaluationId, open);
        stores.set(evaluationId, store);
      }
      return store;
    },
  };
};
