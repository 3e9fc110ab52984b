/** A database that an older version wrote has the same histories when this one has opened it. */
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { migrate, steps } from "../src/store/migrations.ts";

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
