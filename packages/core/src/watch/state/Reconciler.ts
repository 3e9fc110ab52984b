/**
 * Merges everything a watch learns into one state: pages, taskReads, the evaluation, one's own writes, the passing of time.
 *
 * Nothing here waits or asks. Each method takes one input, changes the store, emits what changed, and keeps the lease
 * deadlines in step.
 */

import type { CursorState } from "../Cursor.ts";
import type { EvaluationRow, WatchEvent } from "../Event.ts";
import { type EventContext, eventOfLease, eventsOfEvaluation } from "../eventsOf.ts";
import type { IssueLog } from "../IssueLog.ts";
import type { Page, ReadIssue, TaskRead, Write } from "../source/Source.ts";
import * as TaskRow from "../TaskRow.ts";
import * as TaskVersion from "../TaskVersion.ts";
import { isSameLease } from "../TaskVersion.ts";
import type { Expiry } from "../time/Expiry.ts";
import { instantOf } from "../time/instantOf.ts";
import { anyTime, type Period, type Timekeeper } from "../time/Timekeeper.ts";
import * as Changes from "./Changes.ts";
import { Coverage } from "./Coverage.ts";
import { Endings } from "./Endings.ts";
import { isByClock } from "./leaseEnd.ts";
import { maySee, Scan, type ScanResult, type Seen } from "./Scan.ts";
import { Store } from "./Store.ts";
import { WriteOverlays } from "./WriteOverlays.ts";

// One complete scan can still miss a task, when one item went and another came between two of its pages. A scan that saw as many items as
// there were when it began, while others came, says half as much.
const absencesToRemove = 2;
const absenceInPass = 0.5;

// After so many complete scans in a row those that were not are forgotten.
const scansToForget = 8;

// So many scans in a row that did not see everything are a first pass all the same: what they saw is better than nothing.
const scansForPass = 3;

interface Absence {
  readonly scans: number;
  readonly weight: number;
  /** When it was first missing, at the latest, and when it was last seen, at the earliest; by the server's clock. */
  readonly since: number;
  readonly seen: number | undefined;
}

/** So long before its end a lease's task is looked at: as late as the shortest usual pause allows another look at the end itself. */
export const lookLeadMillis = 2_000;

// A lease last seen so long before its end may have been given up since: its end is told with a gap.
const freshMillis = lookLeadMillis + 3_000;

export class Reconciler {
  readonly store: Store;
  readonly #time: Timekeeper;
  readonly #issues: IssueLog;
  readonly #writes = new WriteOverlays();
  /** How many complete scans have missed a task since it was last seen, and how much all scans together say that it is missing. */
  readonly #absences = new Map<string, Absence>();
  readonly #endings = new Endings();
  /** Earlier states than are known, as an answer showed them, and the count when it came. */
  readonly #older = new Map<string, { readonly row: TaskRow.TaskRow; readonly count: number }>();
  readonly #suspects = new Set<string>();
  /** The tasks whose next change is told with a gap. */
  readonly #gaps = new Set<string>();
  /** The leases that changed since the last pass began: the count at which that was seen, and the earliest time it was by the server's clock. */
  readonly #leaseSeen = new Map<string, { readonly count: number; readonly at: number | undefined }>();
  /** The earliest time by the server's clock at which the last pass can have begun. */
  #passSeen: number | undefined;
  /** The same of the scan under way, and of those that are joined. */
  #scanSeen: number | undefined;
  #coverageSeen: number | undefined;
  /** The tasks that were seen by themselves since the last complete scan, and the count at which that look began. */
  readonly #readAt = new Map<string, number>();
  /** The pages of the last complete scan by where they were asked for, with their rows as last read. */
  #pages = new Map<string, Page>();
  /** The tasks whose row is not the one on those pages: a look at one of them, or a write, changed it since. */
  readonly #apart = new Set<string>();
  /** The pages of the scan under way. */
  readonly #read = new Map<string, Page>();
  // Orders requests begun and writes observed.
  #count = 0;
  #scan: Scan | undefined;
  #result: ScanResult | undefined;
  /** The tasks that scans which did not see everything have missed for long enough: a look at each says whether it is gone. */
  readonly #doubtful = new Set<string>();
  readonly #canReadTasks: boolean;
  readonly #coverage = new Coverage();
  #incompleteScans = 0;
  #completeInRow = 0;
  #completeScans = 0;
  #passes = 0;
  #isInterrupted: boolean;
  /** Where the picture began, when it did not begin empty. */
  readonly origin: CursorState | undefined;

