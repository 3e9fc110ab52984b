/**
 * A restricted view of a feed: only some tasks, some fields hidden, only some events; and several entries joined to one.
 *
 * 1. A view's entries add up to the part of the feed its owner may see. A task that comes into sight is reported as added, one that goes out
 *    of sight as released, where it was held, and then as removed.
 * 2. Nothing of a hidden task or field is in a view: not in rows, not in events, not in their ids.
 * 3. Numbers are those of the feed; what does not concern the owner is skipped, and the next entry says so by `first`.
 */
import * as Cursor from "../watch/cursor/Cursor.ts";
import type { WatchEvent, WatchEventType } from "../watch/event/Event.ts";
import { eventsOf } from "../watch/event/eventsOf.ts";
import * as TaskRow from "../watch/event/TaskRow.ts";
import * as Changes from "../watch/state/Changes.ts";
import {
  type BeatEntry,
  type News,
  type NewsEntry,
  type Pulse,
  type SnapshotEntry,
  type WireEvent,
  wireEventOf,
} from "./Entry.ts";
import { Ledger } from "./Ledger.ts";

type Row = TaskRow.TaskRow;

/** A field of a row that can be hidden. */
export type HidableField = Exclude<TaskRow.Field, "status" | "assigned_to" | "assignment_expires_at">;

export interface ViewOptions {
  /** Only the tasks that this user holds, or has finished. */
  readonly holder?: string;
  /** Fields that are shown as absent. */
  readonly hidden?: ReadonlyArray<HidableField>;
  /** Only news with events of these types: for readers of events; a snapshot is not kept true by them. */
  readonly types?: ReadonlyArray<WatchEventType>;
}

type RowNews = Extract<News, { readonly row: unknown } | { readonly gone: unknown }>;

export class FeedView {
  readonly evaluationId: string;
  readonly #holder: string | undefined;
  readonly #hidden: ReadonlySet<string>;
  readonly #types: ReadonlySet<string> | undefined;
  readonly #isWhole: boolean;
  #rows: Map<string, Row> | undefined;
  // The number up to which its readers have received entries.
  #last = 0;

  constructor(evaluationId: string, { holder, hidden = [], types }: ViewOptions = {}) {
    this.evaluationId = evaluationId;
    this.#holder = holder;
    this.#hidden = new Set(hidden);
    this.#types = types === undefined ? undefined : new Set(types);
    this.#isWhole = holder === undefined && hidden.length === 0;
  }

