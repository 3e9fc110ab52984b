/**
 * The holders and deadlines of open tasks: one lease for each task at most, and the deadlines of all of them in step.
 */
import * as TaskRow from "../event/TaskRow.ts";
import { isSameLease } from "../event/TaskVersion.ts";
import { type Announced, Expiry, type Ticket } from "../time/Expiry.ts";
import { instantOf } from "../time/instantOf.ts";

const endOf = (expiresAt: string | null): number =>
  (expiresAt === null ? undefined : instantOf(expiresAt)) ?? Number.POSITIVE_INFINITY;

export class Leases implements Iterable<TaskRow.Lease> {
  readonly expiry = new Expiry();
  readonly #tickets = new Map<string, Ticket>();

  get size(): number {
    return this.#tickets.size;
  }

  *[Symbol.iterator](): Generator<TaskRow.Lease> {
    for (const { taskId, assignee, expiresAt } of this.#tickets.values()) yield { taskId, assignee, expiresAt };
  }

  /** Takes over what an earlier watch has announced of these tasks, and of some that are gone. */
  restore(announced: ReadonlyMap<string, ReadonlyArray<Announced>>, isThere: (taskId: string) => boolean): void {
    for (const [taskId, each] of announced) {
      this.expiry.restore(taskId, each);
      if (!isThere(taskId)) this.expiry.forget(taskId);
    }
  }

  /** Takes the task as it is now, `undefined` when it is gone. Returns whether its lease is another one than before. */
  take(taskId: string, row: TaskRow.TaskRow | undefined): boolean {
    const lease = row === undefined ? undefined : TaskRow.leaseOf(row);
    if (row === undefined) this.expiry.forget(taskId);
    else this.expiry.keep(taskId);
    const ticket = this.#tickets.get(taskId);
    if (isSameLease(ticket, lease)) return false;
    if (ticket !== undefined) this.expiry.cancel(ticket);
    if (lease === undefined) this.#tickets.delete(taskId);
    else this.#tickets.set(taskId, this.expiry.add(lease));
    return true;
  }

  /** The end of a task's lease has come by a clock that was wrong: it is still to come. */
  again(taskId: string): void {
    const ticket = this.#tickets.get(taskId);
    if (ticket === undefined) return;
    this.expiry.cancel(ticket);
    this.#tickets.set(taskId, this.expiry.add(ticket));
  }

  /** The tasks whose leases end next, at most `count`, the first to end first; those without an end come last. */
  next(count: number): ReadonlyArray<string> {
    if (count === 0) return [];
    const ends = Array.from(this, ({ taskId, expiresAt }) => ({ taskId, at: endOf(expiresAt) }));
    ends.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.taskId < b.taskId ? -1 : 1));
    return ends.slice(0, count).map(({ taskId }) => taskId);
  }
}
