import { leaseOf, type TaskRow } from "@evalwire/core";
import { useCallback, useMemo, useState } from "react";
import { useBoard, useServerNow } from "../live/hooks.ts";
import { deadlineOf } from "../model/Deadline.ts";
import { Ordering } from "../model/Ordering.ts";
import { resultIdOf } from "../model/Records.ts";
import { urgencyOf } from "../model/Urgency.ts";
import { type DataColumn, DataTable } from "../table/DataTable.tsx";
import { LeaseBar } from "./LeaseBar.tsx";
import { Nothing } from "./Nothing.tsx";
import { TaskLink } from "./TaskLink.tsx";
import { TimeLeft } from "./TimeLeft.tsx";

interface AssignmentsProps {
  /** All when left out. */
  readonly limit?: number;
  readonly person?: string;
}

const byDeadline = (a: TaskRow, b: TaskRow): number => {
  const [x, y] = [deadlineOf(a), deadlineOf(b)];
  return x === y ? (a.id < b.id ? -1 : 1) : x - y;
};

/** So narrow that a deadline is never cut on a phone: the person stands under the task. */
const brief: ReadonlyArray<DataColumn<TaskRow>> = [
  {
    id: "task",
    header: "Task and person",
    width: "minmax(6.5rem, 1.6fr)",
    cell: (task) => (
      <div className="two-lines">
        {/* Before the title, which may be cut. */}
        {task.status === "PENDING_REDO" && <span className="tag first">redo</span>}
        <TaskLink taskId={task.id} resultId={resultIdOf(task)} />
        <span className="sub">{task.assigned_to}</span>
      </div>
    ),
  },
  {
    id: "left",
    header: "Deadline",
    width: "minmax(11.5rem, 0.9fr)",
    cell: (task) => <TimeLeft expiresAt={task.assignment_expires_at} />,
  },
];

const board: ReadonlyArray<DataColumn<TaskRow>> = [
  ...brief,
  { id: "bar", header: "Of 15 min", width: "minmax(8rem, 1fr)", cell: (task) => <Bar task={task} /> },
];

const Bar = ({ task }: { readonly task: TaskRow }) => {
  const { until, errorMillis } = useServerNow();
  return <LeaseBar leftMillis={until(deadlineOf(task))} errorMillis={errorMillis} />;
};

const keyOf = ({ id }: TaskRow) => id;

export const AssignmentsTable = ({ limit, person }: AssignmentsProps) => {
  const tasks = useBoard((board) => board.tasks);
  const byId = useBoard((board) => board.byId);
  const { until, errorMillis } = useServerNow();
  const [ordering] = useState(() => new Ordering<TaskRow>());
  const rows = useMemo(() => {
    const active = tasks.filter(
      (task) => leaseOf(task) !== undefined && (person === undefined || task.assigned_to === person),
    );
    const ordered = ordering.sort(active, byDeadline, undefined);
    return limit === undefined ? ordered : ordered.slice(0, limit);
  }, [ordering, tasks, limit, person]);
  const latest = useCallback((id: string) => byId.get(id), [byId]);
  const toneOf = (task: TaskRow) => `row-${urgencyOf(until(deadlineOf(task)), errorMillis)}`;
  return (
    <DataTable
      label="Active assignments"
      rows={rows}
      keyOf={keyOf}
      latest={latest}
      columns={limit === undefined ? board : brief}
      toneOf={toneOf}
      empty={<Nothing>No task is held right now.</Nothing>}
    />
  );
};
