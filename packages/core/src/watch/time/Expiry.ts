/**
 * When the next lease is about to end, and which have ended: one structure, and so one timer, for all leases.
 *
 * A lease has a moment for each lead time (so long before its end) and one for the end itself. Time is the server's, in
 * milliseconds since 1970, and is only ever given: nothing here waits.
 *
 * 1. `advance` tells a moment when the given time has reached it, never before.
 * 2. Each moment of a lease (task, assignee, deadline) is told at most once, also when the lease goes away and comes back, or another watch
 *    tells it first.
 * 3. `advance(b)` and then `advance(c)` tell together what `advance(c)` alone would have told, in the same order:
 *    by instant, then by task id, then the longer lead first.
 * 4. Adding and cancelling cost next to nothing: the order is made when it is asked for, and only of what still stands.
 */
import type { Lease } from "../TaskRow.ts";
import { instantOf } from "./instantOf.ts";

/** Something to say about a lease. */
export interface Moment {
  readonly lease: Lease;
  /** The lease's end by the server's clock. */
  readonly deadline: number;
  /** The lead time in milliseconds; 0 for the end itself. */
  readonly lead: number;
  /** `deadline - lead`. */
  readonly at: number;
}

/** What has been told of a lease: moments with a lead of at least this many milliseconds. */
export interface Told {
  readonly assignee: string;
  readonly expiresAt: string;
  readonly lead: number;
}

/** A lease that was added, to cancel it by. It is not to be handed on: it hangs together with all others. */
export interface Ticket extends Lease {}

// A node of a pairing heap. Of two heaps the one with the later top becomes the first child of the other: joining costs one
// comparison, and the order among children is only made when their parent goes.
interface Held extends Ticket {
  /** The lead of the moment that is told next, in milliseconds; `cancelled` when it is not to be told. */
  lead: number;
  at: number;
  child: Held | undefined;
  sibling: Held | undefined;
}

const cancelled = -1;

const isBefore = (a: Held, b: Held): boolean => {
  if (a.at !== b.at) return a.at < b.at;
  if (a.taskId !== b.taskId) return a.taskId < b.taskId;
  return a.lead > b.lead;
};

const join = (a: Held, b: Held): Held => {
  if (isBefore(b, a)) return join(b, a);
  b.sibling = a.child;
  a.child = b;
  return a;
};

/** The heap without its top: its children joined in pairs, then the pairs from the last to the first. */
const withoutTop = (top: Held): Held | undefined => {
  let pairs: Held | undefined;
  for (let next = top.child; next !== undefined; ) {
    const one: Held = next;
    const other: Held | undefined = one.sibling;
    next = other?.sibling;
    one.sibling = undefined;
    if (other !== undefined) other.sibling = undefined;
    const pair = other === undefined ? one : join(one, other);
    pair.sibling = pairs;
    pairs = pair;
  }
  let heap: Held | undefined;
  for (let next = pairs; next !== undefined; ) {
    const pair: Held = next;
    next = pair.sibling;
    pair.sibling = undefined;
    heap = heap === undefined ? pair : join(heap, pair);
  }
  top.child = undefined;
  return heap;
};

export class Expiry {
  /** Lead times in milliseconds, longest first, the end (0) last. */
  #leads: ReadonlyArray<number>;
  // By task, so that a task that is gone takes its memory along.
  readonly #told = new Map<string, Array<Told>>();
  #top: Held | undefined;
  // Added, and not yet joined in: most are cancelled or replaced before anybody asks.
  #inbox: Array<Held> = [];
  // How many stand in the heap, and how many of those and of the inbox are cancelled.
  #standing = 0;
  #dead = 0;

  /** @param leads lead times in milliseconds, in any order */
  constructor(leads: Iterable<number> = []) {
    this.#leads = sorted(leads);
  }

  /** How many leases have a moment that is still to be told; those whose deadline is no date are counted until somebody asks. */
  get size(): number {
    return this.#standing + this.#inbox.length - this.#dead;
  }

  /** Other lead times from now on. What has been told stays told, and with it every longer lead of that lease. */
  setLeads(leads: Iterable<number>): void {
    this.#leads = sorted(leads);
    this.#rebuild();
  }

  /** Tells the moments of a lease from now on. A lease without a deadline, or with one that is no date, has none. */
  add({ taskId, assignee, expiresAt }: Lease): Ticket {
    const held: Held = { taskId, assignee, expiresAt, lead: 0, at: 0, child: undefined, sibling: undefined };
    this.#inbox.push(held);
    return held;
  }

