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
  let underWay: { readonly controller: AbortController; readonly isExtension: boolean } | undefined;
  /** The fetch after the one under way. */
  let extension: Fetch<A> | undefined;
  let isStale = false;
  let loading: Promise<void> | undefined;

  const begin = (fetching: Fetch<A>, isExtension: boolean) => {
    underWay?.controller.abort();
    const mine = { controller: new AbortController(), isExtension };
    underWay = mine;
    const settle = (value: A | undefined, error: SgpError | undefined) => {
      if (underWay !== mine) return;
      underWay = undefined;
      const next = extension ?? (isStale ? fetch : undefined);
      state = { value, error, isLoading: next !== undefined };
      if (next !== undefined) begin(next, next === extension);
      extension = undefined;
      isStale = false;
      listeners.notify();
    };
    new Promise<A>((resolve) => resolve(fetching(mine.controller.signal, state.value))).then(
      (value) => settle(value, undefined),
      (error: unknown) => settle(state.value, sgpErrorOf(error)),
    );
  };
  const load = (fetching = fetch, isExtension = false) => {
    begin(fetching, isExtension);
    if (state.isLoading) return;
    state = { ...state, isLoading: true };
    listeners.notify();
  };
  const listeners = new Listeners(() => {
    if (state.isLoading || state === first) load();
    const end = repeat?.(() => {
      if (underWay === undefined) load();
    });
    return () => {
      end?.();
      underWay?.controller.abort();
      underWay = extension = undefined;
      isStale = false;
      onStop?.();
    };
  }, linger);

  const reload = () => {
    if (listeners.size === 0) return;
    if (underWay?.isExtension === true) isStale = true;
    else load();
  };

  return {
    snapshot: () => state,
    initial: () => first,
    onChange: (listener) => listeners.add(listener),
    reload,
    extend: (fetching) => {
      if (listeners.size === 0) return;
      if (underWay === undefined) load(fetching, true);
      else if (!underWay.isExtension) extension ??= fetching;
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
      if (listeners.size > 0) reload();
      else onStop?.();
    },
    seed: (value) => {
      if (state !== empty) return;
      first = { value, error: undefined, isLoading: false };
      state = first;
    },
  };
};
