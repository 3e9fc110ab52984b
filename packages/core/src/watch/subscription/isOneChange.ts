import type { WatchEvent } from "../event/Event.ts";

/** Whether two events report one and the same change of a task. */
export const isOneChange = (a: WatchEvent, b: WatchEvent): boolean =>
  "taskId" in a &&
  "taskId" in b &&
  "previous" in a &&
  "previous" in b &&
  a.taskId === b.taskId &&
  a.previous === b.previous &&
  a.current === b.current;
