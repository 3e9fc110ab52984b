/** A database that an older version wrote has the same histories when this one has opened it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
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
  let assign = database.prepare("UPDATE tasks SET assigned_to = ?, updated_at = ? WHERE id = ?");
  assign.run("ada", "t1", "t1");
  assign.run("ben", "t2", "t2");
  assign.run("cleo", "t3", "t1");
  migrate(database);
  assign = database.prepare(
    "UPDATE task_states SET assigned_to = ?, updated_at = ? WHERE seq = (SELECT seq FROM task_facts WHERE id = ?)",
  );
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

it.each([1, 2, 3, 4, 5])("a file of schema %i goes on with versions of whole blocks", (schema) => {
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
  const seventh = Effect.runSync(tasks.retrieve("task-7"))!;
  Effect.runSync(tasks.update(seventh, { assigned_to: null, updated_at: "t3" }));
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

it("has every task of a file of schema 5 as it was, in its queues and under its deadline", () => {
  const file = join(directory, "tasks.db");
  const before = new DatabaseSync(file);
  migrate(before, steps.slice(0, 5));
  const columns = `id, seq, account_id, evaluation_id, entity_id, entity_seq, task_type, queue_id, alias, level, status, priority, place,
    assigned_to, assignment_expires_at, created_at, updated_at`;
  const insert = before.prepare(`INSERT INTO tasks (${columns}) VALUES (${"?, ".repeat(16)}?)`);
  const due = "2026-01-01T00:15:00.000Z";
  const statuses = ["PENDING", "PENDING_REDO", "COMPLETED", "NOT_READY"];
  for (let n = 0; n < 48; n++) {
    const status = statuses[n % 4]!;
    const holder = n % 3 === 0 ? "ada" : null;
    const until = holder !== null && n % 4 < 2 && n % 5 > 0 ? due : null;
    const kind = n % 7 === 0 ? "CONTRIBUTOR_ANNOTATION" : "EVALUATION_ANNOTATION";
    insert.run(
      ...[
        `t${n}`,
        100 - n,
        n % 2 === 0 ? "a" : "b",
        n % 5 === 0 ? "e" : "f",
        `r${n}`,
        n,
        kind,
        "default",
        `alias ${n}`,
        n % 3,
      ],
      ...[status, n % 4, 1000 - n, holder, until, `c${n}`, `u${n}`],
    );
  }
  const all = (from: DatabaseSync) => from.prepare(`SELECT ${columns} FROM tasks ORDER BY seq`).all();
  const first = all(before);
  before.close();

  const database = Database.open(file);
  expect(database.prepare(`SELECT ${columns} FROM tasks ORDER BY seq`).all()).toEqual(first);
  const stores = Store.make(database, {
    idOf: (kind, seq) => `${kind}-${seq}`,
    expiredPlace: "kept",
    priorityOrder: "high-first",
  });
  const inOrder = (rows: ReadonlyArray<any>) =>
    rows.toSorted((one, other) => other.priority - one.priority || one.place - other.place || one.seq - other.seq);
  for (const account of [undefined, "a", "b"]) {
    const { tasks } = stores.of(account);
    for (const evaluationId of ["e", "f"]) {
      for (const taskType of ["EVALUATION_ANNOTATION", "CONTRIBUTOR_ANNOTATION"]) {
        const open = first.filter(
          (row: any) =>
            [row.evaluation_id, row.task_type].join() === [evaluationId, taskType].join() &&
            row.status.startsWith("PENDING") &&
            (account === undefined || row.account_id === account),
        );
        const key = { evaluationId, taskType };
        const [free] = inOrder(open.filter((row: any) => row.assigned_to === null));
        const [own] = inOrder(open.filter((row: any) => row.assigned_to === "ada"));
        expect(Effect.runSync(tasks.freeHead(key))).toEqual(free);
        expect(Effect.runSync(tasks.ownHead(key, "ada"))).toEqual(own);
      }
    }
  }
  expect(stores.deadlines.isAnyDue(due)).toBe(true);
  stores.expire(due);
  expect(stores.deadlines.isAnyDue(due)).toBe(false);
  const given = first.filter((row: any) => row.assignment_expires_at !== null);
  expect(given.length).toBeGreaterThan(0);
  for (const { id } of given as ReadonlyArray<any>) {
    const row = Effect.runSync(stores.of(undefined).tasks.retrieve(id))!;
    expect([row.assigned_to, row.assignment_expires_at, row.updated_at]).toEqual([null, null, due]);
  }
  database.close();
});

const oldFile = (name: string, tasks: number): string => {
  const file = join(directory, name);
  const before = new DatabaseSync(file);
  before.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  migrate(before, steps.slice(0, 5));
  before.exec(`INSERT INTO tasks
    WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < ${tasks})
    SELECT 't' || n, n, 'a', 'e' || n % 9, 'r', n, 'EVALUATION_ANNOTATION', 'default', '', 0, 'PENDING', 1, n, NULL, NULL, 't0', 't0', 0 FROM n`);
  before.close();
  return file;
};

/** Brings the file up to date, and says when it has the lock. */
const migrating = `
  const { workerData } = require("node:worker_threads");
  const { DatabaseSync } = require("node:sqlite");
  const begun = new Int32Array(workerData.begun);
  import(workerData.migrations).then(({ migrate }) => {
    const database = new DatabaseSync(workerData.file);
    const exec = database.exec.bind(database);
    database.exec = (sql) => {
      exec(sql);
      if (sql !== "BEGIN IMMEDIATE") return;
      Atomics.store(begun, 0, 1);
      Atomics.notify(begun, 0);
    };
    migrate(database);
    database.close();
  });
`;

it("waits for another process that brings the file up to date, for longer than for one that writes", async () => {
  const file = oldFile("two.db", 8_000);
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const migrations = new URL("../src/store/migrations.ts", import.meta.url).href;
  const workerData = { file, migrations, begun: begun.buffer };
  const other = new Worker(migrating, { eval: true, execArgv: ["--no-warnings"], workerData });
  const ended = new Promise((resolve, reject) => void other.once("exit", resolve).once("error", reject));
  expect(Atomics.wait(begun, 0, 0, 20_000)).not.toBe("timed-out");
  const database = Database.open(file, 1);
  expect(database.prepare("SELECT count(*) AS tasks, sum(place) AS places FROM tasks").get()).toEqual({
    tasks: 8_000,
    places: 32_004_000,
  });
  database.close();
  expect(await ended).toBe(0);
});

it("leaves a file as it was when a step fails, and goes through all of them the next time", () => {
  const file = oldFile("fails.db", 10);
  const all = (from: DatabaseSync) => from.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY name").all();
  const database = new DatabaseSync(file);
  const first = all(database);
  const tasks = database.prepare("SELECT * FROM tasks").all();
  const broken = [...steps, { name: "broken", sql: "INSERT INTO nowhere VALUES (1)" }];
  expect(() => migrate(database, broken)).toThrow(/nowhere/);
  expect(all(database)).toEqual(first);
  expect(database.prepare("SELECT * FROM tasks").all()).toEqual(tasks);
  migrate(database);
  expect(database.prepare("SELECT count(*) AS tasks FROM task_states").get()).toEqual({ tasks: 10 });
  database.close();
});