  /** @param canReadTasks whether a task that scans miss can be looked at by itself */
  constructor(evaluationId: string, time: Timekeeper, issues: IssueLog, from?: CursorState, canReadTasks = false) {
    this.#canReadTasks = canReadTasks;
    this.#time = time;
    this.#issues = issues;
    this.origin = from;
    this.#isInterrupted = from !== undefined;
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
    for (const [taskId, told] of from?.told ?? []) this.expiry.restore(taskId, told);
  }

  /** The deadlines of all leases. */
  get expiry(): Expiry {
    return this.store.leases.expiry;
  }

  get completeScans(): number {
    return this.#completeScans;
  }

  /** How often the whole list has been read to its end, complete or as good as that: see `Coverage`. */
  get passes(): number {
    return this.#passes;
  }

  /** How many scans have not seen everything since several in a row did. */
  get incompleteScans(): number {
    return this.#incompleteScans;
  }

  /** Whether some task was missing from the last complete scan, and is not gone yet. */
  get isMissing(): boolean {
    return this.#absences.size > 0;
  }

  /** Tasks that a look at each would show or take away. */
  get doubtful(): Iterable<string> {
    return this.#doubtful;
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
    this.#isInterrupted = true;
  }

  /** Writes are observed again, after they were not for a while, and looks can be made. */
  resume(): void {
    this.#writes.resume(this.begin());
    this.#endings.restart(this.#time.now());
  }

  /** A request begins; what it answers is known by the returned count. */
  begin(): number {
    return ++this.#count;
  }

  /** The scan under way, or a new one. One that has seen nothing yet begins anew: what it will see is of now. */
  scan(): Scan {
    if (this.#scan === undefined || this.#scan.pages === 0) {
      this.#scan = new Scan(this.#count, this.#time.now(), this.#result);
    }
    return this.#scan;
  }

