/**
 * The place of a watch's consumers as it moves: what has to be written again of a cursor, in small portions.
 *
 * 1. All portions together, the later behind the earlier, say what a cursor of the moment of the last one says.
 * 2. The first time everything is given, then what has changed.
 * 3. A portion takes `rowsInPortion` tasks at most: writing 100,000 tasks blocks nothing for long.
 */

import type { EvaluationRow, WatchEvent } from "../event/Event.ts";
import type { Store } from "../state/Store.ts";
import * as CursorWriter from "./CursorWriter.ts";

/** Tasks in a portion. */
const rowsInPortion = 256;

export interface Portion {
  /** An entry each, as `Cursor.join` takes them. */
  readonly lines: ReadonlyArray<string>;
  readonly evaluation: EvaluationRow | undefined;
}

export class CursorJournal {
  readonly #store: Store;
  readonly #moved = new Set<string>();
  /** The tasks of a whole cursor that are still to be given. */
  #rest: Iterator<string> | undefined;
  #isHeadMoved = true;
  #isWholeMoved = true;
  /** Called when there is something to write. */
  onNews: () => void = () => undefined;

  constructor(store: Store) {
    this.#store = store;
    store.consumers.onMove((event) => this.#note(event));
    const push = (events: ReadonlyArray<WatchEvent>) => {
      for (const event of events) this.#note(event);
    };
    store.tap({ push, end: () => undefined });
  }

  get hasNews(): boolean {
    return this.#isWholeMoved || this.#isHeadMoved || this.#rest !== undefined || this.#moved.size > 0;
  }

  /** Whether the next portions are everything, to be written without what was written before. */
  get isWhole(): boolean {
    return this.#isWholeMoved;
  }

  /** How many tasks a whole cursor has. */
  get size(): number {
    return this.#store.tasks.size;
  }

  /** Everything is to be given again. */
  reset(): void {
    this.#isWholeMoved = true;
  }

  /** The whole cursor as it is now; afterwards nothing is left to be written. */
  cursor(): string {
    this.#isWholeMoved = false;
    this.#isHeadMoved = false;
    this.#rest = undefined;
    this.#moved.clear();
    return CursorWriter.encode(this.#store.consumers.position(() => this.#store.position()));
  }

  /** The entries to be written, portion by portion; entries that change meanwhile come in the last ones. One portion at least. */
  *portions(): Generator<Portion> {
    if (this.#isWholeMoved) {
      this.#isWholeMoved = false;
      this.#moved.clear();
      this.#rest = this.#view().taskIds();
    }
    do {
      this.#isHeadMoved = false;
      const view = this.#view();
      const lines: Array<string> = [];
      for (const taskId of this.#next(rowsInPortion)) lines.push(JSON.stringify(view.entry(taskId)));
      yield { lines, evaluation: view.evaluation };
    } while ((this.#rest !== undefined || this.#moved.size > 0) && !this.#isWholeMoved);
  }

  /** At most so many of the tasks that are to be written. */
  *#next(count: number): Generator<string> {
    let left = count;
    for (; this.#rest !== undefined && left > 0; left--) {
      const { done, value } = this.#rest.next();
      if (done) this.#rest = undefined;
      else yield value;
    }
    if (left === 0) return;
    for (const taskId of this.#moved) {
      this.#moved.delete(taskId);
      yield taskId;
      left--;
      if (left === 0) return;
    }
  }

  /** Where the consumers stand at this moment. */
  #view() {
    const { consumers, evaluation, tasks, leases } = this.#store;
    const { before, known } = consumers;
    if (before !== undefined) {
      const owed = (taskId: string) => before.owed.filter((event) => "taskId" in event && event.taskId === taskId);
      const entry = (taskId: string) =>
        CursorWriter.entryOf(taskId, before.tasks.get(taskId), before.announced.get(taskId), owed(taskId));
      return { taskIds: () => before.tasks.keys(), evaluation: before.evaluation, entry };
    }
    const behind = consumers.behind();
    const rows = known?.tasks ?? tasks;
    const entry = (taskId: string) => {
      const { row, owed } = behind.standing(taskId, rows.get(taskId));
      const announced = known === undefined ? leases.expiry.announced(taskId) : known.announced.get(taskId);
      return CursorWriter.entryOf(taskId, row, behind.isReplaying ? undefined : announced, owed);
    };
    function* taskIds() {
      yield* rows.keys();
      yield* behind.taskIds;
      // Those that are gone, and may be shown again.
      for (const taskId of (known?.announced ?? leases.expiry.remembered).keys()) if (!rows.has(taskId)) yield taskId;
    }
    return { taskIds, evaluation: behind.evaluation(known === undefined ? evaluation : known.evaluation), entry };
  }

  #note(event: WatchEvent | undefined): void {
    const hadNews = this.hasNews;
    if (event === undefined) this.#isWholeMoved = true;
    else if ("taskId" in event) this.#moved.add(event.taskId);
    else if ("previous" in event) this.#isHeadMoved = true;
    if (!hadNews && this.hasNews) this.onNews();
  }
}
