/**
 * The tables, as numbered steps that are never edited once released: a file written by an older version is brought up to
 * date when it is opened, one written by a newer version is refused.
 *
 * `documents` are the API's objects as JSON under what they are looked up by. A task is a row of `task_facts` and one of `task_states`, together
 * the view `tasks`, because the queue works on columns; `task_queues` number the queues, and `task_versions` are what tasks were before. `counters`
 * number everything, so that order never depends on a clock.
 */
import type { DatabaseSync } from "node:sqlite";

const first = `
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
  INSERT INTO counters (name, value) VALUES ('seq', 0);

  CREATE TABLE documents (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    parent_id TEXT,
    archived_at TEXT,
    body TEXT NOT NULL,
    hidden TEXT,
    PRIMARY KEY (kind, id)
  );
  CREATE INDEX documents_in_order ON documents (kind, seq);
  CREATE INDEX documents_of_parent ON documents (kind, parent_id, seq);

  CREATE TABLE tasks (
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
  );
  CREATE INDEX tasks_of_entity ON tasks (evaluation_id, entity_seq);
  CREATE INDEX tasks_held ON tasks (evaluation_id, assigned_to)
    WHERE assigned_to IS NOT NULL AND status IN ('PENDING', 'PENDING_REDO');
  CREATE INDEX tasks_expiring ON tasks (assignment_expires_at) WHERE assignment_expires_at IS NOT NULL;
  CREATE INDEX tasks_free ON tasks (evaluation_id, task_type, priority DESC, place, seq)
    WHERE assigned_to IS NULL AND status IN ('PENDING', 'PENDING_REDO');
`;

/** The index of a list has all columns for counting and walking it, so that neither reads the documents themselves. */
const second = `
  DROP INDEX documents_in_order;
  DROP INDEX documents_of_parent;
  CREATE INDEX documents_in_order ON documents (kind, seq, account_id, archived_at);
  CREATE INDEX documents_of_parent ON documents (kind, parent_id, seq, account_id, archived_at);
`;

/**
 * The states of an annotation task before each of its changes. `seq` is the number of the last row stored before: it orders these states among
 * the versions of the task's result, which time cannot where two changes fall in one millisecond.
 */
const third = `
  CREATE TABLE task_versions (
    number INTEGER PRIMARY KEY,
    task_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    ended_at TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    assigned_to TEXT,
    assignment_expires_at TEXT
  );
  CREATE INDEX versions_of_task ON task_versions (task_id);
  CREATE TRIGGER tasks_keep_versions AFTER UPDATE OF status, priority, assigned_to, assignment_expires_at ON tasks
    WHEN OLD.task_type = 'EVALUATION_ANNOTATION' AND (
      OLD.status IS NOT NEW.status OR OLD.priority IS NOT NEW.priority OR OLD.assigned_to IS NOT NEW.assigned_to
      OR OLD.assignment_expires_at IS NOT NEW.assignment_expires_at)
    BEGIN
      INSERT INTO task_versions (task_id, seq, ended_at, status, priority, assigned_to, assignment_expires_at)
      VALUES (OLD.id, (SELECT value FROM counters WHERE name = 'seq'), NEW.updated_at, OLD.status, OLD.priority,
        OLD.assigned_to, OLD.assignment_expires_at);
    END;
`;

