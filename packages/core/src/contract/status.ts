/** The statuses of a task, and what each one means. Which follows which is the table of `lifecycle`. */

/** The statuses known to this version. */
export const statuses = ["NOT_READY", "PENDING", "PENDING_REDO", "COMPLETED", "FIXED"] as const;

export type KnownStatus = (typeof statuses)[number];

/** A status as the wire has it; a later member is kept as its string. */
export type Status = KnownStatus | (string & {});

/**
 * Whether this version knows the status.
 *
 * @example
 * ```ts
 * import { lifecycle } from "@evalwire/core/contract";
 * lifecycle.isKnown("PENDING"); // => true
 * lifecycle.isKnown("ESCALATED"); // => false
 * ```
 */
export const isKnown = (status: Status): status is KnownStatus => (statuses as ReadonlyArray<string>).includes(status);

/**
 * Whether the task waits for work that can be done now; only an open task has a lease.
 *
 * @example
 * ```ts
 * import { lifecycle } from "@evalwire/core/contract";
 * lifecycle.isOpen("PENDING_REDO"); // => true
 * lifecycle.isOpen("NOT_READY"); // => false
 * lifecycle.isOpen("COMPLETED"); // => false
 * ```
 */
export const isOpen = (status: Status): boolean => status === "PENDING" || status === "PENDING_REDO";

/**
 * Whether the work has been handed in, corrected or not. It may still come back: see `isTerminal`.
 *
 * @example
 * ```ts
 * import { lifecycle } from "@evalwire/core/contract";
 * lifecycle.isDone("COMPLETED"); // => true
 * lifecycle.isDone("FIXED"); // => true
 * ```
 */
export const isDone = (status: Status): boolean => status === "COMPLETED" || status === "FIXED";
