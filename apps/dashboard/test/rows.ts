import type { TaskRow } from "@evalwire/core";
import type { Record } from "../src/model/Records.ts";

export const row = (fields: Partial<TaskRow> & { readonly id: string }): TaskRow => ({
  task_type: "EVALUATION_ANNOTATION",
  status: "PENDING",
  priority: 0,
  assigned_to: null,
  assignment_expires_at: null,
  test_case_result_id: `r-${fields.id}`,
  test_case_id: `c-${fields.id}`,
  label_status: "PENDING",
  audit_status: null,
  updated_at: null,
  ...fields,
});

export const record = (fields: Partial<Record> & { readonly id: string }): Record => ({
  testCaseId: `c-${fields.id}`,
  title: fields.id,
  metrics: {},
  answers: {},
  createdAt: undefined,
  completedAt: undefined,
  updatedAt: undefined,
  seconds: undefined,
  annotatedBy: undefined,
  editedBy: undefined,
  auditStatus: undefined,
  auditComment: undefined,
  ...fields,
});

/** Milliseconds since 1970 of the moment all examples stand in: 2030-01-01, noon in UTC. */
export const noon = 1_893_499_200_000;

export const at = (millis: number): string => new Date(millis).toISOString();
