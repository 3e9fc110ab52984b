/**
 * The place of a watch's consumers as it moves: what has to be written again of a cursor, in small portions.
 *
 * 1. All portions together, the later behind the earlier, say what a cursor of the moment of the last one says; of a task that has moved too
 *    late for them what one of an earlier moment says, and there is news.
 * 2. The first time everything is given, then what has changed.
 * 3. A portion takes `rowsInPortion` tasks at most, the first ones fewer: writing 100,000 tasks blocks nothing for long, also before anything
 *    is compiled.
 * 4. The unfinished events of the consumers are looked through once for many portions, in slices, each of which is a portion without lines. A
 *    task that moves meanwhile is given behind, and no task that moves all the time keeps them from an end.
 */

import type { EvaluationRow, WatchEvent } from "../event/Event.ts";
import type { Store } from "../state/Store.ts";
import { atOnce } from "../subscription/Consumers.ts";
import type { TaskEntry } from "./Cursor.ts";
import * as CursorWriter from "./CursorWriter.ts";

/** Tasks in a portion. */
const rowsInPortion = 256;
/** Tasks in the very first portion; each further one has twice as many. */
const rowsAtFirst = 16;

/** How the tasks stand at one moment. */
interface View {
  readonly taskIds: () => Iterator<string>;
  readonly evaluation: EvaluationRow | undefined;
  readonly entry: (taskId: string) => TaskEntry;
}

export interface Portion {
  /** An entry each, as `Cursor.join` takes them. */
  readonly lines: ReadonlyArray<string>;
  readonly evaluation: EvaluationRow | undefined;
}

// After so many looks that are sliced one is not: it shows also a task that moves all the time.
const slicedRounds = 3;

/** Each slice as a portion without lines. */
function* inPortions(looking: Generator<undefined, View, void>): Generator<Portion, View, void> {
  for (;;) {
    const { done, value } = looking.next();
    if (done === true) return value;
    yield { lines: [], evaluation: undefined };
  }
}

const noTasks: ReadonlySet<string> = new Set();

export class CursorJournal {
  readonly #store: Store;
  readonly #moved = new Set<string>();
  /** The tasks of a whole cursor that are still to be given. */
  #rest: Iterator<string> | undefined;
  /** Those of them that were left to a later portion: without them it is not whole. */
  readonly #passedOver = new Set<string>();
  #rowsInPortion = rowsAtFirst;
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
    for (let round = 1; ; round++) {
      const isWhole = this.#isWholeMoved;
      this.#isWholeMoved = false;
      this.#isHeadMoved = false;
      const moved: ReadonlySet<string> = new Set(this.#moved);
      this.#moved.clear();
      const looking = this.#view(isWhole || this.#rest !== undefined ? undefined : moved);
      const view = round > slicedRounds ? atOnce(looking) : yield* inPortions(looking);
      if (isWhole) {
        this.#rest = view.taskIds();
        this.#passedOver.clear();
      }
      yield* this.#round(view, isWhole ? noTasks : moved);
      if (this.#isWholeMoved || !this.hasNews || (round > slicedRounds && this.#passedOver.size === 0)) return;
    }
  }

  /** The rest of a whole cursor, then the tasks that have moved. Those that are left when it is given up are to be written later. */
  *#round(view: View, moved: ReadonlySet<string>): Generator<Portion> {
    const { evaluation, entry } = view;
    const left = moved.values();
    let lines: Array<string> = [];
    try {
      for (;;) {
        const taskId = this.#nextOf(left);
        if (taskId !== undefined) {
          // One that has moved since is not as this view shows it: it is left to the next.
          const hasMoved = this.#moved.has(taskId);
          if (hasMoved && this.#rest !== undefined) this.#passedOver.add(taskId);
          if (hasMoved) continue;
          this.#passedOver.delete(taskId);
          lines.push(JSON.stringify(entry(taskId)));
          if (lines.length < this.#rowsInPortion) continue;
          this.#rowsInPortion = Math.min(rowsInPortion, 2 * this.#rowsInPortion);
        }
        yield { lines, evaluation };
        if (taskId === undefined || this.#isWholeMoved) return;
        lines = [];
      }
    } finally {
      for (const taskId of left) this.#moved.add(taskId);
    }
  }

  #nextOf(moved: Iterator<string>): string | undefined {
    const { done, value } = this.#rest?.next() ?? { done: true, value: undefined };
    if (done !== true) return value;
    this.#rest = undefined;
    return moved.next().value;
  }

  /** Where the consumers stand at this moment: with these tasks, where some are given, else with all. */
  *#view(of: ReadonlySet<string> | undefined): Generator<undefined, View, void> {
    const { consumers, leases } = this.#store;
    const { before } = consumers;
    if (before !== undefined) {
      const owedTo = Map.groupBy(before.owed, (event) => ("taskId" in event ? event.taskId : undefined));
      const entry = (taskId: string) =>
        CursorWriter.entryOf(taskId, before.tasks.get(taskId), before.announced.get(taskId), owedTo.get(taskId) ?? []);
      return { taskIds: () => before.tasks.keys(), evaluation: before.evaluation, entry };
    }
    const behind = yield* consumers.behind(of);
    const { known } = consumers;
    const { evaluation, tasks } = this.#store;
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
