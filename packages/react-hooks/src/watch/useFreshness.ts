import type { SgpError, WatchSnapshot, WatchStatus } from "@evalwire/core";
import * as equal from "../stores/equal.ts";
import { instant } from "../stores/instant.ts";
import { idle, type WatchStore } from "../stores/Watches.ts";
import { ticking, useRead } from "./useRead.ts";
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

/** The fields that only some statuses have. */
type Said = WatchStatus & { readonly asOf?: string; readonly freshUntil?: string; readonly error?: SgpError };

/** A watch is degraded for many reasons; two of them have a state of their own. */
const degradedAs: { readonly [reason: string]: Freshness["state"] } = { Offline: "offline", Stale: "stale" };

const stateOf = ({ _tag, freshUntil, error }: Said, now: number): Freshness["state"] => {
  if (_tag === "synced") return now > instant(freshUntil) ? "stale" : "live";
  return _tag === "closed" ? "ended" : (degradedAs[error?.reason._tag ?? ""] ?? _tag);
};

/** @param now - not known while hydrating: then nothing is older or younger than it, as with `NaN` */
const freshness = (snapshot: WatchSnapshot, store: WatchStore, now = Number.NaN): Freshness => {
  const status: Said = snapshot.status;
  const { asOf = status.lastSyncedAt, error } = status;
  const age = now - instant(asOf);
  return {
    state: store === idle ? "idle" : stateOf(status, now),
    asOf,
    ageMillis: Number.isFinite(age) ? Math.floor(Math.max(0, age) / 1_000) * 1_000 : undefined,
    error,
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
export const useFreshness = <A = Freshness>(watched: Watched | Nothing, options: ReadOptions<Freshness, A> = {}): A =>
  useRead("useFreshness", watched, options, freshness, equal.fields, ticking);
