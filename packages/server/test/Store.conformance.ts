/**
 * Rules for the server's database: run on a file and in memory.
 *
 * A database is given as a function that opens one; it may hold nothing yet.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Database, StoreError } from "../src/store/Database.ts";
import { collection, Document, type Documents } from "../src/store/Documents.ts";
import * as Store from "../src/store/Store.ts";
import type { TaskQueue, TaskRow } from "../src/store/TaskQueue.ts";
import * as Transactions from "../src/store/Transactions.ts";

type Body = Record<string, unknown>;
const things = collection<Body>("thing", "Thing");
const others = collection<Body>("other", "Other");

type Fields = Document<Body>["fields"];

const fieldsOf = (seq: number, fields: Partial<Fields> = {}): Fields => ({
  id: `id-${seq}`,
  seq,
  accountId: "acme",
  parentId: null,
  archivedAt: null,
  body: { seq },
  hidden: null,
  ...fields,
});

const document = (seq: number, fields?: Partial<Fields>): Document<Body> => Document.of(fieldsOf(seq, fields));

const plain = (one: Document<Body> | undefined): Fields | undefined => one?.fields;

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
  // Values without a JSON form are not stored either.
  (value) => JSON.parse(JSON.stringify(value)) as Body,
);

/** The values of a list's pieces. */
const read = (pieces: ReadonlyArray<Uint8Array>): Array<any> =>
  JSON.parse(`[${pieces.map((piece) => Buffer.from(piece).toString()).join(",")}]`);

const instant = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const sleep = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A database with its stores and transactions. */
export const openStores = (
  database: Database,
  options: Partial<Store.StoreOptions> = {},
): { readonly stores: Store.Stores; readonly transactions: Transactions.Transactions<never> } => {
  const idOf = (kind: string, seq: number) => `${kind}-${seq}`;
  const stores = Store.make(database, { priorityOrder: "high-first", expiredPlace: "kept", idOf, ...options });
  return { stores, transactions: Transactions.make<never>(database, stores, Context.empty(), { sleep }) };
};

const anyInstant = "2020-01-01T00:00:00.000Z";

