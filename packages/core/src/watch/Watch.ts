/**
 * A live view of one evaluation's tasks: a snapshot that is kept true, and events that say what changed.
 */
import type * as Duration from "effect/Duration";
import type { EvaluationRow, EventOf, WatchEvent, WatchEventType } from "./Event.ts";
import type { Lease, TaskRow } from "./TaskRow.ts";

/** How well the snapshot is known to be true. Instants are ISO 8601 by the watch's own clock. */
export type WatchStatus =
  /** No complete scan yet. */
  | { readonly _tag: "connecting"; readonly since: string; readonly nextPollAt?: string }
  | { readonly _tag: "synced"; readonly since: string; readonly nextPollAt?: string }
  /** The last poll failed; the snapshot is what was last seen. */
  | { readonly _tag: "degraded"; readonly since: string; readonly nextPollAt?: string; readonly error: Error }
  /** Over: closed by its owner, or, with `error`, ended by an answer that no retry cures. */
  | { readonly _tag: "closed"; readonly since: string; readonly error?: Error };

/** Everything known at one moment. Immutable, and the same reference until something changes. */
export interface WatchSnapshot {
  readonly evaluationId: string;
  /** `undefined` until first read. */
  readonly evaluation: EvaluationRow | undefined;
  /** By task id. The same reference until a task changes. */
  readonly tasks: ReadonlyMap<string, TaskRow>;
  /** The leases of open tasks, by task id. The same reference until a lease changes. */
  readonly leases: ReadonlyMap<string, Lease>;
  readonly status: WatchStatus;
}

/** Something odd in an answer that the watch went on in spite of. */
export interface WatchIssue {
  readonly kind:
    | "task-without-id"
    | "duplicate-task"
    | "unreadable-deadline"
    | "unreadable-assignee"
    | "unreadable-field"
    | "excessive-retry-after"
    | "clock-jump"
    | "listener-failed"
    | "cursor-refused";
  /** The task or answer it was seen in, where that can be said. */
  readonly taskId?: string;
  readonly message: string;
}

/** What a watch has cost and seen since it began. */
export interface WatchStats {
  /** Requests sent, scans, retrievals and probes together. */
  readonly requests: number;
  readonly requestsInLastMinute: number;
  readonly failures: number;
  /** Full scans begun, and those of them that were complete and stable. */
  readonly scans: number;
  readonly completeScans: number;
  /** Requests the last full scan took. */
  readonly pagesPerScan: number;
  /** Single tasks looked at between scans. */
  readonly retrievals: number;
  /** Looks at the evaluation's counts. */
  readonly probes: number;
  readonly events: number;
  readonly tasks: number;
  readonly leases: number;
  readonly subscribers: number;
  /** Server time minus local time, and by how much that may be wrong; `null` while unknown. */
  readonly clock: { readonly offsetMillis: number; readonly errorMillis: number } | null;
  /** The rate the limiter allows just now; the budget itself when the server never complained. */
  readonly requestsPerMinute: number;
  /** Each kind of oddity once per task, and how often it was seen. */
  readonly issues: ReadonlyArray<WatchIssue & { readonly count: number }>;
}

/** What to do with a subscriber that does not keep up. */
export type Overflow =
  /** Changes of one task that still wait are joined to one, from the first `previous` to the last `current`; nothing final is lost. */
  | "latest-per-task"
  /** The oldest waiting events are dropped. */
  | "drop-oldest"
  /** The subscription ends with an error. */
  | "error";

export interface SubscribeOptions<Type extends WatchEventType = WatchEventType> {
  /** Only these types. Default all. */
  readonly types?: ReadonlyArray<Type>;
  /** Whether what is already there is told first, as `task.added` with `replay: true`. Default true. */
  readonly replay?: boolean;
  readonly overflow?: Overflow;
  /** How many events may wait before `overflow` applies. Default 1024. */
  readonly capacity?: number;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
  /** Called once when the subscription ends: without an error when it was closed, else with what ended it. */
  readonly onEnd?: (error?: Error) => void;
}

export interface WatchOptions {
  /** The most requests sent in any minute, all of this watch's together. Default 60. */
  readonly requestsPerMinute?: number;
  /** The shortest and the longest pause between two polls. Default `["2 seconds", "1 minute"]`. */
  readonly interval?: readonly [shortest: Duration.Input, longest: Duration.Input];
  /** How long before its end a lease is announced as expiring. Default `["5 minutes", "1 minute"]`. */
  readonly expiring?: ReadonlyArray<Duration.Input>;
  /** Items asked for in one page of a scan, 1 to 10,000. Default 1,000. */
  readonly pageSize?: number;
  /** Fields of the test case result to keep in `row.included`, e.g. `["result"]`. Default none. */
  readonly include?: ReadonlyArray<string>;
  /** What an earlier watch's `cursor()` gave: only the differences since are told. */
  readonly cursor?: string;
  /** Closes the watch. */
  readonly signal?: AbortSignal;
  /** Told each oddity once. */
  readonly onIssue?: (issue: WatchIssue) => void;
}

export interface Watch extends AsyncIterable<WatchEvent>, AsyncDisposable {
  readonly evaluationId: string;
  snapshot(): WatchSnapshot;
  /** Calls `listener` with what is there and then with each event, one at a time (a promise it returns is waited for); returns its undo. */
  subscribe<Type extends WatchEventType = WatchEventType>(
    listener: (event: EventOf<Type>) => unknown,
    options?: SubscribeOptions<Type>,
  ): () => void;
  /** Calls `listener` after `snapshot()` has become another one; for stores and hooks. Returns its undo. */
  onChange(listener: () => void): () => void;
  readonly status: WatchStatus;
  /** Resolves after the first complete scan; rejects when the watch ends before. */
  readonly ready: Promise<void>;
  /** Where this watch stands, as a string for `WatchOptions.cursor`. */
  cursor(): string;
  stats(): WatchStats;
  /** Ends the watch for all its subscribers; resolves when nothing of it is left. A second call does nothing. */
  close(): Promise<void>;
}
