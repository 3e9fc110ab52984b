import type { Claimed, Lease } from "@evalwire/tasks";

/** Whether it is a lease that is held already. */
export const isHeldLease = (lease: Claimed | Lease.HeldLease): lease is Lease.HeldLease => "ended" in lease;
