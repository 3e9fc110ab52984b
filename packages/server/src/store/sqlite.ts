/**
 * A driver of `effect/sql` over Node's own SQLite (`node:sqlite`), small because SQLite runs in this very thread.
 *
 * 1. There is one connection, lent to one fiber at a time; a transaction has it alone until it ends.
 * 2. What COMMIT answered is on disk: a write-ahead log with `synchronous=FULL` is synced at each commit, so neither a
 *    killed process nor a power cut takes back what was answered.
 * 3. A transaction takes the write lock when it begins (`BEGIN IMMEDIATE`), so a second process on the same file waits
 *    (up to `busyTimeoutMillis`) instead of failing halfway.
 * 4. Prepared statements are kept by their text, the least recently used going first.
 * 5. A duplicate key is `UniqueViolation`, as PostgreSQL has it, for primary keys too.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Reactivity from "effect/reactivity/Reactivity";
import type * as Scope from "effect/Scope";
import * as Semaphore from "effect/Semaphore";
import * as Stream from "effect/Stream";
import * as SqlClient from "effect/sql/SqlClient";
import type { Connection } from "effect/sql/SqlConnection";
import { classifySqliteError, SqlError, UniqueViolation } from "effect/sql/SqlError";
import * as Statement from "effect/sql/Statement";

export interface SqliteOptions {
  /** A path, or `":memory:"` for a database that ends with its scope. */
  readonly filename: string;
  /** How long to wait for another process that has the file; 5,000 unless told. */
  readonly busyTimeoutMillis?: number;
}

const statementLimit = 200;
const primaryKeyViolation = 1555;

const failure =
  (operation: string) =>
  (cause: unknown): SqlError => {
    const errcode = (cause as { errcode?: unknown }).errcode;
    const message = cause instanceof Error ? cause.message : String(cause);
    // The driver says `errcode` where the classifier looks for `errno`.
    const known = Object.assign(new Error(message, { cause }), { errno: errcode });
    if (errcode === primaryKeyViolation) {
      const constraint = message.slice(message.indexOf(":") + 1).trim();
      return new SqlError({ reason: new UniqueViolation({ cause: known, message, operation, constraint }) });
    }
    return new SqlError({ reason: classifySqliteError(known, { message, operation }) });
  };

const open = (options: SqliteOptions): Effect.Effect<DatabaseSync, SqlError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const database = new DatabaseSync(options.filename, { timeout: options.busyTimeoutMillis ?? 5000 });
        database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        return database;
      },
      catch: failure("open"),
    }),
    (database) => Effect.sync(() => database.close()),
  );

/** Prepared statements by their text; a statement that was used goes to the end of the map, the first is the oldest. */
const statements = (database: DatabaseSync) => {
  const kept = new Map<string, StatementSync>();
  return (sql: string): StatementSync => {
    const statement = kept.get(sql) ?? database.prepare(sql);
    kept.delete(sql);
    kept.set(sql, statement);
    if (kept.size > statementLimit) kept.delete(kept.keys().next().value!);
    return statement;
  };
};

const connection = (database: DatabaseSync): Connection => {
  const prepared = statements(database);

  const rows = (statement: () => StatementSync, params: ReadonlyArray<unknown>) =>
    Effect.try({
      try: () => statement().all(...(params as ReadonlyArray<SQLInputValue>)) as ReadonlyArray<any>,
      catch: failure("execute"),
    });

  const values = (statement: () => StatementSync, params: ReadonlyArray<unknown>) =>
    Effect.try({
      try: () => {
        const found = statement();
        found.setReturnArrays(true);
        try {
          return found.all(...(params as ReadonlyArray<SQLInputValue>)) as unknown as ReadonlyArray<Array<unknown>>;
        } finally {
          found.setReturnArrays(false);
        }
      },
      catch: failure("execute"),
    });

  const execute: Connection["execute"] = (sql, params, transformRows) => {
    const found = rows(() => prepared(sql), params);
    return transformRows ? Effect.map(found, transformRows) : found;
  };

  return {
    execute,
    executeRaw: (sql, params) => rows(() => prepared(sql), params),
    executeStream: (sql, params, transformRows) => Stream.fromIterableEffect(execute(sql, params, transformRows)),
    executeValues: (sql, params) => values(() => prepared(sql), params),
    executeUnprepared: (sql, params) => rows(() => database.prepare(sql), params),
    executeValuesUnprepared: (sql, params) => values(() => database.prepare(sql), params),
  };
};

/** The client; it lives as long as its scope. */
export const make = Effect.fnUntraced(function* (options: SqliteOptions) {
  const database = yield* open(options);
  const { isTransaction, ...acquirers } = SqlClient.makeSqliteAcquirers({
    connection: Effect.succeed(connection(database)),
    semaphore: yield* Semaphore.make(1),
    isTransaction: () => database.isTransaction,
  });
  return yield* SqlClient.make({
    ...acquirers,
    isTransaction,
    compiler: Statement.makeCompilerSqlite(),
    driver: "node-sqlite",
    beginTransaction: "BEGIN IMMEDIATE",
    prepareTransactionControls: true,
    spanAttributes: [["db.system.name", "sqlite"]],
  });
});

export const layer = (options: SqliteOptions): Layer.Layer<SqlClient.SqlClient, SqlError> =>
  Layer.effect(SqlClient.SqlClient, make(options)).pipe(Layer.provide(Reactivity.layer));
