/**
 * Moves the pages of the write-ahead log into the database between requests: in a commit, one caller would wait for the writes of many.
 *
 * 1. It is done once nothing was requested for `pauseMillis`, and only where enough rows were written since the last time.
 * 2. Without such a pause a commit does it when the log has `mostLogPages` pages: the log has no more, and those of one transaction.
 * 3. An answered write is in the log already, and synced there: a failure takes nothing back, and the next time tries again.
 */
import type { Database } from "./Database.ts";

/** How long nothing is requested before the log is moved. */
const pauseMillis = 200;

/** As many written rows are worth two syncs of the disk. */
const worthRows = 1000;

export interface Checkpoints {
  /** A request begins: a wait for a pause begins again. */
  readonly interrupt: () => void;
  /** No request is left. */
  readonly rest: () => void;
}

/** Calls back once, after some time. */
export type After = (millis: number, then: () => void) => void;

export const make = (database: Database, after: After): Checkpoints => {
  let requests = 0;
  let moved = 0;
  let isWaiting = false;

  const isWorth = (): boolean => database.isShared && database.changes() - moved >= worthRows;

  /** Failures are left to the next time: a lock held elsewhere, a full disk, a database that was closed meanwhile. */
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch {
      // The log keeps what it has.
    }
  };

  const move = (): void => {
    if (!isWorth()) return;
    const changes = database.changes();
    database.checkpoint();
    moved = changes;
  };

  const wait = (): void => {
    isWaiting = true;
    const before = requests;
    after(pauseMillis, () => {
      isWaiting = false;
      if (requests === before) attempt(move);
      else wait();
    });
  };

  return {
    interrupt: () => {
      requests++;
    },
    rest: () =>
      attempt(() => {
        if (!isWaiting && isWorth()) wait();
      }),
  };
};
