import type { WatchStore } from "@evalwire/react-hooks";

/**
 * Begins once everything that is there has been read, so that the beginning is not heard as ten thousand events; returns the undo. A watch
 * that ends before begins nothing until it is opened anew.
 *
 * @param begin returns its own undo
 */
export const whenReady = (store: WatchStore, begin: () => () => void): (() => void) => {
  let undo: (() => void) | undefined;
  let leave = () => {};
  const look = () => {
    if (undo !== undefined || store.snapshot().status._tag !== "synced") return;
    undo = begin();
  };
  leave = store.onChange(look);
  look();
  return () => {
    leave();
    undo?.();
  };
};
