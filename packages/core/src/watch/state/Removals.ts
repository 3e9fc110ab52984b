/**
 * Which tasks are gone: those that passes over the list have missed for long enough (`Absences`), and those that a look at each did not find
 * while the list is answered.
 *
 * 1. A task that was written, or seen by itself, since a pass began is not missing from it.
 * 2. A missed task keeps the time at which its lease was last seen.
 */
import type { TaskRow } from "../event/TaskRow.ts";
import { latestByAny, type Period } from "../time/Timekeeper.ts";
import type { Absences } from "./Absences.ts";
import type { Pass } from "./Completeness.ts";
import type { Endings } from "./Endings.ts";
import { maySee, Scan, type Seen } from "./Scan.ts";
import type { Sightings } from "./Sightings.ts";
import type { WriteOverlays } from "./WriteOverlays.ts";

interface RemovalsDeps {
  readonly tasks: () => ReadonlyMap<string, TaskRow>;
  readonly absences: Absences;
  readonly endings: Endings;
  readonly sightings: Sightings;
  readonly writes: WriteOverlays;
  /** When the lease of a task was last seen. */
  readonly seenAt: (taskId: string) => number | undefined;
  /** Takes these tasks away. */
  readonly remove: (taskIds: ReadonlyArray<string>, made: Period) => void;
}

export class Removals {
  readonly #deps: RemovalsDeps;
  /** The tasks that were seen by themselves since the last pass, and the count at which that look began. */
  readonly #readAt = new Map<string, number>();

  constructor(deps: RemovalsDeps) {
    this.#deps = deps;
  }

  /** A look at a task that began at this count has found it. */
  found(taskId: string, began: number): void {
    this.#deps.absences.present(taskId);
    this.#readAt.set(taskId, began);
  }

  /** A look at a task has not found it. That does not show that it is gone: scans show that, and where they are not sure, both together. */
  notFound(taskId: string, began: number, made: Period): void {
    this.#deps.endings.miss(taskId, made);
    this.#deps.absences.notFound(taskId, { began, made });
  }

  /** The list or the evaluation was answered: tasks that a look before it did not find are gone. */
  listAnswered(began: number): void {
    const { tasks, absences, writes, remove } = this.#deps;
    for (const [taskId, look] of absences.listAnswered(began))
      if (tasks().has(taskId) && !writes.isNewerThan(taskId, look.began)) remove([taskId], look.made);
  }

  /**
   * Takes away the tasks that have been missing for long enough.
   *
   * @param count the present count of the reconciler
   * @param made when the last of the pass was read, by the server's clock
   */
  passed({ seen: scan, began, weight, isSure }: Pass, count: number, made: Period): void {
    const { absences, endings, sightings, writes, seenAt, remove } = this.#deps;
    const tasks = this.#deps.tasks();
    const gone: Array<string> = [];
    // The tasks of the last complete scan were all there again, and there are no others.
    const hasAll = scan instanceof Scan && scan.isUnmoved && absences.size === 0 && scan.tasks === tasks.size;
    // To count what was seen is worth it only where some task may be missing.
    const seen: Seen | undefined = hasAll ? undefined : scan instanceof Scan ? scan.seen() : scan;
    for (const row of seen === undefined ? [] : tasks.values()) {
      const isNewer = writes.isNewerThan(row.id, began) || (this.#readAt.get(row.id) ?? 0) > began;
      const isSeen = maySee(seen!, row);
      const lastSeen = isSeen ? undefined : seenAt(row.id);
      if (isSeen || isNewer) {
        absences.present(row.id);
        if (!isSeen) sightings.changed(row.id, count, lastSeen);
        continue;
      }
      if (absences.missed(row.id, { weight, isSure, since: latestByAny(made), seen: lastSeen })) gone.push(row.id);
      endings.miss(row.id, made);
    }
    this.#readAt.clear();
    sightings.passed(began, !(scan instanceof Scan), (taskId) => writes.has(taskId));
    remove(gone, made);
  }
}
