/**
 * One's own writes, laid over what was last seen of the server.
 *
 * 1. A write shows from the moment it starts.
 * 2. It shows until an answer to a request that began after the write had ended confirms or replaces it, or until the server
 *    refuses it: then what was last seen shows again.
 * 3. An answer to a request that began earlier changes what lies beneath, never what the write set.
 * 4. A write whose fate is unknown (no answer came) shows until the next such request answers.
 *
 * Time is the watch's count of requests begun and writes observed: it only orders.
 */
import type { Write } from "../source/Source.ts";
import * as TaskRow from "../TaskRow.ts";

type Row = TaskRow.TaskRow;

interface PendingWrite {
  readonly write: string;
  fields: Partial<Row>;
  /** When the write had ended; `undefined` while it is under way. */
  endedAt: number | undefined;
}

interface Overlay {
  /** The row beneath, as last seen of the server. */
  seen: Row | undefined;
  layers: Array<PendingWrite>;
}

/** A row with fields laid over it. Another holder has another deadline, and until the server has said which, none. */
const laid = (row: Partial<Row>, fields: Partial<Row>): Partial<Row> => {
  const { assigned_to } = fields;
  const isAnother = assigned_to !== undefined && assigned_to !== row.assigned_to;
  return { ...row, ...(isAnother ? { assignment_expires_at: null } : {}), ...fields };
};

// Of a task never seen there is a row only when the write's answer gave it whole.
const show = (taskId: string, { seen, layers }: Overlay): Row | undefined => {
  const isWhole = seen !== undefined || layers.some((layer) => layer.fields.status !== undefined);
  if (!isWhole) return undefined;
  const row = layers.reduce<Partial<Row>>((below, layer) => laid(below, layer.fields), { ...seen });
  return TaskRow.make({ ...row, id: taskId });
};

/** What a task looks like now; `row` is `undefined` where it does not exist. */
export interface Shown {
  readonly taskId: string;
  readonly row: Row | undefined;
}

export class WriteOverlays {
  readonly #overlays = new Map<string, Overlay>();

  /** How many tasks show something that no look has confirmed. */
  get size(): number {
    return this.#overlays.size;
  }

  /** Whether the task shows something that no look has confirmed. */
  has(taskId: string): boolean {
    return this.#overlays.has(taskId);
  }

  /** Whether a write to the task was under way, or not yet begun, when a request with this count began. */
  isNewerThan(taskId: string, began: number): boolean {
    const overlay = this.#overlays.get(taskId);
    return overlay?.layers.some((layer) => layer.endedAt === undefined || layer.endedAt > began) ?? false;
  }

  /**
   * Hears of a write at the count `now`; `seen` gives the present row of a task.
   *
   * Returns the tasks that may look different now.
   */
  hear(write: Write, now: number, seen: (taskId: string) => Row | undefined): ReadonlyArray<Shown> {
    switch (write.phase) {
      case "started":
        return write.patches.flatMap(({ taskId, fields }) => {
          if (seen(taskId) === undefined) return [];
          return [this.#lay(taskId, { write: write.id, fields, endedAt: undefined }, seen)];
        });
      case "succeeded": {
        const shown = write.patches.map(({ taskId, fields }) => {
          const layer = this.#overlays.get(taskId)?.layers.find((one) => one.write === write.id);
          if (layer === undefined) return this.#lay(taskId, { write: write.id, fields, endedAt: now }, seen);
          layer.fields = { ...layer.fields, ...fields };
          return { taskId, row: show(taskId, this.#overlays.get(taskId)!) };
        });
        this.#end(write.id, now);
        return shown;
      }
      case "unclear":
        this.#end(write.id, now);
        return [];
      case "refused":
        return this.#takeOff(write.id);
    }
  }

  /**
   * Takes the answer to a request that began at the count `began`: the task as the server sent it, `undefined` when it is not there.
   *
   * Returns the row that shows.
   */
  see(taskId: string, row: Row | undefined, began: number): Row | undefined {
    const overlay = this.#overlays.get(taskId);
    if (overlay === undefined) return row;
    overlay.seen = row;
    overlay.layers = overlay.layers.filter((layer) => layer.endedAt === undefined || layer.endedAt > began);
    if (overlay.layers.length > 0) return show(taskId, overlay);
    this.#overlays.delete(taskId);
    return row;
  }

  /** From the count `now` on writes are heard of again: how those that were under way have ended, only looks tell. */
  resume(now: number): void {
    for (const { layers } of this.#overlays.values()) for (const layer of layers) layer.endedAt ??= now;
  }

  /** What a write set is part of what is seen beneath from now on. Returns the tasks that may look different now. */
  settle(write: string): ReadonlyArray<Shown> {
    return this.#takeOff(write);
  }

  /** Forgets a task that is gone. */
  forget(taskId: string): void {
    this.#overlays.delete(taskId);
  }

  #lay(taskId: string, layer: PendingWrite, seen: (taskId: string) => Row | undefined): Shown {
    const overlay = this.#overlays.get(taskId) ?? { seen: seen(taskId), layers: [] };
    overlay.layers.push(layer);
    this.#overlays.set(taskId, overlay);
    return { taskId, row: show(taskId, overlay) };
  }

  #end(write: string, now: number): void {
    for (const { layers } of this.#overlays.values()) {
      for (const layer of layers) if (layer.write === write) layer.endedAt = now;
    }
  }

  #takeOff(write: string): ReadonlyArray<Shown> {
    const shown: Array<Shown> = [];
    for (const [taskId, overlay] of this.#overlays) {
      if (!overlay.layers.some((layer) => layer.write === write)) continue;
      overlay.layers = overlay.layers.filter((layer) => layer.write !== write);
      if (overlay.layers.length === 0) this.#overlays.delete(taskId);
      shown.push({ taskId, row: show(taskId, overlay) });
    }
    return shown;
  }
}
