/** The page's data from a watch at one moment. */
import type { EvaluationRow, TaskRow, WatchSnapshot, WatchStatus } from "@evalwire/core";
import { type Standing, standingOf } from "./Standing.ts";

export interface Board {
  readonly evaluation: EvaluationRow | undefined;
  readonly status: WatchStatus;
  /** The same array until a task changes. */
  readonly tasks: ReadonlyArray<TaskRow>;
  readonly byId: ReadonlyMap<string, TaskRow>;
  readonly standing: Standing;
  /** Whether all tasks have been read once: what is not among them then is not there. */
  readonly isWhole: boolean;
}

/** Makes boards of one watch's snapshots, one after the other: what did not change is not computed again. */
export const boards = (): ((snapshot: WatchSnapshot) => Board) => {
  let last: Board | undefined;
  return ({ evaluation, status, tasks: byId }) => {
    const same = last?.byId === byId ? last : undefined;
    const tasks = same?.tasks ?? [...byId.values()];
    const isWhole = last?.isWhole === true || status._tag === "synced" || status.lastSyncedAt !== undefined;
    last = { evaluation, status, tasks, byId, standing: same?.standing ?? standingOf(tasks), isWhole };
    return last;
  };
};
