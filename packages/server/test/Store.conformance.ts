/**
 * What a database has to keep to be the server's: run for every driver of `effect/sql` that is offered.
 *
 * A database is given as a layer of `SqlClient`; it may hold nothing yet, and nothing outside the layer.
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { SqlClient } from "effect/sql/SqlClient";
import { isSqlError, type SqlError } from "effect/sql/SqlError";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collection, type Document, type Documents } from "../src/store/Documents.ts";
import * as Store from "../src/store/Store.ts";
import type { TaskRow } from "../src/store/TaskQueue.ts";

type Body = Record<string, unknown>;
const things = collection<Body>("thing", "Thing");
const others = collection<Body>("other", "Other");

const document = (seq: number, fields: Partial<Document<Body>> = {}): Document<Body> => ({
  id: `id-${seq}`,
  seq,
  accountId: "acme",
  parentId: null,
  archivedAt: null,
  body: { seq },
  hidden: null,
  ...fields,
});

const task = (seq: number, fields: Partial<TaskRow> = {}): TaskRow => ({
  id: `task-${seq}`,
  seq,
  account_id: "acme",
  evaluation_id: "e",
  entity_id: `result-${seq}`,
  entity_seq: seq,
  task_type: "EVALUATION_ANNOTATION",
  queue_id: "default",
  alias: "",
  level: 0,
  status: "PENDING",
  priority: 0,
  place: seq,
  assigned_to: null,
  assignment_expires_at: null,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  ...fields,
});

const json = fc.object({ maxDepth: 3, withNullPrototype: false, key: fc.string({ unit: "binary" }) }).map(
  // What cannot be said in JSON is not stored either.
  (value) => JSON.parse(JSON.stringify(value)) as Body,
);

const instant = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

/** `numRuns` is how often each property is tried; every try opens a database. */
export const storeConforms = (name: string, database: () => Layer.Layer<SqlClient, SqlError>, numRuns: number) => {
  /** Runs on a store of its own. */
  const run = <A, E>(
    body: (store: Store.Store["Service"]) => Effect.Effect<A, E>,
    priorityOrder: "high-first" | "low-first" = "high-first",
  ): Promise<A> => {
    const layer = Store.layer({ priorityOrder, idOf: (kind, seq) => `${kind}-${seq}` }).pipe(Layer.provide(database()));
    return Effect.runPromise(Effect.flatMap(Store.Store, body).pipe(Effect.provide(layer)));
  };

  const inserted = (documents: Documents, all: ReadonlyArray<Document<Body>>) => documents.insert(things, all);

  describe(`${name} as a store`, () => {
    it("retrieve(insert(document)) = document", () =>
      fc.assert(
        fc.asyncProperty(json, json, async (body, hidden) => {
          const one = document(1, { body, hidden });
          expect(
            await run(({ documents }) =>
              Effect.andThen(inserted(documents, [one]), documents.retrieve(things, one.id)),
            ),
          ).toEqual(one);
        }),
        { numRuns },
      ));

    it("a collection holds nothing of another", () =>
      run(({ documents }) =>
        Effect.gen(function* () {
          yield* inserted(documents, [document(1)]);
          yield* documents.insert(others, [document(1)]);
          yield* documents.remove(others, ["id-1"]);
          expect(yield* documents.retrieve(others, "id-1")).toBeUndefined();
          expect(yield* documents.retrieve(things, "id-1")).toEqual(document(1));
        }),
      ));

    it("replace writes body, hidden and archivedAt, and nothing else", () =>
      run(({ documents }) =>
        Effect.gen(function* () {
          yield* inserted(documents, [document(1, { parentId: "p" })]);
          const next = { body: { b: 1 }, hidden: [1], archivedAt: instant(1) };
          yield* documents.replace(things, document(1, { ...next, accountId: "other", parentId: "q", seq: 9 }));
          expect(yield* documents.retrieve(things, "id-1")).toEqual(document(1, { ...next, parentId: "p" }));
        }),
      ));

    it("an id is taken once", () =>
      run(({ documents }) =>
        Effect.gen(function* () {
          yield* inserted(documents, [document(1)]);
          const error = yield* Effect.flip(inserted(documents, [document(1, { seq: 2 })]));
          expect(isSqlError(error) && error.reason._tag).toBe("UniqueViolation");
        }),
      ));

    const where = fc.record(
      {
        parentId: fc.constantFrom("p", "q"),
        accountId: fc.constantFrom("acme", "other"),
        includeArchived: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const bound = fc.option(fc.nat({ max: 12 }), { nil: undefined });
    const slice = fc.record({
      after: bound,
      before: bound,
      offset: bound,
      limit: bound,
      descending: fc.boolean(),
    });
    const rows = fc.array(
      fc.record({
        parentId: fc.constantFrom("p", "q", null),
        accountId: fc.constantFrom("acme", "other"),
        archivedAt: fc.constantFrom(null, instant(0)),
      }),
      { maxLength: 12 },
    );

    it("list and count are filter, order and slice of what was inserted", () =>
      fc.assert(
        fc.asyncProperty(rows, where, slice, async (fields, where, slice) => {
          const all = fields.map((one, index) => document(index + 1, one));
          const matching = all.filter(
            (one) =>
              (where.parentId ?? one.parentId) === one.parentId &&
              (where.accountId ?? one.accountId) === one.accountId &&
              (where.includeArchived === true || one.archivedAt === null),
          );
          const between = matching.filter(
            ({ seq }) => seq > (slice.after ?? 0) && seq < (slice.before ?? Number.POSITIVE_INFINITY),
          );
          const ordered = slice.descending ? between.toReversed() : between;
          const start = slice.offset ?? 0;
          const expected = ordered.slice(start, start + (slice.limit ?? ordered.length));
          const [found, count, many] = await run(({ documents }) =>
            Effect.andThen(
              inserted(documents, all),
              Effect.all([
                documents.list(things, where, slice),
                documents.count(things, where),
                documents.retrieveMany(things, ["id-2", "id-3", "id-2", "none"]),
              ]),
            ),
          );
          expect(found).toEqual(expected);
          expect(count).toBe(matching.length);
          expect([...many.values()].toSorted((a, b) => a.seq - b.seq)).toEqual(
            all.filter(({ id }) => id === "id-2" || id === "id-3"),
          );
        }),
        { numRuns },
      ));

    it("more documents than one statement takes parameters for", () =>
      run(({ documents }) =>
        Effect.gen(function* () {
          const all = Array.from({ length: 12_345 }, (_, index) => document(index + 1));
          yield* inserted(documents, all);
          expect(yield* documents.count(things, {})).toBe(all.length);
          const ids = all.map(({ id }) => id);
          expect((yield* documents.retrieveMany(things, ids)).size).toBe(all.length);
        }),
      ));

    it("what fails leaves nothing behind", () =>
      run(({ documents, transaction }) =>
        Effect.gen(function* () {
          const work = Effect.andThen(inserted(documents, [document(1)]), Effect.fail("enough"));
          expect(yield* Effect.flip(transaction(work))).toBe("enough");
          expect(yield* documents.count(things, {})).toBe(0);
          yield* transaction(inserted(documents, [document(1)]));
          expect(yield* documents.count(things, {})).toBe(1);
        }),
      ));

    it("numbers are given once, rising, however many ask at a time", () =>
      run(({ reserve, transaction }) =>
        Effect.gen(function* () {
          const asked = yield* Effect.forEach([3, 0, 1, 5, 2], (count) => transaction(reserve("thing", count)), {
            concurrency: "unbounded",
          });
          const numbers = asked.flat().map(({ seq }) => seq);
          expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
          for (const some of asked) {
            expect(some.map(({ seq }) => seq)).toEqual(some.map((_, index) => (some[0]?.seq ?? 0) + index));
          }
          expect(asked[0]![0]!.id).toBe(`thing-${asked[0]![0]!.seq}`);
        }),
      ));

    it("what is taken is changed by one transaction at a time", () =>
      run(({ documents, transaction }) =>
        Effect.gen(function* () {
          yield* inserted(documents, [document(1, { body: { n: 0 } })]);
          const increment = Effect.gen(function* () {
            const taken = (yield* documents.take(things, "id-1"))!;
            yield* Effect.yieldNow;
            yield* documents.replace(things, { ...taken, body: { n: Number(taken.body["n"]) + 1 } });
          });
          yield* Effect.forEach(Array.from({ length: 20 }), () => transaction(increment), { concurrency: "unbounded" });
          expect((yield* documents.retrieve(things, "id-1"))?.body).toEqual({ n: 20 });
          expect(yield* documents.take(things, "none")).toBeUndefined();
        }),
      ));
  });

  describe(`${name} as a queue`, () => {
    const key = { evaluationId: "e", taskType: "EVALUATION_ANNOTATION" };
    const isOpen = (one: TaskRow) => one.status === "PENDING" || one.status === "PENDING_REDO";

    const holding = fc.oneof(
      fc.record({
        status: fc.constantFrom("PENDING", "PENDING_REDO"),
        assigned_to: fc.constantFrom("ada", "ben"),
        assignment_expires_at: fc.option(fc.nat({ max: 9 }).map(instant)),
      }),
      fc.record({
        status: fc.constantFrom("NOT_READY", "PENDING", "PENDING_REDO", "COMPLETED", "FIXED"),
        assigned_to: fc.constantFrom("ada", null),
      }),
    );
    const queue = fc
      .array(
        fc.tuple(
          holding,
          fc.record({
            priority: fc.integer({ min: -1, max: 2 }),
            place: fc.nat({ max: 5 }),
            evaluation_id: fc.constantFrom("e", "f"),
            task_type: fc.constantFrom("EVALUATION_ANNOTATION", "EVALUATION_AUDIT"),
          }),
        ),
        { maxLength: 10 },
      )
      .map((all) => all.map(([held, fields], index) => task(index + 1, { ...held, ...fields })));

    it("heads are the first of the open ones by priority, place and number", () =>
      fc.assert(
        fc.asyncProperty(
          queue,
          fc.constantFrom("high-first" as const, "low-first" as const),
          fc.option(fc.constantFrom("task-1", "task-2"), { nil: undefined }),
          async (all, order, except) => {
            const sign = order === "high-first" ? -1 : 1;
            const sorted = all
              .filter((one) => isOpen(one) && one.evaluation_id === "e" && one.task_type === key.taskType)
              .filter(({ id }) => id !== except)
              .toSorted((a, b) => (a.priority - b.priority) * sign || a.place - b.place || a.seq - b.seq);
            const [own, free] = await run(
              ({ tasks }) =>
                Effect.andThen(
                  tasks.insert(all),
                  Effect.all([tasks.ownHead(key, "ada", except), tasks.freeHead(key, except)]),
                ),
              order,
            );
            expect(own).toEqual(sorted.find(({ assigned_to }) => assigned_to === "ada"));
            expect(free).toEqual(sorted.find(({ assigned_to }) => assigned_to === null));
          },
        ),
        { numRuns },
      ));

    it("expire gives back exactly what is due, and says so by its deadline", () =>
      fc.assert(
        fc.asyncProperty(
          queue,
          fc.nat({ max: 9 }),
          fc.option(fc.constant(77), { nil: undefined }),
          async (all, minute, place) => {
            const now = instant(minute);
            const isDue = (one: TaskRow) => one.assignment_expires_at !== null && one.assignment_expires_at <= now;
            const released = { assigned_to: null, assignment_expires_at: null };
            const expected = all.map((one) =>
              isDue(one)
                ? { ...one, ...released, updated_at: one.assignment_expires_at!, place: place ?? one.place }
                : one,
            );
            const found = await run(({ tasks }) =>
              Effect.gen(function* () {
                yield* tasks.insert(all);
                expect(yield* tasks.isAnyDue(now)).toBe(all.some(isDue));
                yield* tasks.expire(now, place);
                expect(yield* tasks.isAnyDue(now)).toBe(false);
                return [...(yield* tasks.list("e")), ...(yield* tasks.list("f"))];
              }),
            );
            expect(found.toSorted((a, b) => a.seq - b.seq)).toEqual(expected);
          },
        ),
        { numRuns },
      ));

    it("a deadline needs a holder and an open task", () =>
      run(({ tasks }) =>
        Effect.gen(function* () {
          yield* tasks.insert([task(1)]);
          const bad = [
            { assignment_expires_at: instant(1) },
            { assigned_to: "ada", assignment_expires_at: instant(1), status: "COMPLETED" },
          ];
          for (const change of bad) {
            const error = yield* Effect.flip(tasks.update("task-1", change));
            expect(isSqlError(error) && error.reason._tag).toBe("ConstraintError");
          }
          expect(yield* tasks.retrieve("task-1")).toEqual(task(1));
        }),
      ));

    it("update gives the row after the change, and a page of entities has the tasks between its ends", () =>
      run(({ tasks }) =>
        Effect.gen(function* () {
          yield* tasks.insert([1, 2, 3, 4].map((seq) => task(seq)));
          const change = { assigned_to: "ada", assignment_expires_at: instant(5), place: 9 };
          const changed = yield* tasks.update("task-2", change);
          expect(changed).toEqual(task(2, change));
          expect(yield* tasks.list("e", { first: 2, last: 3 })).toEqual([changed, task(3)]);
          expect(yield* tasks.retrieve("none")).toBeUndefined();
        }),
      ));
  });
};
