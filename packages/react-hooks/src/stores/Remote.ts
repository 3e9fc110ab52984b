/**
 * A value that is fetched once a component uses it, and again on request.
 *
 * 1. Fetching begins with the first listener; with the last one gone it is aborted, and what was fetched is kept.
 * 2. An older answer never replaces a newer one.
 * 3. While it is fetched again, and when that fails, the value fetched before stays.
 * 4. A repeated fetch does not interrupt one under way: one that takes longer than the time between two is done all the same.
 * 5. An extension is interrupted by no other fetch, and waits for the one under way.
 */
import type { SgpError } from "@evalwire/core";
import type { Linger } from "./Listeners.ts";
import { type Cell, cell, type Store } from "./Store.ts";
import { sgpErrorOf } from "./sgpErrorOf.ts";

export interface RemoteState<A> {
  /** The value fetched last. */
  readonly value: A | undefined;
  /** Why the last fetch failed; `undefined` again after one that succeeded. */
  readonly error: SgpError | undefined;
  readonly isLoading: boolean;
}

/** Fetches a value, or makes a new one of the value before. The signal is not aborted any more once it has settled. */
export type Fetch<A> = (signal: AbortSignal, before: A | undefined) => Promise<A>;

export interface Remote<A> extends Store<RemoteState<A>> {
  /** Fetches again; a fetch under way is aborted, an extension is waited for. Does nothing without listeners. */
  reload(): void;
  /** Makes a new value of the one there. Does nothing without listeners, and while there is an extension that is not over. */
  extend(fetch: Fetch<A>): void;
  /** Begins to fetch; resolves once there is a value or an error. Never rejects. */
  load(): Promise<void>;
  /** Fetches again after a failure; forgotten without listeners. */
  restart(): void;
  /** Puts a value there if there is none, as one that was fetched before. */
  seed(value: A): void;
}

export interface RemoteOptions {
  readonly linger?: Linger | undefined;
  /** Called with the first listener; may call `reload` now and then, until what it returns is called. */
  readonly onStart?: ((reload: () => void) => (() => void) | undefined) | undefined;
  /** Called when the last listener has gone, and what lingers is over. */
  readonly onStop?: (() => unknown) | undefined;
  /** Calls `release` when a component that suspended has had the time to be mounted; at once when left out. */
  readonly hold?: ((release: () => void) => unknown) | undefined;
}

const empty = { value: undefined, error: undefined, isLoading: true } as const;

export const make = <A>(
  fetch: Fetch<A>,
  { linger, onStart, onStop, hold = (release) => release() }: RemoteOptions = {},
): Remote<A> => {
  /** Of the fetch under way. */
  let controller: AbortController | undefined;
  let isExtension = false;
  /** The fetch after the one under way. */
  let next: Fetch<A> | undefined;
  let loading: Promise<void> | undefined;

  const begin = (fetching: Fetch<A>, before: A | undefined) => {
    controller?.abort();
    const mine = new AbortController();
    controller = mine;
    isExtension = fetching !== fetch;
    const settle = (value: A | undefined, error: SgpError | undefined) => {
      if (controller !== mine) return;
      const following = next;
      controller = next = undefined;
      if (following) begin(following, value);
      store.set({ value, error, isLoading: following !== undefined });
    };
    new Promise<A>((resolve) => resolve(fetching(mine.signal, before))).then(
      (value) => settle(value, undefined),
      (error: unknown) => settle(store.snapshot().value, sgpErrorOf(error)),
    );
  };
  const load = (fetching = fetch) => {
    const state = store.snapshot();
    begin(fetching, state.value);
    if (!state.isLoading) store.set({ ...state, isLoading: true });
  };
  const store: Cell<RemoteState<A>> = cell<RemoteState<A>>(
    empty,
    () => {
      if (store.snapshot().isLoading || store.snapshot() === store.initial()) load();
      const end = onStart?.(() => {
        if (!controller) load();
      });
      return () => {
        end?.();
        controller?.abort();
        controller = next = undefined;
        onStop?.();
      };
    },
    linger,
  );
  const { listeners } = store;
  const reload = () => {
    if (listeners.size === 0) return;
    if (controller && isExtension) next = fetch;
    else load();
  };

  return {
    ...store,
    reload,
    extend: (fetching) => {
      if (listeners.size === 0) return;
      if (!controller) load(fetching);
      else if (!isExtension) next ??= fetching;
    },
    load: () => {
      loading ??= new Promise((resolve) => {
        const leave = listeners.add(() => {
          if (store.snapshot().isLoading) return;
          loading = undefined;
          resolve();
          hold(leave);
        });
      });
      return loading;
    },
    restart: () => {
      if (!store.snapshot().error) return;
      if (listeners.size > 0) reload();
      else onStop?.();
    },
    seed: (value) => {
      if (store.snapshot() === empty) store.seed({ value, error: undefined, isLoading: false });
    },
  };
};
