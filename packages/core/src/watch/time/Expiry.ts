/**
 * When the next lease is about to end, and which have ended: one structure, and so one timer, for all leases.
 *
 * A lease has a moment for each lead time (so long before its end) and one for the end itself. Time is the server's, in
 * milliseconds since 1970, and is only ever given: nothing here waits.
 *
 * 1. `advance` returns a moment when the given time has reached it, never before.
 * 2. Each lead of a lease (task, assignee, deadline) is returned at most once, also when the lease goes away and comes back, or another watch
 *    announces it first. Its end is returned until it has been announced (`remember`): between the two lies a look at the task.
 * 3. `advance(b)` and then `advance(c)` return together what `advance(c)` would have returned, in the same order:
 *    by instant, then by task id, then the longer lead first.
 * 4. Adding and cancelling cost next to nothing: sorting is deferred until `advance`, and covers only what still stands.
 * 5. Announcements are remembered for three leases of a task: the last two, and of the others the one that ends last. Of those that ended
 *    within the last minute, or are still to end, it is remembered of eight, since a server that lags behind may show each of them again.
 *    Memory does not grow with history.
 * 6. Announcements of a task that is gone (`forget`) are remembered for another minute, of `mostGone` tasks at most: a server that lags behind
 *    may show the task again.
 */
import type { Lease } from "../event/TaskRow.ts";
import { instantOf } from "./instantOf.ts";

/** An instant at which a lease emits an event, or wants its task to be looked at. */
export interface Moment {
  readonly lease: Lease;
  /** The lease's end by the server's clock. */
  readonly deadline: number;
  /** The lead time in milliseconds; 0 for the end itself. */
  readonly lead: number;
  /** `deadline - lead`. */
  readonly at: number;
  /** Whether the lead is one of those to be announced, or the end. */
  readonly isAnnounced: boolean;
  /** Whether the task is to be looked at now, since the end is near. */
  readonly isLook: boolean;
}

/** The announcements made of a lease: moments with a lead of at least this many milliseconds. */
export interface Announced {
  readonly assignee: string;
  readonly expiresAt: string;
  readonly lead: number;
}

/** A lease that was added, to cancel it by. It is not to be handed on: it hangs together with all others. */
export interface Ticket extends Lease {}

// A node of a pairing heap. Of two heaps the one with the later top becomes the first child of the other: joining costs one
// comparison, and the order among children is only made when their parent goes.
interface HeapNode extends Ticket {
  /** The lead of the next moment, in milliseconds; `cancelled` when there is none. */
  lead: number;
  at: number;
  child: HeapNode | undefined;
  sibling: HeapNode | undefined;
}

const cancelled = -1;

/** For so long after its end a lease may be shown again by a server that lags behind. */
const lagMillis = 60_000;

/** Of so many leases of a task it is remembered at most what was announced. */
const mostRemembered = 8;

/** Of so many tasks that are gone it is remembered at most what was announced. */
const mostGone = 10_000;

const endOf = ({ expiresAt }: Announced): number => instantOf(expiresAt) ?? 0;

/**
 * Which of the leases before the last two may come back: as a server that lags behind shows it, one that ends after `since`; or, where a feed
 * that is caught up with speaks late of earlier leases, that which ends last.
 */
const lasting = (leases: ReadonlyArray<Announced>, since: number): ReadonlyArray<Announced> => {
  if (leases.length === 0) return leases;
  const byEnd = [...leases].sort((a, b) => endOf(b) - endOf(a));
  const kept = new Set(byEnd.slice(0, mostRemembered - 2).filter((one, index) => index === 0 || endOf(one) >= since));
  return leases.filter((one) => kept.has(one));
};

const isBefore = (a: HeapNode, b: HeapNode): boolean => {
  if (a.at !== b.at) return a.at < b.at;
  if (a.taskId !== b.taskId) return a.taskId < b.taskId;
  return a.lead > b.lead;
};

const join = (a: HeapNode, b: HeapNode): HeapNode => {
  if (isBefore(b, a)) return join(b, a);
  b.sibling = a.child;
  a.child = b;
  return a;
};

/** The heap without its top: its children joined in pairs, then the pairs from the last to the first. */
const withoutTop = (top: HeapNode): HeapNode | undefined => {
  let pairs: HeapNode | undefined;
  for (let next = top.child; next !== undefined; ) {
    const one: HeapNode = next;
    const other: HeapNode | undefined = one.sibling;
    next = other?.sibling;
    one.sibling = undefined;
    if (other !== undefined) other.sibling = undefined;
    const pair = other === undefined ? one : join(one, other);
    pair.sibling = pairs;
    pairs = pair;
  }
  let heap: HeapNode | undefined;
  for (let next = pairs; next !== undefined; ) {
    const pair: HeapNode = next;
    next = pair.sibling;
    pair.sibling = undefined;
    heap = heap === undefined ? pair : join(heap, pair);
  }
  top.child = undefined;
  return heap;
};

