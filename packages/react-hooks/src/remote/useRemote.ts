import type { SgpError } from "@evalwire/core";
import { useMemo } from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import { after, lingering } from "../stores/lingering.ts";
import * as Remote from "../stores/Remote.ts";
import { constant, whole } from "../stores/Store.ts";
import { useStore } from "../useStore.ts";
import { halt, selecting } from "../watch/useRead.ts";
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

const nothing = constant<Remote.RemoteState<any>>({ value: undefined, error: undefined, isLoading: false });

const isSame =
  <A>(isEqual: (a: A, b: A) => boolean) =>
  (a: RemoteResult<A>, b: RemoteResult<A>): boolean =>
    a.error === b.error &&
    a.isLoading === b.isLoading &&
    (Object.is(a.value, b.value) || (a.value !== undefined && b.value !== undefined && isEqual(a.value, b.value)));

/** How long a value that a suspended component waited for is kept until it is mounted, in milliseconds. */
const holdMillis = 5_000;

/**
 * The remote value of a key, shared by all components that request it; nothing is read for `undefined`.
 *
 * @param fetch - how it is read, from the first component
 * @param everyMillis - how often it is read again while the page is visible; when left out, only on request
 */
export const useRemote = <T, A>(
  key: string | undefined,
  fetch: Remote.Fetch<T>,
  options: RemoteOptions<T, A>,
  everyMillis?: number,
): readonly [RemoteResult<A>, Remote.Remote<T> | undefined] => {
  const { remotes, clock, graceMillis } = useEvalwire();
  const { enabled = true, suspense = false, throwOnError = suspense, select, isEqual, initialData } = options;
  const name = enabled && key !== undefined ? `${key} ${everyMillis}` : undefined;
  // The first to ask says how it is read; a key says all that matters.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `fetch` and `initialData` belong to the key.
  const remote = useMemo(() => {
    if (name === undefined) return undefined;
    const repeat = everyMillis === undefined ? undefined : repeating(clock, everyMillis);
    const make = (own: Pick<Remote.RemoteOptions, "onStop">) =>
      Remote.make(fetch, {
        ...own,
        repeat,
        linger: lingering(clock, graceMillis),
        hold: (release) => after(clock, holdMillis, release),
      });
    const found = remotes.get(name, make);
    if (initialData !== undefined) found.seed(initialData);
    return found;
  }, [remotes, clock, graceMillis, name, everyMillis]);
  const [read, isEqualRead] = useMemo(() => {
    const [selected, isEqualSelected] = selecting<T, T, A>(whole, Object.is, select, isEqual);
    const read = ({ value, error, isLoading }: Remote.RemoteState<T>): RemoteResult<A> => ({
      value: value === undefined ? undefined : selected(value),
      error,
      isLoading,
    });
    return [read, isSame(isEqualSelected)];
  }, [select, isEqual]);
  const result = useStore<Remote.RemoteState<T>, RemoteResult<A>>(remote ?? nothing, read, isEqualRead);
  if (remote !== undefined && result.value === undefined) {
    if (throwOnError && result.error !== undefined && !result.isLoading) halt(result.error, remote.load);
    if (suspense && (result.error === undefined || result.isLoading)) halt(undefined, remote.load);
  }
  return [result, remote];
};

/** Calls `reload` every so often while the page is visible. */
const repeating =
  (clock: Parameters<typeof after>[0], everyMillis: number) =>
  (reload: () => void): (() => void) => {
    let cancel = () => undefined as void;
    const next = () => {
      cancel = after(clock, everyMillis, () => {
        next();
        if (globalThis.document?.visibilityState !== "hidden") reload();
      });
    };
    next();
    return () => cancel();
  };
