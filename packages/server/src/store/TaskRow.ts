/** A task as it is stored: facts, which all but `queue_id` stay as they were made, and its state. */

/** A task of v4 or v5; `entity_id` is its test case result (v4) or evaluation item (v5). */
export interface TaskRow {
  readonly id: string;
  readonly seq: number;
  readonly account_id: string;
  readonly evaluation_id: string;
  readonly entity_id: string;
  /** The `seq` of the entity's document: tasks of a page of entities are a range. */
  readonly entity_seq: number;
  readonly task_type: string;
  readonly queue_id: string;
  /** Which contributor question it asks (v5); empty in v4. */
  readonly alias: string;
  /** 0 for annotation, 1 and 2 for the audits above it. */
  readonly level: number;
  readonly status: string;
  readonly priority: number;
  readonly place: number;
  readonly assigned_to: string | null;
  readonly assignment_expires_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export const stateColumns = [
  "status",
  "priority",
  "place",
  "assigned_to",
  "assignment_expires_at",
  "updated_at",
] as const satisfies ReadonlyArray<keyof TaskRow>;

export const factColumns = [
  "seq",
  "id",
  "account_id",
  "evaluation_id",
  "entity_id",
  "entity_seq",
  "task_type",
  "queue_id",
  "alias",
  "level",
  "created_at",
] as const satisfies ReadonlyArray<Exclude<keyof TaskRow, (typeof stateColumns)[number]>>;
