/**
 * One's own writes, laid over what was last seen of the server.
 *
 * 1. A write shows from the moment it starts.
 * 2. It shows until an answer to a request that began after the write had ended shows it, or something that neither it nor what was there
 *    before explains, or until the server refuses it: then what was last seen shows again.
 * 3. An answer to a request that began earlier changes what lies beneath, never what the write set.
 * 4. A write whose fate is unknown (no answer came) shows until the next such request answers.
 * 5. A write settles with a later one that set all that it set: it never shows again.
 * 6. An answer that shows everything as it was before a write that succeeded comes from a server that lags behind, or the write was undone
 *    since: a second such answer settles it.
 *
 * Time is the watch's count of requests begun and writes observed: it only orders.
 */

import * as TaskRow from "../event/TaskRow.ts";
import * as TaskVersion from "../event/TaskVersion.ts";
import type { Write } from "../source/Source.ts";
import { instantOf } from "../time/instantOf.ts";

type Row = TaskRow.TaskRow;

interface PendingWrite {
  readonly write: string;
  fields: Partial<Row>;
  /** When the write had ended; `undefined` while it is under way. */
  endedAt: number | undefined;
  /** The task as last seen of the server when the write began. */
  readonly before: Row | undefined;
  /** Whether the server confirmed it. */
  hasSucceeded: boolean;
  /** When the request began whose answer first showed the task as before. */
  missedAt: number | undefined;
}

/** An answer's verdict on a write that had ended before. */
export type Sighting =
  /** It shows it. */
  | "shown"
  /** It shows what came after it. */
  | "replaced"
  /** It shows what was before it: look again. */
  | "unseen"
  /** It shows that for the second time. */
  | "lost";

/** Called with what an answer says of one's own writes. */
export interface SightingListener {
  /** Its verdict on a write that had ended before. */
  readonly sighted: (sighting: Sighting) => void;
  /** It shows writes: these states were before them, one after the other. */
  readonly confirmed: (replaced: ReadonlyArray<Row>) => void;
}

const noListener: SightingListener = { sighted: () => undefined, confirmed: () => undefined };

const fieldsOf = ({ fields }: PendingWrite) =>
  TaskRow.fields.filter((field) => field !== "updated_at" && field in fields);

/** How a row stands to a write that succeeded. */
const sightingOf = (write: PendingWrite, row: Row | undefined, latest: number): "shown" | "replaced" | "unseen" => {
  if (row === undefined) return "replaced";
  const { before, fields } = write;
  const changed = fieldsOf(write).filter((field) => fields[field] !== before?.[field]);
  if (changed.length === 0 || changed.some((field) => row[field] === fields[field])) return "shown";
  const isLater = TaskVersion.isOlder(before, row) || (before?.updated_at ?? null) !== row.updated_at;
  // The lease that it gave has ended since: that the task is as before is no wonder.
  const deadline = instantOf(fields.assignment_expires_at ?? "");
  if (deadline !== undefined && deadline <= latest) return "replaced";
  return !isLater && changed.every((field) => row[field] === before?.[field]) ? "unseen" : "replaced";
};

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

/** How a task looked before a write: as it was last seen, and with the writes before. */
const beneathLayer = (taskId: string, layer: PendingWrite, { seen, layers }: Overlay): ReadonlyArray<Row> => {
  const shown = show(taskId, { seen, layers: layers.slice(0, layers.indexOf(layer)) });
  return [layer.before, shown].filter((row) => row !== undefined);
};

