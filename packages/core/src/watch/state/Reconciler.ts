/**
 * Merges everything a watch learns into one state: pages, reads of single tasks, the evaluation, one's own writes, the passing of time.
 *
 * Nothing here waits or asks. Each method takes one input, changes the store, emits what changed, and keeps the lease
 * deadlines in step.
 */

import type { SgpError } from "../../client/SgpError.ts";
import type { CursorState } from "../cursor/Cursor.ts";
import type { EvaluationRow, WatchEvent } from "../event/Event.ts";
import { type EventContext, eventsOfEvaluation } from "../event/eventsOf.ts";
import * as TaskRow from "../event/TaskRow.ts";
import { isSameLease } from "../event/TaskVersion.ts";
import { HistoryLooks, type LooksState } from "../history/HistoryLooks.ts";
import { PendingHistory } from "../history/PendingHistory.ts";
import type { IssueLog } from "../IssueLog.ts";
import type { Page, ReadIssue, TaskHistory, TaskRead, Write } from "../source/Source.ts";
import type { Expiry } from "../time/Expiry.ts";
import { anyTime, latestByAny, type Period, type Timekeeper } from "../time/Timekeeper.ts";
import { Absences } from "./Absences.ts";
import { Answers } from "./Answers.ts";
import * as Changes from "./Changes.ts";
import { Completeness } from "./Completeness.ts";
import { Endings } from "./Endings.ts";
import { LastPages } from "./LastPages.ts";
import { type LeaseLook, LeaseReports } from "./LeaseReports.ts";
import { Removals } from "./Removals.ts";
import { Scan, type ScanResult } from "./Scan.ts";
import { Sightings } from "./Sightings.ts";
import { StaleAnswers } from "./StaleAnswers.ts";
import { Store } from "./Store.ts";
import { WriteOverlays } from "./WriteOverlays.ts";

// Rows that are taken at once: where all of them are news this takes some ten milliseconds, about as long as to parse them.
const sliceRows = 2_500;

/** A scan that has come to its end, and what it saw. */
export interface OverScan {
  readonly scan: Scan;
  readonly result: ScanResult;
}

export class Reconciler {
  readonly store: Store;
  readonly #time: Timekeeper;
  readonly #issues: IssueLog;
  readonly #writes = new WriteOverlays();
  readonly #absences: Absences;
  readonly #endings = new Endings();
  readonly #sightings = new Sightings();
  readonly #stale: StaleAnswers;
  readonly #answers: Answers;
  readonly #removals: Removals;
  readonly #leases: LeaseReports;
  readonly #lastPages = new LastPages();
  /** The tasks whose next change is reported with a gap. */
  readonly #gaps = new Set<string>();
  // Orders requests begun and writes observed.
  #count = 0;
  #scan: Scan | undefined;
  #result: ScanResult | undefined;
  readonly #completeness: Completeness;
  /** When the very first page was made at the latest, by the server's clock; `undefined` where that is not known well. */
  #firstPageAt: number | undefined;
  #pages = 0;
  /** The looks that wait for the history of a result. */
  readonly history: PendingHistory;
  readonly #looks: HistoryLooks;
  /** The initial state, when it was not empty. */
  readonly origin: CursorState | undefined;

