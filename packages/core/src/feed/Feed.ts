/**
 * The ports of a feed: what a transport or a store is to give. Memory, the tabs of a browser, SSE and JetStream are four of them.
 *
 * Promises of a feed, besides those of `Watch` with "server" read as "publisher":
 *
 * 17. Numbers rise by one; a follower that sees a hole requests the missing entries or a new snapshot, and says `gap` where
 *     states were skipped.
 * 18. At most one publisher writes at a time: each entry carries the epoch of its election, and the log itself refuses an older one.
 * 19. When a publisher dies, another goes on from the feed's own position: followers see no event twice and miss none.
 * 20. A follower that was away resumes by number; when the log no longer reaches back, it gets a snapshot and exactly the
 *     differences.
 * 21. Silence and death are distinguished: a feed beats; without beats a follower is `degraded` within two of them, and says how old its
 *     state is.
 * 22. A slow follower costs the others nothing: its queue is bounded and joins per task.
 * 23. A follower's own write is shown at once and confirmed or rolled back by the feed, as promise 7 says.
 * 24. No caller receives anything their token does not allow, and the platform's key never crosses the wall.
 */
import type { Write } from "../watch/source/Source.ts";
import type { Entry, Mark, NewsEntry, Pulse } from "./Entry.ts";
import type { Ledger } from "./Ledger.ts";

/** Where a publisher writes. */
export interface FeedSink {
  readonly evaluationId: string;
  /** The whole state of the log, up to its end; `undefined` while it is empty. The caller owns the result. */
  tail(): Promise<Ledger | undefined>;
  /**
   * Writes an entry. Resolves when it is kept, or as soon as another one may follow; rejects with `Fenced` when the log has
   * seen a later epoch or another entry of this number. Any other rejection is repeated with the very same entry, so that
   * writing an entry twice must be the same as writing it once.
   *
   * @param state what the log says after this entry, for snapshots; to be read at once, it moves on
   */
  append(entry: Entry, state: Ledger): Promise<void> | void;
  /**
   * Begins an empty log with a whole state, in place of the news that would add up to it; rejects as `append` does. A sink without it
   * is given the news.
   *
   * @param state the first state; the caller's, to be copied
   * @param head what stands in the head of a snapshot of this moment
   */
  begin?(state: Ledger, head: Pick<NewsEntry, "base" | "time"> & Pulse): Promise<void> | void;
}

/** Where a follower reads. */
export interface FeedSource {
  readonly evaluationId: string;
  /**
   * Gives all parts of a snapshot unless the log reaches back to `from`, then the news after it, and then what comes, until the
   * returned function is called. Nothing is given before `open` has returned.
   */
  open(from: Mark | undefined, receiver: Receiver): () => void;
  /**
   * Brings a write of the follower's own program, once it is done or its fate is unclear, to the publisher. Resolves with a mark from which on the feed shows it; without
   * one (or without this method) two whole scans of the publisher stand for it.
   */
  report?(write: Write): Promise<Mark | undefined>;
}

export interface Receiver {
  take(entry: Entry): void;
  /** Part of an entry has come. Without it a follower takes a connection for dead on which a large one is slow to come. */
  progress?(): void;
  /** The connection is over; with an `SgpError` of a kind that no retry cures (401, 403, 404) the follower ends, too. */
  end(error?: unknown): void;
}

/** A log that can be written, read, and read again by those who come later. */
export interface FeedStore extends FeedSink, FeedSource {}

/** Says who may publish. */
export interface Election {
  /** Resolves when this candidate is elected; rejects with the signal's reason when it is aborted. */
  campaign(signal: AbortSignal): Promise<Term>;
}

/** The time of one publisher in office. */
export interface Term {
  /** Higher than that of every term before. */
  readonly epoch: number;
  /** Aborted when the office is lost: another one may be elected by now. */
  readonly lost: AbortSignal;
  /** Leaves office, so that another can be elected at once. A second call does nothing. */
  resign(): Promise<void>;
}

/** The log refuses a write: another publisher was elected meanwhile. Nothing of this publisher is written any more. */
export class Fenced extends Error {
  override readonly name = "Fenced";
  /** The epoch that the log has seen. */
  readonly epoch: number;

  constructor(epoch: number) {
    super(`Another publisher was elected: the feed is in epoch ${epoch}.`);
    this.epoch = epoch;
  }
}
