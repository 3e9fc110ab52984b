import type { WatchEvent } from "../../src/watch/event/Event.ts";
import type { TaskRow } from "../../src/watch/event/TaskRow.ts";

/** A consumer's own state, which refuses events that do not follow from the handled ones. */
export class ConsumerState {
  readonly rows = new Map<string, TaskRow>();
  readonly clocked = new Set<string>();
  readonly faults: Array<string> = [];
  #last: WatchEvent | undefined;

  /** The same state, for a process that begins where this one stands. */
  copy(): ConsumerState {
    const copy = new ConsumerState();
    for (const [id, row] of this.rows) copy.rows.set(id, row);
    for (const id of this.clocked) copy.clocked.add(id);
    copy.#last = this.#last;
    return copy;
  }

  handle(event: WatchEvent): void {
    if (!("taskId" in event)) return;
    if (!("previous" in event)) {
      if (this.clocked.has(event.id)) this.faults.push(`${event.id} twice`);
      this.clocked.add(event.id);
      return;
    }
    const known = this.rows.get(event.taskId) ?? null;
    const isSameChange =
      this.#last !== undefined &&
      "previous" in this.#last &&
      JSON.stringify([this.#last.previous, this.#last.current]) === JSON.stringify([event.previous, event.current]);
    if (isSameChange && this.#last!.id === event.id) this.faults.push(`${event.id} twice`);
    if (!isSameChange && JSON.stringify(known) !== JSON.stringify(event.previous)) {
      this.faults.push(
        `${event.id} is reported from ${JSON.stringify(event.previous)}, handled was ${JSON.stringify(known)}`,
      );
    }
    if (event.current === null) this.rows.delete(event.taskId);
    else this.rows.set(event.taskId, event.current);
    this.#last = event;
  }
}
