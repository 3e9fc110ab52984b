/**
 * The last events of a watch, oldest first, kept while a component shows them.
 *
 * 1. Holds at most `limit` events; older ones are forgotten.
 * 2. `onEvent` is called for each event in turn, and not after the last listener has gone.
 * 3. The list is the same reference until an event came.
 */
import type { WatchEvent, WatchEventType } from "@evalwire/core";
import * as Listeners from "./Listeners.ts";
import type { Store } from "./Store.ts";
import type { WatchStore } from "./Watches.ts";

export interface EventLogOptions {
  /** Only these types; all when left out. */
  readonly types: ReadonlyArray<WatchEventType> | undefined;
  readonly limit: number;
  /** Whether the present tasks come first, as `task.added` with `replay: true`. */
  readonly replay: boolean;
  readonly onEvent: (event: WatchEvent) => void;
}

export type EventLog = Store<ReadonlyArray<WatchEvent>>;

const none: ReadonlyArray<WatchEvent> = [];

export const make = (watch: WatchStore, { types, limit, replay, onEvent }: EventLogOptions): EventLog => {
  const kept: Array<WatchEvent> = [];
  let shown: ReadonlyArray<WatchEvent> | undefined = none;

  const listeners: Listeners.Listeners = Listeners.make(() =>
    watch.subscribe(
      (event) => {
        if (listeners.size === 0) return;
        if (limit > 0) {
          kept.push(event);
          // Forgotten in batches, so that a long log costs the same per event as a short one.
          if (kept.length >= 2 * limit) kept.splice(0, kept.length - limit);
          shown = undefined;
          listeners.notify();
        }
        onEvent(event);
      },
      { replay, ...(types && { types }) },
    ),
  );

  return {
    snapshot: () => {
      // Throws what the watch was refused with.
      watch.snapshot();
      shown ??= kept.slice(-limit);
      return shown;
    },
    initial: () => none,
    onChange: listeners.add,
  };
};
