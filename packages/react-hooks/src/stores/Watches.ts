/**
 * The watches of one provider: one per evaluation, opened when the first component looks and closed after the last.
 *
 * 1. Rendering opens nothing, unless it suspends. A page that is rendered on a server, or rendered and thrown away, costs no request.
 * 2. After the last component has gone a watch goes on for the grace time; a component that comes back finds it live.
 * 3. After that it is closed, and its last state and cursor are kept: a component that comes back sees that state at once, and a watch resumes at the cursor.
 * 4. A kept state never flashes empty while a watch catches up.
 * 5. A watch that has ended is not kept: the next component opens another, and `restart` does so for those that are there.
 */
import type { EventOf, SubscribeOptions, Watch, WatchEventType, WatchOptions, WatchSnapshot } from "@evalwire/core";
import type { Clock } from "effect/Clock";
import { Listeners } from "./Listeners.ts";
import { after, lingering } from "./lingering.ts";
import type { Store } from "./Store.ts";
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
  load(): Promise<void>;
  /** Opens the watch again where it has ended, e.g. with an error that is cured by now. */
  restart(): void;
}

const nothing = (): void => undefined;

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

/** Resolves once a store has something to show; leaves it then. */
const untilShown = (store: Pick<WatchStore, "snapshot" | "onChange">): Promise<void> =>
  new Promise((resolve) => {
    let leave = nothing;
    const look = () => {
      if (isPending(store.snapshot())) return;
      leave();
      resolve();
    };
    leave = store.onChange(look);
    look();
  });

const givenStores = new WeakMap<Watch, WatchStore>();

/** A watch that other code opened, and will close; the same store for the same watch. */
export const given = (watch: Watch): WatchStore => {
  const known = givenStores.get(watch);
  if (known !== undefined) return known;
  const first = unread(watch.evaluationId);
  let loading: Promise<void> | undefined;
  const store: WatchStore = {
    evaluationId: watch.evaluationId,
    snapshot: () => watch.snapshot(),
    initial: () => first,
    onChange: (listener) => watch.onChange(listener),
    subscribe: (listener, options) => watch.subscribe(listener, options),
    offsetMillis: offsets(() => watch),
    watch: () => watch,
    load: () => (loading ??= untilShown(watch)),
    restart: nothing,
  };
  givenStores.set(watch, store);
  return store;
};

const unwatched = unread("");

/** The store of a hook without an evaluation. */
export const idle: WatchStore = {
  evaluationId: "",
  snapshot: () => unwatched,
  onChange: () => nothing,
  subscribe: () => nothing,
  offsetMillis: () => 0,
  watch: () => undefined,
  load: () => Promise.resolve(),
  restart: nothing,
};

/** Opens a watch, at a cursor if there is one. */
export type Open = (options: Pick<WatchOptions, "cursor">) => Watch;

/** How long a watch that was opened by a suspended component waits for it to come, in milliseconds. */
const loadedMillis = 5_000;

interface Subscribed {
  begin(): void;
  end: () => void;
}

/** Whether a watch shows at least the kept state: it has read everything, has ended, or began at that state. */
const hasCaughtUp = ({ status, tasks }: WatchSnapshot, state: WatchSnapshot): boolean =>
  status._tag === "synced" || status._tag === "closed" || (tasks.size > 0 && tasks.size >= state.tasks.size);

interface Deps {
  readonly clock: Clock;
  readonly graceMillis: number;
  /** Called when the state of an evaluation without listeners is kept. */
  readonly onKept: (store: SharedWatch) => void;
  /** Called when a watch was opened or closed. */
  readonly onOpen: () => void;
}

