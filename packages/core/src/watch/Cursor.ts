/**
 * The position of a watch, as a string: what its subscribers have received, so that a later watch emits exactly the rest.
 *
 * A cursor holds the rows themselves, since an event carries a task's previous state. It is plain JSON, about 200 bytes a
 * task, and readable by this version of the format only.
 */
import { invalid } from "../client/SgpError.ts";
import type { EvaluationRow } from "./Event.ts";
import type { Tasks } from "./state/Changes.ts";
import * as Snapshot from "./state/Snapshot.ts";
import * as TaskRow from "./TaskRow.ts";
import type { Announced } from "./time/Expiry.ts";

/** What a cursor says. */
export interface CursorState {
  readonly evaluationId: string;
  readonly evaluation: EvaluationRow | undefined;
  readonly tasks: Tasks;
  /** What has been announced of leases, by task id. */
  readonly told: ReadonlyMap<string, ReadonlyArray<Announced>>;
}

const format = "evalwire-cursor-1";

/** One field of a row as it is written. */
export type Cell = string | number | null | Readonly<Record<string, unknown>>;

interface Encoded {
  readonly format: typeof format;
  readonly evaluationId: string;
  readonly evaluation: EvaluationRow | null;
  /** A row each (`cellsOf`). */
  readonly tasks: ReadonlyArray<ReadonlyArray<Cell>>;
  readonly told: ReadonlyArray<readonly [taskId: string, assignee: string, expiresAt: string, leadMillis: number]>;
}

/** A row in short: the id, then the fields in order, then what was included. */
export const cellsOf = (row: TaskRow.TaskRow): ReadonlyArray<Cell> => [
  row.id,
  ...TaskRow.fields.map((field) => row[field]),
  ...(row.included === undefined ? [] : [row.included]),
];

export const encode = (position: CursorState): string => {
  const written: Encoded = {
    format,
    evaluationId: position.evaluationId,
    evaluation: position.evaluation ?? null,
    tasks: Array.from(position.tasks.values(), cellsOf),
    told: [...position.told].flatMap(([taskId, told]) =>
      told.map(({ assignee, expiresAt, lead }) => [taskId, assignee, expiresAt, lead] as const),
    ),
  };
  return JSON.stringify(written);
};

const width = TaskRow.fields.length + 1;

/** Whether a value has the shape that `cellsOf` gives. */
export const isRow = (cells: unknown): cells is ReadonlyArray<Cell> =>
  Array.isArray(cells) && typeof cells[0] === "string" && (cells.length === width || cells.length === width + 1);

const isEncoded = (value: unknown): value is Encoded => {
  const written = value as Partial<Encoded> | null;
  return (
    written?.format === format &&
    typeof written.evaluationId === "string" &&
    Array.isArray(written.tasks) &&
    written.tasks.every(isRow) &&
    Array.isArray(written.told)
  );
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // SyntaxError, the only thing JSON.parse throws.
    return undefined;
  }
};

/** The row that was written as `cells`. */
export const rowOf = (cells: ReadonlyArray<Cell>): TaskRow.TaskRow => {
  const values = Object.fromEntries(TaskRow.fields.map((field, index) => [field, cells[index + 1]]));
  const included = cells[width] as Readonly<Record<string, unknown>> | undefined;
  return TaskRow.make({ ...values, id: cells[0] as string, ...(included === undefined ? {} : { included }) });
};

/** Reads a cursor of this evaluation; throws an `SgpError` with reason `Invalid` when `text` is none. */
export const decode = (text: string, evaluationId: string): CursorState => {
  const written = parse(text);
  if (!isEncoded(written)) {
    throw invalid([{ path: "cursor", message: "is not what cursor() gave; start without it" }]);
  }
  if (written.evaluationId !== evaluationId) {
    throw invalid([
      { path: "cursor", message: `is one of evaluation ${written.evaluationId}, not of ${evaluationId}` },
    ]);
  }
  const told = new Map<string, Array<Announced>>();
  for (const [taskId, assignee, expiresAt, lead] of written.told) {
    told.set(taskId, [...(told.get(taskId) ?? []), { assignee, expiresAt, lead }]);
  }
  return {
    evaluationId,
    evaluation: written.evaluation ?? undefined,
    tasks: new Map(written.tasks.map((cells) => [cells[0] as string, rowOf(cells)])),
    told,
  };
};

/**
 * The snapshot a watch had that stood at a cursor, `connecting` since `at`: to be shown until a watch with this cursor has begun.
 *
 * @param at - ISO 8601
 * @throws SgpError with reason `Invalid` when `text` is no cursor of this evaluation
 */
export const snapshotAt = (text: string, evaluationId: string, at: string): Snapshot.WatchSnapshot => {
  const { evaluation, tasks } = decode(text, evaluationId);
  const facts = { evaluationId, evaluation, tasks, status: { _tag: "connecting", since: at } } as const;
  return Snapshot.make(facts, new Snapshot.LeaseView(tasks, () => undefined));
};
