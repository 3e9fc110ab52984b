/**
 * The states of annotation tasks before each of their changes.
 *
 * 1. A statement that changes a task keeps what it was: a trigger of the database does it, row by row, for any writer.
 * 2. A change of many tasks keeps it here instead, and says so to the trigger by `kept`: tasks with neighbouring numbers that were in the
 *    same state share one version, so that giving a thousand free tasks to a user writes a few rows and not a thousand.
 *
 * A shared version stands for a block of tasks, `task_seq` to `task_seq + tasks - 1`. Blocks have few sizes and begin at multiples of their
 * size, so a task is in at most one block of each size, and its versions are found by their exact keys.
 */
import type { Database, Value } from "./Database.ts";

/** The fields of a task in its versions. */
interface State {
  readonly status: string;
  readonly priority: number;
  readonly assigned_to: string | null;
  readonly assignment_expires_at: string | null;
}

/** The state of an annotation task before one of its changes. */
export interface TaskVersion extends State {
  /** The number of what was stored last when it ended. */
  readonly seq: number;
  readonly ended_at: string;
}

const stateNames = ["status", "priority", "assigned_to", "assignment_expires_at"] as const satisfies ReadonlyArray<
  keyof State
>;
const state = stateNames.join(", ");

const sizes = [4096, 512, 64, 8, 1] as const;

interface Block {
  readonly first: number;
  readonly size: number;
}

/** The blocks that make up these numbers, which are whole and each there once: as few as there can be. */
export const blocksOf = (numbers: ReadonlyArray<number>): ReadonlyArray<Block> => {
  const sorted = Float64Array.from(numbers).sort();
  const blocks: Array<Block> = [];
  for (let index = 0; index < sorted.length; ) {
    const first = sorted[index]!;
    // Sorted and each once: the block is full when its last number is where it would be without a gap.
    const size = sizes.find((size) => first % size === 0 && sorted[index + size - 1] === first + size - 1)!;
    blocks.push({ first, size });
    index += size;
  }
  return blocks;
};

/** Further columns the statement sets, whose versions `keep` has written. */
export const kept = "bulk_changes = bulk_changes + 1";

/** In the trigger's words: the changes by which a task becomes another version. */
const isChange = (change: Partial<State>): { readonly sql: string; readonly params: ReadonlyArray<Value> } => {
  const names = stateNames.filter((name) => change[name] !== undefined);
  return { sql: names.map((name) => `${name} IS NOT ?`).join(" OR "), params: names.map((name) => change[name]!) };
};

/**
 * Keeps what the tasks named by `which`, a condition on their states, are, before all of them are changed in the same way. They end at the change's `updated_at`, or, where it
 * has none, each at its deadline.
 */
export const keep = (
  database: Database,
  which: string,
  named: ReadonlyArray<Value>,
  change: Partial<State> & { readonly updated_at?: string },
): void => {
  const { sql, params } = isChange(change);
  if (sql === "") return;
  const select = database.prepare(
    `SELECT json_group_array(seq), ${state} FROM task_states WHERE ${which} AND (${sql})
        AND queue IN (SELECT number FROM task_queues WHERE task_type = 'EVALUATION_ANNOTATION')
      GROUP BY ${state}`,
  );
  select.setReturnArrays(true);
  const groups = select.all(...named, ...params) as unknown as ReadonlyArray<[numbers: string, ...Array<Value>]>;
  const insert = database.prepare(
    `INSERT INTO task_versions (task_seq, tasks, seq, ended_at, ${state})
      VALUES (?, ?, (SELECT value FROM counters WHERE name = 'seq'), ?, ?, ?, ?, ?)`,
  );
  for (const [numbers, ...was] of groups) {
    const endedAt = change.updated_at ?? was[3]!;
    for (const { first, size } of blocksOf(JSON.parse(numbers))) insert.run(first, size, endedAt, ...was);
  }
};

/** The states of the task of this number before each of its changes, in order. */
export const of = (database: Database, seq: number): ReadonlyArray<TaskVersion> => {
  const keys = sizes.flatMap((size) => [seq - (seq % size), size]);
  const statement = database.prepare(
    `SELECT seq, ended_at, ${state} FROM (VALUES ${sizes.map(() => "(?, ?)").join(", ")}) AS block
      CROSS JOIN task_versions AS was ON was.task_seq = block.column1 AND was.tasks = block.column2 ORDER BY number`,
  );
  return statement.all(...keys) as unknown as ReadonlyArray<TaskVersion>;
};
