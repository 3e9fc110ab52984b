/** The last seen state of an evaluation, shown while there is no newer one. */
import type { WatchSnapshot, WatchStatus } from "@evalwire/core";

export interface WatchState {
  readonly snapshot: WatchSnapshot;
  /** Where the watch stood that saw it. */
  readonly cursor: string | undefined;
}

/** The state before anything was read. `since` is the epoch, so a server and its browser show the same. */
export const unread = (evaluationId: string): WatchSnapshot => ({
  evaluationId,
  evaluation: undefined,
  tasks: new Map(),
  leases: new Map(),
  status: { _tag: "connecting", since: new Date(0).toISOString() },
});

/** Whether there is nothing to show yet. */
export const isPending = ({ status, tasks, evaluation }: WatchSnapshot): boolean =>
  status._tag === "connecting" && tasks.size === 0 && !evaluation;

/** The same state under another status. */
export const shownAs = (snapshot: WatchSnapshot, status: WatchStatus): WatchSnapshot => ({
  evaluationId: snapshot.evaluationId,
  evaluation: snapshot.evaluation,
  tasks: snapshot.tasks,
  get leases() {
    return snapshot.leases;
  },
  status,
});
