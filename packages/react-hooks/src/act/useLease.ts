import type { SgpError } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import type { Claimed, Lease, Submission } from "@evalwire/tasks";
import { useMemo } from "react";
import { useEvalwire } from "../EvalwireProvider.tsx";
import * as equal from "../stores/equal.ts";
import { type Loaded, missing } from "../stores/onDemand.ts";
import { cell, join, whole } from "../stores/Store.ts";
import { invalid } from "../stores/sgpErrorOf.ts";
import { useStore } from "../useStore.ts";
import { useSelected } from "../watch/useRead.ts";
import { useWatched } from "../watch/useWatchStore.ts";
import type { Nothing, ReadOptions, Watched } from "../watch/Watched.ts";
import { acting } from "./acting.ts";
import type { LeaseVersion } from "./HeldLeases.ts";
import { isHeldLease } from "./isHeldLease.ts";

/** A lease in the hand, as it is now. */
export interface HeldLease {
  /** When it ends by the server's clock, ISO 8601; `null` without a deadline, `undefined` where there is no lease. */
  readonly expiresAt: string | null | undefined;
  /** How far from it the moment may lie at which we take it to end, in milliseconds; `null` where that is not known. */
  readonly errorMillis: number | null;
  /**
   * How long it surely holds, in milliseconds rounded down to whole seconds; 0 once it has ended, `Infinity` without a deadline,
   * `undefined` while hydrating and where there is no lease.
   */
  readonly remainingMillis: number | undefined;
  /** Whether it is about to end: `signal` has aborted. */
  readonly isEnding: boolean;
  /** How it ended; `undefined` while it holds. */
  readonly end: Lease.LeaseEnd | undefined;
  /** Why it is not kept, e.g. what keeps it could not be loaded. */
  readonly error: SgpError | undefined;
  /** Aborts before it could have ended, or when it ended in any other way; the same as long as the lease is. Not when the component goes. */
  readonly signal: AbortSignal | undefined;
  /** Hands in the answers; see `submit` of `@evalwire/tasks`. Rejects with an `SgpError`. */
  readonly submit: (args: Lease.HandInArgs) => Promise<Submission>;
  /** Keeps the answers; the task stays in hand. */
  readonly save: (args: Lease.HandInArgs) => Promise<Submission>;
  /** Gives the task back: by skipping, which claims another one, by default. */
  readonly giveBack: (by?: Lease.GiveBack) => Promise<Lease.LeaseEnd>;
}

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

const unheld = cell<LeaseVersion>({ held: undefined });
const notNeeded = cell<Loaded<typeof import("./tasks.ts")>>(missing);

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
  const { client, clock, ticker } = useEvalwire();
  const { enabled = true, marginMillis } = options;
  const watch = useWatched("useLease", options.watched);
  const given = enabled ? (lease ?? undefined) : undefined;
  const controller = useMemo(() => given && new AbortController(), [given]);
  const { module, error } = useStore(given === undefined ? notNeeded : acting, whole);
  const [store, read] = useMemo(() => {
    const leases =
      given && controller && module ? module.HeldLeases.of(client, given, { watch, marginMillis, controller }) : unheld;
    const act =
      <Args, A>(run: (held: Lease.HeldLease, args: Args) => Promise<A>) =>
      async (args: Args): Promise<A> => {
        const { held } = leases.snapshot();
        if (held !== undefined) return run(held, args);
        throw error ?? invalid("useLease", "there is no lease in the hand");
      };
    const acts = {
      submit: act((held, args: Lease.HandInArgs) => held.submit(args)),
      save: act((held, args: Lease.HandInArgs) => held.save(args)),
      giveBack: act((held, by?: Lease.GiveBack) => held.giveBack(by)),
    };
    const signal = controller?.signal;
    const leaseAt = ([version, now]: readonly [LeaseVersion, number | undefined]): HeldLease => {
      const held = version.held ?? (given && isHeldLease(given) ? given : undefined);
      const remaining =
        held?.remainingMillis() ?? ((given as Claimed | undefined)?.heldUntil ?? 0) - clock.currentTimeMillisUnsafe();
      return {
        ...acts,
        signal,
        expiresAt: held?.deadline.expiresAt ?? given?.task.assignment_expires_at ?? (given && null),
        errorMillis: held?.deadline.errorMillis ?? null,
        remainingMillis: given && now && Math.floor(Math.max(0, remaining) / 1_000) * 1_000,
        isEnding: signal?.aborted ?? false,
        end: held?.end,
        error,
      };
    };
    return [join(leases, ticker), leaseAt] as const;
  }, [given, controller, module, error, client, clock, ticker, watch, marginMillis]);
  return useSelected<readonly [LeaseVersion, number | undefined], HeldLease, A>(store, read, equal.fields, options);
};
