/**
 * One pass over all pages of a list that moves while it is read, and the judgement whether it saw everything.
 *
 * Pages are cut by number: what is removed from an earlier page pulls the later ones forward and leaves a hole, what is
 * inserted pushes them back and shows an item twice, and rows that sort alike may stand on any page. A scan is complete when its total
 * stayed the same from the first page to the last, and as many different items came as the total says.
 *
 * A server whose total is wrong but steady would never be complete: two scans in a row that saw the same items under the same total are
 * taken as complete. Where each scan misses other items, `Coverage` joins them.
 */
import { isLaterInstant, isSameInstant } from "../../contract/sameInstant.ts";
import type { TaskRow } from "../event/TaskRow.ts";
import type { Page } from "../source/Source.ts";

/** The items of a scan, for comparison with the next one. */
export interface ScanResult {
  readonly isComplete: boolean;
  /** Why it is not. */
  readonly reason?: string;
  /** Whether as many different items came as there were when it began: all of those, unless some went meanwhile. */
  readonly isPass: boolean;
  /** Items that came more than once. */
  readonly repeated: number;
  /** The items, where they are not as many as the total says. */
  readonly itemIds?: ReadonlySet<string>;
  readonly items: number;
  readonly total: number | undefined;
  /** Of tasks that came with more than one item: the item that counts. */
  readonly duplicates: ReadonlyMap<string, string | null>;
}

/** The items one scan or several have seen. */
export interface Seen {
  readonly items: ReadonlySet<string>;
  readonly tasks: { has(taskId: string): boolean; keys(): Iterable<string> };
  readonly unreadable: ReadonlySet<string>;
  readonly withoutId: number;
}

/** Whether a task was there, or may have been: its item came and could not be read, or an item without an id came. */
export const maySee = ({ tasks, unreadable, withoutId }: Seen, { id, test_case_result_id: item }: TaskRow): boolean =>
  withoutId > 0 || tasks.has(id) || (item !== null && unreadable.has(item));

// Of two items with one task the later version counts; which one is arbitrary where that is unknown, and then always the same.
const isLater = (a: TaskRow, b: TaskRow): boolean =>
  !isSameInstant(a.updated_at, b.updated_at)
    ? isLaterInstant(a.updated_at, b.updated_at)
    : (a.test_case_result_id ?? "") > (b.test_case_result_id ?? "");

// So many pages in a row without a new item, and no fewer than the pages that had one, are a list that goes round in a circle.
const leastRepeatedPages = 3;

export class Scan {
  /** The watch's count of requests and writes when the scan began: a write with a higher one is later. */
  readonly began: number;
  /** When it began, in monotonic milliseconds. */
  readonly beganAt: number;
  readonly #before: ScanResult | undefined;
  /** All pages so far, as long as each has what it had in the last complete scan: then nothing has to be counted again. */
  #unmoved: Array<Page> | undefined = [];
  readonly #items = new Set<string>();
  readonly #tasks = new Map<string, TaskRow>();
  readonly #duplicates = new Map<string, string | null>();
  readonly #unreadable = new Set<string>();
  #withoutId = 0;
  #repeated = 0;
  /** Pages that had a new item, and those behind the last of them. */
  #newPages = 0;
  #repeatedPages = 0;
  #pages = 0;
  #total: number | undefined;
  #firstTotal: number | undefined;
  #next: string | undefined;
  #hasMoved = false;

  constructor(began: number, beganAt: number, before: ScanResult | undefined) {
    this.began = began;
    this.beganAt = beganAt;
    this.#before = before;
  }

  /** The page to request next; `undefined` for the first. */
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
    if (this.#pages === 0) this.#firstTotal = page.total;
    else if (page.total !== this.#total) this.#hasMoved = true;
    this.#total = page.total;
    this.#next = page.next;
    this.#pages++;
    if (this.#unmoved !== undefined && page.changed !== undefined) {
      this.#unmoved.push(page);
      return page.changed;
    }
    for (const earlier of this.#unmoved ?? []) this.#count(earlier, onDuplicate);
    this.#unmoved = undefined;
    const counting = this.#count(page, onDuplicate);
    if (this.#isCircle) this.#next = undefined;
    return counting;
  }

  /** Whether the pages repeat earlier ones without end, for any total: such a list is not read on. */
  get #isCircle(): boolean {
    return this.#repeatedPages >= Math.max(leastRepeatedPages, this.#newPages);
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
    const before = this.#items.size;
    for (const item of page.items) {
      if (this.#items.has(item)) this.#repeated++;
      this.#items.add(item);
    }
    if (this.#items.size > before || page.withoutId > 0) {
      this.#newPages++;
      this.#repeatedPages = 0;
    } else this.#repeatedPages++;
    for (const item of page.unreadable) this.#unreadable.add(item);
    this.#withoutId += page.withoutId;
    return page.rows.filter((row) => this.#admits(row, onDuplicate));
  }

  result(): ScanResult {
    const items =
      this.#unmoved?.reduce((sum, page) => sum + page.items.length, 0) ?? this.#items.size + this.#withoutId;
    const total = this.#total;
    const hasAll = !this.#isCircle && (total === undefined || items === total);
    const facts = {
      items,
      total,
      duplicates: this.#duplicates,
      repeated: this.#repeated,
      isPass: !this.#isCircle && (this.#firstTotal === undefined || items >= this.#firstTotal),
      ...(hasAll ? {} : { itemIds: this.#items }),
    };
    const no = (reason: string): ScanResult => ({ ...facts, isComplete: false, reason });
    if (this.#hasMoved) return no("the number of items changed between two pages");
    if (!hasAll && !this.#isSteady(items)) {
      const again = this.#repeated === 0 ? "" : ` (${this.#repeated} came more than once)`;
      const expected = this.#isCircle ? "the pages began to repeat" : `the total says ${total}`;
      return no(`${items} different items came${again}, and ${expected}`);
    }
    return { ...facts, isComplete: true };
  }

  /** The result: ids of items and tasks, of items that could not be read, and how many items had no id. */
  seen(): Seen {
    for (const page of this.#unmoved ?? []) this.#count(page, () => undefined);
    this.#unmoved = undefined;
    return { items: this.#items, tasks: this.#tasks, unreadable: this.#unreadable, withoutId: this.#withoutId };
  }

  /** Whether the scan before saw the same items under the same total. */
  #isSteady(items: number): boolean {
    const before = this.#before;
    if (before?.items !== items || before.total !== this.#total) return false;
    if (this.#unmoved !== undefined) return true;
    const { itemIds } = before;
    return (
      itemIds !== undefined && itemIds.size === this.#items.size && [...this.#items].every((id) => itemIds.has(id))
    );
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
