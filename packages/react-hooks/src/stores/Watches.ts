/**
 * The watches of one provider: one per evaluation, opened when the first component looks and closed after the last.
 *
 * 1. Rendering opens nothing, unless it suspends. A page that is rendered on a server, or rendered and thrown away, costs no request.
 * 2. After the last component has gone a watch goes on for the grace time; a component that comes back finds it live.
 * 3. After that it is closed, and its last state and cursor are kept: a component that comes back sees that state at once, and a watch resumes at the cursor.
 * 4. A kept state never flashes empty while a watch catches up.
 * 5. A watch that has ended is not kept: the next component opens another, and `restart` does so for those that are there.
 */
import type {
  EventOf,
  SGPClient,
  SubscribeOptions,
  Watch,
  WatchEventType,
  WatchOptions,
  WatchSnapshot,
} from "@evalwire/core";
import type { Clock } from "effect/Clock";
import * as Listeners from "./Listeners.ts";
import { after, holdMillis, lingering } from "./lingering.ts";
import { once } from "./once.ts";
import { nothing, type Store } from "./Store.ts";
import { isPending, shownAs, unread, type WatchState } from "./WatchState.ts";

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
  /** The watch, while it is open. */
  watch(): Watch | undefined;
  /** Opens the watch; resolves once there is something to show or it has ended. Never rejects. */
  readonly load: () => Promise<void>;
  /** Opens the watch again where it has ended, e.g. with an error that is cured by now. */
  restart(): void;
}

/** The version of the API that an evaluation belongs to. */
export type Version = "v4" | "v5";

const leastOffset = (watch: Watch): number => {
  const { clock } = watch.stats();
  // Just after a sleep the error has no upper bound, and the estimate is the least it can be already.
  return clock ? clock.offsetMillis - (Number.isFinite(clock.errorMillis) ? clock.errorMillis : 0) : 0;
};

/** Whether a watch shows at least the kept state: it has read everything, has ended, or began at that state. */
const hasCaughtUp = ({ status, tasks }: WatchSnapshot, state: WatchSnapshot): boolean =>
  status._tag === "synced" || status._tag === "closed" || (tasks.size > 0 && tasks.size >= state.tasks.size);