/** The shown state of a task; `row` is `undefined` where it does not exist. */
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
          return [this.#lay(taskId, write.id, fields, undefined, seen)];
        });
      case "succeeded": {
        const shown = write.patches.map(({ taskId, fields }) => {
          const layer = this.#overlays.get(taskId)?.layers.find((one) => one.write === write.id);
          if (layer === undefined) return this.#lay(taskId, write.id, fields, now, seen);
          layer.fields = { ...layer.fields, ...fields };
          layer.hasSucceeded = true;
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
   *
   * @param latest when the answer was made at the latest, by the server's clock, in milliseconds since 1970
   */
  see(
    taskId: string,
    row: Row | undefined,
    began: number,
    latest: number = Number.NEGATIVE_INFINITY,
    listener: SightingListener = noListener,
  ): Row | undefined {
    const overlay = this.#overlays.get(taskId);
    if (overlay === undefined) return row;
    const stack = { seen: overlay.layers[0]?.before, layers: overlay.layers };
    const replaced: Array<Row> = [];
    overlay.seen = row;
    // From the last to the first: what a later write has set over an earlier one is settled together with it.
    const settled = new Map<TaskRow.Field, Sighting>();
    const left: Array<PendingWrite> = [];
    for (const layer of overlay.layers.toReversed()) {
      if (layer.endedAt === undefined || layer.endedAt > began) {
        left.push(layer);
        continue;
      }
      const set = fieldsOf(layer);
      const [first] = set;
      const over = first !== undefined && set.every((field) => settled.has(field)) ? settled.get(first) : undefined;
      const sighting = over ?? this.#sighted(layer, row, began, latest);
      listener.sighted(sighting);
      // A write whose fate is unknown settles with any look; one that does not show it has replaced nothing.
      const isShown = sighting === "shown" && (layer.hasSucceeded || sightingOf(layer, row, latest) === "shown");
      if (isShown) replaced.unshift(...beneathLayer(taskId, layer, stack));
      if (sighting === "unseen") left.push(layer);
      else for (const field of set) settled.set(field, sighting);
    }
    if (replaced.length > 0) listener.confirmed(replaced);
    overlay.layers = left.reverse();
    if (overlay.layers.length > 0) return show(taskId, overlay);
    this.#overlays.delete(taskId);
    return row;
  }

  /** From the count `now` on writes are announced again: only reads show how those that were under way have ended. */
  resume(now: number): void {
    for (const { layers } of this.#overlays.values()) for (const layer of layers) layer.endedAt ??= now;
  }

  /** From now on the fields a write set are part of the state beneath. Returns the tasks that may look different now. */
  settle(write: string): ReadonlyArray<Shown> {
    return this.#takeOff(write);
  }

  /**
   * The task as it was last seen of the server, beneath what was written, in the version that the last write's answer gave; `undefined` where
   * nothing was written.
   */
  known(taskId: string): Row | undefined {
    const overlay = this.#overlays.get(taskId);
    if (overlay?.seen === undefined) return undefined;
    const isVersion = ({ hasSucceeded, fields }: PendingWrite) => hasSucceeded && (fields.updated_at ?? null) !== null;
    const version = overlay.layers.findLast(isVersion)?.fields.updated_at;
    return version === undefined ? overlay.seen : { ...overlay.seen, updated_at: version };
  }

  /** An answer to a request that began at the count `began` shows the task as it was earlier: it shows none of the writes before. */
  missed(taskId: string, began: number): void {
    for (const layer of this.#overlays.get(taskId)?.layers ?? []) {
      if (layer.hasSucceeded && layer.endedAt! <= began) layer.missedAt ??= began;
    }
  }

  /** Forgets a task that is gone. */
  forget(taskId: string): void {
    this.#overlays.delete(taskId);
  }

  #sighted(layer: PendingWrite, row: Row | undefined, began: number, latest: number): Sighting {
    const sighting = layer.hasSucceeded ? sightingOf(layer, row, latest) : "shown";
    if (sighting !== "unseen") return sighting;
    // The same answer may show a task twice.
    if (layer.missedAt !== undefined && layer.missedAt < began) return "lost";
    layer.missedAt = began;
    return "unseen";
  }

  #lay(
    taskId: string,
    write: string,
    fields: Partial<Row>,
    endedAt: number | undefined,
    seen: (taskId: string) => Row | undefined,
  ): Shown {
    const overlay = this.#overlays.get(taskId) ?? { seen: seen(taskId), layers: [] };
    const hasSucceeded = endedAt !== undefined;
    overlay.layers.push({ write, fields, endedAt, before: overlay.seen, hasSucceeded, missedAt: undefined });
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
