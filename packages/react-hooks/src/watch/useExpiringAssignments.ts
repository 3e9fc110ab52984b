import type { Lease, WatchSnapshot } from "@evalwire/core";
import type * as Duration from "effect/Duration";
import { useMemo } from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import { deadline } from "../stores/deadline.ts";
import * as equal from "../stores/equal.ts";
import { millisOf } from "../stores/lingering.ts";
import type { WatchStore } from "../stores/Watches.ts";
import { useRead } from "./useRead.ts";
import { type Nothing, type ReadOptions, readNames, type Watched } from "./Watched.ts";

export interface ExpiringOptions {
  /** How long before its end an assignment is shown: milliseconds, or text such as `"90 seconds"`. Default `"5 minutes"`. */
  readonly within?: Duration.Input;
}

const names: Record<keyof ExpiringOptions | keyof ReadOptions<unknown>, true> = { within: true, ...readNames };

const none: ReadonlyArray<Lease> = [];

/** Leases with a deadline, next first. */
const inOrder = (leases: Iterable<Lease>): ReadonlyArray<Lease> =>
  Array.from(leases)
    .filter((lease) => deadline(lease.expiresAt) !== Number.POSITIVE_INFINITY)
    .sort((a, b) => deadline(a.expiresAt) - deadline(b.expiresAt));

/** The leases that end within `withinMillis` of the watch's time; sorts again only when a lease changed. */
const expiring = (withinMillis: number) => {
  let sorted: { readonly of: WatchSnapshot["leases"]; readonly leases: ReadonlyArray<Lease> } | undefined;
  return (snapshot: WatchSnapshot, store: WatchStore, now: number | undefined): ReadonlyArray<Lease> => {
    if (now === undefined) return none;
    if (sorted?.of !== snapshot.leases) sorted = { of: snapshot.leases, leases: inOrder(snapshot.leases.values()) };
    const { leases } = sorted;
    const horizon = now + store.offsetMillis(now) + withinMillis;
    const end = leases.findIndex((lease) => deadline(lease.expiresAt) > horizon);
    return end === -1 ? leases : leases.slice(0, end);
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
  const { ticker } = useEvalwire();
  const { within = "5 minutes" }: ExpiringOptions = Object(options);
  const withinMillis = millisOf(within);
  const select = useMemo(() => expiring(withinMillis), [withinMillis]);
  return useRead("useExpiringAssignments", watched, options, select, equal.elements, ticker, names);
};
