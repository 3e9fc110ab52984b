/**
 * A lease in the hand, as a store.
 *
 * 1. It is held while somebody looks; when nobody does any more it is let go of without a word to the server: the task stays ours.
 * 2. The controller is aborted once the lease is about to end or has ended, and not because nobody looks.
 */
import type { SGPClient } from "@evalwire/core";
import { type Claimed, Lease } from "@evalwire/tasks";
import { Listeners } from "../stores/Listeners.ts";
import type { Store } from "../stores/Store.ts";
import type { WatchStore } from "../stores/Watches.ts";

/** The lease, while somebody looks: another object after every change, which holds the same lease. */
export interface LeaseVersion {
  readonly held: Lease.HeldLease | undefined;
}

const unheld: LeaseVersion = { held: undefined };

/** What a lease needs of a watch; it is kept open as long as the lease listens. */
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

/** A lease that somebody else holds, and will let go of. */
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
