import type { SgpError, WatchSnapshot } from "@evalwire/core";
import { Instant } from "@evalwire/core/contract";
import { checkOptions } from "../checkOptions.ts";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as equal from "../stores/equal.ts";
import { idle, type WatchStore } from "../stores/Watches.ts";
import { useRead } from "./useRead.ts";
import { type Nothing, type ReadOptions, readNames, type Watched } from "./Watched.ts";

/** How far the shown data can be trusted. */
export interface Freshness {
  /**
   * `live`: confirmed by the server within the time it is good for. `stale`: not confirmed in that time, though nothing failed (paused, hidden,
   * or waiting as the server asked). `offline`: there is no network. `degraded`: the last poll failed. `connecting`: nothing confirmed yet.
   * `ended`: it will not become newer. `idle`: nothing is looked at.
   */
  readonly state: "live" | "stale" | "offline" | "degraded" | "connecting" | "ended" | "idle";
  /** When the data was last known to be true, ISO 8601; `undefined` where that is not known. */
  readonly asOf: string | undefined;
  /** How long ago that was, in milliseconds rounded down to whole seconds; `undefined` where it is not known, and while hydrating. */
  readonly ageMillis: number | undefined;
  /** Why, where something failed. */
  readonly error: SgpError | undefined;
}

/** What a status may say of its age. */
interface Aged {
  readonly lastSyncedAt?: string;
  readonly freshUntil?: string;
  readonly asOf?: string;
  readonly error?: SgpError;
}

const stateOf = (tag: string, aged: Aged, now: number | undefined): Freshness["state"] => {
  switch (tag) {
    case "synced":
      return now !== undefined && aged.freshUntil !== undefined && now > Instant.epochMillis(aged.freshUntil)
        ? "stale"
        : "live";
    case "degraded":
      return (aged.error?.reason._tag as string | undefined) === "Offline" ? "offline" : "degraded";
    case "closed":
      return "ended";
    default:
      return "connecting";
  }
};

const nothing: Freshness = { state: "idle", asOf: undefined, ageMillis: undefined, error: undefined };

const freshness = ({ status }: WatchSnapshot, store: WatchStore, now: number | undefined): Freshness => {
  if (store === idle) return nothing;
  const aged = status as Aged;
  const asOf = aged.lastSyncedAt ?? aged.asOf;
  const age = now === undefined || asOf === undefined ? undefined : Math.max(0, now - Instant.epochMillis(asOf));
  return {
    state: stateOf(status._tag, aged, now),
    asOf,
    ageMillis: age === undefined ? undefined : Math.floor(age / 1_000) * 1_000,
    error: aged.error,
  };
};

/**
 * How old the shown data is, and why: renders again every second while the age is known; select `state` alone where only that is shown.
 *
 * @example
 * ```tsx
 * import { useFreshness } from "@evalwire/react-hooks";
 *
 * const Live = () => {
 *   const { state, ageMillis } = useFreshness("ev_1");
 *   return <p>{state}{ageMillis === undefined ? "" : `, ${ageMillis / 1_000} s old`}</p>;
 * };
 * ```
 */
export const useFreshness = <A = Freshness>(watched: Watched | Nothing, options: ReadOptions<Freshness, A> = {}): A => {
  checkOptions("useFreshness", options, readNames);
  const { ticker } = useEvalwire();
  return useRead("useFreshness", watched, options, freshness, equal.fields, ticker);
};
