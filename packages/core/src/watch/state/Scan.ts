/**
 * One pass over all pages of a list that moves while it is read, and the judgement whether it saw everything.
 *
 * Pages are cut by number: what is removed from an earlier page pulls the later ones forward and leaves a hole, what is
 * inserted pushes them back and shows an item twice. A scan is complete when its total stayed the same from the first page to
 * the last, no item came twice, and as many items came as the total says.
 *
 * A server whose total is wrong but steady would never be complete: two scans in a row that saw the same number
 * of items under the same total are taken as complete.
 */
import type { Page } from "../source/Source.ts";
import type { TaskRow } from "../TaskRow.ts";

/** What a scan saw, for the next one to be compared with. */
export interface ScanResult {
  readonly isComplete: boolean;
  /** Why it is not. */
  readonly reason?: string;
  readonly items: number;
  readonly total: number | undefined;
  /** Of tasks that came with more than one item: the item that counts. */
  readonly duplicates: ReadonlyMap<string, string | null>;
}

// Of two items with one task the later version counts; which one is arbitrary where that cannot be told, and then always the same.
const isLater = (a: TaskRow, b: TaskRow): boolean =>
  a.updated_at !== b.updated_at
    ? (a.updated_at ?? "") > (b.updated_at ?? "")
    : (a.test_case_result_id ?? "") > (b.test_case_result_id ?? "");

export class Scan {
  /** The watch's count of requests and writes when the scan began: a write with a higher one is later. */
  readonly began: number;
  /** When it began, in monotonic milliseconds. */
  readonly beganAt: number;
  readonly #before: ScanResult | undefined;
  /** All pages so far, as long as each has what it had in the last complete scan: then nothing has to be counted anew. */
  #unmoved: Array<Page> | undefined = [];
  readonly #items = new Set<string>();
  readonly #tasks = new Map<string, TaskRow>();
  readonly #duplicates = new Map<string, string | null>();
  readonly #unreadable = new Set<string>();
  #withoutId = 0;
  #repeated = 0;
  #pages = 0;
  #total: number | undefined;
  #next: string | undefined;
  #hasMoved = false;

  constructor(began: number, beganAt: number, before: ScanResult | undefined) {
    this.began = began;
    this.beganAt = beganAt;
    this.#before = before;
  }

  /** The page to ask for next; `undefined` for the first. */
  get next(): string | undefined {
    return this.#next;
  }

  get pages(): number {
    return this.#pages;
  }

  /** Whether any row differed from what was known. */
  hasNews = false;

  /**
   * Adds a page and returns the rows that count: of items that share one task id, one.
   *
   * @param onDuplicate called with a task id that came with a second item
   */
  add(page: Page, onDuplicate: (taskId: string) => void): ReadonlyArray<TaskRow> {
    if (this.#pages > 0 && page.total !== this.#total) this.#hasMoved = true;
    this.#total = page.total;
    this.#next = page.next;
    this.#pages++;
    if (this.#unmoved !== undefined && page.changed !== undefined) {
      this.#unmoved.push(page);
      return page.changed;
    }
    for (const earlier of this.#unmoved ?? []) this.#count(earlier, onDuplicate);
    this.#unmoved = undefined;
    return this.#count(page, onDuplicate);
  }

  /** Whether each page so far had the items and tasks it had in the last complete scan. */
  get isUnmoved(): boolean {
    return this.#unmoved !== undefined;
  }

  /** How many tasks have come. */
  get tasks(): number {
    return this.#unmoved?.reduce((sum, { rows }) => sum + rows.length, 0) ?? this.#tasks.size;
  }

  #count(page: Page, onDuplicate: (taskId: string) => void): ReadonlyArray<TaskRow> {
    for (const item of page.items) {
      if (this.#items.has(item)) this.#repeated++;
      this.#items.add(item);
    }
    for (const item of page.unreadable) this.#unreadable.add(item);
    this.#withoutId += page.withoutId;
    return page.rows.filter((row) => this.#admits(row, onDuplicate));
  }

  /** Whether a task was there, or may have been: its item came and could not be read, or an item without a name came. */
  maySee(row: TaskRow): boolean {
    // A question about one task is asked only where some task is missing, and is worth counting for.
    for (const page of this.#unmoved ?? []) this.#count(page, () => undefined);
    if (this.#unmoved !== undefined) this.#unmoved = undefined;
    return (
      this.#withoutId > 0 ||
      this.#tasks.has(row.id) ||
      (row.test_case_result_id !== null && this.#unreadable.has(row.test_case_result_id))
    );
  }

  result(): ScanResult {
    const items =
      this.#unmoved?.reduce((sum, page) => sum + page.items.length, 0) ?? this.#items.size + this.#withoutId;
    const facts = { items, total: this.#total, duplicates: this.#duplicates };
    const no = (reason: string): ScanResult => ({ ...facts, isComplete: false, reason });
    if (this.#hasMoved) return no("the number of items changed between two pages");
    if (this.#repeated > 0) return no(`${this.#repeated} items came twice`);
    const isSteady = this.#before?.items === items && this.#before.total === this.#total;
    if (this.#total !== undefined && items !== this.#total && !isSteady) {
      return no(`${items} items came, and the total says ${this.#total}`);
    }
    return { ...facts, isComplete: true };
  }

  #admits(row: TaskRow, onDuplicate: (taskId: string) => void): boolean {
    const item = row.test_case_result_id;
    const other = this.#tasks.get(row.id);
    if (other === undefined || other.test_case_result_id === item) {
      this.#tasks.set(row.id, row);
      // A task that had two items in the last scan has them again: the lesser waits for the other.
      const counts = this.#before?.duplicates.get(row.id);
      return counts === undefined || counts === item;
    }
    const counting = isLater(row, other) ? row : other;
    this.#tasks.set(row.id, counting);
    this.#duplicates.set(row.id, counting.test_case_result_id);
    onDuplicate(row.id);
    return counting === row;
  }
}
