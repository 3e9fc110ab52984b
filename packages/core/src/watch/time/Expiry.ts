/**
 * When the next lease is about to end, and which have ended: one structure, and so one timer, for all leases.
 *
 * A lease has a moment for each lead time (so long before its end) and one for the end itself. Time is the server's, in
 * milliseconds since 1970, and is only ever given: nothing here waits.
 *
 * 1. `advance` tells a moment when the given time has reached it, never before.
 * 2. Each moment of a lease (task, assignee, deadline) is told at most once, also when the lease goes away and comes back.
 * 3. `advance(b)` and then `advance(c)` tell together what `advance(c)` alone would have told, in the same order:
 *    by instant, then by task id, then the longer lead first.
 * 4. Scheduling and cancelling cost a constant; the order is only made when it is asked for.
 */
import type { Lease } from "../TaskRow.ts";

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

interface Entry {
  readonly lease: Lease;
  readonly deadline: number;
  lead: number;
  at: number;
  isAlive: boolean;
}

const hasZone = /(?:[zZ]|[+-]\d\d:?\d\d)$/;
const hasTime = /\d[tT ]\d/;

/**
 * The instant an ISO 8601 text names, in milliseconds since 1970, or `undefined` when it names none. A time without a zone
 * is taken as UTC, which is what a Python service means when it leaves the zone out, and never as the local time of this machine.
 */
export const instantOf = (text: string): number | undefined => {
  const millis = Date.parse(hasTime.test(text) && !hasZone.test(text) ? `${text}Z` : text);
  return Number.isNaN(millis) ? undefined : millis;
};

const isBefore = (a: Entry, b: Entry): boolean => {
  if (a.at !== b.at) return a.at < b.at;
  if (a.lease.taskId !== b.lease.taskId) return a.lease.taskId < b.lease.taskId;
  return a.lead > b.lead;
};

export class Expiry {
  /** Lead times in milliseconds, longest first, the end (0) last. */
  #leads: ReadonlyArray<number>;
  readonly #entries = new Map<string, Entry>();
  // By task, so that a task that is gone takes its memory along.
  readonly #told = new Map<string, Array<Told>>();
  #heap: Array<Entry> = [];
  // Scheduled, and not yet sorted in: most are cancelled or replaced before anybody asks.
  #inbox: Array<Entry> = [];

  /** @param leads lead times in milliseconds, in any order */
  constructor(leads: Iterable<number> = []) {
    this.#leads = sorted(leads);
  }

  /** How many leases with a deadline are held. */
  get size(): number {
    return this.#entries.size;
  }

  /** Other lead times from now on. What has been told stays told, and with it every longer lead of that lease. */
  setLeads(leads: Iterable<number>): void {
    this.#leads = sorted(leads);
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#heap = [];
    this.#inbox = [];
    for (const entry of entries) this.#schedule(entry.lease, entry.deadline);
  }

  /**
   * Holds a lease in place of the task's earlier one. The same lease again changes nothing.
   *
   * Returns false when its deadline is no instant: such a lease has no moments.
   */
  set(lease: Lease): boolean {
    const held = this.#entries.get(lease.taskId);
    if (held !== undefined) {
      if (held.lease.expiresAt === lease.expiresAt && held.lease.assignee === lease.assignee) return true;
      this.delete(lease.taskId);
    }
    if (lease.expiresAt === null) return true;
    const deadline = instantOf(lease.expiresAt);
    if (deadline === undefined) return false;
    this.#schedule(lease, deadline);
    return true;
  }

  /** Lets go of the task's lease, if it has one. What has been told of it stays known. */
  delete(taskId: string): void {
    const entry = this.#entries.get(taskId);
    if (entry === undefined) return;
    entry.isAlive = false;
    this.#entries.delete(taskId);
  }

  /** Forgets a task that is gone for good. */
  forget(taskId: string): void {
    this.delete(taskId);
    this.#told.delete(taskId);
  }

  /** The instant of the earliest moment that is still to be told. */
  nextAt(): number | undefined {
    this.#settle();
    while (this.#heap.length > 0 && !this.#heap[0]!.isAlive) this.#pop();
    return this.#heap[0]?.at;
  }

  /** The moments up to and including `now` that have not been told, in order. */
  advance(now: number): ReadonlyArray<Moment> {
    const moments: Array<Moment> = [];
    for (let at = this.nextAt(); at !== undefined && at <= now; at = this.nextAt()) {
      const entry = this.#heap[0]!;
      moments.push({ lease: entry.lease, deadline: entry.deadline, lead: entry.lead, at });
      this.#remember(entry.lease, entry.lead);
      const next = this.#leads.find((lead) => lead < entry.lead);
      if (next === undefined) {
        entry.isAlive = false;
        this.#pop();
      } else {
        entry.lead = next;
        entry.at = entry.deadline - next;
        this.#sink(0);
      }
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

  #schedule(lease: Lease, deadline: number): void {
    const told = this.#told
      .get(lease.taskId)
      ?.find((one) => one.assignee === lease.assignee && one.expiresAt === lease.expiresAt);
    const lead = told === undefined ? this.#leads[0]! : this.#leads.find((one) => one < told.lead);
    const entry = { lease, deadline, lead: lead ?? 0, at: deadline - (lead ?? 0), isAlive: lead !== undefined };
    this.#entries.set(lease.taskId, entry);
    if (entry.isAlive) this.#inbox.push(entry);
    if (this.#inbox.length > 2 * this.#entries.size + 1024) this.#settle();
  }

  #remember(lease: Lease, lead: number): void {
    const expiresAt = lease.expiresAt as string;
    const others = (this.#told.get(lease.taskId) ?? []).filter(
      (one) => one.assignee !== lease.assignee || one.expiresAt !== expiresAt,
    );
    this.#told.set(lease.taskId, [...others, { assignee: lease.assignee, expiresAt, lead }]);
  }

  #settle(): void {
    if (this.#inbox.length === 0) return;
    const arrived = this.#inbox.filter((entry) => entry.isAlive);
    this.#inbox = [];
    // Many at once, or many dead: make one heap of all (Floyd, linear), leaving out the dead on the way.
    if (arrived.length * 4 > this.#heap.length || this.#heap.length > 2 * this.#entries.size + 64) {
      this.#heap = this.#heap.filter((entry) => entry.isAlive).concat(arrived);
      for (let index = (this.#heap.length >>> 1) - 1; index >= 0; index--) this.#sink(index);
    } else {
      for (const entry of arrived) {
        this.#heap.push(entry);
        this.#rise(this.#heap.length - 1);
      }
    }
  }

  #pop(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    const heap = this.#heap;
    const entry = heap[index]!;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #sink(index: number): void {
    const heap = this.#heap;
    const entry = heap[index]!;
    for (let child = 2 * index + 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, entry)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = entry;
  }
}

const sorted = (leads: Iterable<number>): ReadonlyArray<number> =>
  [...new Set([...leads].filter((lead) => lead > 0)), 0].sort((a, b) => b - a);
