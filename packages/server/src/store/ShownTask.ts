/** Tasks as the wire shows them, made by SQLite: what is stored as JSON is sent on unread. */
import type * as Pieces from "../Pieces.ts";
import type { Database } from "./Database.ts";
import type { TaskRow } from "./TaskRow.ts";

const shown = [
  "id",
  "task_type",
  "evaluation_id",
  "entity_id",
  "account_id",
  "status",
  "priority",
  "assigned_to",
  "assignment_expires_at",
] as const satisfies ReadonlyArray<keyof TaskRow>;

/** The fields of a task on the wire. */
export type ShownTask = Pick<TaskRow, (typeof shown)[number]>;

/** Two columns have another name on the wire. */
const wireNames: Readonly<Record<string, string>> = {
  evaluation_id: "task_entity_parent_id",
  entity_id: "task_entity_id",
};

const view = `json_object(${shown.map((name) => `'${wireNames[name] ?? name}', tasks.${name}`).join(", ")})`;

/**
 * The body of a document with its annotation task as `task`, the holder as a user, in SQL; only the body where it has none.
 *
 * @param mine a condition on the account of the task, or nothing
 */
export const withTask = (mine: string): string => {
  const holder = "iif(assigned_to IS NULL, NULL, json(evalwire_user(assigned_to)))";
  const task = `SELECT ${view.replace("tasks.assigned_to", holder)} FROM tasks
    WHERE evaluation_id = documents.parent_id AND entity_seq = documents.seq AND entity_id = documents.id
      AND task_type = 'EVALUATION_ANNOTATION'${mine.replace("account_id", "tasks.account_id")}`;
  return `ifnull(substr(body, 1, length(body) - 1) || ',"task":' || (${task}) || '}', body)`;
};

/**
 * Adds the tasks, each with the document of that kind that it is about as `task_entity`, in the order of `ids`.
 *
 * @param selected the account they have to be of, if any
 */
export const write = (
  database: Database,
  ids: ReadonlyArray<string>,
  kind: string,
  selected: string | undefined,
  { add }: Pieces.Writer,
): void => {
  // The loop is in the order of the array.
  const statement = database.prepare(
    `SELECT '{"task_entity":' || ifnull(documents.body, 'null') || ',' || substr(${view}, 2)
      FROM json_each(?) AS named CROSS JOIN tasks ON tasks.id = named.value
      LEFT JOIN documents ON documents.kind = ? AND documents.id = tasks.entity_id
      ${selected === undefined ? "" : "WHERE tasks.account_id = ?"}`,
  );
  statement.setReturnArrays(true);
  const params = [JSON.stringify(ids), kind, ...(selected === undefined ? [] : [selected])];
  for (const [text] of statement.all(...params) as unknown as ReadonlyArray<[text: string]>) add(text);
};
