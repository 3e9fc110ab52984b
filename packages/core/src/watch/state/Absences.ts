/**
 * The tasks that scans have missed, and which of them are gone.
 *
 * One complete scan can still miss a task, when one item went and another came between two of its pages: it takes two. A scan that saw as many
 * items as there were when it began, while others came, says half as much; and where the total does not add up, a look at the task itself has
 * to confirm that it is gone, if there is a way to look.
 *
 * A look that does not find a task may mean that the whole evaluation is gone, or that a front end knows no route for a moment: it counts
 * once the list or the evaluation has been answered after it, and not where either was answered with 404 last.
 */
import type { Period } from "../time/Timekeeper.ts";

const scansToRemove = 2;

export interface Absence {
  /** When it was first missing, at the latest, by any of the server's clocks. */
  readonly since: number;
  /** When its lease was last seen, at the earliest; by the server's clock. */
  readonly seen: number | undefined;
}

interface Counted extends Absence {
  readonly scans: number;
  readonly weight: number;
}

/** A look that did not find its task. */
export interface MissingLook {
  /** The count when it began. */
  readonly began: number;
  /** When it was answered, by the server's clock. */
  readonly made: Period;
}

/** Verdict on a task that a scan missed. */
export interface Miss extends Absence {
  /** How much it says that the task is missing, 1 for a scan that saw everything. */
  readonly weight: number;
  /** Whether as many items came as the total says, each once. */
  readonly isSure: boolean;
}

export class Absences {
  readonly #byTask = new Map<string, Counted>();
  /** The tasks that scans which did not see everything have missed for long enough: a look at each says whether it is gone. */
  readonly #doubtful = new Set<string>();
  /** The doubtful tasks that a look did not find. */
  readonly #notFound = new Map<string, MissingLook>();
  /** Whether the list or the evaluation was last answered with 404. */
  #isListGone = false;
  readonly #canReadTasks: boolean;

  /** @param canReadTasks whether a task that scans miss can be looked at by itself */
  constructor(canReadTasks: boolean) {
    this.#canReadTasks = canReadTasks;
  }

  /** How many tasks are missing, and not gone yet. */
  get size(): number {
    return this.#byTask.size;
  }

  /** Tasks that a look at each would show or take away. */
  get doubtful(): Iterable<string> {
    return this.#doubtful;
  }

  /** Whether only a look at the task can say that it is gone. */
  isDoubtful(taskId: string): boolean {
    return this.#doubtful.has(taskId);
  }

  /** A look has not found a task. */
  notFound(taskId: string, look: MissingLook): void {
    if (this.#doubtful.has(taskId) && !this.#isListGone) this.#notFound.set(taskId, look);
  }

  /** The list or the evaluation was answered with 404: looks that found no task since its last answer say nothing. */
  listGone(): void {
    this.#isListGone = true;
    this.#notFound.clear();
  }

  /** The list or the evaluation was answered, to a request that began at this count. Returns the tasks that are gone by looks before it. */
  listAnswered(began: number): ReadonlyArray<readonly [string, MissingLook]> {
    this.#isListGone = false;
    const gone = [...this.#notFound].filter(([, look]) => look.began < began);
    for (const [taskId] of gone) this.#notFound.delete(taskId);
    return gone;
  }

  of(taskId: string): Absence | undefined {
    return this.#byTask.get(taskId);
  }

  /** A task is there. */
  present(taskId: string): void {
    this.shown(taskId);
    this.#doubtful.delete(taskId);
  }

  /** A page of a scan shows the task; whether it is gone is not decided before the scan is over. */
  shown(taskId: string): void {
    this.#byTask.delete(taskId);
    this.#notFound.delete(taskId);
  }

  /** A scan has missed a task. Returns whether it is gone. */
  missed(taskId: string, { weight, isSure, since, seen }: Miss): boolean {
    const before = this.#byTask.get(taskId);
    const scans = (before?.scans ?? 0) + (isSure ? 1 : 0);
    const all = (before?.weight ?? 0) + weight;
    this.#byTask.set(taskId, {
      since: before?.since ?? since,
      seen: before === undefined ? seen : before.seen,
      scans,
      weight: all,
    });
    if (scans >= scansToRemove || (!this.#canReadTasks && all >= 2 * scansToRemove)) return true;
    if (this.#canReadTasks && all >= scansToRemove) this.#doubtful.add(taskId);
    return false;
  }

  /** The server's clock was set back by so many milliseconds (negative). */
  setBack(millis: number): void {
    for (const [taskId, absence] of this.#byTask) {
      const seen = absence.seen === undefined ? undefined : absence.seen + millis;
      this.#byTask.set(taskId, { ...absence, since: absence.since + millis, seen });
    }
    for (const [taskId, { began, made }] of this.#notFound) {
      const shifted = { earliest: made.earliest + millis, latest: made.latest + millis };
      this.#notFound.set(taskId, { began, made: shifted });
    }
  }
}
