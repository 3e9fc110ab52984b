import type { SgpError, WatchSnapshot, WatchStatus } from "@evalwire/core";
import { Instant } from "@evalwire/core/contract";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as equal from "../stores/equal.ts";
import { idle, type WatchStore } from "../stores/Watches.ts";
import { useRead } from "./useRead.ts";
import type { Nothing, ReadOptions, Watched } from "./Watched.ts";

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

const degradedAs: { readonly [reason: string]: Freshness["state"] } = { Offline: "offline", Stale: "stale" };

const stateOf = (status: WatchStatus, now: number | undefined): Freshness["state"] => {
  switch (status._tag) {
    case "synced":
      return now !== undefined && status.freshUntil !== undefined && now > Instant.epochMillis(status.freshUntil)
        ? "stale"
        : "live";
    case "degraded":
      return degradedAs[status.error.reason._tag] ?? "degraded";
    case "closed":
      return "ended";
    case "connecting":
      return "connecting";
  }
};

const freshness = ({ status }: WatchSnapshot, store: WatchStore, now: number | undefined): Freshness => {
  const asOf = (status._tag === "degraded" ? status.asOf : undefined) ?? status.lastSyncedAt;
  const age = now === undefined || asOf === undefined ? undefined : Math.max(0, now - Instant.epochMillis(asOf));
  return {
    state: store === idle ? "idle" : stateOf(status, now),
    asOf,
    ageMillis: age === undefined ? undefined : Math.floor(age / 1_000) * 1_000,
    error: "error" in status ? status.error : undefined,
  };
};

/**
 * How old the shown data is, and why: renders again every second while the age is known; select only `state` where only that is shown.
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
  const { ticker } = useEvalwire();
  return useRead("useFreshness", watched, options, freshness, equal.fields, ticker);
};
