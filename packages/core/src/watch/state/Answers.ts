/**
 * Takes the rows of answers: which of them are news, and which row then shows of each task, one's own unconfirmed writes laid over it.
 *
 * 1. An answer that shows an earlier state than is known is no news until another agrees (`StaleAnswers`).
 * 2. A write of one's own shows until a look confirms it, or two show that it was undone (`WriteOverlays`).
 */
import type { TaskRow } from "../event/TaskRow.ts";
import type { IssueLog } from "../IssueLog.ts";
import type { Period } from "../time/Timekeeper.ts";
import type { LastPages } from "./LastPages.ts";
import type { StaleAnswers } from "./StaleAnswers.ts";
import type { WriteOverlays } from "./WriteOverlays.ts";

interface AnswersDeps {
  readonly tasks: () => ReadonlyMap<string, TaskRow>;
  readonly writes: WriteOverlays;
  readonly stale: StaleAnswers;
  readonly lastPages: LastPages;
  readonly issues: IssueLog;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** An answer did not show that the lease of a task still stands. */
  readonly unseen: (taskId: string) => void;
  /** The next change of a task is reported with a gap. */
  readonly gap: (taskId: string) => void;
}

export class Answers {
  readonly #deps: AnswersDeps;

  constructor(deps: AnswersDeps) {
    this.#deps = deps;
  }

  /**
   * Takes a task as an answer shows it. Returns the row that shows, `undefined` where the answer is no news.
   *
   * @param began the count when its request began
   * @param count the present count of the reconciler
   * @param isRepeated whether an earlier answer, which was not taken, showed the same
   */
  see(row: TaskRow, began: number, count: number, { latest }: Period, isRepeated: boolean): TaskRow | undefined {
    const { tasks, writes, stale, lastPages, issues, now, unseen, gap } = this.#deps;
    const { id } = row;
    const known = writes.known(id) ?? tasks().get(id);
    const isWritten = writes.isNewerThan(id, began);
    const verdict = stale.judge(row, known, { began, count, now: now(), latest, isWritten, isRepeated });
    if (verdict === "stale") {
      writes.missed(id, began);
      unseen(id);
      lastPages.setApart(id);
      return undefined;
    }
    if (verdict === "back") gap(id);
    let isConfirmed = false;
    const shown = writes.see(id, row, began, latest, {
      sighted: (sighting) => {
        if (sighting === "shown") return;
        if (sighting === "unseen") {
          stale.suspect(id);
          return;
        }
        gap(id);
        if (sighting === "replaced") return;
        const message = `two answers show task ${id} as it was before a write that succeeded: it was undone since`;
        issues.report({ kind: "write-not-shown", taskId: id, message });
      },
      confirmed: (replaced) => {
        isConfirmed = true;
        stale.confirmed(id, replaced, now());
      },
    });
    if (!isConfirmed && shown === row) stale.superseded(row, known);
    return shown;
  }
}
