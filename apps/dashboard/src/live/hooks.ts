import { useStore } from "@evalwire/react-hooks";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Board } from "../model/Board.ts";
import { type Freshness, freshnessOf } from "./Freshness.ts";
import type { ResultsState } from "./Results.ts";
import { type ServerClock, serverClock, useShown } from "./Shown.ts";
import { useNow } from "./useNow.ts";

const all = <A>(value: A): A => value;

export const useBoard = <A>(select: (board: Board) => A): A => useStore(useShown().board, select);

export const useRecords = (): ResultsState => useStore(useShown().results, all);

export const useEntries = () => useStore(useShown().feed, all);

/** The server's time in whole seconds, in milliseconds since 1970, with the error of the estimate. */
export const useServerNow = (): ServerClock & { readonly now: number } => {
  const { watch } = useShown();
  const local = useNow();
  return useMemo(() => {
    const clock = serverClock(watch);
    return { ...clock, now: local + clock.offsetMillis };
  }, [watch, local]);
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
  const { watch } = useShown();
  const status = useBoard((board) => board.status);
  const isOnline = useIsOnline();
  const now = useNow();
  const heard = useRef<{ readonly sign: string; readonly at: number }>(undefined);
  // A beat of the feed is a sign of life; so is anything that it brings.
  const { probes, scans, events, completeScans } = watch.stats();
  const sign = `${probes} ${scans} ${events} ${completeScans}`;
  if (heard.current?.sign !== sign && status._tag === "synced") heard.current = { sign, at: now };
  return freshnessOf({
    status: pausedAt === undefined ? watch.status : status,
    isOnline,
    pausedAt,
    heardAt: heard.current?.at,
    now,
  });
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
