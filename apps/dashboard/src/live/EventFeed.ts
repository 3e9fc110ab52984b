/** The last events that a page has seen, newest first, and since when each task is held as far as it has seen it. */
import type { WatchEvent } from "@evalwire/core";
import type { WatchStore } from "@evalwire/react-hooks";
import { type Entry, entryOf, timeOf } from "../model/Entry.ts";
import { serverClock } from "./ServerClock.ts";
import { whenReady } from "./whenReady.ts";

export interface EventFeed {
  /** Newest first; the same array until something came. */
  snapshot(): ReadonlyArray<Entry>;
  onChange(listener: () => void): () => void;
  /** Calls for each new entry. */
  onEntry(listener: (entry: Entry) => void): () => void;
  /** When a task's holder got it, by task id, in milliseconds since 1970. */
  readonly heldSince: ReadonlyMap<string, number>;
  /** When the page began to look, in milliseconds since 1970. */
  readonly since: number;
  close(): void;
}

const limit = 500;

/** @param now the local time, in milliseconds since 1970 */
export const eventFeed = (store: WatchStore, now: () => number = Date.now): EventFeed => {
  const since = now();
  const listeners = new Set<() => void>();
  const readers = new Set<(entry: Entry) => void>();
  const heldSince = new Map<string, number>();
  const kept: Array<Entry> = [];
  let shown: ReadonlyArray<Entry> | undefined = [];
  const take = (event: WatchEvent) => {
    const at = timeOf(event, now() + serverClock(store).offsetMillis);
    if (event.type === "assignment.created") heldSince.set(event.taskId, at);
    else if (event.type === "assignment.released") heldSince.delete(event.taskId);
    const entry = entryOf(event, at);
    if (entry === undefined) return;
    kept.push(entry);
    // Forgotten in batches, so that a long log costs the same per event as a short one.
    if (kept.length >= 2 * limit) kept.splice(0, kept.length - limit);
    shown = undefined;
    for (const reader of [...readers]) reader(entry);
    for (const listener of [...listeners]) listener();
  };
  const leave = whenReady(store, () =>
    store.subscribe(take, { replay: false, capacity: 100_000, overflow: "drop-oldest" }),
  );
  return {
    snapshot: () => {
      shown ??= kept.slice(-limit).reverse();
      return shown;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEntry: (listener) => {
      readers.add(listener);
      return () => readers.delete(listener);
    },
    heldSince,
    since,
    close: () => {
      leave();
      listeners.clear();
      readers.clear();
    },
  };
};
