/** Tasks and events to show to hooks. */
import type { TaskRow, WatchEvent } from "@evalwire/core";
import { ScriptedWatch, scriptedRow } from "@evalwire/core/testing";

export const epoch = "2030-01-01T00:00:00.000Z";

export const row = (id: string, fields: Partial<TaskRow> = {}): TaskRow =>
  scriptedRow(id, { priority: 0, audit_status: "UNAUDITED", updated_at: epoch, ...fields });

export const rows = (count: number): ReadonlyArray<TaskRow> =>
  Array.from({ length: count }, (_, index) => row(`t${index}`));

/** An event of one task, with only the fields the hooks' tests look at. */
export const event = (type: WatchEvent["type"], taskId: string, fields: object = {}): WatchEvent =>
  ({
    type,
    id: `${type}/${taskId}`,
    time: epoch,
    evaluationId: "ev_1",
    taskId,
    gap: false,
    origin: "server",
    ...fields,
  }) as never;

/** A watch that is synced and shows these tasks. */
export const watchOf = (evaluationId = "ev_1", tasks: ReadonlyArray<TaskRow> = []): ScriptedWatch =>
  new ScriptedWatch(evaluationId, { tasks, status: { _tag: "synced", since: epoch } });

/** A watch before anything was read. */
export const unread = (evaluationId = "ev_1"): ScriptedWatch =>
  new ScriptedWatch(evaluationId, { status: { _tag: "connecting", since: epoch } });

export const isClosed = (watch: ScriptedWatch): boolean => watch.status._tag === "closed";
