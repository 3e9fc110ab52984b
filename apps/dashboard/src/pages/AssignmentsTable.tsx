import { leaseOf, type TaskRow } from "@evalwire/core";
import { useCallback, useMemo } from "react";
import { useBoard, useServerNow } from "../live/hooks.ts";
import { millisOf } from "../model/Time.ts";
import { urgencyOf } from "../model/Urgency.ts";
import { type DataColumn, DataTable } from "../table/DataTable.tsx";
import { TaskLink } from "./TaskLink.tsx";
import { TimeLeft } from "./TimeLeft.tsx";

interface AssignmentsProps {
  /** All when left out. */
  readonly limit?: number;
  readonly person?: string;
}

export const deadlineOf = ({ assignment_expires_at }: TaskRow): number =>
  millisOf(assignment_expires_at) ?? Number.POSITIVE_INFINITY;

/** The tasks that are assigned and open, next deadline first. */
export const activeAssignments = (tasks: Iterable<TaskRow>): Array<TaskRow> => {
  const active: Array<TaskRow> = [];
  for (const task of tasks) if (leaseOf(task) !== undefined) active.push(task);
  return active.sort((a, b) => {
    const [x, y] = [deadlineOf(a), deadlineOf(b)];
    return x === y ? (a.id < b.id ? -1 : 1) : x - y;
  });
};

const columns: ReadonlyArray<DataColumn<TaskRow>> = [
  {
    id: "task",
    header: "Task",
    width: "minmax(8rem, 1.6fr)",
    cell: (task) => <TaskLink taskId={task.id} resultId={task.test_case_result_id} />,
  },
  { id: "person", header: "Person", width: "minmax(5rem, 0.8fr)", cell: (task) => task.assigned_to },
  {
    id: "left",
    header: "Deadline",
    width: "minmax(11.5rem, 1fr)",
    cell: (task) => (
      <>
        <TimeLeft expiresAt={task.assignment_expires_at} />
        {task.status === "PENDING_REDO" && <span className="tag">redo</span>}
      </>
    ),
  },
];

const keyOf = ({ id }: TaskRow) => id;

export const AssignmentsTable = ({ limit, person }: AssignmentsProps) => {
  const tasks = useBoard((board) => board.tasks);
  const byId = useBoard((board) => board.byId);
  const { now, errorMillis } = useServerNow();
  const rows = useMemo(() => {
    const active = activeAssignments(tasks).filter((task) => person === undefined || task.assigned_to === person);
    return limit === undefined ? active : active.slice(0, limit);
  }, [tasks, limit, person]);
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
      columns={columns}
      toneOf={toneOf}
      empty="Nobody holds a task right now."
    />
  );
};
