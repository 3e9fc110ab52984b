/** Writes a position as a cursor. The reader is apart, in `Cursor`: a program needs it before anything polls. */

import type { WatchEvent } from "../event/Event.ts";
import type * as TaskRow from "../event/TaskRow.ts";
import type { Announced } from "../time/Expiry.ts";
import { type CursorState, cellsOf, join, type TaskEntry } from "./Cursor.ts";

export const entryOf = (
  id: string,
  row: TaskRow.TaskRow | undefined,
  announced: ReadonlyArray<Announced> | undefined,
  owed: ReadonlyArray<WatchEvent>,
): TaskEntry => ({
  id,
  row: row === undefined ? null : cellsOf(row),
  ...(announced === undefined || announced.length === 0 ? {} : { announced }),
  ...(owed.length === 0 ? {} : { owed }),
});

export const encode = ({ evaluationId, evaluation, tasks, announced, owed }: CursorState): string => {
  const owedTo = new Map<string, Array<WatchEvent>>();
  for (const event of owed) {
    if (!("taskId" in event)) continue;
    const list = owedTo.get(event.taskId);
    if (list === undefined) owedTo.set(event.taskId, [event]);
    else list.push(event);
  }
  const ids =
    announced.size + owedTo.size === 0
      ? tasks.keys()
      : new Set([...tasks.keys(), ...announced.keys(), ...owedTo.keys()]);
  const lines: Array<string> = [];
  for (const id of ids) lines.push(JSON.stringify(entryOf(id, tasks.get(id), announced.get(id), owedTo.get(id) ?? [])));
  return join(evaluationId, evaluation, lines);
};