/** `numRuns` is how often each property is tried; every try opens a database. */
export const storeConforms = (name: string, open: () => Database, numRuns: number) => {
  type Run = <A, E>(work: Effect.Effect<A, E, Store.Store>) => Promise<A>;

  /** Runs on a database of its own; `transaction` rejects with the failure. */
  const within = async <A>(
    body: (stores: Store.Stores, transaction: Run) => Promise<A>,
    options: Partial<Store.StoreOptions> = {},
  ): Promise<A> => {
    const database = open();
    const { stores, transactions } = openStores(database, options);
    const transaction: Run = async (effect) => {
      const { exit } = await transactions.run({ effect, mode: "write", now: anyInstant, accountId: undefined });
      if (Exit.isSuccess(exit)) return exit.value as never;
      const [reason] = exit.cause.reasons;
      throw reason?._tag === "Fail" ? reason.error : exit.cause;
    };
    try {
      return await body(stores, transaction);
    } finally {
      await transactions.close();
      database.close();
    }
  };

  /** The same, all in one transaction. */
  const run = <A, E>(
    body: (store: Store.Store["Service"], stores: Store.Stores) => Effect.Effect<A, E>,
    priorityOrder: "high-first" | "low-first" = "high-first",
  ): Promise<A> =>
    within((stores, transaction) => transaction(Effect.flatMap(Store.Store, (store) => body(store, stores))), {
      priorityOrder,
    });

  const inserted = (documents: Documents, all: ReadonlyArray<Document<Body>>) => documents.insert(things, all);

  describe(`${name} as a store`, () => {
    it("retrieve(insert(document)) = document", () =>
      fc.assert(
        fc.asyncProperty(json, json, async (body, hidden) => {
          const one = document(1, { body, hidden });
          const found = await run(({ documents }) =>
            Effect.andThen(inserted(documents, [one]), documents.retrieve(things, one.id)),
          );
          expect(plain(found)).toEqual(fieldsOf(1, { body, hidden }));
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
          expect(plain(yield* documents.retrieve(things, "id-1"))).toEqual(fieldsOf(1));
        }),
      ));

    it("replace writes body and hidden, archive body and archivedAt, and neither anything else", () =>
      run(({ documents }) =>
        Effect.gen(function* () {
          yield* inserted(documents, [document(1, { parentId: "p" })]);
          const next = { body: { b: 1 }, hidden: [1], archivedAt: instant(1) };
          const others = { accountId: "other", parentId: "q", seq: 9 };
          yield* documents.replace(things, document(1, { ...next, ...others }));
          const replaced = fieldsOf(1, { ...next, archivedAt: null, parentId: "p" });
          expect(plain(yield* documents.retrieve(things, "id-1"))).toEqual(replaced);
          yield* documents.archive(things, document(1, { ...next, ...others, hidden: [2] }));
          expect(plain(yield* documents.retrieve(things, "id-1"))).toEqual({ ...replaced, archivedAt: instant(1) });
        }),
      ));

    it("an id is taken once", () =>
      run(({ documents }) =>
        Effect.gen(function* () {
          yield* inserted(documents, [document(1)]);
          const error = yield* Effect.flip(inserted(documents, [document(1, { seq: 2 })]));
          expect(error instanceof StoreError && error.reason).toBe("duplicate");
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
          const [found, text, count, many] = await run(({ documents }) =>
            Effect.andThen(
              inserted(documents, all),
              Effect.all([
                documents.list(things, where, slice),
                documents.listText(things, where, slice),
                documents.count(things, where),
                documents.retrieveMany(things, ["id-2", "id-3", "id-2", "none"]),
              ]),
            ),
          );
          expect(found.map(plain)).toEqual(expected.map(plain));
          expect(read(text)).toEqual(expected.map(({ body }) => body));
          expect(count).toBe(matching.length);
          expect([...many.values()].toSorted((a, b) => a.seq - b.seq).map(plain)).toEqual(
            all.filter(({ id }) => id === "id-2" || id === "id-3").map(plain),
          );
        }),
        { numRuns },
      ));

    it("more documents than one statement takes parameters for, or a piece of a list holds", () =>
      run(({ documents }) =>
        Effect.gen(function* () {
          const all = Array.from({ length: 12_345 }, (_, index) => document(index + 1));
          yield* inserted(documents, all);
          for (const descending of [false, true]) {
            const bodies = (descending ? all.toReversed() : all).map(({ body }) => body);
            for (const [offset, limit] of [
              [0, undefined],
              [0, 1_000],
              [3_333, 251],
              [12_000, 1_000],
              [20_000, 1],
            ] as const) {
              const text = yield* documents.listText(things, {}, { descending, offset, limit });
              expect(read(text)).toEqual(bodies.slice(offset, limit === undefined ? undefined : offset + limit));
            }
            const rest = yield* documents.listText(things, {}, { descending, after: 700, before: 1_400, offset: 100 });
            expect(read(rest)).toEqual(
              (descending ? bodies.slice(12_345 - 1_399, 12_345 - 700) : bodies.slice(700, 1_399)).slice(100),
            );
          }
          expect(yield* documents.count(things, {})).toBe(all.length);
          const ids = all.map(({ id }) => id);
          expect((yield* documents.retrieveMany(things, ids)).size).toBe(all.length);
        }),
      ));

    it("a failure leaves nothing behind, by itself or among others in one transaction", () =>
      within(async (stores, transaction) => {
        const { documents } = stores.of(undefined);
        const insert = (seq: number) => inserted(documents, [document(seq)]);
        const failing = transaction(Effect.andThen(insert(2), Effect.fail("enough")));
        const all = await Promise.allSettled([transaction(insert(1)), failing, transaction(insert(3))]);
        expect(all.map((one) => (one.status === "rejected" ? one.reason : "kept"))).toEqual(["kept", "enough", "kept"]);
        const found = await transaction(documents.list(things, {}));
        expect(found.map(({ seq }) => seq)).toEqual([1, 3]);
        expect(await transaction(documents.count(things, {}))).toBe(2);
      }));

    it("numbers are given once, rising, however many ask at a time", () =>
      within(async (stores, transaction) => {
        const { reserve } = stores.of(undefined);
        const asked = await Promise.all([3, 0, 1, 5, 2].map((count) => transaction(reserve("thing", count))));
        const numbers = asked.flat().map(({ seq }) => seq);
        expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
        for (const some of asked) {
          expect(some.map(({ seq }) => seq)).toEqual(some.map((_, index) => (some[0]?.seq ?? 0) + index));
        }
        expect(asked[0]![0]!.id).toBe(`thing-${asked[0]![0]!.seq}`);
      }));

    it("one piece of work is done before the next begins, also when it waits for something", () =>
      within(async (stores, transaction) => {
        const { documents } = stores.of(undefined);
        await transaction(inserted(documents, [document(1, { body: { n: 0 } })]));
        const increment = Effect.gen(function* () {
          const taken = (yield* documents.retrieve(things, "id-1"))!;
          yield* Effect.yieldNow;
          yield* documents.replace(things, taken.with({ body: { n: Number(taken.body["n"]) + 1 } }));
        });
        await Promise.all(Array.from({ length: 20 }, () => transaction(increment)));
        const after = await transaction(documents.retrieve(things, "id-1"));
        expect(after?.body).toEqual({ n: 20 });
      }));

    it("a store of one account shows, counts and changes nothing of another", () =>
      fc.assert(
        fc.asyncProperty(rows, where, async (fields, where) => {
          await within(async (stores, transaction) => {
            const all = fields.map((one, index) => document(index + 1, one));
            await transaction(inserted(stores.of(undefined).documents, all));
            const { documents } = stores.of("acme");
            const own = all.filter(({ accountId }) => accountId === "acme");
            const ids = all.map(({ id }) => id);
            const [one, many, listed, count] = await transaction(
              Effect.all([
                Effect.forEach(ids, (id) => documents.retrieve(things, id)),
                documents.retrieveMany(things, ids),
                documents.list(things, where),
                documents.count(things, where),
              ]),
            );
            expect(one.flatMap((found) => found ?? []).map(plain)).toEqual(own.map(plain));
            expect([...many.keys()].toSorted()).toEqual(own.map(({ id }) => id).toSorted());
            expect(listed.every(({ accountId }) => accountId === "acme")).toBe(true);
            expect(count).toBe(listed.length);
            await transaction(
              Effect.all([
                Effect.forEach(all, (found) => documents.replace(things, found.with({ body: {} }))),
                documents.remove(things, ids),
              ]),
            );
            const left = await transaction(stores.of(undefined).documents.list(things, { includeArchived: true }));
            expect(left.map(plain)).toEqual(all.filter(({ accountId }) => accountId !== "acme").map(plain));
          });
        }),
        { numRuns },
      ));

    it("lists are counted apart, for any text in the ids of their parents and accounts", () =>
      within(async (stores, transaction) => {
        // Any text between the two parts of a key would make some of these the same.
        const texts = ["", "p", "p\u0000aq", "q", "q\u0000", "1:p", "p\u0000"];
        const all = texts.flatMap((parentId, at) =>
          texts.map((accountId, place) => document(at * texts.length + place + 1, { parentId, accountId })),
        );
        await transaction(Effect.flatMap(Store.Store, ({ documents }) => documents.insert(things, all)));
        for (const parentId of [undefined, ...texts]) {
          for (const accountId of [undefined, ...texts]) {
            const count = await transaction(stores.of(accountId).documents.count(things, { parentId }));
            const expected = all.filter(
              (one) =>
                (parentId === undefined || one.parentId === parentId) &&
                (accountId === undefined || one.accountId === accountId),
            );
            expect([parentId, accountId, count]).toEqual([parentId, accountId, expected.length]);
          }
        }
      }));

    it("a page far into a list is the one that counting from its beginning gives, after any additions and removals", () =>
      within(async (stores, transaction) => {
        const { documents } = stores.of(undefined);
        const insert = (from: number, to: number) =>
          inserted(
            documents,
            Array.from({ length: to - from }, (_, index) => document(from + index, { parentId: "p" })),
          );
        const pageAt = (offset: number) => documents.list(things, { parentId: "p" }, { offset, limit: 3 });
        const seqs = async (offset: number) => (await transaction(pageAt(offset))).map(({ seq }) => seq);
        await transaction(insert(1, 2_501));
        expect(await seqs(2_000)).toEqual([2_001, 2_002, 2_003]);
        expect(await seqs(2_499)).toEqual([2_500]);
        await transaction(insert(2_501, 4_002));
        expect(await seqs(3_000)).toEqual([3_001, 3_002, 3_003]);
        expect(await seqs(4_000)).toEqual([4_001]);
        await transaction(documents.archive(things, document(1, { archivedAt: instant(1) })));
        expect(await seqs(3_000)).toEqual([3_002, 3_003, 3_004]);
        await transaction(Effect.andThen(insert(5_000, 6_500), Effect.fail("no"))).catch(String);
        expect(await seqs(3_999)).toEqual([4_001]);
        expect(await transaction(documents.count(things, { parentId: "p" }))).toBe(4_000);
        expect(await seqs(10_000)).toEqual([]);
        expect(await seqs(Number.MAX_VALUE)).toEqual([]);
      }));
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
            const found = await run(({ tasks }, { deadlines }) =>
              Effect.gen(function* () {
                yield* tasks.insert(all);
                expect(deadlines.isAnyDue(now)).toBe(all.some(isDue));
                deadlines.expire(now, place);
                expect(deadlines.isAnyDue(now)).toBe(false);
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
            const error = yield* Effect.flip(tasks.update(task(1), change));
            expect(error instanceof StoreError && error.reason).toBe("constraint");
          }
          expect(yield* tasks.retrieve("task-1")).toEqual(task(1));
        }),
      ));

    it("update gives the row after the change, and a page of entities has the tasks between its ends", () =>
      run(({ tasks }) =>
        Effect.gen(function* () {
          yield* tasks.insert([1, 2, 3, 4].map((seq) => task(seq)));
          const change = { assigned_to: "ada", assignment_expires_at: instant(5), place: 9 };
          const changed = yield* tasks.update(task(2), change);
          expect(changed).toEqual(task(2, change));
          expect(yield* tasks.retrieve("task-2")).toEqual(changed);
          expect(yield* tasks.list("e", { first: 2, last: 3 })).toEqual([changed, task(3)]);
          expect(yield* tasks.retrieve("none")).toBeUndefined();
        }),
      ));

    it("a queue of one account shows and changes nothing of another", () =>
      within(async (stores, transaction) => {
        const [all, acme, beta] = [undefined, "acme", "beta"].map((account) => stores.of(account).tasks);
        const held = { assigned_to: "ada", assignment_expires_at: instant(5) };
        await transaction(all!.insert([task(1), task(2, held)]));
        await transaction(acme!.update(task(1), { priority: 1 }));
        const rows = (await transaction(all!.byStatus("e", ["task-1", "task-2"]))).flatMap(({ rows }) => rows);
        const looks = (tasks: TaskQueue): ReadonlyArray<Effect.Effect<unknown, StoreError>> => [
          tasks.retrieve("task-1"),
          tasks.retrieveMany(["task-1", "task-2"]),
          tasks.byStatus("e", ["task-1", "task-2"]),
          tasks.withEntities(["task-1", "task-2"], things),
          tasks.list("e"),
          tasks.list("e", { first: 1, last: 2 }),
          tasks.versions("task-1"),
          tasks.ownHead(key, "ada"),
          tasks.freeHead(key),
        ];
        const look = async (tasks: TaskQueue) => {
          const seen: Array<unknown> = [];
          for (const each of looks(tasks)) seen.push(await transaction(each));
          return seen;
        };
        const before = await look(all!);
        expect(await look(acme!)).toEqual(before);
        const none = [new Map(), [], [], [], [], []];
        expect(await look(beta!)).toEqual([undefined, ...none, undefined, undefined]);
        await transaction(beta!.update(task(1), { assigned_to: "eve", queue_id: "hers" }));
        await transaction(beta!.updateMany(rows, { assigned_to: "eve", updated_at: instant(1) }));
        expect(await look(all!)).toEqual(before);
      }));

    it("tasks by status are those of the evaluation, each where the update of many finds it", () =>
      run(({ tasks }) =>
        Effect.gen(function* () {
          const statusOf = (seq: number) => (seq % 3 === 0 ? "COMPLETED" : "PENDING");
          const seqs = Array.from({ length: 20 }, (_, index) => index + 1);
          yield* tasks.insert(
            seqs.map((seq) => task(seq, { status: statusOf(seq), evaluation_id: seq === 20 ? "other" : "e" })),
          );
          const found = yield* tasks.byStatus("e", ["task-6", "none", "task-20", "task-5", "task-4", "task-3"]);
          expect(found.map(({ status, id, rows }) => [status, id, rows.length])).toEqual([
            ["COMPLETED", "task-6", 2],
            ["PENDING", "task-5", 2],
          ]);
          yield* tasks.updateMany(found[1]!.rows, { assigned_to: "ada", updated_at: instant(1) });
          const held = (yield* tasks.list("e")).filter(({ assigned_to }) => assigned_to === "ada");
          expect(held.map(({ id }) => id)).toEqual(["task-4", "task-5"]);
          expect(yield* tasks.byStatus("e", [])).toEqual([]);
        }),
      ));

    it("tasks with what they are about come in the order asked, each body as it was written", () =>
      run(({ documents, tasks }) =>
        Effect.gen(function* () {
          const about = { text: 'a "quoted" ÿ \u2028 \ud800 line\n\u0000', number: 12345678901234567890n.toString() };
          const seqs = Array.from({ length: 500 }, (_, index) => index + 1);
          yield* tasks.insert(
            seqs.map((seq) => task(seq, { id: `task-${(seq * 7919) % 1000}`, assigned_to: "a'b\"c" })),
          );
          yield* documents.insert(
            things,
            seqs.slice(1).map((seq) => document(seq, { id: `result-${seq}`, body: { ...about, seq } })),
          );
          const asked = seqs.map((seq) => `task-${(seq * 7919) % 1000}`).reverse();
          const byId = read(yield* tasks.withEntities(asked, things));
          expect(byId.map(({ id }) => id)).toEqual(asked);
          expect(byId.map(({ task_entity }) => task_entity)).toEqual(
            seqs.toReversed().map((seq) => (seq === 1 ? null : { ...about, seq })),
          );
          expect(new Set(byId.map(({ assigned_to }) => assigned_to))).toEqual(new Set(["a'b\"c"]));
          expect(yield* tasks.withEntities([], things)).toEqual([]);
        }),
      ));
  });
};
