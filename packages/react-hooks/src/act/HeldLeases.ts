/**
 * A lease in the hand, as a store.
 *
 * 1. It is held while a component uses it, and while something is done with it; after that it is released without a request to the server: the
 *    task stays ours. One that has ended is not taken into the hand again.
 * 2. The controller is aborted once the lease is about to end or has ended, and not for lack of components.
 */
import { onAbort } from "@evalwire/core";
import { type Claimed, Lease } from "@evalwire/tasks";
import { once } from "../stores/once.ts";
import { type Cell, cell, join, nothing } from "../stores/Store.ts";
import { invalid } from "../stores/sgpErrorOf.ts";
import type { WatchStore } from "../stores/Watches.ts";
import type { HeldLease, Kept, LeaseActs } from "./HeldLease.ts";

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

const isHeldLease = (lease: Claimed | Lease.HeldLease): lease is Lease.HeldLease => "ended" in lease;

const make = ({ lease, client, watch, marginMillis, controller, acts, clock, ticker }: Kept) => {
  if (lease === undefined || controller === undefined) throw invalid("useLease", "there is no lease in the hand");
  const given = isHeldLease(lease) ? lease : undefined;
  const { signal } = controller;
  const store: Cell<LeaseVersion> = cell<LeaseVersion>({ held: undefined }, () => {
    const held =
      store.snapshot().held ??
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
      const hasEnded = held.end !== undefined;
      isOver = true;
      undo();
      if (given || hasEnded) return;
      held.close();
      store.set({ held: undefined });
    };
  });
  const act = async (name: keyof LeaseActs, args: any): Promise<unknown> => {
    const leave = store.onChange(nothing);
    try {
      return await store.snapshot().held![name](args);
    } finally {
      leave();
    }
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
  return [join(store, ticker), read, act] as const;
};

const all = new WeakMap<Kept, ReturnType<typeof make>>();

/**
 * A claimed task, taken into the hand by the first who looks or acts; or a lease held by other code, which will release it. The same for the
 * same.
 *
 * @returns a store, what its snapshots say, and what does something with the lease
 */
export const of = (kept: Kept) => once(all, kept, () => make(kept));
