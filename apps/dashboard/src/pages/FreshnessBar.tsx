import { useEffect, useRef, useState } from "react";
import { useAnnounce } from "../live/Announcer.tsx";
import { useFreshness } from "../live/hooks.ts";
import { useShown } from "../live/Shown.ts";
import { roughly } from "../model/Time.ts";

/** How true the page is, always in the same place, with the switch that holds it still. */
export const FreshnessBar = () => {
  const { board, entries } = useShown();
  const [pausedAt, setPausedAt] = useState<number>();
  const { state, label, detail, asOf } = useFreshness(pausedAt);
  const announce = useAnnounce();
  const last = useRef(state);
  useEffect(() => {
    if (state === last.current) return;
    // That a page begins is no news.
    if (state !== "connecting" && last.current !== "connecting")
      announce(state === "live" ? "Live" : `${label}. ${detail}`);
    last.current = state;
  }, [state, label, detail, announce]);
  const pause = (isPaused: boolean) => {
    board.hold(isPaused);
    entries.hold(isPaused);
    setPausedAt(isPaused ? Date.now() : undefined);
  };
  useEffect(
    () => () => {
      board.hold(false);
      entries.hold(false);
    },
    [board, entries],
  );
  return (
    <section className={`freshness freshness-${state}`} aria-label="How current this page is">
      <strong className="freshness-label">{label}</strong>
      <span className="freshness-detail">
        {state === "live" && asOf !== undefined ? `checked ${roughly(Math.max(0, Date.now() - asOf))} ago` : detail}
      </span>
      <button type="button" aria-pressed={pausedAt !== undefined} onClick={() => pause(pausedAt === undefined)}>
        {pausedAt === undefined ? "Pause" : "Resume"}
      </button>
    </section>
  );
};
