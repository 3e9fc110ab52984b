import type { TaskRow } from "@evalwire/core";
import { useCallback } from "react";
import { useStore } from "./useStore.ts";
import { useWatched, type Watched } from "./useWatchStore.ts";

/**
 * One task, live; `undefined` while it is not known.
 *
 * The component renders again when this task changes, and not when another does. A list of ids, each in a component of
 * its own that calls this, is the cheapest way to show thousands of rows.
 *
 * @example
 * ```tsx
 * import { useTask } from "@evalwire/react-hooks";
 *
 * const Row = ({ id }: { id: string }) => {
 *   const task = useTask("ev_1", id);
 *   return <li>{task === undefined ? "gone" : `${task.status}, ${task.assigned_to ?? "free"}`}</li>;
 * };
 * ```
 */
export const useTask = (watched: Watched, taskId: string): TaskRow | undefined =>
  useStore(
    useWatched("useTask", watched),
    useCallback((snapshot) => snapshot.tasks.get(taskId), [taskId]),
  );
