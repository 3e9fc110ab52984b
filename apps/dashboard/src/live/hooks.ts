import { useStore, useFreshness as useWatchFreshness } from "@evalwire/react-hooks";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Board } from "../model/Board.ts";
import { type Freshness, freshnessOf } from "./Freshness.ts";
import type { ResultsState } from "./Results.ts";
import { type ServerClock, serverClock, useShown } from "./Shown.ts";
import { useNow } from "./useNow.ts";

const all = <A>(value: A): A => value;

export const useBoard = <A>(select: (board: Board) => A): A => useStore(useShown().board, select);

export const useRecords = (): ResultsState => useStore(useShown().results, all);

export const useEntries = () => useStore(useShown().entries, all);

/** The server's time in whole seconds, in milliseconds since 1970, with the error of the estimate. */
export const useServerNow = (): ServerClock & { readonly now: number } => {
  const { store } = useShown();
  const local = useNow();
  return useMemo(() => {
    const clock = serverClock(store);
    return { ...clock, now: local + clock.offsetMillis };
  }, [store, local]);
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
