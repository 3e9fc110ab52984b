import { type QueueViews, useQueue, useStore, useFreshness as useWatchFreshness } from "@evalwire/react-hooks";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Board } from "../model/Board.ts";
import { type Freshness, freshnessOf } from "./Freshness.ts";
import type { ResultsState } from "./Results.ts";
import { type ServerClock, serverClock } from "./ServerClock.ts";
import { useShown } from "./Shown.ts";
import { useNow } from "./useNow.ts";

const all = <A>(value: A): A => value;

export const useBoard = <A>(select: (board: Board) => A): A => useStore(useShown().board, select);

export const useRecords = (): ResultsState => useStore(useShown().results, all);

export const useEntries = () => useStore(useShown().entries, all);

export interface ServerNow extends ServerClock {
  readonly now: number;
  /** Until an instant, in milliseconds; `undefined` while the server's clock is not known, and without an instant. */
  readonly until: (instant: number | undefined) => number | undefined;
}

/** The server's time in whole seconds, in milliseconds since 1970, with the error of the estimate. */
export const useServerNow = (): ServerNow => {
  const { store } = useShown();
  const local = useNow();
  return useMemo(() => {
    const clock = serverClock(store);
    const now = local + clock.offsetMillis;
    const until = (instant: number | undefined) =>
      clock.isKnown && instant !== undefined && Number.isFinite(instant) ? instant - now : undefined;
    return { ...clock, now, until };
  }, [store, local]);
};

/**
 * When the page began to look, by the server's clock at the latest, in whole seconds: events at that moment are restored rather than missed. In
 * milliseconds since 1970.
 */
export const useSince = (): number => {
  const { feed } = useShown();
  const { offsetMillis, errorMillis } = useServerNow();
  return feed.since + 1_000 * Math.ceil((offsetMillis + errorMillis) / 1_000);
};

/** A view of the queue; as it was when the page was paused, while it is. `undefined` until the views are loaded. */
export const useQueueView = <A>(select: (queue: QueueViews) => A): A | undefined => {
  const { evaluation, board } = useShown();
  const live = useQueue(evaluation, { select });
  const last = useRef(live);
  if (!board.isHeld) last.current = live;
  return last.current;
};

const subscribeOnline = (listener: () => void) => {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
};

/** Whether the browser has a network. */
export const useIsOnline = (): boolean => useSyncExternalStore(subscribeOnline, () => navigator.onLine);

/** How true the page is, looked at every second. */
export const useFreshness = (pausedAt: number | undefined): Freshness => {
  const shown = useWatchFreshness(useShown().evaluation);
  const isOnline = useIsOnline();
  return freshnessOf({ shown, isOnline, pausedAt, now: useNow() });
};

const read = (key: string): boolean => {
  try {
    return localStorage.getItem(key) === "on";
  } catch {
    // Storage is forbidden: then nothing is remembered.
    return false;
  }
};

/** A switch that is off until it is turned on, and remembered by this browser. */
export const useSwitch = (name: string): readonly [boolean, (isOn: boolean) => void] => {
  const key = `evalwire/${name}`;
  const [isOn, setIsOn] = useState(() => read(key));
  useEffect(() => {
    try {
      localStorage.setItem(key, isOn ? "on" : "off");
    } catch {
      // As above.
    }
  }, [key, isOn]);
  return [isOn, setIsOn];
};