/** Versions by their task's number instead of its id: an index of numbers is a fraction of the pages that a change of many tasks writes. */
const fourth = `
  CREATE TABLE numbered_versions (
    number INTEGER PRIMARY KEY,
    task_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    ended_at TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    assigned_to TEXT,
    assignment_expires_at TEXT
  );
  INSERT INTO numbered_versions
    SELECT number, tasks.seq, was.seq, ended_at, was.status, was.priority, was.assigned_to, was.assignment_expires_at
    FROM task_versions AS was JOIN tasks ON tasks.id = was.task_id;
  DROP TRIGGER tasks_keep_versions;
  DROP TABLE task_versions;
  ALTER TABLE numbered_versions RENAME TO task_versions;
  CREATE INDEX versions_of_task ON task_versions (task_seq);
  CREATE TRIGGER tasks_keep_versions AFTER UPDATE OF status, priority, assigned_to, assignment_expires_at ON tasks
    WHEN OLD.task_type = 'EVALUATION_ANNOTATION' AND (
      OLD.status IS NOT NEW.status OR OLD.priority IS NOT NEW.priority OR OLD.assigned_to IS NOT NEW.assigned_to
      OR OLD.assignment_expires_at IS NOT NEW.assignment_expires_at)
    BEGIN
      INSERT INTO task_versions (task_seq, seq, ended_at, status, priority, assigned_to, assignment_expires_at)
      VALUES (OLD.seq, (SELECT value FROM counters WHERE name = 'seq'), NEW.updated_at, OLD.status, OLD.priority,
        OLD.assigned_to, OLD.assignment_expires_at);
    END;
`;

/**
 * A version may stand for a block of tasks that were in the same state and changed together: `task_seq` is the first of `tasks` numbers. Who
 * changes many keeps their versions itself, and counts it in `bulk_changes`; the trigger keeps all others.
 */
const fifth = `
  ALTER TABLE tasks ADD COLUMN bulk_changes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE task_versions ADD COLUMN tasks INTEGER NOT NULL DEFAULT 1;
  DROP INDEX versions_of_task;
  CREATE INDEX versions_of_tasks ON task_versions (task_seq, tasks);
  DROP TRIGGER tasks_keep_versions;
  CREATE TRIGGER tasks_keep_versions AFTER UPDATE OF status, priority, assigned_to, assignment_expires_at ON tasks
    WHEN OLD.bulk_changes = NEW.bulk_changes AND OLD.task_type = 'EVALUATION_ANNOTATION' AND (
      OLD.status IS NOT NEW.status OR OLD.priority IS NOT NEW.priority OR OLD.assigned_to IS NOT NEW.assigned_to
      OR OLD.assignment_expires_at IS NOT NEW.assignment_expires_at)
    BEGIN
      INSERT INTO task_versions (task_seq, seq, ended_at, status, priority, assigned_to, assignment_expires_at)
      VALUES (OLD.seq, (SELECT value FROM counters WHERE name = 'seq'), NEW.updated_at, OLD.status, OLD.priority,
        OLD.assigned_to, OLD.assignment_expires_at);
    END;
`;

/**
 * The state of a task apart from its facts: a change of many tasks writes the pages that hold them, and a state is a third of a task. Queues
 * have numbers, so that neither a state nor its place in the indexes repeats the names of an evaluation and of a type.
 */
