/** Counters of a watch since it began. */
import type { IssueLog, WatchIssue } from "./IssueLog.ts";
import type { Tally } from "./poll/Loop.ts";
import type { PollScheduler } from "./poll/PollScheduler.ts";
import type { Reconciler } from "./state/Reconciler.ts";
import type { Store } from "./state/Store.ts";
import type { Timekeeper } from "./time/Timekeeper.ts";

export interface WatchStats {
  /** Requests sent: pages of scans, retrievals and probes together. */
  readonly requests: number;
  readonly requestsInLastMinute: number;
  /** The rate allowed just now: the budget itself, or less when the server complained. */
  readonly requestsPerMinute: number;
  /**
   * Bytes received as bodies of answers, those of refusals left out: as sent where an answer says so (`content-length` beside
   * `content-encoding`), else as `fetch` gives them, after decompression.
   */
  readonly bytes: number;
  readonly failures: number;
  /** Full scans begun, and those of them that saw everything. */
  readonly scans: number;
  readonly completeScans: number;
  /** Requests the last full scan took. */
  readonly pagesPerScan: number;
  /** Single tasks looked at between scans. */
  readonly retrievals: number;
  /** Reads at the evaluation and its counts. */
  readonly probes: number;
  /** Histories of results requested, with the option `history`. */
  readonly histories: number;
  /** Events emitted to subscribers, without replays. */
  readonly events: number;
  readonly tasks: number;
  readonly leases: number;
  /** Tasks that show a write of one's own which no look has confirmed yet. */
  readonly unconfirmedWrites: number;
  /** Subscribers, listeners of `onChange` included, a client's plugins not. */
  readonly subscribers: number;
  /** Events that wait in the longest queue of a subscriber. */
  readonly waiting: number;
  /** The server's clock minus the local one, and by how much that may be wrong; `null` while unknown. */
  readonly clock: { readonly offsetMillis: number; readonly errorMillis: number } | null;
  /** Each kind of issue once per task, and how often it was seen. */
  readonly issues: ReadonlyArray<WatchIssue & { readonly count: number }>;
}

/** The parts of a poller that its figures come from. */
interface Counted {
  readonly tally: Readonly<Tally>;
  readonly time: Timekeeper;
  readonly scheduler: PollScheduler;
  readonly reconciler: Reconciler;
  readonly store: Store;
  readonly issues: IssueLog;
}

export const of = ({ tally, time, scheduler, reconciler, store, issues }: Counted): WatchStats => {
  const errorMillis = time.errorMillis();
  const offsetMillis = time.offsetMillis();
  return {
    requests: tally.requests,
    requestsInLastMinute: scheduler.sentInLastMinute(time.now()),
    requestsPerMinute: scheduler.allowed,
    bytes: tally.bytes,
    failures: tally.failures,
    scans: tally.scans,
    completeScans: reconciler.completeScans,
    pagesPerScan: tally.pagesPerScan,
    retrievals: tally.retrievals,
    probes: tally.probes,
    histories: tally.histories,
    events: store.emitted,
    tasks: store.tasks.size,
    leases: store.leases.size,
    unconfirmedWrites: reconciler.unconfirmedWrites,
    subscribers: store.subscribers,
    waiting: store.waiting,
    clock: offsetMillis === null || errorMillis === null ? null : { offsetMillis, errorMillis },
    issues: issues.list(),
  };
};