  /** @param canReadTasks whether a task that scans miss can be looked at by itself */
  constructor(
    evaluationId: string,
    time: Timekeeper,
    issues: IssueLog,
    from?: CursorState,
    canReadTasks = false,
    history = new PendingHistory(0),
  ) {
    this.history = history;
    this.#looks = new HistoryLooks(history, time, issues, this.#stateForLooks());
    this.#time = time;
    this.#issues = issues;
    this.origin = from;
    this.#completeness = new Completeness(from !== undefined);
    this.store = new Store(
      {
        evaluationId,
        evaluation: from?.evaluation,
        tasks: from?.tasks ?? new Map(),
        status: { _tag: "connecting", since: time.time() },
      },
      (error) => issues.report({ kind: "listener-failed", message: `a listener threw: ${String(error)}` }),
      from,
    );
    this.#absences = new Absences(canReadTasks);
    this.#stale = new StaleAnswers((lease) => this.expiry.hasEnded(lease));
    this.#leases = new LeaseReports({
      store: this.store,
      time,
      endings: this.#endings,
      sightings: this.#sightings,
      absences: this.#absences,
      settle: (lease) => {
        const waiting = this.history.rowOf(lease.taskId);
        if (waiting !== undefined && !isSameLease(TaskRow.leaseOf(waiting), lease)) this.#looks.release(lease.taskId);
      },
    });
    const parts = { tasks: () => this.store.tasks, writes: this.#writes };
    this.#answers = new Answers({
      ...parts,
      stale: this.#stale,
      lastPages: this.#lastPages,
      issues,
      now: () => time.now(),
      unseen: (taskId) => this.#sightings.changed(taskId, this.#count, this.#leases.seenAt(taskId)),
      gap: (taskId) => void this.#gaps.add(taskId),
    });
    this.#removals = new Removals({
      ...parts,
      absences: this.#absences,
      endings: this.#endings,
      sightings: this.#sightings,
      seenAt: (taskId) => this.#leases.seenAt(taskId),
      remove: (taskIds, made) => this.#remove(taskIds, made),
    });
  }

  /** The deadlines of all leases. */
  get expiry(): Expiry {
    return this.store.leases.expiry;
  }

  /**
   * Until the whole list has been read for the first time: the instant after which a task is made later than the watch began. Within the
   * error of the server's clock a task counts as one that was there: to take it for a new one would have what is old acted on again.
   */
  get firstPageAt(): number | undefined {
    return this.#isFirstPass ? this.#firstPageAt : undefined;
  }

  get #isFirstPass(): boolean {
    return this.#completeness.passes === 0 && this.origin === undefined;
  }

  get completeScans(): number {
    return this.#completeness.completeScans;
  }

  /** How often the whole list has been read to its end, complete or as good as that: see `Coverage`. */
  get passes(): number {
    return this.#completeness.passes;
  }

  /** How many scans have not seen everything since several in a row did. */
  get incompleteScans(): number {
    return this.#completeness.incompleteScans;
  }

  /** Whether some task was missing from the last complete scan, and is not gone yet. */
  get isMissing(): boolean {
    return this.#absences.size > 0;
  }

  /** Tasks that a look at each would show or take away. */
  get doubtful(): Iterable<string> {
    return this.#absences.doubtful;
  }

  get unconfirmedWrites(): number {
    return this.#writes.size;
  }

  /** The task that stands for a test case result, if it is known. */
  taskOf(testCaseResultId: string): string | undefined {
    for (const { id, test_case_result_id } of this.store.tasks.values()) {
      if (test_case_result_id === testCaseResultId) return id;
    }
    return undefined;
  }

  /** The looks to come are not next to the last ones: what they show may lie far apart. */
  interrupt(): void {
    this.#completeness.interrupt();
  }

  /** Writes are observed again, after they were not for a while, and looks can be made. */
  resume(): void {
    this.#writes.resume(this.begin());
    this.#endings.restart(this.#time.now());
    this.history.restart(this.#time.now());
  }

  /** A request begins; what it answers is known by the returned count. */
  begin(): number {
    return ++this.#count;
  }

  /** The scan under way, or a new one. One that has seen nothing yet starts over: it will see the state of now. */
  scan(): Scan {
    if (this.#scan === undefined || this.#scan.pages === 0) {
      this.#scan = new Scan(this.#count, this.#time.now(), this.#result);
    }
    return this.#scan;
  }

  /** Gives up the scan under way: what it has shown stays, and it says nothing about absence. */
  abandonScan(): void {
    if (this.#scan !== undefined) this.#lastPages.abandon(this.#scan);
    this.#scan = undefined;
  }

  /** The page that a scan requests next, as it was read before; `undefined` where it may have moved. */
  lastPage(scan: Scan): Page | undefined {
    return this.#lastPages.next(scan);
  }

  /**
   * Takes a page of the scan under way. Returns the scan when it is over.
   *
   * @param made when the page was read, by the server's clock
   */
  takePage(scan: Scan, page: Page, began: number, made: Period = anyTime): OverScan | undefined {
    const taking = this.takingPage(scan, page, began, made);
    for (;;) {
      const { done, value } = taking.next();
      if (done === true) return value;
    }
  }

  /**
   * The same in slices, so that a large page does not keep others waiting: the caller lets them have their turn between two. Each
   * slice is taken as a page by itself would be; one whose rest is not taken spoils the scan, which is to be abandoned.
   */
  *takingPage(
    scan: Scan,
    page: Page,
    began: number,
    made: Period = anyTime,
  ): Generator<undefined, OverScan | undefined, void> {
    if (page.rows.length > sliceRows) {
      // To read it has been a turn's work by itself.
      yield;
      if (this.#scan !== scan) return undefined;
    }
    this.#report(page.issues);
    const at = scan.next ?? "";
    if (scan.pages === 0) this.#sightings.scanBegan(made);
    if (this.#pages++ === 0 && made.isRough !== true && made !== anyTime) this.#firstPageAt = latestByAny(made);
    this.#lastPages.read(at, page, scan.pages === 0);
    const counting = scan.add(page, (taskId) =>
      this.#issues.report({ kind: "duplicate-task", taskId, message: `two items have the task ${taskId}` }),
    );
    if (scan.isUnmoved && this.#absences.size > 0) for (const { id } of page.rows) this.#absences.shown(id);
    const rows = scan.isUnmoved ? this.#lastPages.toCompare(page, counting, this.#writes) : counting;
    for (let from = 0; from < rows.length; from += sliceRows) {
      if (from > 0) {
        yield;
        // It was abandoned meanwhile: the next scan shows the rest.
        if (this.#scan !== scan) return undefined;
      }
      const slice = rows.slice(from, from + sliceRows);
      if (this.#takeRows(slice, began, made, scan.isUnmoved, page.fresh)) scan.hasNews = true;
    }
    if (scan.isUnmoved) {
      // The rows that are the same as before have not been taken.
      this.#seeEndings(page.rows, made);
      this.#lastPages.keep(at, page);
    }
    this.#removals.listAnswered(began);
    if (scan.next !== undefined) return undefined;
    const result = scan.result();
    this.#scan = undefined;
    this.#result = result;
    this.#lastPages.finish(scan, result);
    this.#completeness.judge(scan, result, {
      joined: () => this.#sightings.coverageBegan(),
      passed: (pass) => this.#removals.passed(pass, this.#count, made),
    });
    return { scan, result };
  }

  /** Leases whose end is near or has come are seen standing by what an answer shows that is not doubtful. */
  #seeEndings(rows: ReadonlyArray<TaskRow.TaskRow>, made: Period): void {
    if (this.#endings.size > 0) for (const row of rows) if (!this.#stale.has(row.id)) this.#endings.see(row, made);
  }

  /** Takes rows as one answer shows them; returns whether any of them is news. */
  #takeRows(
    rows: ReadonlyArray<TaskRow.TaskRow>,
    began: number,
    made: Period,
    isUnmoved: boolean,
    fresh: ReadonlySet<string> | undefined,
  ): boolean {
    const changes = new Map<string, Changes.Change>();
    const later = new Map<string, Changes.Change>();
    let isAnyWaiting = false;
    for (const read of rows) {
      this.#absences.shown(read.id);
      this.#lastPages.join(read.id);
      const row = this.history.isWanted ? this.#looks.dated(read, made) : read;
      if (this.history.isWanted && this.#looks.waits(row, began, made)) {
        isAnyWaiting = true;
        continue;
      }
      const shown = this.#see(row, began, made);
      if (shown === undefined) continue;
      const change = Changes.between(this.store.tasks.get(row.id), shown);
      if (change !== undefined) (fresh?.has(row.id) === true ? later : changes).set(row.id, change);
    }
    if (!isUnmoved) this.#seeEndings(rows, made);
    this.#apply(changes, "server", made);
    this.#apply(later, "server", made, { isInterrupted: false, isFresh: true });
    return isAnyWaiting || changes.size + later.size > 0;
  }

  /** @param made when the task was read, by the server's clock */
  takeTaskRead(taskId: string, answer: TaskRead, began: number, made: Period = anyTime): void {
    this.#report(answer.issues);
    if (answer.row === undefined) {
      this.#removals.notFound(taskId, began, made);
      return;
    }
    this.#removals.found(taskId, began);
    // Also where it shows what an own write had shown before: the page may show something else.
    this.#lastPages.setApart(taskId);
    const read = this.history.isWanted ? this.#looks.dated(answer.row, made) : answer.row;
    if (this.history.isWanted && this.#looks.waits(read, began, made)) return;
    const row = this.#see(read, began, made);
    if (row === undefined) return;
    this.#endings.see(answer.row, made);
    const change = Changes.between(this.store.tasks.get(taskId), row);
    if (change === undefined) return;
    this.#apply(new Map([[taskId, change]]), "server", made);
  }

  /** The versions of a result that a task waits for. */
  takeHistory(taskId: string, history: TaskHistory): void {
    this.#report(history.issues);
    this.#looks.take(taskId, history);
  }

  /** They could not be read. */
  missHistory(taskId: string, error: SgpError): void {
    this.#looks.miss(taskId, error);
  }

  /** One task is another now, as a look that has waited shows. */
  #change(
    row: TaskRow.TaskRow,
    made: Period,
    facts: { readonly isInterrupted: boolean; readonly version?: EventContext["version"] } = { isInterrupted: false },
  ): void {
    const change = Changes.between(this.store.tasks.get(row.id), row);
    if (change === undefined) return;
    this.#lastPages.setApart(row.id);
    this.#apply(new Map([[row.id, change]]), "server", made, facts);
  }

  /** The access to the state that looks waiting for a history need. */
  #stateForLooks(): LooksState {
    return {
      known: (taskId) => this.store.tasks.get(taskId),
      isFirst: () => this.#isFirstPass,
      isOwn: (taskId) => this.#writes.has(taskId),
      isDoubtful: (row, known, { latest }) => this.#stale.isDoubtful(row, known, { now: this.#time.now(), latest }),
      isInterrupted: () => this.#completeness.isInterrupted,
      since: () => this.#sightings.pass,
      unseen: (taskId) => {
        this.#sightings.changed(taskId, this.#count, this.#leases.seenAt(taskId));
        this.#lastPages.setApart(taskId);
      },
      see: (row, began, made, isRepeated) => this.#see(row, began, made, isRepeated),
      stood: (row, period) => {
        this.#endings.see(row, period);
        this.#sightings.changed(row.id, this.#count, period.earliest);
      },
      gap: (taskId) => void this.#gaps.add(taskId),
      change: (row, made, facts) => this.#change(row, made, facts),
    };
  }

  /** The row that shows of a task after an answer; `undefined` where the answer is no news. */
  #see(row: TaskRow.TaskRow, began: number, made: Period, isRepeated = false): TaskRow.TaskRow | undefined {
    return this.#answers.see(row, began, this.#count, made, isRepeated);
  }

  /** Tasks of which an answer has shown an earlier state than is known, since the last call: another read shows which holds. */
  takeSuspects(): ReadonlyArray<string> {
    return this.#stale.takeSuspects();
  }

  /** The server's clock was set back by so many milliseconds (negative): noted times are converted to the clock as it is now. */
  setBack(millis: number): void {
    this.#sightings.setBack(millis);
    this.#absences.setBack(millis);
    this.#endings.setBack(millis);
  }

  /** The list or the evaluation was answered with 404. */
  listGone(): void {
    this.#absences.listGone();
  }

  /** Takes the answer to a request that began at the count `began`. Returns whether the counts have moved. */
  takeEvaluation(current: EvaluationRow, began: number): boolean {
    this.#removals.listAnswered(began);
    const previous = this.store.evaluation;
    const hasMoved = previous?.total !== current.total || previous.completed !== current.completed;
    const isSame =
      previous?.status === current.status &&
      previous.name === current.name &&
      previous.archived_at === current.archived_at;
    if (!hasMoved && isSame) return false;
    const events = eventsOfEvaluation(previous, current, this.#time.time());
    this.store.setEvaluation(current, events);
    return hasMoved;
  }

  /**
   * Takes what the client says about a write of its own.
   *
   * @param made when its answer was made, by the server's clock; before there is one, what time it is there
   */
  takeWrite(write: Write, made: Period = anyTime): void {
    // Earlier changes are reported before it.
    for (const { taskId } of write.patches) this.#looks.release(taskId);
    const shown = this.#writes.hear(write, this.begin(), (taskId) => this.store.tasks.get(taskId));
    const changes = new Map<string, Changes.Change>();
    for (const { taskId, row } of shown) {
      const change = Changes.between(this.store.tasks.get(taskId), row);
      if (change !== undefined) changes.set(taskId, change);
    }
    for (const taskId of changes.keys()) this.#lastPages.setApart(taskId);
    this.#apply(changes, write.phase === "refused" ? "rollback" : "write", made);
  }

  /**
   * Emits due lease events by the server's clock. Returns the tasks that are to be read, since their lease is about to end or
   * has ended: its end is reported with that read's answer.
   *
   * @param canLook whether there is a way to look; without one no end is reported
   */
  announce(canLook = true): ReadonlyArray<LeaseLook> {
    this.#looks.releaseOverdue();
    return this.#leases.announce(canLook);
  }

  /** When an end is reported although no read has succeeded, in monotonic milliseconds. */
  get impatientAt(): number | undefined {
    const [ending, history] = [this.#endings.nextAt(), this.history.overdueAt];
    return ending === undefined ? history : Math.min(ending, history ?? ending);
  }

  /** The event that a lease emits `lead` milliseconds before its end. */
  leaseEvent(lease: TaskRow.Lease, lead: number, current: TaskRow.TaskRow): WatchEvent {
    return this.#leases.event(lease, lead, current);
  }

  /** Where it stands, to be written as a cursor. */
  position(): CursorState {
    return this.store.position();
  }

  #remove(taskIds: ReadonlyArray<string>, made: Period): void {
    for (const taskId of taskIds) this.#looks.release(taskId);
    const gone = new Map<string, Changes.Change>();
    for (const taskId of taskIds) {
      const previous = this.store.tasks.get(taskId);
      if (previous !== undefined) gone.set(taskId, { _tag: "Removed", previous });
    }
    this.#apply(gone, "server", made);
    for (const taskId of taskIds) {
      this.#absences.present(taskId);
      this.#lastPages.join(taskId);
      this.#stale.forget(taskId);
      this.#writes.forget(taskId);
    }
  }

  #apply(
    changes: Changes.Changes,
    origin: EventContext["origin"],
    made: Period,
    facts: {
      readonly isInterrupted: boolean;
      readonly version?: EventContext["version"];
      readonly isFresh?: boolean;
    } = { isInterrupted: false },
  ): void {
    if (changes.size === 0) return;
    const replay = this.#isFirstPass && origin === "server" && facts.isFresh !== true;
    // Where a history is wanted, only a history shows that no version lies before a state.
    const isUnfilled = this.history.isWanted && origin === "server" && !replay && facts.version?.isKnown !== true;
    if (isUnfilled) for (const taskId of changes.keys()) this.#gaps.add(taskId);
    this.store.emit(this.#leases.endedWith(changes, origin, made, this.#count, this.#completeness.passes === 0));
    this.store.apply(changes, {
      evaluationId: this.store.evaluationId,
      time: this.#time.time(),
      origin,
      isInterrupted: (this.#completeness.isInterrupted || facts.isInterrupted) && origin === "server",
      replay,
      hasExpired: (lease) => this.expiry.hasEnded(lease),
      gaps: this.#gaps,
      version: facts.version,
    });
    this.#gaps.clear();
  }

  #report(issues: ReadonlyArray<ReadIssue>): void {
    for (const issue of issues) this.#issues.report(issue);
  }
}
