/**
 * Answers that show a task as it was: a replica that lags behind gives them, between answers that are up to date.
 *
 * 1. An answer is doubtful where it shows an earlier version than is known, a lease whose end has been reported, or exactly the state that
 *    one's own write replaced less than a minute before it was seen to hold; not where the lease that is known has ended by then, since a
 *    task is expected to return.
 * 2. A doubtful answer is no news. When a second one, to a request that began later, shows the same, it is: time has gone back on the server,
 *    or another client has undone the write. An answer to a request that began before an own write had ended is not the first of two: it says
 *    nothing of that write.
 * 3. After a doubtful answer the task is to be read again (`takeSuspects`).
 *
 * Times are monotonic, in milliseconds; counts order requests begun and writes observed, as in the reconciler.
 */
import * as TaskRow from "../event/TaskRow.ts";
import * as TaskVersion from "../event/TaskVersion.ts";
import { isSameLease } from "../event/TaskVersion.ts";
import { instantOf } from "../time/instantOf.ts";

type Row = TaskRow.TaskRow;

/** For so long after a look has confirmed an own write, an answer that shows what it replaced is doubtful. */
export const replacedMillis = 60_000;

/** So many states of a task that own writes have replaced are remembered. */
const mostReplaced = 8;

/** No request begins later: another answer never agrees with one that came at this count. */
const noLook = Number.POSITIVE_INFINITY;

/** Verdict on an answer: it holds; it is no news; or it holds, although it shows an earlier version than is known. */
export type Verdict = "news" | "stale" | "back";

/** When an answer was requested and came. */
export interface Asked {
  /** The count when its request began, and the present one. */
  readonly began: number;
  readonly count: number;
  readonly now: number;
  /** When it was made at the latest, by the server's clock, in milliseconds since 1970. */
  readonly latest: number;
  /** Whether an own write had not ended yet when its request began. */
  readonly isWritten: boolean;
  /** Whether an earlier answer, which was not judged, showed the same. */
  readonly isRepeated: boolean;
}

export class StaleAnswers {
  /** Doubtful answers, and the count when each came. */
  readonly #doubtful = new Map<string, { readonly row: Row; readonly count: number }>();
  readonly #suspects = new Set<string>();
  /** The states own writes have replaced, and when that was confirmed; the oldest first. */
  readonly #replaced = new Map<string, { readonly rows: ReadonlyArray<Row>; readonly at: number }>();
  readonly #hasEnded: (lease: TaskRow.Lease) => boolean;

  /** @param hasEnded whether the end of a lease has been reported */
  constructor(hasEnded: (lease: TaskRow.Lease) => boolean) {
    this.#hasEnded = hasEnded;
  }

  /** Whether the last answer that showed the task was doubtful. */
  has(taskId: string): boolean {
    return this.#doubtful.has(taskId);
  }

  /** Judges an answer by what is known. */
  judge(row: Row, known: Row | undefined, { began, count, now, latest, isWritten, isRepeated }: Asked): Verdict {
    const { id } = row;
    const isBack = known !== undefined && known !== row && this.#isEarlier(row, known);
    if (!isBack && !this.#isReplaced(row, known, now, latest)) {
      this.#doubtful.delete(id);
      return "news";
    }
    const first = this.#doubtful.get(id);
    const isAgreed = first !== undefined && first.count < began && TaskVersion.isSame(first.row, row);
    if (isAgreed || (isRepeated && !isWritten)) {
      this.#doubtful.delete(id);
      this.#replaced.delete(id);
      return isBack ? "back" : "news";
    }
    if (first === undefined || first.count === noLook) this.#suspects.add(id);
    this.#doubtful.set(id, { row, count: isWritten ? noLook : count });
    return "stale";
  }

  /** Whether an answer is doubtful by itself. */
  isDoubtful(row: Row, known: Row | undefined, { now, latest }: Pick<Asked, "now" | "latest">): boolean {
    const isBack = known !== undefined && known !== row && this.#isEarlier(row, known);
    return isBack || this.#isReplaced(row, known, now, latest);
  }

  /** A look has confirmed own writes to a task, which had replaced these states. */
  confirmed(taskId: string, rows: ReadonlyArray<Row>, now: number): void {
    for (const [id, { at }] of this.#replaced) {
      if (now - at < replacedMillis) break;
      this.#replaced.delete(id);
    }
    const before = this.#replaced.get(taskId)?.rows ?? [];
    this.#replaced.delete(taskId);
    this.#replaced.set(taskId, { rows: [...before, ...rows].slice(-mostReplaced), at: now });
  }

  /** An answer is news: where it shows what others did, what one's own writes replaced before may come again. */
  superseded(row: Row, known: Row | undefined): void {
    if (this.#replaced.has(row.id) && known !== undefined && !TaskVersion.isSame(known, row))
      this.#replaced.delete(row.id);
  }

  /** Another look has to show how a task is. */
  suspect(taskId: string): void {
    this.#suspects.add(taskId);
  }

  /** The tasks of which another look has to show how they are, since this was last asked. */
  takeSuspects(): ReadonlyArray<string> {
    const suspects = [...this.#suspects];
    this.#suspects.clear();
    return suspects;
  }

  forget(taskId: string): void {
    this.#doubtful.delete(taskId);
    this.#replaced.delete(taskId);
  }

  /** Whether a row is of an earlier version, or shows a lease whose end has been reported already. */
  #isEarlier(row: Row, known: Row): boolean {
    if (TaskVersion.isOlder(row, known)) return true;
    const lease = TaskRow.leaseOf(row);
    if (lease === undefined || lease.expiresAt === null || TaskVersion.isOlder(known, row)) return false;
    return !isSameLease(lease, TaskRow.leaseOf(known)) && this.#hasEnded(lease);
  }

  #isReplaced(row: Row, known: Row | undefined, now: number, latest: number): boolean {
    const replaced = this.#replaced.size === 0 ? undefined : this.#replaced.get(row.id);
    if (replaced === undefined || now - replaced.at >= replacedMillis) return false;
    if (known !== undefined && TaskVersion.isSame(known, row)) return false;
    // A lease that has ended, or whose end was reported, is expected to go, whichever state the task returns to.
    const lease = known === undefined ? undefined : TaskRow.leaseOf(known);
    const deadline = instantOf(lease?.expiresAt ?? "");
    if (lease !== undefined && (this.#hasEnded(lease) || (deadline !== undefined && deadline <= latest))) return false;
    return replaced.rows.some((one) => TaskVersion.isSame(one, row));
  }
}
