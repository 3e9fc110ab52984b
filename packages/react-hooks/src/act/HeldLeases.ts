/**
 * A lease in the hand, as a store.
 *
 * 1. It is held while a component uses it; after the last one it is released without a request to the server: the task stays ours.
 * 2. The controller is aborted once the lease is about to end or has ended, and not for lack of components.
 */
import { onAbort, type SGPClient } from "@evalwire/core";
import { type Claimed, Lease } from "@evalwire/tasks";
import type { Clock } from "effect/Clock";
import { type Cell, cell, join } from "../stores/Store.ts";
import type { Ticker } from "../stores/Ticker.ts";
import type { WatchStore } from "../stores/Watches.ts";
import { type HeldLease, notInHand } from "./HeldLease.ts";

/** The lease, while a component uses it: another object after every change, which holds the same lease. */
interface LeaseVersion {
  readonly held: Lease.HeldLease | undefined;
}

/** The part of a watch that a lease needs; it is kept open as long as the lease listens. */
const watchOf = (store: WatchStore): NonNullable<Lease.HoldOptions["watch"]> => ({
  subscribe: store.subscribe.bind(store),
  onChange: store.onChange.bind(store),
  snapshot: store.snapshot.bind(store),
  get status() {
    return store.snapshot().status;
  },
});

export interface KeepOptions {
  readonly watch: WatchStore | undefined;
  readonly marginMillis: number | undefined;
  readonly controller: AbortController;
  readonly client: SGPClient;
  readonly clock: Clock;
  readonly ticker: Ticker;
}

const isHeldLease = (lease: Claimed | Lease.HeldLease): lease is Lease.HeldLease => "ended" in lease;

/**
 * A claimed task, taken into the hand by the first who looks; or a lease held by other code, which will release it.
 *
 * @returns a store, and what its snapshots say
 */
export const of = (
  lease: Claimed | Lease.HeldLease,
  { client, watch, marginMillis, controller, clock, ticker }: KeepOptions,
) => {
  const given = isHeldLease(lease) ? lease : undefined;
  const { signal } = controller;
  const store: Cell<LeaseVersion> = cell<LeaseVersion>({ held: undefined }, () => {
    const held =
      given ??
      Lease.hold(client, lease as Claimed, {
        ...(watch === undefined ? {} : { watch: watchOf(watch) }),
        ...(marginMillis === undefined ? {} : { marginMillis }),
      });
    let isOver = false;
    const show = () => {
      if (!isOver) store.set({ held });
    };
    const undo = onAbort(held.signal, () => {
      // Closing it aborts its signal, too.
      if (!isOver) controller.abort(held.signal.reason);
      show();
    });
    show();
    held.ended.then(show);
    return () => {
      isOver = true;
      undo();
      if (given === undefined) held.close();
    };
  });
  const inHand = async (): Promise<Lease.HeldLease> => {
    const { held } = store.snapshot();
    if (held === undefined) throw notInHand();
    return held;
  };
  const acts = {
    submit: async (args: Lease.HandInArgs) => (await inHand()).submit(args),
    save: async (args: Lease.HandInArgs) => (await inHand()).save(args),
    giveBack: async (by?: Lease.GiveBack) => (await inHand()).giveBack(by),
  };
  const read = ([version, now]: readonly [LeaseVersion, number | undefined]): HeldLease => {
    const held = version.held ?? given;
    const remaining =
      held?.remainingMillis() ?? Math.max(0, (lease as Claimed).heldUntil - clock.currentTimeMillisUnsafe());
    return {
      ...acts,
      signal,
      expiresAt: held?.deadline.expiresAt ?? lease.task.assignment_expires_at ?? null,
      errorMillis: held?.deadline.errorMillis ?? null,
      remainingMillis: now === undefined ? undefined : Math.floor(remaining / 1_000) * 1_000,
      isEnding: signal.aborted,
      end: held?.end,
      error: undefined,
    };
  };
  return [join(store, ticker), read] as const;
};
