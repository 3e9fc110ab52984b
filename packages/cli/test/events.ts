/** Events as a watch gives them, for tests that need one of each. */
import type { TaskRow, WatchEvent } from "@evalwire/core";

export const row = (changes: Partial<TaskRow> = {}): TaskRow => ({
  id: "t1",
  task_type: "EVALUATION_ANNOTATION",
  status: "PENDING",
  priority: 0,
  assigned_to: "annotator-1",
  assignment_expires_at: "2030-01-01T00:00:08Z",
  test_case_result_id: "r1",
  test_case_id: "c1",
  label_status: "PENDING",
  audit_status: null,
  updated_at: null,
  ...changes,
});

const base = { id: "e1", time: "2030-01-01T00:00:01.000Z", evaluationId: "ev_1" };
const ofTask = { ...base, taskId: "t1", gap: false, origin: "server" } as const;

export const statusChanged = (from: string, to: string, user = "annotator-1"): WatchEvent => ({
  ...ofTask,
  type: "task.status_changed",
  previous: row({ status: from, assigned_to: user }),
  current: row({ status: to, assigned_to: user }),
});

const leaseOf = (user: string, expiresAt: string) => ({ taskId: "t1", assignee: user, expiresAt });

export const created = (user = "annotator-1", expiresAt = "2030-01-01T00:00:08Z"): WatchEvent => ({
  ...ofTask,
  type: "assignment.created",
  previous: row({ assigned_to: null, assignment_expires_at: null }),
  current: row({ assigned_to: user, assignment_expires_at: expiresAt }),
  lease: leaseOf(user, expiresAt),
});

export const released = (user = "annotator-1", expiresAt = "2030-01-01T00:00:08Z", status = "PENDING"): WatchEvent => ({
  ...ofTask,
  type: "assignment.released",
  previous: row({ assigned_to: user, assignment_expires_at: expiresAt }),
  current: row({ assigned_to: null, assignment_expires_at: null, status }),
  lease: leaseOf(user, expiresAt),
  reason: status === "PENDING" ? "unassigned" : "finished",
});

export const expiring = (user = "annotator-1"): WatchEvent => ({
  ...ofTask,
  type: "assignment.expiring",
  current: row({ assigned_to: user }),
  lease: leaseOf(user, "2030-01-01T00:00:08Z"),
  leadMillis: 3_000,
  errorMillis: 500,
  seenAt: null,
});

export const expired = (user = "annotator-1", expiresAt = "2030-01-01T00:00:08Z"): WatchEvent => ({
  ...ofTask,
  type: "assignment.expired",
  current: row({ assigned_to: user, assignment_expires_at: expiresAt }),
  lease: leaseOf(user, expiresAt),
  errorMillis: 500,
  seenAt: null,
});

export const added = (replay: boolean): WatchEvent => ({
  ...ofTask,
  type: "task.added",
  previous: null,
  current: row(),
  replay,
});

export const synced: WatchEvent = { ...base, type: "watch.synced", tasks: 66 };

export const degraded: WatchEvent = {
  ...base,
  type: "watch.degraded",
  error: { reason: "Unreachable", message: "GET /v4/evaluations/ev_1: no connection" },
};