const sixth = `
  CREATE TABLE task_queues (
    number INTEGER PRIMARY KEY,
    evaluation_id TEXT NOT NULL,
    task_type TEXT NOT NULL,
    UNIQUE (evaluation_id, task_type)
  );
  INSERT INTO task_queues (evaluation_id, task_type)
    SELECT evaluation_id, task_type FROM tasks GROUP BY evaluation_id, task_type ORDER BY min(seq);

  CREATE TABLE task_facts (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    evaluation_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    entity_seq INTEGER NOT NULL,
    task_type TEXT NOT NULL,
    queue_id TEXT NOT NULL,
    alias TEXT NOT NULL,
    level INTEGER NOT NULL,
    created_at TEXT NOT NULL
  );
  INSERT INTO task_facts
    SELECT seq, id, account_id, evaluation_id, entity_id, entity_seq, task_type, queue_id, alias, level, created_at
    FROM tasks ORDER BY seq;

  CREATE TABLE task_states (
    seq INTEGER PRIMARY KEY,
    queue INTEGER NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    place INTEGER NOT NULL,
    assigned_to TEXT,
    assignment_expires_at TEXT,
    updated_at TEXT NOT NULL,
    bulk_changes INTEGER NOT NULL DEFAULT 0,
    CHECK (assignment_expires_at IS NULL OR (assigned_to IS NOT NULL AND status IN ('PENDING', 'PENDING_REDO')))
  );
  INSERT INTO task_states
    SELECT seq, number, status, priority, place, assigned_to, assignment_expires_at, updated_at, bulk_changes
    FROM tasks JOIN task_queues USING (evaluation_id, task_type) ORDER BY seq;

  DROP TABLE tasks;
  CREATE INDEX tasks_of_entity ON task_facts (evaluation_id, entity_seq);
  CREATE INDEX tasks_held ON task_states (queue, assigned_to)
    WHERE assigned_to IS NOT NULL AND status IN ('PENDING', 'PENDING_REDO');
  CREATE INDEX tasks_expiring ON task_states (assignment_expires_at) WHERE assignment_expires_at IS NOT NULL;
  CREATE INDEX tasks_free ON task_states (queue, priority DESC, place)
    WHERE assigned_to IS NULL AND status IN ('PENDING', 'PENDING_REDO');
  CREATE VIEW tasks AS
    SELECT id, task_states.seq AS seq, account_id, evaluation_id, entity_id, entity_seq, task_type, queue_id, alias, level, queue,
      status, priority, place, assigned_to, assignment_expires_at, created_at, updated_at
    FROM task_facts JOIN task_states ON task_states.seq = task_facts.seq;
  CREATE TRIGGER tasks_keep_versions AFTER UPDATE OF status, priority, assigned_to, assignment_expires_at ON task_states
    WHEN OLD.bulk_changes = NEW.bulk_changes AND (
      OLD.status IS NOT NEW.status OR OLD.priority IS NOT NEW.priority OR OLD.assigned_to IS NOT NEW.assigned_to
      OR OLD.assignment_expires_at IS NOT NEW.assignment_expires_at)
      AND (SELECT task_type FROM task_queues WHERE number = OLD.queue) = 'EVALUATION_ANNOTATION'
    BEGIN
      INSERT INTO task_versions (task_seq, seq, ended_at, status, priority, assigned_to, assignment_expires_at)
      VALUES (OLD.seq, (SELECT value FROM counters WHERE name = 'seq'), NEW.updated_at, OLD.status, OLD.priority,
        OLD.assigned_to, OLD.assignment_expires_at);
    END;
`;

/** In the order in which a database goes through them. */
export const steps: ReadonlyArray<{ readonly name: string; readonly sql: string }> = [
  { name: "first", sql: first },
  { name: "covering_indexes", sql: second },
  { name: "task_versions", sql: third },
  { name: "versions_by_number", sql: fourth },
  { name: "versions_of_blocks", sql: fifth },
  { name: "states_of_tasks", sql: sixth },
];

const table = `CREATE TABLE IF NOT EXISTS evalwire_migrations (
  migration_id INTEGER PRIMARY KEY NOT NULL,
  created_at DATETIME NOT NULL DEFAULT current_timestamp,
  name VARCHAR(255) NOT NULL
)`;

/** The last step a database has seen; 0 for an empty one. */
const current = (database: DatabaseSync): number => {
  const { id } = database.prepare("SELECT max(migration_id) AS id FROM evalwire_migrations").get() as { id: number };
  return id ?? 0;
};

/** Whether there are steps that the database has not seen. */
export const isBehind = (database: DatabaseSync): boolean => {
  const known = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'evalwire_migrations'").get();
  return known === undefined || current(database) < steps.length;
};

/** Brings the database up to date, in one transaction; throws when it was written by a version that knows more steps. */
export const migrate = (database: DatabaseSync, known = steps): void => {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(table);
    const found = current(database);
    if (found > known.length) {
      throw new Error(
        `the database is at schema ${found}, this version knows ${known.length}: open it with a newer evalwire`,
      );
    }
    for (const [index, { name, sql }] of known.entries()) {
      if (index < found) continue;
      database.exec(sql);
      database.prepare("INSERT INTO evalwire_migrations (migration_id, name) VALUES (?, ?)").run(index + 1, name);
    }
    database.exec(`PRAGMA user_version = ${known.length}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
};
