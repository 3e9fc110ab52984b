/**
 * The tasks that a `contributor_evaluation.question` gives to people, one for each item.
 *
 * The only public route changes many at once, all or none; v5 has none that claims, lists or gets them.
 *
 * @source API reference v5, "Batch Update Annotation Tasks".
 */

import * as Endpoint from "../../Endpoint.ts";
import { Instant } from "../../Instant.ts";
import * as Schema from "../../schema/Schema.ts";
import { TaskStatus, TaskType } from "../../v4/evaluations/TaskView.ts";
import { type Codec, optional } from "../../Wire.ts";
import * as Page from "../Page.ts";

const annotationTask = {
  id: Schema.String,
  object: optional(Schema.Literal("annotation_task")),
  evaluation_id: Schema.String,
  evaluation_item_id: Schema.String,
  queue_id: Schema.String,
  priority: Schema.Int,
  task_type: TaskType,
  status: TaskStatus,
  updated_at: Instant,
  assigned_to: optional(Schema.String),
  assignment_expires_at: optional(Instant),
  duration_seconds: optional(Schema.Finite),
  flagged_for_review: optional(Schema.Boolean),
  review_comment: optional(Schema.String),
};

export interface AnnotationTask extends Schema.StructType<typeof annotationTask> {}
export const AnnotationTask: Codec<AnnotationTask> = Schema.Struct(annotationTask);

const none = Schema.optionalKey(Schema.Null);

const changes = {
  ids: Schema.Array(Schema.String),
  assigned_to: optional(Schema.String),
  status: optional(Schema.Literals(["PENDING_REDO", "COMPLETED"])),
  audit_assignment: none,
};

const auditAssignment = {
  ids: none,
  audit_assignment: Schema.Struct({
    evaluation_id: Schema.String,
    evaluation_item_ids: Schema.Array(Schema.String),
    queue_id: Schema.String,
    level_1_assigned_to: optional(Schema.String),
    level_2_assigned_to: optional(Schema.String),
  }),
};

/** Assigns tasks, or moves them; ids that are not known are passed over. */
export interface ChangeTasks extends Schema.StructType<typeof changes> {}
export const ChangeTasks: Codec<ChangeTasks> = Schema.Struct(changes);

/** Gives items to auditors, and makes the audit tasks where there are none; level 2 only where there is a level 1. */
export interface AssignAudits extends Schema.StructType<typeof auditAssignment> {}
export const AssignAudits: Codec<AssignAudits> = Schema.Struct(auditAssignment);

export type BatchUpdate = ChangeTasks | AssignAudits;
export const BatchUpdate: Codec<BatchUpdate> = Schema.Union([ChangeTasks, AssignAudits]);

export const batch = Endpoint.patch("v5.annotationTasks.batch", {
  path: "/v5/annotation-tasks/batch",
  body: BatchUpdate,
  success: Page.batchOf(AnnotationTask),
});
