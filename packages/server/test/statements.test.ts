/** No statement of the store reads a whole table: each finds its rows by a key or an index, as SQLite's plan of it says. */
import * as Effect from "effect/Effect";
import { expect, it } from "vitest";
import * as Database from "../src/store/Database.ts";
import { collection, Document } from "../src/store/Documents.ts";
import * as Store from "../src/store/Store.ts";

const things = collection<{ readonly name: string }>("thing", "Thing");

/** A statement for each text that the work on the store prepares, with any account and with one. */
const statementsOf = (database: Database.Database): ReadonlyArray<string> => {
  const texts = new Set<string>();
  const prepare: Database.Database["prepare"] = (sql) => {
    texts.add(sql);
    return database.prepare(sql);
  };
  const stores = Store.make(
    { ...database, prepare },
    { idOf: (kind, seq) => `${kind}-${seq}`, expiredPlace: "back", priorityOrder: "high-first" },
  );
  const now = "2026-01-01T00:00:00.000Z";
  for (const account of [undefined, "a"]) {
    const { documents, reserve, tasks } = stores.of(account);
    const work = Effect.gen(function* () {
      const [parent, child, task] = yield* reserve("thing", 3);
      const fields = { accountId: "a", archivedAt: null, hidden: null, body: { name: "x" } };
      const one = Document.of({ ...fields, ...parent!, parentId: null });
      const other = Document.of({ ...fields, ...child!, parentId: one.id });
      yield* documents.insert(things, [one, other]);
      yield* documents.replace(things, other);
      yield* documents.retrieve(things, one.id);
      yield* documents.retrieveMany(things, [one.id, other.id]);
      for (const where of [{}, { parentId: one.id }, { includeArchived: true, accountId: "a" }]) {
        yield* documents.count(things, where);
        yield* documents.list(things, where, { after: 1, before: 9, limit: 2 });
        yield* documents.list(things, where, { descending: true, offset: 1 });
        yield* documents.listText(things, where, { limit: 2 }, "task");
        yield* documents.sorted(things, where, { field: "name", descending: true, after: one, limit: 2 });
      }
      const key = { evaluationId: one.id, taskType: "EVALUATION_ANNOTATION" };
      yield* tasks.insert([
        {
          ...{ ...task!, account_id: "a", evaluation_id: one.id, entity_id: other.id, entity_seq: other.seq },
          ...{ task_type: key.taskType, queue_id: "default", alias: "", level: 0, status: "PENDING", priority: 0 },
          ...{ place: 1, assigned_to: null, assignment_expires_at: null, created_at: now, updated_at: now },
        },
      ]);
      const row = (yield* tasks.retrieve(task!.id))!;
      yield* tasks.retrieveMany([task!.id]);
      yield* tasks.freeHead(key);
      yield* tasks.freeHead(key, "another");
      for (const { rows } of yield* tasks.byStatus(one.id, [task!.id]))
        yield* tasks.updateMany(rows, { assigned_to: "ada", assignment_expires_at: now, updated_at: now });
      yield* tasks.ownHead(key, "ada", "another");
      yield* tasks.update(row, { status: "PENDING", queue_id: "other", updated_at: now });
      yield* tasks.withEntities([task!.id], things);
      yield* tasks.list(one.id);
      yield* tasks.list(one.id, { first: 1, last: 2 });
      yield* tasks.versions(task!.id);
      expect(stores.deadlines.isAnyDue(now)).toBe(true);
      stores.expire(now);
      yield* documents.archive(things, Document.of({ ...other.fields, archivedAt: now }));
      yield* documents.remove(things, [one.id, other.id]);
    });
    Effect.runSync(work);
  }
  return [...texts];
};

it("each row is found by a key or an index", () => {
  const database = Database.open(":memory:");
  const large = /^(SCAN|SEARCH) (tasks|task_facts|task_states|task_versions|was|documents)\b/;
  const texts = statementsOf(database);
  expect(texts.length).toBeGreaterThan(40);
  for (const sql of texts) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as unknown as ReadonlyArray<{ detail: string }>;
    const whole = plan
      .map(({ detail }) => detail)
      .filter((line) => large.test(line) && !/^SEARCH .* USING /.test(line));
    expect([sql, ...whole]).toEqual([sql]);
  }
  // The head of a queue is the first of its index; two tasks of a queue are not compared.
  const heads = texts.filter((sql) => /assigned_to IS NULL.*LIMIT 1/s.test(sql) && sql.startsWith("SELECT"));
  expect(heads.length).toBeGreaterThan(1);
  for (const sql of heads) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    expect(plan.filter(({ detail }) => String(detail).includes("TEMP B-TREE"))).toEqual([]);
  }
  database.close();
});
