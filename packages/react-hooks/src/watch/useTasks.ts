import type { TaskRow } from "@evalwire/core";
import { checkOptions } from "@evalwire/core/contract";
import * as React from "react";
import * as equal from "../stores/equal.ts";
import { useRead } from "./useRead.ts";
import { type Nothing, type ReadOptions, readNames, type Watched } from "./Watched.ts";

export interface TasksOptions {
  /** Only tasks in this status, or in one of these. */
  readonly status?: TaskRow["status"] | ReadonlyArray<TaskRow["status"]>;
  /** Only tasks of this type. */
  readonly taskType?: TaskRow["task_type"];
  /** Only tasks assigned to this user; `null` for unassigned tasks. */
  readonly assignedTo?: string | null;
  /** Only tasks this holds for. Goes through all tasks after each change, so keep it cheap. */
  readonly where?: (task: TaskRow) => boolean;
  /** The order, as `Array.prototype.sort` takes it; the order of the watch when left out. */
  readonly orderBy?: (a: TaskRow, b: TaskRow) => number;
}

const names: Record<keyof TasksOptions | keyof ReadOptions<unknown>, true> = {
  status: true,
  taskType: true,
  assignedTo: true,
  where: true,
  orderBy: true,
  ...readNames,
};

/** As `TasksOptions`; what is left out may be `undefined`, too. */
type Chosen = { readonly [Name in keyof TasksOptions]: TasksOptions[Name] | undefined };

const chosen = (
  tasks: Iterable<TaskRow>,
  { status, taskType, assignedTo, where, orderBy }: Chosen,
): ReadonlyArray<TaskRow> => {
  const wanted = status === undefined ? undefined : new Set([status].flat());
  const selected = [...tasks].filter(
    (task) =>
      (!wanted || wanted.has(task.status)) &&
      (taskType === undefined || task.task_type === taskType) &&
      (assignedTo === undefined || task.assigned_to === assignedTo) &&
      (!where || where(task)),
  );
  return !orderBy ? selected : selected.sort(orderBy);
};

/**
 * The tasks of a snapshot that the options want, in their order. Pure; `useTasks` is this, live.
 *
 * @example
 * ```ts
 * import { selectTasks } from "@evalwire/react-hooks";
 *
 * const row = {
 *   task_type: "EVALUATION_ANNOTATION", assigned_to: null, assignment_expires_at: null, test_case_result_id: null,
 *   test_case_id: null, label_status: null, audit_status: null, updated_at: null,
 * };
 * const tasks = [
 *   { ...row, id: "t1", status: "PENDING", priority: 1 },
 *   { ...row, id: "t2", status: "COMPLETED", priority: 2 },
 *   { ...row, id: "t3", status: "PENDING", priority: 3 },
 * ];
 * selectTasks(tasks, { status: "PENDING", orderBy: (a, b) => b.priority! - a.priority! }).map((task) => task.id); // => ["t3", "t1"]
 * ```
 */
export const selectTasks = (tasks: Iterable<TaskRow>, options: TasksOptions = {}): ReadonlyArray<TaskRow> => {
  checkOptions("selectTasks", options, names);
  return chosen(tasks, options);
};

/**
 * The tasks of an evaluation, live, filtered and sorted.
 *
 * References are stable: a task that did not change is the same object, and the list is the same array as long as it
 * holds the same objects in the same order. With rows in `memo`, a change of one task among 10,000 renders one row.
 *
 * @example
 * ```tsx
 * import type { TaskRow } from "@evalwire/core";
 * import { useTasks } from "@evalwire/react-hooks";
 * import { memo } from "react";
 *
 * const Row = memo(({ task }: { task: TaskRow }) => <li>{task.status}</li>);
 * const byExpiry = (a: TaskRow, b: TaskRow) =>
 *   (a.assignment_expires_at ?? "9").localeCompare(b.assignment_expires_at ?? "9");
 *
 * const Board = () => {
 *   const tasks = useTasks("ev_1", { status: ["PENDING", "PENDING_REDO"], orderBy: byExpiry });
 *   return <ol>{tasks.map((task) => <Row key={task.id} task={task} />)}</ol>;
 * };
 * ```
 */
export const useTasks = <A = ReadonlyArray<TaskRow>>(
  watched: Watched | Nothing,
  options: TasksOptions & ReadOptions<ReadonlyArray<TaskRow>, A> = {},
): A => {
  const { taskType, assignedTo, where, orderBy, status: wanted }: TasksOptions = Object(options);
  // By value: a list may be a new one in every render.
  const status = wanted && [wanted].flat().join("\n");
  const select = React.useMemo(() => {
    const stable = { status: status?.split("\n"), taskType, assignedTo, where, orderBy };
    return (snapshot: { readonly tasks: ReadonlyMap<string, TaskRow> }) => chosen(snapshot.tasks.values(), stable);
  }, [status, taskType, assignedTo, where, orderBy]);
  return useRead("useTasks", watched, options, select, equal.elements, undefined, names);
};
