/**
 * When the next lease ends, known without asking the database, and what happens then: every task whose deadline has come is
 * given back, and says so by the deadline itself.
 *
 * The instant is a lower bound: what it names may have been released since, and then the look that follows finds nothing.
 */
import type { Database } from "./Database.ts";
import * as TaskVersions from "./TaskVersions.ts";

export interface Deadlines {
  /** A lease ends at this instant. */
  readonly note: (instant: string) => void;
  /** Whether some task's deadline is at or before `now`. */
  readonly isAnyDue: (now: string) => boolean;
  /**
   * Gives back every task whose deadline is at or before `now`, in one statement; `updated_at` is the deadline itself. The
   * task keeps its place unless `place` says where it goes.
   */
  readonly expire: (now: string, place?: number) => void;
  /** Another process may have written: read it again. */
  readonly forget: () => void;
}

export const make = (database: Database): Deadlines => {
  // `undefined` when it has to be read, `null` when there is none.
  let next: string | null | undefined;

  const known = (): string | null => {
    if (next === undefined) {
      // Without the condition SQLite does not use the index, which has only these.
      const sql = "SELECT min(assignment_expires_at) AS next FROM task_states WHERE assignment_expires_at IS NOT NULL";
      const row = database.prepare(sql).get();
      next = (row as { next: string | null }).next;
    }
    return next;
  };

  return {
    note: (instant) => {
      if (next === null || (next !== undefined && instant < next)) next = instant;
    },
    isAnyDue: (now) => {
      const soonest = known();
      if (soonest === null || soonest > now) return false;
      next = undefined;
      const truly = known();
      return truly !== null && truly <= now;
    },
    expire: (now, place) => {
      const moved = place === undefined ? "" : ", place = ?";
      const which = "assignment_expires_at <= ?";
      TaskVersions.keep(database, which, [now], { assigned_to: null, assignment_expires_at: null });
      database
        .prepare(
          `UPDATE task_states SET assigned_to = NULL, updated_at = assignment_expires_at, assignment_expires_at = NULL${moved},
            ${TaskVersions.kept} WHERE ${which}`,
        )
        .run(...(place === undefined ? [] : [place]), now);
      next = undefined;
    },
    forget: () => {
      next = undefined;
    },
  };
};
