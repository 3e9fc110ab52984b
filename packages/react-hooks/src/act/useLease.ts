import { checkOptions } from "@evalwire/core/contract";
import type { Claimed, Lease } from "@evalwire/tasks";
import * as React from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as equal from "../stores/equal.ts";
import { useSelected, useStore } from "../useStore.ts";
import { useWatched } from "../watch/useWatchStore.ts";
import type { Nothing, ReadOptions, Watched } from "../watch/Watched.ts";
import { acting } from "./acting.ts";
import { type HeldLease, type Kept, type LeaseActs, unheld } from "./HeldLease.ts";

export interface LeaseOptions<A = HeldLease> extends Pick<ReadOptions<HeldLease, A>, "enabled" | "select" | "isEqual"> {
  /** The evaluation whose watch reports changes of the task at once; when left out, the lease goes only by time. */
  readonly watched?: Watched | Nothing;
  /** How long before its possible end `signal` aborts, in milliseconds; a tenth of what is left, 10 s at most, when left out. */
  readonly marginMillis?: number;
}

const names: Record<keyof LeaseOptions, true> = {
  watched: true,
  marginMillis: true,
  enabled: true,
  select: true,
  isEqual: true,
};

/**
 * A claimed task in the hand: how long it holds, a signal for the work under it, and what ended it. It is held while the component is
 * mounted; when the component goes the task stays ours, and nothing is sent.
 *
 * @param lease - what `claim` returned, or a lease that is held elsewhere, which is never closed; `null` for none. Keep its reference
 *
 * @example
 * ```tsx
 * import type { Claimed } from "@evalwire/tasks";
 * import { useLease } from "@evalwire/react-hooks";
 *
 * const InHand = ({ claimed }: { claimed: Claimed }) => {
 *   const { remainingMillis, isEnding, end, submit } = useLease(claimed, { watched: "ev_1" });
 *   if (end !== undefined) return <p>{end._tag === "Lost" ? `lost: ${end.reason}` : "done"}</p>;
 *   return (
 *     <button onClick={() => submit({ result: { fluent: "yes" } }).catch(() => undefined)}>
 *       Submit{isEnding ? ` within ${(remainingMillis ?? 0) / 1_000} s` : ""}
 *     </button>
 *   );
 * };
 * ```
 */
export const useLease = <A = HeldLease>(
  lease: Claimed | Lease.HeldLease | Nothing,
  options: LeaseOptions<A> = {},
): A => {
  checkOptions("useLease", options, names);
  const context = useEvalwire();
  const { enabled = true, marginMillis } = options;
  const watch = useWatched("useLease", options.watched);
  const given = enabled ? (lease ?? undefined) : undefined;
  const controller = React.useMemo(() => given && new AbortController(), [given]);
  const { module, error } = useStore(acting);
  const kept = React.useMemo((): Kept => {
    const act = (name: keyof LeaseActs) => async (args?: unknown) =>
      (await acting.load()).leaseOf(kept)[2](name, args) as any;
    const acts = { submit: act("submit"), save: act("save"), giveBack: act("giveBack") };
    const kept = { ...context, lease: given, watch, marginMillis, controller, acts };
    return kept;
  }, [given, controller, context, watch, marginMillis]);
  const [store, read] = React.useMemo(
    () => (given && module ? module.leaseOf(kept) : unheld(kept, error)),
    [given, module, kept, error],
  );
  return useSelected<any, HeldLease, A>(store, read, equal.fields, options);
};
