import { leaseOf, type TaskRow } from "@evalwire/core";
import { useCallback, useMemo, useState } from "react";
import { useBoard, useServerNow } from "../live/hooks.ts";
import { deadlineOf } from "../model/Deadline.ts";
import { Ordering } from "../model/Ordering.ts";
import { resultIdOf } from "../model/Records.ts";
import { millisOf } from "../model/Time.ts";
import { urgencyOf } from "../model/Urgency.ts";
import { type DataColumn, DataTable } from "../table/DataTable.tsx";
import { LeaseBar } from "./LeaseBar.tsx";
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

const columns: ReadonlyArray<DataColumn<TaskRow>> = [
  {
    id: "task",
    header: "Task",
    width: "minmax(8rem, 1.6fr)",
    cell: (task) => (
      <>
        {/* Before the title, which may be cut. */}
        {task.status === "PENDING_REDO" && <span className="tag first">redo</span>}
        <TaskLink taskId={task.id} resultId={resultIdOf(task)} />
      </>
    ),
  },
  { id: "person", header: "Person", width: "minmax(5rem, 0.8fr)", cell: (task) => task.assigned_to },
  {
    id: "left",
    header: "Deadline",
    width: "minmax(11.5rem, 0.9fr)",
    cell: (task) => <TimeLeft expiresAt={task.assignment_expires_at} />,
  },
];

const bar: DataColumn<TaskRow> = {
  id: "bar",
  header: "Of 15 min",
  width: "minmax(8rem, 1fr)",
  cell: (task) => <Bar task={task} />,
};
const board = [...columns, bar];

const Bar = ({ task }: { readonly task: TaskRow }) => {
  const { now, errorMillis } = useServerNow();
  const deadline = millisOf(task.assignment_expires_at);
  return <LeaseBar leftMillis={deadline === undefined ? undefined : deadline - now} errorMillis={errorMillis} />;
};

const keyOf = ({ id }: TaskRow) => id;

export const AssignmentsTable = ({ limit, person }: AssignmentsProps) => {
  const tasks = useBoard((board) => board.tasks);
  const byId = useBoard((board) => board.byId);
  const { now, errorMillis } = useServerNow();
  const [ordering] = useState(() => new Ordering<TaskRow>());
  const rows = useMemo(() => {
    const active = tasks.filter(
      (task) => leaseOf(task) !== undefined && (person === undefined || task.assigned_to === person),
    );
    const ordered = ordering.sort(active, byDeadline, undefined);
    return limit === undefined ? ordered : ordered.slice(0, limit);
  }, [ordering, tasks, limit, person]);
  const latest = useCallback((id: string) => byId.get(id), [byId]);
  const toneOf = (task: TaskRow) => {
    const deadline = deadlineOf(task);
    return `row-${urgencyOf(deadline === Number.POSITIVE_INFINITY ? undefined : deadline - now, errorMillis)}`;
  };
  return (
    <DataTable
      label="Active assignments"
      rows={rows}
      keyOf={keyOf}
      latest={latest}
      columns={limit === undefined ? board : columns}
      toneOf={toneOf}
      empty="Nobody holds a task right now."
    />
  );
};
