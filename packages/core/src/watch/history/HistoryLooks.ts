/**
 * The looks that wait for the history of a task's result, and how they are reported once it is there, or will not come.
 *
 * Reported versions go through the state like any other look (`see`, `change`): this file decides which looks wait, and in which steps they are
 * reported.
 */
import type { SgpError } from "../../client/SgpError.ts";
import type { EventContext } from "../event/eventsOf.ts";
import type { TaskRow } from "../event/TaskRow.ts";
import * as TaskVersion from "../event/TaskVersion.ts";
import type { IssueLog } from "../IssueLog.ts";
import type { HistoryVersion, TaskHistory } from "../source/Source.ts";
import { instantOf } from "../time/instantOf.ts";
import type { Period, Timekeeper } from "../time/Timekeeper.ts";
import { fill, isCovered, isShown } from "./fill.ts";
import type { Look, PendingHistory } from "./PendingHistory.ts";

/** The state that the looks are of. */
export interface LooksState {
  /** A task as it shows now. */
  readonly known: (taskId: string) => TaskRow | undefined;
  /** Whether nothing is older than what is being seen: the first pass is not over. */
  readonly isFirst: () => boolean;
  /** Whether the task shows an own write. */
  readonly isOwn: (taskId: string) => boolean;
  /** Whether an answer is doubtful by itself. */
  readonly isDoubtful: (row: TaskRow, known: TaskRow | undefined, made: Period) => boolean;
  /** Whether the look before was not next to this one. */
  readonly isInterrupted: () => boolean;
  /** The earliest time at which the last pass can have begun. */
  readonly since: () => number | undefined;
  /** A waiting look does not show that the known lease still stands, in any pass. */
  readonly unseen: (taskId: string) => void;
  /** The row that shows by what an answer says; `undefined` where the answer is no news. */
  readonly see: (row: TaskRow, began: number, made: Period, isRepeated: boolean) => TaskRow | undefined;
  /** Until then the state that is known stood. */
  readonly stood: (row: TaskRow, period: Period) => void;
  /** The next change of a task is reported with a gap. */
  readonly gap: (taskId: string) => void;
  /** A task is another now. */
  readonly change: (
    row: TaskRow,
    made: Period,
    reported?: { readonly isInterrupted: boolean; readonly version?: EventContext["version"] },
  ) => void;
}

export class HistoryLooks {
  readonly #pending: PendingHistory;
  readonly #time: Timekeeper;
  readonly #issues: IssueLog;
  readonly #state: LooksState;

  constructor(pending: PendingHistory, time: Timekeeper, issues: IssueLog, state: LooksState) {
    this.#pending = pending;
    this.#time = time;
    this.#issues = issues;
    this.#state = state;
  }

  /** A row that says what is not known, with the time at which it was so where that is known well. */
  dated(row: TaskRow, { earliest, isRough }: Period): TaskRow {
    // A waiting look is later than the known state: a state that came back meanwhile has a time of its own.
    const known = this.#pending.rowOf(row.id) ?? this.#state.known(row.id);
    const isNews = known === undefined || (known !== row && !TaskVersion.isSame(known, row));
    return isNews && isRough !== true && Number.isFinite(earliest)
      ? { ...row, as_of: new Date(Math.floor(earliest)).toISOString() }
      : row;
  }

  /** Whether a look is taken later, with the history of its task's result. */
  waits(row: TaskRow, began: number, made: Period): boolean {
    const { id } = row;
    const state = this.#state;
    if (!this.#pending.has(id)) {
      const known = state.known(id);
      if (known === undefined ? state.isFirst() : TaskVersion.isSame(known, row)) return false;
      if (row.test_case_result_id === null || state.isOwn(id) || state.isDoubtful(row, known, made)) return false;
    }
    const look = { row, began, made, isInterrupted: state.isInterrupted(), since: state.since() };
    const why = this.#pending.hold(look, TaskVersion.isSame, this.#time.now());
    if (why === undefined) state.unseen(id);
    if (why !== "crowded") return why === undefined;
    this.#report("more tasks change than requestsPerMinute allows to read the histories of");
    return false;
  }

  /** The versions of a result that a task waits for. */
  take(taskId: string, { versions }: TaskHistory): void {
    const row = this.#pending.rowOf(taskId);
    const isWhole = row !== undefined && isShown(versions, row);
    if (!this.#pending.answered(taskId, versions, isWhole, this.#time.now())) return;
    if (!isWhole) this.#report(`the history of task ${taskId} does not show what the list shows`, taskId);
    this.release(taskId);
  }

  /** They could not be read. */
  miss(taskId: string, error: SgpError): void {
    const { _tag } = error.reason;
    const isPassing = !["NotFound", "Forbidden", "Unauthorized", "Invalid", "Undecodable"].includes(_tag);
    if (!this.#pending.failed(taskId, isPassing, this.#time.now())) return;
    this.#report(`the history of a task cannot be read: ${error.message}`);
    this.release(taskId);
  }

  /** Tells what has waited for long enough. */
  releaseOverdue(): void {
    for (const taskId of this.#pending.overdue(this.#time.now())) {
      this.#report("the history of a task did not come within a minute");
      this.release(taskId);
    }
  }

  /** Takes the looks at a task that have waited, with what of its history is known. */
  release(taskId: string): void {
    const released = this.#pending.take(taskId);
    if (released === undefined) return;
    const { versions } = released;
    const [first] = released.looks;
    const last = released.looks.at(-1)!;
    const isInterrupted = released.looks.some((look) => look.isInterrupted);
    const all = { ...last, since: first!.since, isInterrupted };
    const isAll = versions !== undefined && isCovered(released.looks, this.#state.known(taskId), versions);
    for (const look of isAll ? [all] : released.looks) {
      const row = this.#state.see(look.row, look.began, look.made, look.isRepeated === true);
      if (row === undefined) continue;
      if (row === look.row && versions !== undefined) this.#emitVersions(look, versions);
      else {
        this.#state.gap(taskId);
        this.#state.change(row, look.made);
      }
    }
  }

  /** Emits the versions up to the state a look showed. */
  #emitVersions({ row, made, since, isInterrupted }: Look, versions: ReadonlyArray<HistoryVersion>): void {
    const state = this.#state;
    const until = Number.isFinite(made.latest) ? made.latest : undefined;
    for (const step of fill(state.known(row.id), row, versions, { since, until })) {
      const began = step.at === undefined ? undefined : instantOf(step.at);
      const period = began === undefined ? made : { earliest: began, latest: began };
      const previous = state.known(row.id);
      if (step.isKnown && began !== undefined && previous !== undefined) state.stood(previous, period);
      if (step.isLoose) state.gap(row.id);
      state.change(step.row, period, { isInterrupted, version: step });
    }
  }

  #report(message: string, taskId?: string): void {
    this.#issues.report({ kind: "history-missing", message, ...(taskId === undefined ? {} : { taskId }) });
  }
}
