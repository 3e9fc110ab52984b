/** A database that an older version wrote has the same histories when this one has opened it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as Effect from "effect/Effect";
import { afterAll, expect, it } from "vitest";
import * as Database from "../src/store/Database.ts";
import { migrate, steps } from "../src/store/migrations.ts";
import * as Store from "../src/store/Store.ts";

const directory = mkdtempSync(join(tmpdir(), "evalwire-migrations-"));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

it("keeps what tasks were before, and goes on from there", () => {
  const database = new DatabaseSync(":memory:");
  migrate(database, steps.slice(0, 3));
  const insert = database.prepare(
    `INSERT INTO tasks (id, seq, account_id, evaluation_id, entity_id, entity_seq, task_type, queue_id, alias, level, status,
      priority, place, created_at, updated_at)
      VALUES (?, ?, 'a', 'e', 'r', 1, 'EVALUATION_ANNOTATION', 'default', '', 0, 'PENDING', 1, 1, 't0', 't0')`,
  );
  insert.run("t1", 11);
  insert.run("t2", 7);
  const assign = database.prepare("UPDATE tasks SET assigned_to = ?, updated_at = ? WHERE id = ?");
  assign.run("ada", "t1", "t1");
  assign.run("ben", "t2", "t2");
  assign.run("cleo", "t3", "t1");
  migrate(database);
  assign.run(null, "t4", "t1");
  const versions = database
    .prepare("SELECT number, task_seq, ended_at, assigned_to FROM task_versions ORDER BY number")
    .all();
  expect(versions.map((version) => Object.values(version))).toEqual([
    [1, 11, "t1", null],
    [2, 7, "t2", null],
    [3, 11, "t3", "ada"],
    [4, 11, "t4", "cleo"],
  ]);
  database.close();
});

it.each([1, 2, 3, 4])("a file of schema %i goes on with versions of whole blocks", (schema) => {
  const file = join(directory, `${schema}.db`);
  const first = 4_090;
  const count = 40;
  const before = new DatabaseSync(file);
  migrate(before, steps.slice(0, schema));
  before.exec("BEGIN");
  before.exec(`UPDATE counters SET value = ${first + count - 1}`);
  const insert = before.prepare(
    `INSERT INTO tasks (id, seq, account_id, evaluation_id, entity_id, entity_seq, task_type, queue_id, alias, level, status,
      priority, place, created_at, updated_at)
      VALUES (?, ?, 'a', 'e', 'r', 1, 'EVALUATION_ANNOTATION', 'default', '', 0, 'PENDING', 1, 1, 't0', 't0')`,
  );
  const ids = Array.from({ length: count }, (_, at) => `task-${at}`);
  for (const [at, id] of ids.entries()) insert.run(id, first + at);
  const assign = before.prepare("UPDATE tasks SET assigned_to = ?, updated_at = ? WHERE id = ?");
  const changed = ids.filter((_, at) => at % 3 === 0);
  for (const id of changed) assign.run("ada", "t1", id);
  before.exec("COMMIT");
  before.close();

  const database = Database.open(file);
  const { tasks } = Store.make(database, {
    idOf: (kind, seq) => `${kind}-${seq}`,
    expiredPlace: "kept",
    priorityOrder: "high-first",
  }).of(undefined);
  const rows = Effect.runSync(tasks.byStatus("e", ids)).flatMap(({ rows }) => rows);
  Effect.runSync(tasks.updateMany(rows, { assigned_to: "ben", updated_at: "t2" }));
  Effect.runSync(tasks.update("task-7", { assigned_to: null, updated_at: "t3" }));
  Effect.runSync(tasks.updateMany(rows, { assigned_to: "cleo", updated_at: "t4" }));
  for (const id of ids) {
    const isChanged = changed.includes(id);
    // Schemas 1 and 2 kept no versions.
    const kept = isChanged && schema > 2 ? [["t1", null]] : [];
    const held = [["t2", isChanged ? "ada" : null], ...(id === "task-7" ? [["t3", "ben"]] : [])];
    const last = ["t4", id === "task-7" ? null : "ben"];
    const versions = Effect.runSync(tasks.versions(id));
    expect([id, ...versions.map(({ ended_at, assigned_to }) => [ended_at, assigned_to])]).toEqual([
      id,
      ...kept,
      ...held,
      last,
    ]);
  }
  database.close();
});
