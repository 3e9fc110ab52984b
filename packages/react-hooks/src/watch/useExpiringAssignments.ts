import type { Lease, WatchSnapshot } from "@evalwire/core";
import type * as Duration from "effect/Duration";
import * as React from "react";
import * as equal from "../stores/equal.ts";
import { instant } from "../stores/instant.ts";
import { millisOf } from "../stores/lingering.ts";
import type { WatchStore } from "../stores/Watches.ts";
import { ticking, useRead } from "./useRead.ts";
import { type Nothing, type ReadOptions, readNames, type Watched } from "./Watched.ts";

export interface ExpiringOptions {
  /** How long before its end an assignment is shown: milliseconds, or text such as `"90 seconds"`. Default `"5 minutes"`. */
  readonly within?: Duration.Input;
}

const names: Record<keyof ExpiringOptions | keyof ReadOptions<unknown>, true> = { within: true, ...readNames };

const none: ReadonlyArray<Lease> = [];

/** The leases that end within `withinMillis` of the watch's time; sorts again only when a lease changed. */
const expiring = (withinMillis: number) => {
  let of: WatchSnapshot["leases"] | undefined;
  /** Those with a deadline, next first. */
  let sorted = none;
  return (snapshot: WatchSnapshot, store: WatchStore, now: number | undefined): ReadonlyArray<Lease> => {
    if (now === undefined) return none;
    if (of !== snapshot.leases) {
      of = snapshot.leases;
      sorted = [...of.values()]
        .filter(({ expiresAt }) => instant(expiresAt) < Number.POSITIVE_INFINITY)
        .sort((a, b) => instant(a.expiresAt) - instant(b.expiresAt));
    }
    const horizon = now + store.offsetMillis(now) + withinMillis;
    const end = sorted.findIndex(({ expiresAt }) => instant(expiresAt) > horizon);
    return end === -1 ? sorted : sorted.slice(0, end);
  };
};

/**
 * The assignments that end soon, next first, and those that are over and not yet taken back by the server.
 *
 * Goes by the server's clock as the watch estimates it. Renders again when an assignment comes or goes, not every
 * second; put a `useCountdown` into each row for that.
 *
 * @example
 * ```tsx
 * import { useExpiringAssignments } from "@evalwire/react-hooks";
 *
 * const Soon = () => {
 *   const leases = useExpiringAssignments("ev_1", { within: "2 minutes" });
 *   return <ul>{leases.map((lease) => <li key={lease.taskId}>{lease.assignee}</li>)}</ul>;
 * };
 * ```
 */
export const useExpiringAssignments = <A = ReadonlyArray<Lease>>(
  watched: Watched | Nothing,
  options: ExpiringOptions & ReadOptions<ReadonlyArray<Lease>, A> = {},
): A => {
  const { within = "5 minutes" }: ExpiringOptions = Object(options);
  const withinMillis = millisOf(within);
  const select = React.useMemo(() => expiring(withinMillis), [withinMillis]);
  return useRead("useExpiringAssignments", watched, options, select, equal.elements, ticking, names);
};