interface SharedWatch extends WatchStore {
  /** Shows an earlier state until a watch has one. */
  seed(state: WatchState): void;
  /** Forgets the kept state. */
  forget(): void;
  /** Closes a watch without listeners at once. */
  stop(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly graceMillis: number;
  /** Called when the state of an evaluation without listeners is kept. */
  readonly onKept: (store: SharedWatch) => void;
  /** Called when a watch was opened or closed. */
  readonly onOpen: () => void;
}

/**
 * The store of an evaluation.
 *
 * @param open - opens a watch, at a cursor if there is one
 * @param own - a watch that other code opened, and will close
 */
const shared = (
  evaluationId: string,
  { clock, graceMillis, onKept, onOpen }: Deps,
  open: (cursor?: string) => Watch | undefined,
  own?: Watch,
): SharedWatch => {
  let first = unread(evaluationId);
  let kept: WatchState | undefined;
  let watch = own;
  /** Why it could not be opened, while there are listeners. */
  let refuse: (() => never) | undefined;
  let leave = nothing;
  let loading: Promise<void> | undefined;
  let shown: WatchSnapshot | undefined;
  let offset: { readonly at: number; readonly of: Watch; readonly millis: number } | undefined;
  /** One function for each subscription, called when the watch is another. */
  const subscriptions = new Set<() => void>();

  const hasEnded = () => watch?.status._tag === "closed";
  const linger = lingering(clock, graceMillis);
  // An ended watch has no reason to stay.
  const listeners = Listeners.make(
    () => {
      begin();
      return () => {
        refuse = undefined;
        end(true);
      };
    },
    (stop) => (!watch || hasEnded() ? undefined : linger(stop)),
  );

  const begin = () => {
    try {
      watch = open(kept?.cursor);
    } catch (error) {
      // Thrown while effects run it would be the page's; thrown by the next render it is the component's.
      refuse = () => {
        throw error;
      };
    }
    if (!watch) return;
    leave = watch.onChange(listeners.notify);
    for (const follow of subscriptions) follow();
    onOpen();
  };

  const end = (isKept: boolean) => {
    leave();
    if (!watch || own) return;
    const ending = watch;
    const last = store.snapshot();
    shown = undefined;
    if (hasEnded()) kept = undefined;
    else if (isKept && !isPending(last)) {
      const since = new Date(clock.currentTimeMillisUnsafe()).toISOString();
      kept = { snapshot: shownAs(last, { _tag: "connecting", since }), cursor: ending.cursor() };
      onKept(store);
    }
    watch = undefined;
    for (const follow of subscriptions) follow();
    // Nothing of it is left to wait for: a failure to close affects no remaining listener.
    ending.close().catch(nothing);
    onOpen();
  };

  const store: SharedWatch = {
    evaluationId,
    /** Throws what the watch was refused with: an error of the component that renders it. */
    snapshot: () => {
      refuse?.();
      if (!watch) return kept?.snapshot ?? first;
      const live = watch.snapshot();
      if (!kept) return live;
      if (hasCaughtUp(live, kept.snapshot)) {
        kept = undefined;
        return live;
      }
      if (shown?.status !== live.status) shown = shownAs(kept.snapshot, live.status);
      return shown;
    },
    initial: () => first,
    onChange: listeners.add,
    subscribe: (listener, options) => {
      let unsubscribe = nothing;
      const follow = () => {
        unsubscribe();
        unsubscribe = watch?.subscribe(listener, options) ?? nothing;
      };
      const release = listeners.add(nothing);
      const end = () => {
        subscriptions.delete(follow);
        unsubscribe();
        release();
      };
      try {
        follow();
      } catch (refused) {
        end();
        throw refused;
      }
      subscriptions.add(follow);
      return end;
    },
    offsetMillis: (at) => {
      if (!watch) return 0;
      if (offset?.at !== at || offset.of !== watch) offset = { at, of: watch, millis: leastOffset(watch) };
      return offset.millis;
    },
    watch: () => watch,
    load: () => {
      if (loading) return loading;
      const release = listeners.add(nothing);
      if (refuse) {
        release();
        refuse();
      }
      loading = new Promise<void>((resolve) => {
        const look = () => {
          if (isPending(store.snapshot())) return;
          unlook();
          // Until the component that waited is mounted there are no listeners.
          after(clock, holdMillis, release);
          loading = undefined;
          resolve();
        };
        const unlook = listeners.add(look);
        look();
      });
      return loading;
    },
    restart: () => {
      if (!hasEnded() || own) return;
      listeners.stop();
      if (!watch) return;
      end(false);
      begin();
      listeners.notify();
    },
    seed: (state) => {
      if (watch || kept) return;
      kept = state;
      first = state.snapshot;
    },
    forget: () => {
      if (!watch) kept = undefined;
    },
    stop: listeners.stop,
  };
  return store;
};

/** The store of a hook without an evaluation. */
export const idle: WatchStore = /* @__PURE__ */ shared("", { onOpen: nothing } as Deps, nothing as () => undefined);

export interface Watches {
  /** The store of each evaluation that was looked at, by a key. */
  readonly all: ReadonlyMap<string, SharedWatch>;
  /** Calls `listener` when a watch was opened or closed. */
  readonly onOpen: (listener: () => void) => () => void;
  /** The same store for the same evaluation. */
  readonly store: (evaluationId: string, version: Version) => SharedWatch;
  /** A watch that other code opened, and will close; the same store for the same watch. */
  readonly given: (watch: Watch) => WatchStore;
}

/** Kept states of evaluations without listeners. */
const mostKept = 8;

/**
 * @param graceMillis - how long a watch goes on after the last component has gone
 * @param optionsOf - options of a watch that is opened now
 */
export const make = (
  client: SGPClient,
  clock: Clock,
  graceMillis: number,
  optionsOf: () => WatchOptions | undefined,
): Watches => {
  const stores = new Map<string, SharedWatch>();
  const givenStores = new WeakMap<Watch, WatchStore>();
  const kept = new Set<SharedWatch>();
  const opening = Listeners.make();
  const deps: Deps = {
    clock,
    graceMillis,
    onKept: (store) => {
      kept.delete(store);
      kept.add(store);
      for (const oldest of kept) {
        if (kept.size <= mostKept) return;
        kept.delete(oldest);
        oldest.forget();
      }
    },
    onOpen: opening.notify,
  };
  return {
    all: stores,
    onOpen: opening.add,
    store: (id, version) =>
      once(stores, `${version}/${id}`, () =>
        shared(id, deps, (cursor) =>
          (version === "v5" ? client.v5 : client).watch(id, { ...optionsOf(), ...(cursor && { cursor }) }),
        ),
      ),
    given: (watch) => once(givenStores, watch, () => shared(watch.evaluationId, deps, () => watch, watch)),
  };
};
