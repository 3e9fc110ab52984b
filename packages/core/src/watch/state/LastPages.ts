/**
 * The pages of the last complete scan: what the next one is compared with, so that a page that has not moved costs next to nothing.
 */

import type { TaskRow } from "../event/TaskRow.ts";
import type { Page } from "../source/Source.ts";
import type { Scan, ScanResult } from "./Scan.ts";

const isPlain = (page: Page): boolean => page.unreadable.length === 0 && page.withoutId === 0;

export class LastPages {
  /** By the place of their request, with their rows as last read. */
  #pages = new Map<string, Page>();
  /** The tasks whose row is not the one on those pages: a look at one of them, or a write, changed it since. */
  readonly #apart = new Set<string>();
  /** The pages of the scan under way. */
  readonly #read = new Map<string, Page>();

  /** The page that a scan requests next, as it was read before; `undefined` where it may have moved. */
  next(scan: Scan): Page | undefined {
    return scan.isUnmoved ? this.#pages.get(scan.next ?? "") : undefined;
  }

  /** A scan is given up. */
  abandon(scan: Scan): void {
    if (!scan.isUnmoved) this.#pages.clear();
  }

  /** A page of the scan under way came, from the place of its request. @param isFirst whether the scan begins with it */
  read(at: string, page: Page, isFirst: boolean): void {
    if (isFirst) this.#read.clear();
    this.#read.set(at, page);
  }

  /** The page that was read is one of an unmoved scan. */
  keep(at: string, page: Page): void {
    this.#pages.set(at, page);
  }

  /** A scan is over: the next one is compared with its pages, when it saw all and each task once. */
  finish(scan: Scan, { isComplete, duplicates, repeated }: ScanResult): void {
    if (scan.isUnmoved && this.#read.size === this.#pages.size) return;
    const isKept = isComplete && repeated === 0 && duplicates.size === 0 && [...this.#read.values()].every(isPlain);
    this.#pages = isKept ? new Map(this.#read) : new Map();
    this.#read.clear();
  }

  /** A task is not as the pages show it. */
  setApart(taskId: string): void {
    this.#apart.add(taskId);
  }

  /** A task is as the page shows it that was just read, or is gone. */
  join(taskId: string): void {
    this.#apart.delete(taskId);
  }

  /**
   * The rows of an unmoved page that may differ from what is shown: those that changed on it, and those that changed elsewhere.
   *
   * @param written how many tasks show an own write, and whether one does
   */
  toCompare(
    page: Page,
    changed: ReadonlyArray<TaskRow>,
    written: { readonly size: number; has(taskId: string): boolean },
  ): ReadonlyArray<TaskRow> {
    if (this.#apart.size === 0 && written.size === 0) return changed;
    const isOwn = new Set(changed);
    const others = page.rows.filter((row) => (this.#apart.has(row.id) || written.has(row.id)) && !isOwn.has(row));
    return [...changed, ...others];
  }
}
