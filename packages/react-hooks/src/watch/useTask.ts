import type { TaskRow, WatchSnapshot } from "@evalwire/core";
import * as React from "react";
import { useRead } from "./useRead.ts";
import type { Nothing, ReadOptions, Watched } from "./Watched.ts";

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
export const useTask = <A = TaskRow | undefined>(
  watched: Watched | Nothing,
  taskId: string | Nothing,
  options: ReadOptions<TaskRow | undefined, A> = {},
): A => {
  const select = React.useCallback(
    (snapshot: WatchSnapshot) => (typeof taskId === "string" ? snapshot.tasks.get(taskId) : undefined),
    [taskId],
  );
  return useRead("useTask", watched, options, select);
};
