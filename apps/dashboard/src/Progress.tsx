import type { TaskRow } from "@evalwire/core";
import { useTasks } from "@evalwire/react-hooks";
import { Lease } from "@evalwire/tasks";

export interface ProgressProps {
  readonly evaluationId: string;
}

/** Where the tasks stand; every task is in exactly one place. */
export interface Standing {
  readonly completed: number;
  readonly fixed: number;
  readonly held: number;
  readonly redo: number;
  readonly waiting: number;
  /** Not ready, or in a status this page does not know. */
  readonly other: number;
}

const places = [
  ["completed", "Completed"],
  ["fixed", "Fixed by an auditor"],
  ["held", "In hand"],
  ["redo", "To be redone"],
  ["waiting", "Waiting"],
  ["other", "Not ready"],
] as const satisfies ReadonlyArray<readonly [keyof Standing, string]>;

const placeByStatus: Readonly<Record<string, keyof Standing>> = {
  COMPLETED: "completed",
  FIXED: "fixed",
  PENDING: "waiting",
  PENDING_REDO: "redo",
};

export const standingOf = (tasks: Iterable<TaskRow>): Standing => {
  const standing = { completed: 0, fixed: 0, held: 0, redo: 0, waiting: 0, other: 0 };
  for (const task of tasks) standing[Lease.of(task) ? "held" : (placeByStatus[task.status] ?? "other")]++;
  return standing;
};

export const Progress = ({ evaluationId }: ProgressProps) => {
  const tasks = useTasks(evaluationId);
  const standing = standingOf(tasks);
  const total = tasks.length;
  const done = standing.completed + standing.fixed;
  const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
  return (
    <section className="panel progress" aria-labelledby="progress-head">
      <h2 id="progress-head">Progress</h2>
      <p className="progress-figure">
        <strong>{done}</strong> of {total} done <span className="quiet">{percent} %</span>
      </p>
      <div
        className="bar"
        role="progressbar"
        aria-label="Tasks done"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={`${done} of ${total} tasks done`}
      >
        {places.map(([place]) => (
          <span key={place} className={`part part-${place}`} style={{ flexGrow: standing[place] }} />
        ))}
      </div>
      <dl className="legend">
        {places.map(
          ([place, label]) =>
            (standing[place] > 0 || place !== "other") && (
              <div key={place}>
                <dt>
                  <span className={`dot part-${place}`} aria-hidden="true" />
                  {label}
                </dt>
                <dd>{standing[place]}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
};
