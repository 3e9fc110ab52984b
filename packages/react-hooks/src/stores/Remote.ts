/**
 * A value that is fetched once a component uses it, and again on request.
 *
 * 1. Fetching begins with the first listener; with the last one gone it is aborted, and what was fetched is kept.
 * 2. An older answer never replaces a newer one.
 * 3. While it is fetched again, and when that fails, the value fetched before stays.
 */
import type { SgpError } from "@evalwire/core";
import { type Linger, Listeners } from "./Listeners.ts";
import type { Store } from "./Store.ts";
import { sgpErrorOf } from "./sgpErrorOf.ts";

export interface RemoteState<A> {
  /** The value fetched last. */
  readonly value: A | undefined;
  /** Why the last fetch failed; `undefined` again after one that succeeded. */
  readonly error: SgpError | undefined;
  readonly isLoading: boolean;
}

/** Fetches a value, or makes a new one of the value before. */
export type Fetch<A> = (signal: AbortSignal, before: A | undefined) => Promise<A>;

export interface Remote<A> extends Store<RemoteState<A>> {
  /** Fetches again, by another way if one is given; the fetch under way is aborted. Does nothing without listeners. */
  reload(fetch?: Fetch<A>): void;
  /** Begins to fetch; resolves once there is a value or an error. Never rejects. */
  load(): Promise<void>;
  /** Fetches again after a failure; forgotten without listeners. */
  retry(): void;
  /** Puts a value there if there is none, as one that was fetched before. */
  seed(value: A): void;
}

export interface RemoteOptions {
  readonly linger?: Linger | undefined;
  /** Begins to call `reload` now and then; returns what ends it. */
  readonly repeat?: ((reload: () => void) => () => void) | undefined;
  /** Called when the last listener has gone, and what lingers is over. */
  readonly onStop?: (() => void) | undefined;
  /** Calls `release` when a component that suspended has had the time to be mounted; at once when left out. */
  readonly hold?: ((release: () => void) => unknown) | undefined;
}

const empty = { value: undefined, error: undefined, isLoading: true } as const;

export const make = <A>(
  fetch: Fetch<A>,
  { linger, repeat, onStop, hold = (release) => release() }: RemoteOptions = {},
): Remote<A> => {
  let state: RemoteState<A> = empty;
  let first: RemoteState<A> = empty;
  let underWay: AbortController | undefined;
  let loading: Promise<void> | undefined;

  const show = (next: RemoteState<A>) => {
    state = next;
    listeners.notify();
  };
  const load = (fetching: Fetch<A>) => {
    underWay?.abort();
    const mine = new AbortController();
    underWay = mine;
    if (!state.isLoading) show({ ...state, isLoading: true });
    new Promise<A>((resolve) => resolve(fetching(mine.signal, state.value))).then(
      (value) => {
        if (underWay === mine) show({ value, error: undefined, isLoading: false });
      },
      (error: unknown) => {
        if (underWay === mine) show({ value: state.value, error: sgpErrorOf(error), isLoading: false });
      },
    );
  };
  const listeners = new Listeners(() => {
    if (state.isLoading || state === first) load(fetch);
    const end = repeat?.(() => load(fetch));
    return () => {
      end?.();
      underWay?.abort();
      underWay = undefined;
      onStop?.();
    };
  }, linger);

  return {
    snapshot: () => state,
    initial: () => first,
    onChange: (listener) => listeners.add(listener),
    reload: (fetching = fetch) => {
      if (listeners.size > 0) load(fetching);
    },
    load: () => {
      loading ??= new Promise((resolve) => {
        const leave = listeners.add(() => {
          if (state.isLoading) return;
          loading = undefined;
          resolve();
          hold(leave);
        });
      });
      return loading;
    },
    retry: () => {
      if (state.error === undefined) return;
      if (listeners.size > 0) load(fetch);
      else onStop?.();
    },
    seed: (value) => {
      if (state !== empty) return;
      first = { value, error: undefined, isLoading: false };
      state = first;
    },
  };
};
