/**
 * Interface of the engine that keeps a watch's snapshot true: a poller of the platform, or a follower of a feed.
 */
import type { IssueLog } from "./IssueLog.ts";
import type { WatchStats } from "./Stats.ts";
import type { Capabilities, Write } from "./source/Source.ts";
import type { Reconciler } from "./state/Reconciler.ts";
import type { Store } from "./state/Store.ts";
import type { Timekeeper } from "./time/Timekeeper.ts";

export interface Engine {
  readonly capabilities: Capabilities;
  readonly store: Store;
  readonly reconciler: Pick<Reconciler, "completeScans" | "passes" | "expiry" | "leaseEvent" | "origin" | "position">;
  readonly issues: IssueLog;
  readonly time: Timekeeper;
  /** Over for good: closed by an answer that no retry cures. */
  readonly isEnded: boolean;
  /** Keeps it at work until the returned function is called; after the last of them it resolves when nothing is left at work. */
  hold(): () => Promise<void>;
  /** Announces leases so many milliseconds before their end, until `owner` is set to none. */
  setLeads(owner: object, leads: ReadonlyArray<number> | undefined): void;
  /** Calls `listener` after each complete scan, and when the engine has ended; returns its undo. */
  onSync(listener: () => void): () => void;
  /** Takes a write that was made elsewhere as if it had been made through the watched client. */
  hear(write: Write): void;
  /** Takes note of what a subscriber threw. */
  reportListener(error: unknown): void;
  stats(): WatchStats;
}
