/**
 * A task without the test case result it stands for: who holds it, until when, and how far it has come.
 *
 * This is what the `Task` view of a test case result shows, and the only list of tasks v4 has.
 *
 * @source API reference v4, "Claim Task", "Update Task"; `view=Task` of "List Test Case Results".
 */

import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, openEnum, optional } from "../../Wire.ts";
import { User } from "../Entity.ts";

export const TaskType = openEnum([
  "EVALUATION_ANNOTATION",
  "EVALUATION_AUDIT",
  "CONTRIBUTOR_ANNOTATION",
  "CONTRIBUTOR_AUDIT",
]);
export type TaskType = typeof TaskType.Type;

export const TaskStatus = openEnum(["NOT_READY", "PENDING", "PENDING_REDO", "COMPLETED", "FIXED"]);
export type TaskStatus = typeof TaskStatus.Type;

const assignee = Schema.Union([Schema.String, User]);

/** The holder of a task: an id, or the user it names, expanded. */
export type Assignee = typeof assignee.Type;
export const Assignee: Codec<Assignee> = assignee;

export const taskFields = {
  id: Schema.String,
  task_type: TaskType,
  /** The evaluation. */
  task_entity_parent_id: Schema.String,
  /** The test case result. */
  task_entity_id: Schema.String,
  account_id: Schema.String,
  status: TaskStatus,
  priority: Schema.Int,
  assigned_to: optional(Assignee),
  assignment_expires_at: optional(Instant),
};

export interface TaskView extends Schema.StructType<typeof taskFields> {}
export const TaskView: Codec<TaskView> = Schema.Struct(taskFields);
