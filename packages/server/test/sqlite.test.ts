import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { SqlClient } from "effect/sql/SqlClient";
import { isSqlError } from "effect/sql/SqlError";
import { afterAll, describe, expect, it } from "vitest";
import { createServer } from "../src/index.ts";
import * as Store from "../src/store/Store.ts";
import * as Sqlite from "../src/store/sqlite.ts";
import { storeConforms } from "./Store.conformance.ts";

const directory = mkdtempSync(join(tmpdir(), "evalwire-sqlite-"));
let files = 0;
const newFile = (): string => join(directory, `${++files}.db`);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

storeConforms("SQLite in memory", () => Sqlite.layer({ filename: ":memory:" }), 60);
storeConforms("SQLite in a file", () => Layer.suspend(() => Sqlite.layer({ filename: newFile() })), 5);

const run = <A, E>(filename: string, body: (sql: SqlClient) => Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.flatMap(SqlClient, body).pipe(Effect.provide(Sqlite.layer({ filename }))));

describe("the driver", () => {
  it("keeps a log that is synced at each commit", async () => {
    const modes = await run(newFile(), (sql) =>
      Effect.all([sql`PRAGMA journal_mode`.values, sql`PRAGMA synchronous`.values]),
    );
    // 2 is FULL.
    expect(modes).toEqual([[["wal"]], [[2]]]);
  });

  it("rolls back to a savepoint and keeps the rest", async () => {
    const rows = await run(":memory:", (sql) =>
      Effect.gen(function* () {
        yield* sql`CREATE TABLE t (n INTEGER PRIMARY KEY)`;
        const inner = Effect.andThen(sql`INSERT INTO t VALUES (2)`, Effect.fail("no"));
        yield* sql.withTransaction(
          Effect.andThen(sql`INSERT INTO t VALUES (1)`, Effect.ignore(sql.withTransaction(inner))),
        );
        return yield* sql`SELECT n FROM t`;
      }),
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it("says what went wrong, and where", async () => {
    const failing = (statement: string) =>
      run(":memory:", (sql) =>
        Effect.gen(function* () {
          yield* sql`CREATE TABLE t (n INTEGER PRIMARY KEY, m TEXT UNIQUE)`;
          yield* sql`INSERT INTO t VALUES (1, 'a')`;
          return yield* Effect.flip(sql.unsafe(statement));
        }),
      );
    const primary = await failing("INSERT INTO t VALUES (1, 'b')");
    expect(primary.reason).toMatchObject({ _tag: "UniqueViolation", constraint: "t.n" });
    const unique = await failing("INSERT INTO t VALUES (2, 'a')");
    expect(unique.reason).toMatchObject({ _tag: "UniqueViolation", constraint: "t.m" });
    expect((await failing("SELEKT 1")).message).toContain('near "SELEKT": syntax error');
  });

  it("keeps giving right answers when more statements are used than it keeps", async () => {
    const sums = await run(":memory:", (sql) =>
      Effect.forEach(Array.from({ length: 450 }), (_, index) =>
        sql.unsafe<{ sum: number }>(`SELECT ${index % 225} + ? AS sum`, [1]),
      ),
    );
    expect(sums.map(([row]) => row!.sum)).toEqual(Array.from({ length: 450 }, (_, index) => (index % 225) + 1));
  });
});

describe("a database that cannot be opened", () => {
  const open = (database: string) => createServer({ apiKeys: { k: "ada" }, database });

  it("is named when its folder is not there", async () => {
    await expect(open(join(directory, "none", "x.db"))).rejects.toThrow(/none.x\.db: unable to open database file/);
  });

  it("is named when it is no database", async () => {
    const file = newFile();
    writeFileSync(file, "Dear diary, this is longer than the header of a database file would be, and is none.");
    await expect(open(file)).rejects.toThrow(/file is not a database/);
  });

  it("is refused when a newer version wrote it", async () => {
    const file = newFile();
    await (await open(file)).close();
    const database = new DatabaseSync(file);
    database.exec("INSERT INTO evalwire_migrations (migration_id, name) VALUES (99, 'of_the_future')");
    database.close();
    await expect(open(file)).rejects.toThrow(/schema 99.*newer evalwire/);
  });

  it("waits for another process that writes, and gives up in the end", async () => {
    const file = newFile();
    await (await open(file)).close();
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const layer = Store.layer({ priorityOrder: "high-first", idOf: String }).pipe(
      Layer.provide(Sqlite.layer({ filename: file, busyTimeoutMillis: 1 })),
    );
    const error = await Effect.runPromise(Effect.flip(Effect.provide(Store.Store, layer)));
    expect(isSqlError(error) && error.reason._tag).toBe("LockTimeoutError");
    other.close();
  });
});
