/**
 * The listeners of a store, and the life of what feeds them.
 *
 * 1. Their feed is started by the first listener and stopped after the last.
 * 2. It is stopped one microtask after the last has left, so a page that swaps one component for another, and
 *    StrictMode's double mount, do not restart it; with a `linger` it goes on for as long as that says.
 * 3. A listener that has left is not called again, also when it leaves while the others are being called.
 */

/** Calls `stop` after a while, unless the function it returns is called before; returns none where there is nothing to wait for. */
export type Linger = (stop: () => void) => (() => void) | undefined;

export interface Listeners {
  readonly size: number;
  /** Adds a listener; the function it returns removes it, once. */
  readonly add: (listener: () => void) => () => void;
  readonly notify: () => void;
  /** Stops a lingering feed; does nothing while there are listeners. */
  readonly stop: () => void;
}

/** @param start - begins to feed and returns what ends it */
export const make = (start?: () => () => void, linger?: Linger): Listeners => {
  const all = new Set<() => void>();
  let end: (() => void) | undefined;
  let leaveAlone: (() => void) | undefined;
  const stay = () => {
    leaveAlone?.();
    leaveAlone = undefined;
  };
  const stop = () => {
    if (all.size > 0) return;
    stay();
    const ending = end;
    end = undefined;
    ending?.();
  };
  return {
    get size() {
      return all.size;
    },
    add: (listener) => {
      // The same function may be added twice.
      const entry = () => listener();
      stay();
      all.add(entry);
      try {
        end ??= start?.();
      } catch (refused) {
        all.delete(entry);
        throw refused;
      }
      return () => {
        if (!all.delete(entry)) return;
        queueMicrotask(() => {
          if (all.size > 0 || !end || leaveAlone) return;
          leaveAlone = linger?.(stop);
          if (!leaveAlone) stop();
        });
      };
    },
    notify: () => {
      for (const entry of all) entry();
    },
    stop,
  };
};
