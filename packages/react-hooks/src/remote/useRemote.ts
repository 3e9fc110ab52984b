import type { SgpError } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import * as React from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import { after, again, holdMillis, lingering } from "../stores/lingering.ts";
import { once } from "../stores/once.ts";
import * as Remote from "../stores/Remote.ts";
import { cell, type Store } from "../stores/Store.ts";
import { useSelected, useStore } from "../useStore.ts";
import { suspend } from "../watch/useRead.ts";
import { type ReadOptions, readNames } from "../watch/Watched.ts";

/** Options of every hook that reads once; `T` is what the hook reads. */
export interface RemoteOptions<T, A = T> extends Omit<ReadOptions<T, A>, "throwOnError"> {
  /** Throws the error of a read where nothing was read before, for the nearest error boundary. Default false. */
  readonly throwOnError?: boolean;
  /** A value read already, e.g. by the server that rendered the page: shown at once, and read again. */
  readonly initialData?: T;
}

export const remoteNames: Record<keyof RemoteOptions<unknown>, true> = { ...readNames, initialData: true };

/** The value read, selected. */
export interface RemoteResult<A> {
  /** `undefined` until it was read. */
  readonly value: A | undefined;
  /** Why the last read failed; `undefined` again after one that succeeded. */
  readonly error: SgpError | undefined;
  readonly isLoading: boolean;
}

const nothing = cell<Remote.RemoteState<any>>({ value: undefined, error: undefined, isLoading: false });

const valueOf = <T>({ value }: Remote.RemoteState<T>): T | undefined => value;
const errorOf = ({ error }: Remote.RemoteState<unknown>): SgpError | undefined => error;
const isLoadingOf = ({ isLoading }: Remote.RemoteState<unknown>): boolean => isLoading;

/** Functions of a remote value for a component; without one they do nothing. */
export const reloading = (remote: Remote.Remote<any> | undefined) => ({ reload: (): void => remote?.reload() });

/**
 * The remote value of a key, shared by all components that request it; nothing is read for `undefined`.
 *
 * @param hook - for errors
 * @param names - the options that the hook knows
 * @param fetch - how it is read, from the first component
 * @param actsOf - what the hook gives beside the value; keep its reference
 * @param everyMillis - how often it is read again while the page is visible; when left out, only on request
 */
export const useRemote = <T extends object, A, Acts>(
  hook: string,
  names: object,
  key: string | undefined,
  fetch: Remote.Fetch<T>,
  options: RemoteOptions<T, A>,
  actsOf: (remote: Remote.Remote<T> | undefined) => Acts,
  everyMillis?: number,
): RemoteResult<A> & Acts => {
  checkOptions<object>(hook, options, names);
  const { remotes, clock, graceMillis } = useEvalwire();
  const { enabled = true, suspense = false, throwOnError = suspense, initialData } = options;
  const name = enabled && key ? `${key} ${everyMillis}` : undefined;
  // The first to ask says how it is read; a key says all that matters.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `fetch` and `initialData` belong to the key.
  const remote = React.useMemo((): Remote.Remote<T> | undefined => {
    if (!name) return undefined;
    const isVisible = () => globalThis.document?.visibilityState !== "hidden";
    const found: Remote.Remote<T> = once(remotes, name, () =>
      Remote.make(fetch, {
        onStart: (reload) => {
          // It had been forgotten where a hidden component kept it for longer than the grace time.
          remotes.set(name, found);
          return everyMillis
            ? again(
                clock,
                () => everyMillis,
                () => isVisible() && reload(),
              )
            : undefined;
        },
        linger: lingering(clock, graceMillis),
        hold: (release) => after(clock, holdMillis, release),
        onStop: () => remotes.get(name) === found && remotes.delete(name),
      }),
    );
    if (initialData) found.seed(initialData);
    return found;
  }, [remotes, clock, graceMillis, name, everyMillis]);
  const store: Store<Remote.RemoteState<T>> = remote ?? nothing;
  const value = useSelected<Remote.RemoteState<T>, T, A | undefined>(
    store,
    valueOf as never,
    Object.is,
    options as never,
    true,
  );
  const error = useStore(store, errorOf);
  const isLoading = useStore(store, isLoadingOf);
  if (remote && !remote.snapshot().value) {
    if (throwOnError && error && !isLoading) throw error;
    if (suspense && (!error || isLoading)) suspend(remote.load);
  }
  const acts = React.useMemo(() => actsOf(remote), [actsOf, remote]);
  return React.useMemo(() => ({ value, error, isLoading, ...acts }), [value, error, isLoading, acts]);
};