  /** Gives up the scan under way: what it has shown stays, and it says nothing about absence. */
  abandonScan(): void {
    if (this.#scan?.isUnmoved === false) this.#pages.clear();
    this.#scan = undefined;
  }

  /** The page that a scan asks for next, as it was read before; `undefined` where it may have moved. */
  lastPage(scan: Scan): Page | undefined {
    return scan.isUnmoved ? this.#pages.get(scan.next ?? "") : undefined;
  }

  /**
   * Takes a page of the scan under way. Returns the scan when it is over.
   *
   * @param made when the page was read, by the server's clock
   */
  takePage(
    scan: Scan,
    page: Page,
    began: number,
    made: Period = anyTime,
  ): { readonly scan: Scan; readonly result: ScanResult } | undefined {
    this.#report(page.issues);
    const at = scan.next ?? "";
    if (scan.pages === 0) {
      this.#read.clear();
      this.#scanSeen = made.earliest;
    }
    this.#read.set(at, page);
    const counting = scan.add(page, (taskId) =>
      this.#issues.report({ kind: "duplicate-task", taskId, message: `two items have the task ${taskId}` }),
    );
    const changes = new Map<string, Changes.Change>();
    for (const row of scan.isUnmoved ? this.#toCompare(page, counting) : counting) {
      this.#absences.delete(row.id);
      this.#apart.delete(row.id);
      const shown = this.#see(row, began, made);
      if (shown === undefined) continue;
      const change = Changes.between(this.store.tasks.get(row.id), shown);
      if (change !== undefined) changes.set(row.id, change);
    }
    if (this.#endings.size > 0) for (const row of page.rows) if (!this.#older.has(row.id)) this.#endings.see(row, made);
    if (scan.isUnmoved) this.#pages.set(at, page);
    if (changes.size > 0) scan.hasNews = true;
    this.#apply(changes, "server", made);
    if (page.next !== undefined) return undefined;
    const result = scan.result();
    this.#scan = undefined;
    this.#result = result;
    this.#keepPages(scan, result);
    this.#judge(scan, result, made);
    return { scan, result };
  }

  /** Counts what a scan was: complete, complete together with those before it, a pass, or none of these. */
  #judge(scan: Scan, result: ScanResult, made: Period): void {
    if (!result.isComplete) {
      this.#incompleteScans++;
      this.#completeInRow = 0;
    } else if (++this.#completeInRow >= scansToForget) this.#incompleteScans = 0;
    const isSure =
      result.isComplete && result.repeated === 0 && (result.total === undefined || result.items === result.total);
    const isCovered = !result.isComplete && this.#coverage.add(scan, result);
    if (this.#coverage.scans === 1) this.#coverageSeen = this.#scanSeen;
    if (result.isComplete || isCovered) {
      this.#completeScans++;
      if (result.isComplete) this.#pass(scan, scan.began, 1, isSure, made);
      else this.#pass(this.#coverage, this.#coverage.began, 1, false, made);
      this.#coverage.clear();
    } else if (result.isPass) this.#pass(scan, scan.began, absenceInPass, false, made);
    else {
      this.#isInterrupted = true;
      if (this.#incompleteScans % scansForPass === 0) this.#passes++;
      return;
    }
    // Something may have come and gone between scans that only together saw everything.
    this.#isInterrupted = !result.isComplete;
  }

  /** The rows of an unmoved page that may differ from what is shown: those that changed on it, and those that changed elsewhere. */
  #toCompare(page: Page, changed: ReadonlyArray<TaskRow.TaskRow>): ReadonlyArray<TaskRow.TaskRow> {
    if (this.#absences.size > 0) for (const { id } of page.rows) this.#absences.delete(id);
    if (this.#apart.size === 0 && this.#writes.size === 0) return changed;
    const isOwn = new Set(changed);
    const others = page.rows.filter((row) => (this.#apart.has(row.id) || this.#writes.has(row.id)) && !isOwn.has(row));
    return [...changed, ...others];
  }

  /** What the next scan is compared with: the pages of this one, when it saw all and each task once. */
  #keepPages(scan: Scan, { isComplete, duplicates, repeated }: ScanResult): void {
    if (scan.isUnmoved && this.#read.size === this.#pages.size) return;
    const isPlain = (page: Page) => page.unreadable.length === 0 && page.withoutId === 0;
    const isKept = isComplete && repeated === 0 && duplicates.size === 0 && [...this.#read.values()].every(isPlain);
    this.#pages = isKept ? new Map(this.#read) : new Map();
    this.#read.clear();
  }

  /** @param made when the task was read, by the server's clock */
  takeTaskRead(taskId: string, readTask: TaskRead, began: number, made: Period = anyTime): void {
    this.#report(readTask.issues);
    if (readTask.row === undefined) {
      this.#endings.miss(taskId, made);
      // That a task cannot be had by itself does not say that it is gone: scans say that, and where they do not say it surely, both together.
      const previous = this.store.tasks.get(taskId);
      if (previous !== undefined && this.#doubtful.has(taskId) && !this.#writes.isNewerThan(taskId, began)) {
        this.#remove(new Map([[taskId, { _tag: "Removed", previous }]]), made);
      }
      return;
    }
    this.#absences.delete(taskId);
    this.#doubtful.delete(taskId);
    this.#readAt.set(taskId, began);
    // Also where it shows what an own write had shown before: the page may show something else.
    this.#apart.add(taskId);
    const row = this.#see(readTask.row, began, made);
    if (row === undefined) return;
    this.#endings.see(readTask.row, made);
    const change = Changes.between(this.store.tasks.get(taskId), row);
    if (change === undefined) return;
    this.#apply(new Map([[taskId, change]]), "server", made);
  }

  /**
   * Takes a task as an answer shows it. Returns the row that shows, `undefined` where the answer is no news: it shows an earlier state than is
   * known, as a replica does that lags behind. When a second answer shows the same, time has gone back on the server, and it is news.
   */
  #see(row: TaskRow.TaskRow, began: number, made: Period): TaskRow.TaskRow | undefined {
    const { id } = row;
    const known = this.#writes.beneath(id) ?? this.store.tasks.get(id);
    if (known !== undefined && known !== row && this.#isEarlier(row, known)) {
      const first = this.#older.get(id);
      if (first === undefined || !TaskVersion.isSame(first.row, row) || first.count >= began) {
        if (first === undefined) this.#suspects.add(id);
        this.#older.set(id, { row, count: this.#count });
        this.#apart.add(id);
        return undefined;
      }
      this.#gaps.add(id);
    }
    this.#older.delete(id);
    return this.#writes.see(id, row, began, made.latest, (sighting) => {
      if (sighting === "shown") return;
      if (sighting === "unseen") {
        this.#suspects.add(id);
        return;
      }
      this.#gaps.add(id);
      if (sighting === "replaced") return;
      const message = `two answers show task ${id} as it was before a write that succeeded: it was undone since`;
      this.#issues.report({ kind: "write-not-shown", taskId: id, message });
    });
  }

  /** Whether a row is of an earlier version, or shows a lease whose end has been told already. */
  #isEarlier(row: TaskRow.TaskRow, known: TaskRow.TaskRow): boolean {
    if (TaskVersion.isOlder(row, known)) return true;
    const lease = TaskRow.leaseOf(row);
    if (lease === undefined || lease.expiresAt === null || TaskVersion.isOlder(known, row)) return false;
    return !isSameLease(lease, TaskRow.leaseOf(known)) && this.expiry.hasEnded(lease);
  }

  /** Tasks of which an answer has shown an earlier state than is known, since this was last asked: another look tells what holds. */
  takeSuspects(): ReadonlyArray<string> {
    const suspects = [...this.#suspects];
    this.#suspects.clear();
    return suspects;
  }

  /** Returns whether the counts have moved. */
  takeEvaluation(current: EvaluationRow): boolean {
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

  /** Takes what the client says about a write of its own. */
  takeWrite(write: Write): void {
    const shown = this.#writes.hear(write, this.begin(), (taskId) => this.store.tasks.get(taskId));
    const changes = new Map<string, Changes.Change>();
    for (const { taskId, row } of shown) {
      const change = Changes.between(this.store.tasks.get(taskId), row);
      if (change !== undefined) changes.set(taskId, change);
    }
    for (const taskId of changes.keys()) this.#apart.add(taskId);
    const now = this.#time.serverTime();
    this.#apply(changes, write.phase === "refused" ? "rollback" : "write", { earliest: now, latest: now });
  }

  /**
   * Tells what is due about leases by the server's clock. Returns the tasks that are to be looked at, since their lease is about to end or
   * has ended: its end is told with the look's answer.
   *
   * @param canLook whether there is a way to look; without one no end is told
   */
  announce(canLook = true): ReadonlyArray<{ readonly taskId: string; readonly isNear: boolean }> {
    const now = this.#time.serverTime();
    const at = this.#time.now();
    const events: Array<WatchEvent> = [];
    const looks: Array<{ readonly taskId: string; readonly isNear: boolean }> = [];
    if (!canLook) this.#endings.restart(at);
    for (const moment of this.expiry.advance(now)) {
      const { lease, deadline, lead } = moment;
      const { taskId } = lease;
      const current = this.store.tasks.get(taskId);
      if (current === undefined) continue;
      if (lead === 0) {
        if (this.#endings.reached(moment, at)) looks.push({ taskId, isNear: false });
      } else if (deadline > now) {
        // A warning of something that has already happened is none: after a sleep only the end is emitted.
        if (moment.isAnnounced) events.push(this.leaseEvent(lease, lead, current));
        if (!moment.isLook) continue;
        this.#endings.near(moment);
        looks.push({ taskId, isNear: true });
      } else continue;
      const missing = this.#absences.get(taskId)?.since;
      if (missing !== undefined) this.#endings.miss(taskId, { earliest: missing, latest: missing });
    }
    for (const { lease, deadline, seen } of this.#endings.take(at)) {
      const current = this.store.tasks.get(lease.taskId);
      if (current === undefined || !isSameLease(TaskRow.leaseOf(current), lease)) continue;
      // The server's clock was set back meanwhile: its end is still to come.
      if (deadline > now) this.store.leases.again(lease.taskId);
      else if (!this.expiry.hasEnded(lease)) events.push(this.#end(lease, deadline, current, seen));
    }
    this.store.emit(events);
    return looks;
  }

  /** When an end is told although no look has come through, in monotonic milliseconds. */
  get impatientAt(): number | undefined {
    return this.#endings.nextAt();
  }

  /** The event that a lease emits `lead` milliseconds before its end. */
  leaseEvent(lease: TaskRow.Lease, lead: number, current: TaskRow.TaskRow): WatchEvent {
    return this.#leaseEvent(lease, lead, current, this.#seenAt(lease.taskId));
  }

  /** The end of a lease, told now. */
  #end(
    lease: TaskRow.Lease,
    deadline: number,
    current: TaskRow.TaskRow,
    seen = this.#seenAt(lease.taskId),
  ): WatchEvent {
    this.expiry.remember(lease, 0);
    const gap = seen === undefined || seen < deadline - freshMillis;
    return this.#leaseEvent(lease, 0, current, seen, gap);
  }

  #leaseEvent(
    lease: TaskRow.Lease,
    lead: number,
    current: TaskRow.TaskRow,
    seen: number | undefined,
    gap = false,
  ): WatchEvent {
    return eventOfLease(lease, lead, current, {
      evaluationId: this.store.evaluationId,
      time: this.#time.time(),
      errorMillis: this.#time.errorMillis(),
      seenAt: seen === undefined || !Number.isFinite(seen) ? null : new Date(Math.floor(seen)).toISOString(),
      gap,
    });
  }

  /** The earliest time by the server's clock at which a task's lease was last seen; `undefined` where it was not. */
  #seenAt(taskId: string): number | undefined {
    const ending = this.#endings.seenAt(taskId);
    if (ending !== undefined) return ending;
    const absence = this.#absences.get(taskId);
    if (absence !== undefined) return absence.seen;
    const own = this.#leaseSeen.get(taskId);
    return own === undefined ? this.#passSeen : own.at;
  }

  /** Where it stands, to be written as a cursor. */
  position(): CursorState {
    return this.store.position();
  }

  /**
   * Takes away the tasks that have been missing for long enough.
   *
   * @param began the count when the first request of what has been seen began: what was written or looked at since is newer
   * @param weight how much it says that a task is missing, 1 for what saw everything
   * @param isSure whether as many items came as the total says, each once; else a look at the task itself has to confirm that it is gone
   * @param made when the last of it was read, by the server's clock
   */
  #pass(scan: Scan | Coverage, began: number, weight: number, isSure: boolean, made: Period): void {
    this.#passes++;
    const gone = new Map<string, Changes.Change>();
    // The tasks of the last complete scan were all there again, and there are no others.
    const hasAll =
      scan instanceof Scan && scan.isUnmoved && this.#absences.size === 0 && scan.tasks === this.store.tasks.size;
    // To count what was seen is worth it only where some task may be missing.
    const seen: Seen | undefined = hasAll ? undefined : scan instanceof Scan ? scan.seen() : scan;
    for (const row of seen === undefined ? [] : this.store.tasks.values()) {
      const isNewer = this.#writes.isNewerThan(row.id, began) || (this.#readAt.get(row.id) ?? 0) > began;
      if (maySee(seen!, row) || isNewer) {
        this.#absences.delete(row.id);
        this.#doubtful.delete(row.id);
        continue;
      }
      const before = this.#absences.get(row.id);
      const scans = (before?.scans ?? 0) + (isSure ? 1 : 0);
      const absence = (before?.weight ?? 0) + weight;
      const facts = before ?? { since: made.latest, seen: this.#seenAt(row.id) };
      this.#absences.set(row.id, { ...facts, scans, weight: absence });
      this.#endings.miss(row.id, made);
      if (scans >= absencesToRemove || (!this.#canReadTasks && absence >= 2 * absencesToRemove)) {
        gone.set(row.id, { _tag: "Removed", previous: row });
      } else if (this.#canReadTasks && scans === 0 && absence >= absencesToRemove) this.#doubtful.add(row.id);
    }
    this.#readAt.clear();
    this.#passSeen = scan instanceof Scan ? this.#scanSeen : this.#coverageSeen;
    for (const [taskId, { count }] of this.#leaseSeen) {
      // What rests on an own write that no look has confirmed was not seen in this pass either.
      if (count < began && !this.#writes.has(taskId)) this.#leaseSeen.delete(taskId);
    }
    this.#remove(gone, made);
  }

  #remove(gone: Changes.Changes, made: Period): void {
    this.#apply(gone, "server", made);
    for (const taskId of gone.keys()) {
      this.#absences.delete(taskId);
      this.#doubtful.delete(taskId);
      this.#apart.delete(taskId);
      this.#older.delete(taskId);
      this.#writes.forget(taskId);
    }
  }

  #apply(changes: Changes.Changes, origin: EventContext["origin"], made: Period): void {
    if (changes.size === 0) return;
    this.store.emit(this.#endedWith(changes, origin, made));
    this.store.apply(changes, {
      evaluationId: this.store.evaluationId,
      time: this.#time.time(),
      origin,
      isInterrupted: this.#isInterrupted && origin === "server",
      replay: this.#passes === 0 && this.origin === undefined && origin === "server",
      hasExpired: (lease) => this.expiry.hasEnded(lease),
      gaps: this.#gaps,
    });
    this.#gaps.clear();
  }

  /** The ends by the clock that changes show, which had not been told: they come before the events of the changes themselves. */
  #endedWith(changes: Changes.Changes, origin: EventContext["origin"], made: Period): ReadonlyArray<WatchEvent> {
    const events: Array<WatchEvent> = [];
    for (const [taskId, change] of changes) {
      const previous = Changes.previousOf(change);
      const current = Changes.nextOf(change);
      const lease = previous && TaskRow.leaseOf(previous);
      const next = current && TaskRow.leaseOf(current);
      if (isSameLease(lease, next)) continue;
      if (previous !== undefined && lease !== undefined && !this.expiry.hasEnded(lease)) {
        const missing = current === undefined ? this.#missingSince(taskId) : undefined;
        const deadline = instantOf(lease.expiresAt ?? "") ?? Number.NaN;
        const isEnded = isByClock(lease, previous, current, missing ?? made.latest);
        if (isEnded) events.push(this.#end(lease, deadline, previous));
      }
      this.#endings.delete(taskId);
      // Before the first pass everything is new, and nothing of it older than that pass.
      if (next === undefined || this.#passes === 0) this.#leaseSeen.delete(taskId);
      else this.#leaseSeen.set(taskId, { count: this.#count, at: origin === "server" ? made.earliest : undefined });
    }
    return events;
  }

  /** When a task was first missing, at the latest, by the server's clock. */
  #missingSince(taskId: string): number | undefined {
    const times = [this.#absences.get(taskId)?.since, this.#endings.missingSince(taskId)];
    const known = times.filter((time) => time !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  #report(issues: ReadonlyArray<ReadIssue>): void {
    for (const issue of issues) this.#issues.report(issue);
  }
}