class SharedWatch implements WatchStore {
  readonly evaluationId: string;
  readonly offsetMillis = offsets(() => this.#watch);
  readonly #open: Open;
  readonly #deps: Deps;
  readonly #listeners: Listeners;
  readonly #subscribed = new Set<Subscribed>();
  #first: WatchSnapshot;
  #kept: WatchState | undefined;
  #watch: Watch | undefined;
  /** Why it could not be opened, while there are listeners. */
  #refusal: { readonly error: unknown } | undefined;
  #leave = nothing;
  #loading: Promise<void> | undefined;
  #shown: { readonly live: WatchSnapshot; readonly as: WatchSnapshot } | undefined;

  constructor(evaluationId: string, open: Open, deps: Deps) {
    this.evaluationId = evaluationId;
    this.#open = open;
    this.#deps = deps;
    this.#first = unread(evaluationId);
    const linger = lingering(deps.clock, deps.graceMillis);
    this.#listeners = new Listeners(
      () => {
        this.#begin();
        return () => {
          this.#refusal = undefined;
          this.#end(true);
        };
      },
      linger &&
        ((stop) => {
          if (this.#watch !== undefined && this.#watch.status._tag !== "closed") return linger(stop);
          // An ended watch has no reason to stay.
          stop();
          return nothing;
        }),
    );
  }

  /** Throws what the watch was refused with: an error of the component that renders it. */
  snapshot(): WatchSnapshot {
    if (this.#refusal !== undefined) throw this.#refusal.error;
    if (this.#watch === undefined) return this.#kept?.snapshot ?? this.#first;
    const live = this.#watch.snapshot();
    if (this.#kept === undefined) return live;
    if (hasCaughtUp(live, this.#kept.snapshot)) {
      this.#kept = undefined;
      return live;
    }
    if (this.#shown?.live !== live) this.#shown = { live, as: shownAs(this.#kept.snapshot, live.status) };
    return this.#shown.as;
  }

  initial(): WatchSnapshot {
    return this.#first;
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  subscribe<Type extends WatchEventType>(
    listener: (event: EventOf<Type>) => unknown,
    options?: SubscribeOptions<Type>,
  ): () => void {
    const subscribed: Subscribed = {
      begin: () => {
        subscribed.end = this.#watch?.subscribe(listener, options) ?? nothing;
      },
      end: nothing,
    };
    const release = this.#listeners.add(nothing);
    subscribed.begin();
    this.#subscribed.add(subscribed);
    return () => {
      this.#subscribed.delete(subscribed);
      subscribed.end();
      release();
    };
  }

  watch(): Watch | undefined {
    return this.#watch;
  }

  load(): Promise<void> {
    if (this.#loading !== undefined) return this.#loading;
    const release = this.#listeners.add(nothing);
    if (this.#refusal !== undefined) {
      const { error } = this.#refusal;
      release();
      throw error;
    }
    this.#loading = untilShown(this).then(() => {
      // Until the component that waited is mounted there are no listeners.
      after(this.#deps.clock, loadedMillis, release);
      this.#loading = undefined;
    });
    return this.#loading;
  }

  restart(): void {
    if (this.#watch?.status._tag !== "closed") return;
    this.#listeners.stop();
    if (this.#watch === undefined) return;
    this.#end(false);
    this.#begin();
    this.#listeners.notify();
  }

  /** Shows an earlier state until a watch has one. */
  seed(state: WatchState): void {
    if (this.#watch !== undefined || this.#kept !== undefined) return;
    this.#kept = state;
    this.#first = state.snapshot;
  }

  forget(): void {
    if (this.#watch === undefined) this.#kept = undefined;
  }

  /** Closes a watch without listeners. */
  stop(): void {
    this.#listeners.stop();
  }

  #begin(): void {
    const cursor = this.#kept?.cursor;
    let watch: Watch;
    try {
      watch = this.#open(cursor === undefined || cursor === "" ? {} : { cursor });
    } catch (error) {
      // Thrown while effects run it would be the page's; thrown by the next render it is the component's.
      this.#refusal = { error };
      return;
    }
    this.#watch = watch;
    this.#leave = watch.onChange(() => this.#listeners.notify());
    for (const each of this.#subscribed) each.begin();
    this.#deps.onOpen();
  }

  #end(isKept: boolean): void {
    const watch = this.#watch;
    if (watch === undefined) return;
    const shown = this.snapshot();
    const hasEnded = watch.status._tag === "closed";
    if (isKept && !hasEnded && !isPending(shown)) {
      const since = new Date(this.#deps.clock.currentTimeMillisUnsafe()).toISOString();
      this.#kept = { snapshot: shownAs(shown, { _tag: "connecting", since }), cursor: watch.cursor() };
      this.#deps.onKept(this);
    } else if (hasEnded) this.#kept = undefined;
    this.#watch = undefined;
    this.#leave();
    for (const each of this.#subscribed) each.end();
    // Nothing of it is left to wait for: a failure to close affects no remaining listener.
    watch.close().catch(nothing);
    this.#deps.onOpen();
  }
}

/** A watch that is open, with its store. */
export interface OpenWatch {
  readonly key: string;
  readonly store: WatchStore;
  readonly watch: Watch;
}

export interface Watches {
  /** The watches that are open. */
  readonly open: Store<ReadonlyArray<OpenWatch>>;
  /** The same store for the same evaluation. `key` distinguishes evaluations with one id in two versions of the API. */
  store(key: string, evaluationId: string, open: Open): WatchStore;
  /** Shows a kept state until there is a newer one. */
  seed(key: string, evaluationId: string, open: Open, state: WatchState): void;
  /** Closes watches without listeners at once. */
  stop(): void;
  /** Opens ended watches again. */
  restart(): void;
}

const none: ReadonlyArray<OpenWatch> = [];

/** Kept states of evaluations without listeners. */
const mostKept = 8;

/** @param graceMillis - how long a watch goes on after the last component has gone */
export const make = (clock: Clock, graceMillis: number): Watches => {
  const stores = new Map<string, SharedWatch>();
  const kept = new Set<SharedWatch>();
  let open: ReadonlyArray<OpenWatch> = none;
  const listeners = new Listeners();
  const onOpen = () => {
    open = [...stores].flatMap(([key, store]) => {
      const watch = store.watch();
      return watch === undefined ? [] : [{ key, store, watch }];
    });
    listeners.notify();
  };
  const onKept = (store: SharedWatch) => {
    kept.delete(store);
    kept.add(store);
    const [oldest] = kept;
    if (kept.size <= mostKept || oldest === undefined) return;
    kept.delete(oldest);
    oldest.forget();
  };
  const store = (key: string, evaluationId: string, open: Open): SharedWatch => {
    let found = stores.get(key);
    if (found === undefined) {
      found = new SharedWatch(evaluationId, open, { clock, graceMillis, onKept, onOpen });
      stores.set(key, found);
    }
    return found;
  };
  return {
    open: { snapshot: () => open, initial: () => none, onChange: (listener) => listeners.add(listener) },
    store,
    seed: (key, evaluationId, open, state) => store(key, evaluationId, open).seed(state),
    stop: () => {
      for (const each of stores.values()) each.stop();
    },
    restart: () => {
      for (const each of stores.values()) each.restart();
    },
  };
};