  /** Tells nothing more of a lease. What has been told of it stays known. A second call does nothing. */
  cancel(ticket: Ticket): void {
    const held = ticket as Held;
    if (held.lead === cancelled) return;
    held.lead = cancelled;
    this.#dead++;
  }

  /** Forgets what has been told of a task that is gone for good. */
  forget(taskId: string): void {
    this.#told.delete(taskId);
  }

  /** The instant of the earliest moment that is still to be told. */
  nextAt(): number | undefined {
    this.#settle();
    return this.#top?.at;
  }

  /** The moments up to and including `now` that have not been told, in order. */
  advance(now: number): ReadonlyArray<Moment> {
    const moments: Array<Moment> = [];
    for (this.#settle(); this.#top !== undefined && this.#top.at <= now; this.#settle()) {
      const held = this.#top;
      const { taskId, assignee, expiresAt, lead, at } = held;
      const lease = { taskId, assignee, expiresAt };
      const deadline = at + lead;
      // Another watch may have told it meanwhile (`recall`).
      const told = this.#told.size === 0 ? undefined : this.#toldOf(lease);
      if (told === undefined || told.lead > lead) {
        moments.push({ lease, deadline, lead, at });
        this.#remember(lease, lead);
      }
      this.#top = withoutTop(held);
      this.#standing--;
      const next = this.#leads.find((each) => each < lead);
      // Told to the end, it is as good as cancelled.
      if (next === undefined) held.lead = cancelled;
      else this.#join(held, deadline, next);
    }
    return moments;
  }

  /** What has been told of the task's leases. */
  told(taskId: string): ReadonlyArray<Told> {
    return this.#told.get(taskId) ?? [];
  }

  /** Takes over what another watch has told (`told`). */
  recall(taskId: string, told: ReadonlyArray<Told>): void {
    for (const { assignee, expiresAt, lead } of told) this.#remember({ taskId, assignee, expiresAt }, lead);
  }

  #toldOf({ taskId, assignee, expiresAt }: Lease): Told | undefined {
    return this.#told.get(taskId)?.find((one) => one.assignee === assignee && one.expiresAt === expiresAt);
  }

  #remember(lease: Lease, lead: number): void {
    const { taskId, assignee } = lease;
    const expiresAt = lease.expiresAt as string;
    const before = this.#toldOf(lease);
    const others = (this.#told.get(taskId) ?? []).filter((one) => one !== before);
    this.#told.set(taskId, [...others, { assignee, expiresAt, lead: Math.min(lead, before?.lead ?? lead) }]);
  }

  /** Joins what has been added to the heap, and takes the cancelled off its top. */
  #settle(): void {
    if (this.#dead * 2 > this.#standing + this.#inbox.length + 64) this.#rebuild();
    if (this.#inbox.length > 0) {
      const added = this.#inbox;
      this.#inbox = [];
      for (const held of added) {
        if (held.lead === cancelled) this.#dead--;
        else this.#begin(held);
      }
    }
    while (this.#top?.lead === cancelled) {
      this.#top = withoutTop(this.#top);
      this.#standing--;
      this.#dead--;
    }
  }

  /** Joins a lease to the heap by its first moment that has not been told, if it has one. */
  #begin(held: Held): void {
    const deadline = held.expiresAt === null ? undefined : instantOf(held.expiresAt);
    const told = this.#told.size === 0 ? undefined : this.#toldOf(held);
    const lead = told === undefined ? this.#leads[0] : this.#leads.find((each) => each < told.lead);
    if (deadline === undefined || lead === undefined) held.lead = cancelled;
    else this.#join(held, deadline, lead);
  }

  #join(held: Held, deadline: number, lead: number): void {
    held.lead = lead;
    held.at = deadline - lead;
    this.#top = this.#top === undefined ? held : join(this.#top, held);
    this.#standing++;
  }

  /** Puts everything that still stands back into the inbox, and leaves the cancelled behind. */
  #rebuild(): void {
    const standing: Array<Held> = [];
    const isAnyLeft = this.size > 0;
    const open = this.#top === undefined || !isAnyLeft ? [] : [this.#top];
    for (let held = open.pop(); held !== undefined; held = open.pop()) {
      if (held.sibling !== undefined) open.push(held.sibling);
      if (held.child !== undefined) open.push(held.child);
      held.child = undefined;
      held.sibling = undefined;
      standing.push(held);
    }
    this.#inbox = isAnyLeft ? [...standing, ...this.#inbox].filter((held) => held.lead !== cancelled) : [];
    this.#top = undefined;
    this.#standing = 0;
    this.#dead = 0;
  }
}

const sorted = (leads: Iterable<number>): ReadonlyArray<number> =>
  [...new Set([...leads].filter((lead) => lead > 0)), 0].sort((a, b) => b - a);
