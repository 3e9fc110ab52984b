/**
 * A value that is fetched once somebody looks, and again when asked.
 *
 * 1. Fetching begins with the first listener; with the last one gone it is aborted, and what was fetched is kept.
 * 2. An older answer never replaces a newer one.
 * 3. While it is fetched again, and when that fails, the value fetched before stays.
 */
import { Listeners } from "./Listeners.ts";
import type { Store } from "./Store.ts";

export interface RemoteState<A> {
  /** The value fetched last. */
  readonly value: A | undefined;
  /** Why the last fetch failed; `undefined` again after one that succeeded. */
  readonly error: unknown;
  readonly isLoading: boolean;
}

export interface Remote<A> extends Store<RemoteState<A>> {
  /** Fetches again; the fetch under way is aborted. Does nothing while nobody looks. */
  reload(): void;
}

const empty = { value: undefined, error: undefined, isLoading: true } as const;

export const make = <A>(fetch: (signal: AbortSignal) => Promise<A>): Remote<A> => {
  let state: RemoteState<A> = empty;
  let underWay: AbortController | undefined;

  const show = (next: RemoteState<A>) => {
    state = next;
    listeners.notify();
  };
  const load = () => {
    underWay?.abort();
    const mine = new AbortController();
    underWay = mine;
    if (!state.isLoading) show({ ...state, isLoading: true });
    new Promise<A>((resolve) => resolve(fetch(mine.signal))).then(
      (value) => {
        if (underWay === mine) show({ value, error: undefined, isLoading: false });
      },
      (error: unknown) => {
        if (underWay === mine) show({ value: state.value, error, isLoading: false });
      },
    );
  };
  const listeners = new Listeners(() => {
    if (state.isLoading) load();
    return () => {
      underWay?.abort();
      underWay = undefined;
    };
  });

  return {
    snapshot: () => state,
    initial: () => empty,
    onChange: (listener) => listeners.add(listener),
    reload: () => {
      if (listeners.size > 0) load();
    },
  };
};
