import type { Watch } from "@evalwire/core";

/**
 * Begins once everything that is there has been read, so that the beginning is not heard as ten thousand events; returns the undo.
 *
 * @param begin returns its own undo
 */
export const whenReady = (watch: Watch, begin: () => () => void): (() => void) => {
  let undo: (() => void) | undefined;
  let isOver = false;
  watch.ready.then(
    () => {
      if (!isOver) undo = begin();
    },
    // A watch that has ended says so by its status.
    () => undefined,
  );
  return () => {
    isOver = true;
    undo?.();
  };
};
