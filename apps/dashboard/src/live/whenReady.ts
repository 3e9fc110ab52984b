import type { WatchStore } from "@evalwire/react-hooks";

/**
 * Begins once all present tasks have been read, so that they are not announced as ten thousand events; returns the undo. A watch
 * that ends before begins nothing until it is opened again.
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
