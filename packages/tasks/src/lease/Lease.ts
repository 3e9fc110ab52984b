/**
 * A user's hold on an open task, until a deadline.
 *
 * A finished task has no lease, even if its `assigned_to` still names a user. Deadlines are the server's; `nowMillis` is
 * the server's time as well as the caller knows it, in milliseconds since 1970.
 */
import type { Lease } from "@evalwire/core";
import { Instant, lifecycle } from "@evalwire/core/contract";
import * as LeaseWindow from "./LeaseWindow.ts";

type Answer = LeaseWindow.Answer;

export type { Answer, Lease };

/** The fields of a task from which a lease is read: a `Task` of the API, a `TaskView`, and a watch's `TaskRow` have it. */
export interface Leasable {
  readonly id: string;
  readonly status: string;
  /** A user's id, or the user, as the platform sends it in a result's `Task` view. */
  readonly assigned_to?: string | { readonly id: string } | null | undefined;
  readonly assignment_expires_at?: string | null | undefined;
}

/** The id of the user a task is assigned to, finished or not; `null` when it is unassigned. */
export const assigneeOf = (task: Leasable): string | null =>
  typeof task.assigned_to === "object" ? (task.assigned_to?.id ?? null) : (task.assigned_to ?? null);

/**
 * The lease a task stands for; `undefined` when it is not held, or nothing is left to do on it.
 *
 * @example
 * ```ts
 * import { Lease } from "@evalwire/tasks";
 * const task = { id: "t1", status: "PENDING", assigned_to: "ada", assignment_expires_at: "2030-01-01T00:15:00Z" };
 * Lease.of(task); // => { taskId: "t1", assignee: "ada", expiresAt: "2030-01-01T00:15:00Z" }
 * Lease.of({ ...task, status: "COMPLETED" }); // => undefined
 * ```
 */
export const of = (task: Leasable): Lease | undefined => {
  const assignee = lifecycle.isOpen(task.status) ? assigneeOf(task) : null;
  return assignee === null ? undefined : { taskId: task.id, assignee, expiresAt: task.assignment_expires_at ?? null };
};

/** When a lease ends, in milliseconds since 1970; `Infinity` for one without a deadline, or with one that names no instant. */
export const deadline = (lease: Pick<Lease, "expiresAt">): number => {
  const millis = lease.expiresAt === null ? Number.NaN : Instant.epochMillis(lease.expiresAt);
  return Number.isNaN(millis) ? Number.POSITIVE_INFINITY : millis;
};

/**
 * How long a lease still holds, in milliseconds; 0 from its deadline on, `Infinity` without one.
 *
 * @example
 * ```ts
 * import { Lease } from "@evalwire/tasks";
 * const now = Date.UTC(2030, 0, 1);
 * Lease.remainingMillis({ expiresAt: "2030-01-01T00:15:00Z" }, now); // => 900000
 * Lease.remainingMillis({ expiresAt: "2029-12-31T00:00:00Z" }, now); // => 0
 * ```
 */
export const remainingMillis = (lease: Pick<Lease, "expiresAt">, nowMillis: number): number =>
  Math.max(0, deadline(lease) - nowMillis);

/** Whether the lease has not expired. */
export const isLive = (lease: Pick<Lease, "expiresAt">, nowMillis: number): boolean => deadline(lease) > nowMillis;

/**
 * Until when a lease surely holds, in milliseconds of the client's clock, for any difference between the client's and the
 * server's: the time left of it by the answer's own `Date`, counted from when the request was sent.
 *
 * Where the answer has no readable `Date` the two clocks are taken to agree. `Infinity` without a deadline.
 *
 * @example
 * ```ts
 * import { Lease } from "@evalwire/tasks";
 * const task = { id: "t1", status: "PENDING", assigned_to: "ada", assignment_expires_at: "2030-01-01T00:15:00Z" };
 * // The client's clock is far behind: it shows one second after 1970.
 * Lease.heldUntil(task, { sentAt: 1_000, headers: { date: "Tue, 01 Jan 2030 00:00:00 GMT" } }); // => 900000
 * Lease.heldUntil(task, { sentAt: 1_000, headers: {} }) === Date.UTC(2030, 0, 1, 0, 15); // => true
 * ```
 */
export const heldUntil = (task: Pick<Leasable, "assignment_expires_at">, answer: Answer): number =>
  LeaseWindow.of(task, answer).heldUntil;
