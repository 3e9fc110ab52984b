/**
 * The tables, as numbered steps that are never edited once released: a file written by an older version is brought up to
 * date when it is opened, one written by a newer version is refused.
 *
 * Three tables hold everything. `documents` are the API's objects as JSON under what they are looked up by; `tasks` are
 * rows, because the queue works on their columns; `counters` number both, so that order never hangs on a clock.
 * The statements run on SQLite and on PostgreSQL.
 */
import * as Effect from "effect/Effect";
import * as Migrator from "effect/sql/Migrator";
import * as SqlClient from "effect/sql/SqlClient";

const table = "evalwire_migrations";

const first = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)`;
  yield* sql`INSERT INTO counters (name, value) VALUES ('seq', 0)`;

  yield* sql`CREATE TABLE documents (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    parent_id TEXT,
    archived_at TEXT,
    body TEXT NOT NULL,
    hidden TEXT,
    PRIMARY KEY (kind, id)
  )`;
  yield* sql`CREATE INDEX documents_in_order ON documents (kind, seq)`;
  yield* sql`CREATE INDEX documents_of_parent ON documents (kind, parent_id, seq)`;

  yield* sql`CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    evaluation_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    entity_seq INTEGER NOT NULL,
    task_type TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    alias TEXT NOT NULL,
    level INTEGER NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    place INTEGER NOT NULL,
    assigned_to TEXT,
    assignment_expires_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (assignment_expires_at IS NULL OR (assigned_to IS NOT NULL AND status IN ('PENDING', 'PENDING_REDO')))
  )`;
  yield* sql`CREATE INDEX tasks_of_entity ON tasks (evaluation_id, entity_seq)`;
  yield* sql`CREATE INDEX tasks_held ON tasks (evaluation_id, assigned_to)
    WHERE assigned_to IS NOT NULL AND status IN ('PENDING', 'PENDING_REDO')`;
  yield* sql`CREATE INDEX tasks_expiring ON tasks (assignment_expires_at) WHERE assignment_expires_at IS NOT NULL`;
  yield* sql`CREATE INDEX tasks_free ON tasks (evaluation_id, task_type, priority DESC, place, seq)
    WHERE assigned_to IS NULL AND status IN ('PENDING', 'PENDING_REDO')`;
});

const steps: Record<string, Effect.Effect<void, unknown, SqlClient.SqlClient>> = { "1_first": first };

const newest = Object.keys(steps).length;

/** Brings the database up to date; fails when it was written by a version that knows more steps. */
export const migrate = Effect.gen(function* () {
  yield* Migrator.make({})({ loader: Migrator.fromRecord(steps), table });
  const sql = yield* SqlClient.SqlClient;
  const [row] = yield* sql<{ id: number }>`SELECT max(migration_id) AS id FROM ${sql(table)}`;
  const found = row?.id ?? 0;
  if (found > newest) {
    return yield* new Migrator.MigrationError({
      kind: "BadState",
      message: `the database is at schema ${found}, this version knows ${newest}: open it with a newer evalwire`,
    });
  }
});
