/**
 * A lease in the hand, as a store.
 *
 * 1. It is held while a component uses it; after the last one it is released without a request to the server: the task stays ours.
 * 2. The controller is aborted once the lease is about to end or has ended, and not for lack of components.
 */
import { onAbort, type SGPClient } from "@evalwire/core";
import { type Claimed, Lease } from "@evalwire/tasks";
import { type Cell, cell, type Store } from "../stores/Store.ts";
import type { WatchStore } from "../stores/Watches.ts";
import { isHeldLease } from "./isHeldLease.ts";

/** The lease, while a component uses it: another object after every change, which holds the same lease. */
export interface LeaseVersion {
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
}

/** A claimed task, taken into the hand by the first who looks; or a lease held by other code, which will release it. */
export const of = (
  client: SGPClient,
  lease: Claimed | Lease.HeldLease,
  { watch, marginMillis, controller }: KeepOptions,
): Store<LeaseVersion> => {
  const given = isHeldLease(lease) ? lease : undefined;
  const own = {
    ...(watch === undefined ? {} : { watch: watchOf(watch) }),
    ...(marginMillis === undefined ? {} : { marginMillis }),
  };
  const store: Cell<LeaseVersion> = cell<LeaseVersion>({ held: undefined }, () => {
    const held = given ?? Lease.hold(client, lease as Claimed, own);
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
  return store;
};
