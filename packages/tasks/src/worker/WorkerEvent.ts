/** Events of a worker: one closed union, discriminated by `type`; instants are ISO 8601 by the client's clock. */
import type { SgpError } from "@evalwire/core";
import type { TestCaseResults } from "@evalwire/core/contract";
import type { LostReason } from "../lease/diagnose.ts";

interface Base<Type extends string> {
  readonly type: Type;
  readonly time: string;
  readonly evaluationId: string;
  /** The number of the lane, from 0: each client given to the worker is one. */
  readonly lane: number;
}

interface OfTask<Type extends string> extends Base<Type> {
  readonly taskId: string;
}

/** A task was claimed: the next of the queue, or one that was this key's already, as after a restart. */
export interface WorkerClaimed extends OfTask<"task.claimed"> {
  readonly expiresAt: string | null;
}

export interface WorkerSubmitted extends OfTask<"task.submitted"> {
  readonly result: TestCaseResults.Answers;
  /** How long the handler took, in milliseconds, over all its tries. */
  readonly millis: number;
}

/** A try failed; there is another one unless `isLast`. */
export interface WorkerFailed extends OfTask<"task.failed"> {
  /** 1 for the first. */
  readonly attempt: number;
  readonly isLast: boolean;
  readonly error: Error;
}

/** Every try failed: the task was given back, and this worker does not take it again. */
export interface WorkerPoisoned extends OfTask<"task.poisoned"> {
  readonly attempts: number;
  readonly error: Error;
}

/** The handler declined the task, or it cannot be worked on. */
export interface WorkerSkipped extends OfTask<"task.skipped"> {
  readonly reason: string;
}

/** Given back unfinished, because the worker stops; `by: "keep"` leaves it ours until its lease ends. */
export interface WorkerGaveBack extends OfTask<"task.given_back"> {
  readonly by: "skip" | "unassign" | "keep";
  readonly error?: SgpError;
}

/** Its lease ended while the handler was at work on it. */
export interface WorkerLeaseLost extends OfTask<"lease.lost"> {
  readonly reason: LostReason;
}

/** A handler's answer that was not stored, or of which that is not known (`unconfirmed`); it is in `answer`, so that nothing is lost. */
export interface WorkerAnswerLost extends OfTask<"answer.lost"> {
  readonly reason: LostReason | "unconfirmed" | "aborted" | "stopped";
  readonly answer: unknown;
  readonly error?: Error;
}

/** A line that a handler wrote to its `log`. */
export interface WorkerLog extends OfTask<"handler.log"> {
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Nothing is left to claim; the lane waits this long, or until a watch sees something. */
export interface LaneIdle extends Base<"lane.idle"> {
  readonly waitMillis: number;
}

/** A request failed, and is tried again after a pause. */
export interface LaneFailed extends Base<"lane.failed"> {
  readonly error: SgpError;
  readonly waitMillis: number;
}

/** The lane has ended: with an error when nothing cures it. */
export interface LaneStopped extends Base<"lane.stopped"> {
  readonly error?: Error;
}

export type WorkerEvent =
  | WorkerClaimed
  | WorkerSubmitted
  | WorkerFailed
  | WorkerPoisoned
  | WorkerSkipped
  | WorkerGaveBack
  | WorkerLeaseLost
  | WorkerAnswerLost
  | WorkerLog
  | LaneIdle
  | LaneFailed
  | LaneStopped;

/** An event before it is known when and where it happened. */
export type Happened = WorkerEvent extends infer Event
  ? Event extends WorkerEvent
    ? Omit<Event, "time" | "evaluationId" | "lane">
    : never
  : never;

/** How often each thing happened. */
export interface WorkerCounts {
  readonly claimed: number;
  readonly submitted: number;
  /** Tries that failed. */
  readonly failed: number;
  readonly poisoned: number;
  readonly skipped: number;
  readonly givenBack: number;
  readonly leasesLost: number;
  readonly answersLost: number;
  /** Requests that failed and were tried again. */
  readonly errors: number;
}

export const counterOf: Readonly<Partial<Record<WorkerEvent["type"], keyof WorkerCounts>>> = {
  "task.claimed": "claimed",
  "task.submitted": "submitted",
  "task.failed": "failed",
  "task.poisoned": "poisoned",
  "task.skipped": "skipped",
  "task.given_back": "givenBack",
  "lease.lost": "leasesLost",
  "answer.lost": "answersLost",
  "lane.failed": "errors",
};
