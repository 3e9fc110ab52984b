/**
 * A store seen at most so often: many changes a second cost a page no more than a few renders.
 *
 * 1. The first change after a quiet time shows at once, later ones together after `periodMillis`.
 * 2. While it is held, nothing moves; what came meanwhile shows when it is let go.
 * 3. Without listeners it reads through, and has no timer.
 */
import type { Store } from "@evalwire/react-hooks";

export interface Sampled<S> extends Store<S> {
  /** Stops or resumes. */
  hold(isHeld: boolean): void;
  readonly isHeld: boolean;
}

export interface Timer {
  readonly now: () => number;
  /** Calls back after so many milliseconds; returns the undo. */
  readonly after: (millis: number, callback: () => void) => () => void;
}

const machine: Timer = {
  now: () => performance.now(),
  after: (millis, callback) => {
    const timer = setTimeout(callback, millis);
    return () => clearTimeout(timer);
  },
};

export const sampled = <S, A>(
  store: Store<S>,
  periodMillis: number,
  select: (snapshot: S) => A,
  timer: Timer = machine,
): Sampled<A> => {
  const listeners = new Set<() => void>();
  let shown: { readonly of: S; readonly value: A } | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;
  let isHeld = false;
  let leave: (() => void) | undefined;
  let cancel: (() => void) | undefined;

  const read = (): A => {
    const snapshot = store.snapshot();
    if (shown === undefined || shown.of !== snapshot) shown = { of: snapshot, value: select(snapshot) };
    return shown.value;
  };
  const show = () => {
    cancel = undefined;
    const last = shown?.value;
    shownAt = timer.now();
    if (read() !== last) for (const listener of [...listeners]) listener();
  };
  const changed = () => {
    if (isHeld || cancel !== undefined) return;
    const wait = shownAt + periodMillis - timer.now();
    if (wait <= 0) show();
    else cancel = timer.after(wait, show);
  };
  return {
    snapshot: () => (listeners.size === 0 && !isHeld ? read() : (shown?.value ?? read())),
    onChange: (listener) => {
      // React may subscribe one function twice.
      const entry = () => listener();
      listeners.add(entry);
      if (leave === undefined) {
        leave = store.onChange(changed);
        // Changes between the reading and now.
        if (!isHeld) read();
      }
      return () => {
        if (!listeners.delete(entry) || listeners.size > 0) return;
        leave?.();
        cancel?.();
        leave = cancel = undefined;
      };
    },
    hold: (held) => {
      if (held === isHeld) return;
      if (held) read();
      isHeld = held;
      cancel?.();
      cancel = undefined;
      if (!held) show();
    },
    get isHeld() {
      return isHeld;
    },
  };
};
