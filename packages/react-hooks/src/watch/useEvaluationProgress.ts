import type { EvaluationRow, TaskRow, WatchSnapshot } from "@evalwire/core";
import { useRead } from "./useRead.ts";
import type { Nothing, ReadOptions, Watched } from "./Watched.ts";

export interface EvaluationProgress {
  /** `undefined` until the evaluation was read. */
  readonly name: string | undefined;
  /** `undefined` until the evaluation was read. */
  readonly status: string | undefined;
  /** Test case results (v4) or items (v5) in all; 0 until known. */
  readonly total: number;
  readonly completed: number;
  /** `completed / total`, in [0, 1]; 0 while there is nothing. */
  readonly fraction: number;
  /** Open held tasks. */
  readonly held: number;
  /** Tasks by status, most frequent statuses first; only statuses that occur. */
  readonly byStatus: ReadonlyArray<StatusCount>;
}

export interface StatusCount {
  readonly status: TaskRow["status"];
  readonly tasks: number;
}

const countByStatus = (tasks: Iterable<TaskRow>): ReadonlyArray<StatusCount> => {
  const counts = new Map<string, number>();
  for (const task of tasks) counts.set(task.status, (counts.get(task.status) ?? 0) + 1);
  return Array.from(counts, ([status, tasks]) => ({ status, tasks })).sort(
    (a, b) => b.tasks - a.tasks || (a.status < b.status ? -1 : 1),
  );
};

/**
 * The progress a snapshot shows. Pure; `useEvaluationProgress` is this, live.
 *
 * @example
 * ```ts
 * import { progressOf } from "@evalwire/react-hooks";
 *
 * const { fraction, held } = progressOf({
 *   evaluationId: "ev_1",
 *   evaluation: { id: "ev_1", name: "summaries", status: "PENDING", total: 4, completed: 1 },
 *   tasks: new Map(),
 *   leases: new Map([["t1", { taskId: "t1", assignee: "ada", expiresAt: null }]]),
 *   status: { _tag: "synced", since: "2030-01-01T00:00:00Z" },
 * });
 * [fraction, held]; // => [0.25, 1]
 * ```
 */
export const progressOf = (snapshot: WatchSnapshot): EvaluationProgress => {
  const { evaluation, tasks, leases } = snapshot;
  const { name, status, total = 0, completed = 0 }: Partial<EvaluationRow> = evaluation ?? {};
  return {
    name,
    status,
    total,
    completed,
    fraction: total === 0 ? 0 : Math.min(1, completed / total),
    held: leases.size,
    byStatus: countByStatus(tasks.values()),
  };
};

/** All of it is text and numbers. */
const isSame = (a: EvaluationProgress, b: EvaluationProgress): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * How far an evaluation is, live. Renders again when a number changes, and not when a task changes hands.
 *
 * @example
 * ```tsx
 * import { useEvaluationProgress } from "@evalwire/react-hooks";
 *
 * const Progress = () => {
 *   const { name, completed, total } = useEvaluationProgress("ev_1");
 *   return <progress aria-label={name} value={completed} max={total} />;
 * };
 * ```
 */
export const useEvaluationProgress = <A = EvaluationProgress>(
  watched: Watched | Nothing,
  options: ReadOptions<EvaluationProgress, A> = {},
): A => useRead("useEvaluationProgress", watched, options, progressOf, isSame);