export class Expiry {
  /** Lead times in milliseconds, longest first, that of the look among them, the end (0) last. */
  #leads: ReadonlyArray<number>;
  #announcing: ReadonlySet<number>;
  #lookLead: number | undefined;
  // By task, so that a task that is gone takes its memory along.
  readonly #announced = new Map<string, ReadonlyArray<Announced>>();
  /** The tasks that are gone, the first to go first, and until when each is remembered; `undefined` until the time is known. */
  readonly #gone = new Map<string, number | undefined>();
  #now = Number.NEGATIVE_INFINITY;
  #top: HeapNode | undefined;
  // Added, and not yet joined in: most are cancelled or replaced before they are read.
  #inbox: Array<HeapNode> = [];
  // How many stand in the heap, and how many of those and of the inbox are cancelled.
  #standing = 0;
  #dead = 0;

  /** @param leads lead times in milliseconds, in any order */
  constructor(leads: Iterable<number> = []) {
    this.#announcing = new Set(leads);
    this.#leads = sorted(this.#announcing);
  }

  /** How many leases have a moment that is still to come; those whose deadline is no date are counted until they are read. */
  get size(): number {
    return this.#standing + this.#inbox.length - this.#dead;
  }

  /**
   * Other lead times from now on. Announcements are not repeated, nor is any longer lead of that lease announced.
   *
   * @param lookLead how long before its end a lease's task is to be looked at, in milliseconds; never unless given
   */
  setLeads(leads: Iterable<number>, lookLead?: number): void {
    this.#announcing = new Set(leads);
    this.#lookLead = lookLead;
    this.#leads = sorted(lookLead === undefined ? this.#announcing : [...this.#announcing, lookLead]);
    this.#rebuild();
  }

  /** Schedules the moments of a lease from now on. A lease without a deadline, or with one that is no date, has none. */
  add({ taskId, assignee, expiresAt }: Lease): Ticket {
    const node: HeapNode = { taskId, assignee, expiresAt, lead: 0, at: 0, child: undefined, sibling: undefined };
    this.#inbox.push(node);
    return node;
  }

  /** Announces nothing more of a lease. A second call does nothing. */
  cancel(ticket: Ticket): void {
    const node = ticket as HeapNode;
    if (node.lead === cancelled) return;
    node.lead = cancelled;
    this.#dead++;
  }

