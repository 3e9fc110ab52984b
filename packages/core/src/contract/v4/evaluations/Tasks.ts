/**
 * Tasks: who annotates or audits which test case result, and until when.
 *
 * v4 has no route that lists tasks. They are claimed one at a time, or read as the `Task` view of test case results.
 *
 * @source API reference v4, "Claim Task", "Update Task", "Batch Assign Tasks".
 */

import * as Endpoint from "../../Endpoint.ts";
import * as Schema from "../../schema/Schema.ts";
import { type Codec, optional } from "../../Wire.ts";
import { TaskType, taskFields } from "./TaskView.ts";
import { TestCaseResult } from "./TestCaseResults.ts";

export { Assignee, TaskStatus, TaskType, TaskView } from "./TaskView.ts";

const task = { ...taskFields, task_entity: optional(TestCaseResult) };

export interface Task extends Schema.StructType<typeof task> {}
export const Task: Codec<Task> = Schema.Struct(task);

/** The task goes to the caller: one already assigned to them first, else the head of the queue; `null` when none is left. */
export const claim = Endpoint.post("evaluations.claimTask", {
  path: "/v4/evaluations/:evaluation_id/claim-task",
  query: Schema.Struct({ task_type: Schema.optionalKey(TaskType) }),
  /** `skip_current` gives the task in hand back to the end of the queue and takes another. */
  body: Schema.Struct({ skip_current: optional(Schema.Boolean) }),
  success: Schema.NullOr(Task),
});

/** Whether `null` takes the task from its holder is not documented; it is accepted. */
export const update = Endpoint.patch("evaluations.tasks.update", {
  path: "/v4/evaluations/:evaluation_id/tasks/:task_id",
  body: Schema.Struct({ assigned_to: optional(Schema.String) }),
  success: Schema.NullOr(Task),
});

export const batchAssign = Endpoint.patch("evaluations.tasks.batchAssign", {
  path: "/v4/evaluations/:evaluation_id/tasks/batch-assign",
  body: Schema.Struct({ task_ids: Schema.Array(Schema.String), assigned_to: optional(Schema.String) }),
  success: Schema.NullOr(Schema.Array(Task)),
});
