/** Leases: read from tasks, and held in the hand. */
export {
  type GiveBack,
  type HandInArgs,
  HeldLease,
  type HoldOptions,
  hold,
  type LeaseEnd,
  LeaseEnding,
  type LostReason,
} from "./HeldLease.ts";
export * from "./Lease.ts";
