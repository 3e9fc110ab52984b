/**
 * Issues that a watch goes on in spite of: each kind is reported once for each task and counted; the list has the latest message.
 */
import { Listeners } from "../client/Listeners.ts";
import { toConsole } from "../client/Problem.ts";

/** Something wrong that the watch went on in spite of. */
export interface WatchIssue {
  readonly kind:
    | "task-without-id"
    | "duplicate-task"
    | "unreadable-deadline"
    | "unreadable-assignee"
    | "unreadable-field"
    | "unreadable-item"
    /** A scan did not see everything, so it does not say what is gone; the next scan is soon. The message says why. */
    | "incomplete-scan"
    /** The server's `Retry-After` is longer than plausible and was clamped. */
    | "excessive-retry-after"
    /** The wall clock was set, or the machine slept. */
    | "clock-jump"
    /** Answers are dated by clocks that differ by more than two seconds. The lowest counts until the other has shown itself for a while. */
    | "clock-differs"
    /** A write that succeeded is not on the server any more, by two answers: it was undone, or never kept. */
    | "write-not-shown"
    /** A subscriber threw. */
    | "listener-failed"
    /** A page did not come in time: smaller ones are requested. */
    | "slow-page"
    /** The history of some result could not be read in time: the events of its task carry the states that were seen, with a gap. */
    | "history-missing"
    /** Another watch of the same evaluation is at work with other options, which hold. Reported to the watch whose options are ignored. */
    | "options-ignored";
  /** The task it was seen in, where that can be said. */
  readonly taskId?: string;
  readonly message: string;
}

export type IssueListener = (issue: WatchIssue) => void;

// Bounded: a server that answers only nonsense must not fill the memory.
const most = 1_000;

export class IssueLog {
  readonly #seen = new Map<string, Omit<WatchIssue, "message"> & { message: string; count: number }>();
  // A failing issue listener can only be logged.
  readonly #listeners = new Listeners<WatchIssue>((error) => toConsole({ source: "onIssue", error }));

  report(issue: WatchIssue): void {
    const key = `${issue.kind} ${issue.taskId ?? ""}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) {
      seen.count++;
      seen.message = issue.message;
    } else if (this.#seen.size < most) {
      this.#seen.set(key, { ...issue, count: 1 });
      this.#listeners.notify(issue);
    }
  }

  /** Calls `listener` with each new issue; returns its undo. */
  subscribe(listener: IssueListener): () => void {
    return this.#listeners.add(listener);
  }

  list(): ReadonlyArray<WatchIssue & { readonly count: number }> {
    return Array.from(this.#seen.values(), (issue) => ({ ...issue }));
  }
}
