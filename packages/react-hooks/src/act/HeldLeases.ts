/**
 * A lease in the hand, as a store.
 *
 * 1. It is held while a component uses it; after the last one it is released without a request to the server: the task stays ours.
 * 2. The controller is aborted once the lease is about to end or has ended, and not for lack of components.
 */
import type { SGPClient } from "@evalwire/core";
import { type Claimed, Lease } from "@evalwire/tasks";
import { Listeners } from "../stores/Listeners.ts";
import type { Store } from "../stores/Store.ts";
import type { WatchStore } from "../stores/Watches.ts";

/** The lease, while a component uses it: another object after every change, which holds the same lease. */
export interface LeaseVersion {
  readonly held: Lease.HeldLease | undefined;
}

const unheld: LeaseVersion = { held: undefined };

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

/** A claimed task, taken into the hand by the first who looks. */
export const make = (client: SGPClient, claimed: Claimed, options: KeepOptions): Store<LeaseVersion> => {
  const { watch, marginMillis, controller } = options;
  const own = {
    ...(watch === undefined ? {} : { watch: watchOf(watch) }),
    ...(marginMillis === undefined ? {} : { marginMillis }),
  };
  let version = unheld;
  const listeners: Listeners = new Listeners(() => {
    const held = Lease.hold(client, claimed, own);
    let isOver = false;
    const show = () => {
      if (isOver) return;
      version = { held };
      listeners.notify();
    };
    const abort = () => {
      if (!isOver) controller.abort(held.signal.reason);
      show();
    };
    version = { held };
    if (held.signal.aborted) abort();
    else held.signal.addEventListener("abort", abort, { once: true });
    held.ended.then(show);
    return () => {
      isOver = true;
      held.close();
    };
  });
  return { snapshot: () => version, initial: () => unheld, onChange: (listener) => listeners.add(listener) };
};

/** A lease held by other code, which will release it. */
export const given = (held: Lease.HeldLease, controller: AbortController): Store<LeaseVersion> => {
  let version: LeaseVersion = { held };
  const listeners = new Listeners(() => {
    let isOver = false;
    const show = () => {
      if (isOver) return;
      version = { held };
      listeners.notify();
    };
    const abort = () => {
      controller.abort(held.signal.reason);
      show();
    };
    if (held.signal.aborted) abort();
    else held.signal.addEventListener("abort", abort, { once: true });
    held.ended.then(show);
    return () => {
      isOver = true;
      held.signal.removeEventListener("abort", abort);
    };
  });
  return { snapshot: () => version, initial: () => unheld, onChange: (listener) => listeners.add(listener) };
};
