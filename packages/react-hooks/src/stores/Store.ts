/**
 * Basis of a hook: a current value, and a change notification.
 *
 * A watch is one, as it stands; so are the shared ticker, an event log, a remote value and an action.
 */
import * as equal from "./equal.ts";
import * as Listeners from "./Listeners.ts";

export interface Store<S> {
  /** The same reference until something changed. */
  snapshot(): S;
  /** Calls `listener` after every change, until the function it returns is called. */
  onChange(listener: () => void): () => void;
  /** The value on a server and while its page is hydrated, equal on both sides; `snapshot()` when left out. */
  initial?(): S;
}

/** A store of a value that is set. */
export interface Cell<S> extends Store<S> {
  readonly initial: () => S;
  readonly listeners: Listeners.Listeners;
  readonly set: (next: S) => void;
  /** Sets the initial value as well, and notifies no listener. */
  readonly seed: (value: S) => void;
}

/** A store that begins with `first`; `start` and `linger` are the life of what sets it, see `Listeners`. */
export const cell = <S>(first: S, start?: () => () => void, linger?: Listeners.Linger): Cell<S> => {
  let now = first;
  const listeners = Listeners.make(start, linger);
  return {
    snapshot: () => now,
    initial: () => first,
    onChange: listeners.add,
    listeners,
    set: (next) => {
      now = next;
      listeners.notify();
    },
    seed: (value) => {
      now = first = value;
    },
  };
};

/** Does nothing. */
export const nothing = (): void => undefined;

/** Selects the whole snapshot. */
export const whole = <S>(snapshot: S): S => snapshot;

/** The value on a server, and in the browser until the page is hydrated. */
export const initial = <S>(store: Store<S>): S => (store.initial ? store.initial() : store.snapshot());

/** Two stores as one: its snapshot is a pair, and the same pair until either changed. */
export const join = <A, B>(left: Store<A>, right: Store<B>): Store<readonly [A, B]> => {
  const pairing = (read: <S>(store: Store<S>) => S) => {
    let last: readonly [A, B] | undefined;
    return () => {
      const pair = [read(left), read(right)] as const;
      if (!last || !equal.elements(last, pair)) last = pair;
      return last;
    };
  };
  return {
    snapshot: pairing((store) => store.snapshot()),
    initial: pairing(initial),
    onChange: (listener) => {
      const leaves = [left.onChange(listener), right.onChange(listener)];
      return () => {
        for (const leave of leaves) leave();
      };
    },
  };
};