  /** A task is gone: what was announced of it is forgotten in a minute, unless it comes back (`keep`). */
  forget(taskId: string): void {
    if (!this.#announced.has(taskId)) return;
    this.#gone.delete(taskId);
    this.#gone.set(taskId, Number.isFinite(this.#now) ? this.#now + lagMillis : undefined);
    const [first] = this.#gone.keys();
    if (this.#gone.size > mostGone) this.#drop(first!);
  }

  /** A task is there, maybe again. */
  keep(taskId: string): void {
    if (this.#gone.size > 0) this.#gone.delete(taskId);
  }

  /** The instant of the earliest moment still to come. */
  nextAt(): number | undefined {
    this.#settle();
    return this.#top?.at;
  }

  /** The moments up to and including `now` that have not been announced, in order. */
  advance(now: number): ReadonlyArray<Moment> {
    this.#now = now;
    if (this.#gone.size > 0 && Number.isFinite(now)) this.#dropGone();
    const moments: Array<Moment> = [];
    for (this.#settle(); this.#top !== undefined && this.#top.at <= now; this.#settle()) {
      const node = this.#top;
      const { taskId, assignee, expiresAt, lead, at } = node;
      const lease = { taskId, assignee, expiresAt };
      const deadline = at + lead;
      // Another watch may have announced it meanwhile (`restore`).
      const announced = this.#announced.size === 0 ? undefined : this.#announcedOf(lease);
      if (announced === undefined || announced.lead > lead) {
        const isAnnounced = lead === 0 || this.#announcing.has(lead);
        moments.push({ lease, deadline, lead, at, isAnnounced, isLook: lead === this.#lookLead });
        // One that comes after its lease's end is no warning, and is not emitted.
        if (lead > 0 && isAnnounced && deadline > now) this.remember(lease, lead);
      }
      this.#top = withoutTop(node);
      this.#standing--;
      const next = this.#leads.find((each) => each < lead);
      // Announced to the end, it is as good as cancelled.
      if (next === undefined) node.lead = cancelled;
      else this.#join(node, deadline, next);
    }
    return moments;
  }

  /** The announcements made of the task's last leases. */
  announced(taskId: string): ReadonlyArray<Announced> {
    return this.#announced.get(taskId) ?? [];
  }

  /** All announcements that are remembered, by task. */
  get remembered(): ReadonlyMap<string, ReadonlyArray<Announced>> {
    return this.#announced;
  }

  /** The announcements made of a lease; `undefined` where nothing was, or where it is long over. */
  announcedOf(lease: Lease): Announced | undefined {
    return this.#announcedOf(lease);
  }

  /** Whether the end of a lease has been announced. */
  hasEnded(lease: Lease): boolean {
    return this.#announcedOf(lease)?.lead === 0;
  }

  /** Takes over what another watch has announced (`announced`). */
  restore(taskId: string, announced: ReadonlyArray<Announced>): void {
    for (const { assignee, expiresAt, lead } of announced) this.remember({ taskId, assignee, expiresAt }, lead);
  }

  /** A moment of a lease has been announced: its end (0), or so many milliseconds before. */
  remember(lease: Lease, lead: number): void {
    const { taskId, assignee, expiresAt } = lease;
    if (expiresAt === null) return;
    const before = this.#announcedOf(lease);
    const others = (this.#announced.get(taskId) ?? []).filter((one) => one !== before);
    const now = { assignee, expiresAt, lead: Math.min(lead, before?.lead ?? lead) };
    this.#announced.set(taskId, [
      ...lasting(others.slice(0, -1), endOf(now) - lead - lagMillis),
      ...others.slice(-1),
      now,
    ]);
  }

  #dropGone(): void {
    for (const [taskId, until] of this.#gone) {
      if (until === undefined) this.#gone.set(taskId, this.#now + lagMillis);
      else if (until <= this.#now) this.#drop(taskId);
    }
  }

  #drop(taskId: string): void {
    this.#gone.delete(taskId);
    this.#announced.delete(taskId);
  }

  #announcedOf({ taskId, assignee, expiresAt }: Lease): Announced | undefined {
    return this.#announced.get(taskId)?.find((one) => one.assignee === assignee && one.expiresAt === expiresAt);
  }

  /** Joins what has been added to the heap, and takes the cancelled off its top. */
  #settle(): void {
    if (this.#dead * 2 > this.#standing + this.#inbox.length + 64) this.#rebuild();
    if (this.#inbox.length > 0) {
      const added = this.#inbox;
      this.#inbox = [];
      for (const node of added) {
        if (node.lead === cancelled) this.#dead--;
        else this.#begin(node);
      }
    }
    while (this.#top?.lead === cancelled) {
      this.#top = withoutTop(this.#top);
      this.#standing--;
      this.#dead--;
    }
  }

  /** Joins a lease to the heap by its first moment that has not been announced, if it has one. */
  #begin(node: HeapNode): void {
    const deadline = node.expiresAt === null ? undefined : instantOf(node.expiresAt);
    const announced = this.#announced.size === 0 ? undefined : this.#announcedOf(node);
    const lead = announced === undefined ? this.#leads[0] : this.#leads.find((each) => each < announced.lead);
    if (deadline === undefined || lead === undefined) node.lead = cancelled;
    else this.#join(node, deadline, lead);
  }

  #join(node: HeapNode, deadline: number, lead: number): void {
    node.lead = lead;
    node.at = deadline - lead;
    this.#top = this.#top === undefined ? node : join(this.#top, node);
    this.#standing++;
  }

  /** Puts everything that still stands back into the inbox, and leaves the cancelled behind. */
  #rebuild(): void {
    const standing: Array<HeapNode> = [];
    const isAnyLeft = this.size > 0;
    const open = this.#top === undefined || !isAnyLeft ? [] : [this.#top];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node.sibling !== undefined) open.push(node.sibling);
      if (node.child !== undefined) open.push(node.child);
      node.child = undefined;
      node.sibling = undefined;
      standing.push(node);
    }
    this.#inbox = isAnyLeft ? [...standing, ...this.#inbox].filter((node) => node.lead !== cancelled) : [];
    this.#top = undefined;
    this.#standing = 0;
    this.#dead = 0;
  }
}

const sorted = (leads: Iterable<number>): ReadonlyArray<number> =>
  [...new Set([...leads].filter((lead) => lead > 0)), 0].sort((a, b) => b - a);