  /** Begins at what a ledger says. */
  begin(ledger: Ledger): void {
    this.#last = ledger.mark.number;
    if (this.#isWhole) return;
    this.#rows = new Map();
    for (const row of ledger.tasks.values()) {
      const seen = this.#see(row);
      if (seen !== undefined) this.#rows.set(seen.id, seen);
    }
  }

  /** Everything its owner may see of what a ledger says now. */
  snapshot(
    ledger: Ledger,
    head: Pick<NewsEntry, "base" | "time"> & Pulse,
    rowsInPart?: number,
  ): Iterable<SnapshotEntry> {
    if (this.#rows === undefined) return ledger.snapshot(head, rowsInPart);
    const { evaluationId, capabilities, mark, evaluation, health, isComplete } = ledger;
    const own = new Ledger({ evaluationId, capabilities, generation: mark.generation, time: head.time });
    for (const row of this.#rows.values()) own.tasks.set(row.id, row);
    return Object.assign(own, { mark, evaluation, health, isComplete }).snapshot(head, rowsInPart);
  }

  /** The next entry as its owner may see it; `undefined` when it contains nothing for the owner. */
  take(entry: NewsEntry): NewsEntry | undefined {
    const news = this.#isWhole ? entry.news : entry.news.flatMap((each) => this.#newsOf(each, entry.time));
    const wanted = this.#types === undefined ? news : news.filter((each) => this.#isWanted(each));
    if (wanted.length === 0 && entry.news.length > 0) return undefined;
    const first = this.#last + 1;
    this.#last = entry.number;
    return wanted === entry.news && first === entry.number ? entry : { ...entry, first, news: wanted };
  }

  beat(entry: BeatEntry): BeatEntry {
    const first = this.#last + 1;
    this.#last = entry.number;
    return first > entry.number ? entry : { ...entry, first };
  }

  #isWanted(news: News): boolean {
    if ("clock" in news) return this.#types!.has(news.clock.type);
    return "health" in news || news.events.some(({ type }) => this.#types!.has(type));
  }

  #newsOf(news: News, time: string): ReadonlyArray<News> {
    if ("clock" in news) {
      const { taskId, assignee } = news.clock.lease;
      // The lease may be that of the one who held the task before.
      const isOwn = this.#holder === undefined || assignee === this.#holder;
      return isOwn && this.#rows!.has(taskId) ? [news] : [];
    }
    if (!("row" in news || "gone" in news)) return [news];
    const id = "row" in news ? String(news.row[0]) : news.gone;
    const row = "row" in news ? Cursor.rowOf(news.row) : undefined;
    const before = this.#rows!.get(id);
    const after = row === undefined ? undefined : this.#see(row);
    if (after === undefined) this.#rows!.delete(id);
    else this.#rows!.set(id, after);
    const change = Changes.between(before, after);
    if (change === undefined) return [];
    const isPlain = this.#hidden.size === 0 && before !== undefined && (after !== undefined || row === undefined);
    if (isPlain) return [news];
    // Out of sight, but there: another user holds it, whose name is not shown.
    const released = row !== undefined && after === undefined ? this.#released(before!) : undefined;
    if (released === undefined) return [this.#rowNews(change, time)];
    return [
      this.#rowNews({ _tag: "Updated", previous: before!, next: released }, time),
      this.#rowNews({ _tag: "Removed", previous: released }, time),
    ];
  }

  #released(row: Row): Row | undefined {
    return TaskRow.leaseOf(row) && { ...row, assigned_to: null, assignment_expires_at: null };
  }

  #rowNews(change: Changes.Change, time: string): RowNews {
    const look = {
      evaluationId: this.evaluationId,
      time,
      origin: "server" as const,
      isInterrupted: true,
      replay: false,
    };
    const events = eventsOf(change, look).map((event: WatchEvent): WireEvent => wireEventOf(event));
    return change._tag === "Removed"
      ? { gone: change.previous.id, events }
      : { row: Cursor.cellsOf(change.next), events };
  }

  #see(row: Row): Row | undefined {
    if (this.#holder !== undefined && row.assigned_to !== this.#holder) return undefined;
    if (this.#hidden.size === 0) return row;
    const shown = Object.entries(row).map(([field, value]) => [field, this.#hidden.has(field) ? null : value]);
    const { included, ...rest } = Object.fromEntries(shown) as { included?: Row["included"] | null };
    return TaskRow.make({ ...rest, id: row.id, ...(included == null ? {} : { included }) });
  }
}

/**
 * Entries of one epoch that follow one another, as one: the latest of each task, so that a slow reader never has more to read
 * than there are tasks. States in between are skipped, and the reader says so by `gap`.
 */
export const joined = (entries: ReadonlyArray<NewsEntry>): NewsEntry => {
  const first = entries[0]!;
  const last = entries.at(-1)!;
  if (first === last) return first;
  const rows = new Map<string, News>();
  const clocks = new Map<string, News>();
  let evaluation: News | undefined;
  let health: News | undefined;
  for (const news of entries.flatMap((entry) => entry.news)) {
    if ("row" in news) rows.set(String(news.row[0]), { row: news.row, events: [] });
    else if ("gone" in news) rows.set(news.gone, { gone: news.gone, events: [] });
    else if ("clock" in news) clocks.set(news.clock.lease.taskId, news);
    else if ("evaluation" in news) evaluation = { evaluation: news.evaluation, events: [] };
    else if ("health" in news) health = news;
  }
  const ends = [evaluation, health].filter((news) => news !== undefined);
  return { ...last, first: first.first ?? first.number, news: [...rows.values(), ...clocks.values(), ...ends] };
};
