import type { SGPClient, SgpError } from "@evalwire/core";
import type { Claimed, Lease, Submission } from "@evalwire/tasks";
import type { Clock } from "effect/Clock";
import { cell, whole } from "../stores/Store.ts";
import type { Ticker } from "../stores/Ticker.ts";
import type { WatchStore } from "../stores/Watches.ts";

/** A lease in the hand, as it is now. */
export interface HeldLease {
  /** When it ends by the server's clock, ISO 8601; `null` without a deadline, `undefined` where there is no lease. */
  readonly expiresAt: string | null | undefined;
  /** How far from it the moment may lie at which we take it to end, in milliseconds; `null` where that is not known. */
  readonly errorMillis: number | null;
  /**
   * How long it surely holds, in milliseconds rounded down to whole seconds; 0 once it has ended, `Infinity` without a deadline,
   * `undefined` while hydrating, where there is no lease, and until what keeps it is loaded.
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
  /** Hands in the answers; see `submit` of `@evalwire/tasks`. Rejects with an `SgpError`. As the other two it waits for the code that acts. */
  readonly submit: (args: Lease.HandInArgs) => Promise<Submission>;
  /** Keeps the answers; the task stays in hand. */
  readonly save: (args: Lease.HandInArgs) => Promise<Submission>;
  /** Gives the task back: by skipping, which claims another one, by default. */
  readonly giveBack: (by?: Lease.GiveBack) => Promise<Lease.LeaseEnd>;
}

/** The actions on a lease. */
export type LeaseActs = Pick<HeldLease, "submit" | "save" | "giveBack">;

/** A lease, and what keeps it. */
export interface Kept {
  readonly lease: Claimed | Lease.HeldLease | undefined;
  readonly watch: WatchStore | undefined;
  readonly marginMillis: number | undefined;
  /** Of the signal that is shown; there is one where there is a lease. */
  readonly controller: AbortController | undefined;
  readonly acts: LeaseActs;
  readonly client: SGPClient;
  readonly clock: Clock;
  readonly ticker: Ticker;
}

/** The result while no lease is kept. */
export const unheld = ({ lease, controller, acts }: Kept, error: SgpError | undefined) =>
  [
    cell<HeldLease>({
      ...acts,
      signal: controller?.signal,
      expiresAt: lease?.task.assignment_expires_at,
      errorMillis: null,
      remainingMillis: undefined,
      isEnding: false,
      end: undefined,
      error,
    }),
    whole<HeldLease>,
  ] as const;
