/**
 * Basis of a hook: a current value, and a change notification.
 *
 * A watch is one, as it stands; so are the shared ticker, an event log, a remote value and an action.
 */

export interface Store<S> {
  /** The same reference until something changed. */
  snapshot(): S;
  /** Calls `listener` after every change, until the function it returns is called. */
  onChange(listener: () => void): () => void;
  /** The value on a server and while its page is hydrated, equal on both sides; `snapshot()` when left out. */
  initial?(): S;
}

/** A store that never changes. */
export const constant = <S>(value: S): Store<S> => ({ snapshot: () => value, onChange: () => () => undefined });

/** Selects the whole snapshot. */
export const whole = <S>(snapshot: S): S => snapshot;

/** The value on a server, and in the browser until the page is hydrated. */
export const initial = <S>(store: Store<S>): S => (store.initial === undefined ? store.snapshot() : store.initial());

/** Two stores as one: its snapshot is a pair, and the same pair until either changed. */
export const join = <A, B>(left: Store<A>, right: Store<B>): Store<readonly [A, B]> => {
  const pairing = () => {
    let last: readonly [A, B] | undefined;
    return (a: A, b: B): readonly [A, B] => {
      if (last === undefined || !Object.is(last[0], a) || !Object.is(last[1], b)) last = [a, b];
      return last;
    };
  };
  const now = pairing();
  const atFirst = pairing();
  return {
    snapshot: () => now(left.snapshot(), right.snapshot()),
    initial: () => atFirst(initial(left), initial(right)),
    onChange: (listener) => {
      const leaveLeft = left.onChange(listener);
      const leaveRight = right.onChange(listener);
      return () => {
        leaveLeft();
        leaveRight();
      };
    },
  };
};
