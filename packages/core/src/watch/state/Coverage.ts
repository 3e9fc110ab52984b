/**
 * The items several scans have seen together, where none of them sees all: rows that sort alike are on another page each time they
 * are requested, so that each scan misses some and repeats others.
 *
 * Together they are complete once as many different items have come as the total says. Items that went meanwhile are counted as well, so
 * that this says less the longer it takes: after `mostScans` it starts over.
 */
import type { Scan, ScanResult, Seen } from "./Scan.ts";

const mostScans = 16;

export class Coverage implements Seen {
  readonly items = new Set<string>();
  readonly tasks = new Set<string>();
  readonly unreadable = new Set<string>();
  withoutId = 0;
  /** How many scans in a row have not been complete. */
  scans = 0;
  /** The count of requests and writes when the first of them began. */
  began = 0;

  /** Adds a scan that was not complete; whether all together are. */
  add(scan: Scan, { total }: ScanResult): boolean {
    if (this.scans === mostScans) this.clear();
    if (this.scans++ === 0) this.began = scan.began;
    const { items, tasks, unreadable, withoutId } = scan.seen();
    for (const item of items) this.items.add(item);
    for (const taskId of tasks.keys()) this.tasks.add(taskId);
    for (const item of unreadable) this.unreadable.add(item);
    this.withoutId = Math.max(this.withoutId, withoutId);
    return this.scans > 1 && total !== undefined && this.items.size + this.withoutId >= total;
  }

  clear(): void {
    this.items.clear();
    this.tasks.clear();
    this.unreadable.clear();
    this.withoutId = 0;
    this.scans = 0;
  }
}
