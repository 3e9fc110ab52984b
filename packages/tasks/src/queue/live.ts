/**
 * The views of a queue over a watch: kept up to date with every event, for hooks and boards.
 */
import type { EventOf, TaskEvent, TaskRow } from "@evalwire/core";
import type { FollowedWatch } from "../FollowedWatch.ts";
import { QueueIndex, type QueueOptions } from "./QueueIndex.ts";

const types = [
  "task.added",
  "task.removed",
  "task.status_changed",
  "task.updated",
  "assignment.created",
  "assignment.released",
  "assignment.extended",
] as const satisfies ReadonlyArray<TaskEvent["type"]>;

export interface LiveQueue extends Disposable {
  /** The views. The object stays the same: read it again after `onChange`. */
  readonly index: QueueIndex<TaskRow>;
  /** Another number after every change; for stores that compare. */
  readonly version: number;
  /** Calls `listener` after a change; returns the undo. */
  onChange(listener: () => void): () => void;
  /** Stops following the watch, which is not closed. */
  close(): void;
}

/**
 * Views that follow a watch. Present tasks are in the views at once; a change costs O(log n). With `include: ["completed_at",
 * "time_spent_labeling_s", "annotated_by_user_id"]` the watch says how work went before it began.
 *
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { queue } from "@evalwire/tasks";
 *
 * const client = new SGPClient({ apiKey: "a key", fetch: async () => Response.json({}, { status: 404 }) });
 * const watch = client.watch("e1");
 * watch.ready.catch(() => undefined);
 * using live = queue.live(watch);
 * live.index.size; // => 0
 * await watch.close();
 * ```
 */
export const live = (watch: FollowedWatch, options?: QueueOptions): LiveQueue => {
  const index = new QueueIndex<TaskRow>([], options);
  const listeners = new Set<() => void>();
  let version = 0;
  const { tasks } = watch.snapshot();
  for (const row of tasks.values()) index.set(row);
  const unsubscribe = watch.subscribe<(typeof types)[number]>(
    (event: EventOf<(typeof types)[number]>) => {
      // Present tasks were read from the snapshot; those of an unfinished first scan were not.
      if (event.type === "task.added" && event.replay && tasks.get(event.taskId) === event.current) return;
      index.apply(event);
      version++;
      for (const listener of [...listeners]) listener();
    },
    { types, replay: true },
  );
  const close = () => {
    unsubscribe();
    listeners.clear();
  };
  return {
    index,
    get version() {
      return version;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
    [Symbol.dispose]: close,
  };
};
