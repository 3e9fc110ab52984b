/**
 * One SQLite database (`node:sqlite`), opened for this server: prepared statements, and failures by what they mean.
 *
 * 1. What COMMIT answered is on disk: a write-ahead log with `synchronous=FULL` is synced at each commit, so neither a
 *    killed process nor a power cut takes back what was answered.
 * 2. A file that belongs to another program is refused before anything is written to it; a new one is readable only by its owner.
 * 3. Statements run at once, in this thread, and never wait: a lock held elsewhere is the failure `busy`, and waiting for it
 *    is the business of `Transactions`.
 */
import { closeSync, constants, openSync } from "node:fs";
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import { isBehind, migrate } from "./migrations.ts";
import * as Sqlite from "./sqlite.ts";

/**
 * `busy`: another process holds the lock. `full`: there is no room for what was to be written. `duplicate`: the key is taken.
 * `constraint`: a rule of the tables is broken. `broken`: the file cannot be read or written, or is damaged.
 */
export type Reason = "busy" | "full" | "duplicate" | "constraint" | "broken" | "other";

export class StoreError extends Data.TaggedError("StoreError")<{ readonly reason: Reason; readonly cause: unknown }> {
  override get message(): string {
    return this.cause instanceof Error ? this.cause.message : String(this.cause);
  }
}

/** @source https://www.sqlite.org/rescode.html */
const codes = {
  busy: 5,
  locked: 6,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  constraint: 19,
  notadb: 26,
} as const;
const duplicates: ReadonlySet<number> = new Set([1555, 2067, 2579]);
// The error of a full disk where SQLite could not see it: SQLITE_IOERR_WRITE.
const writeFailed = 778;

const reasonOf = (code: number): Reason => {
  if (duplicates.has(code)) return "duplicate";
  if (code === writeFailed) return "full";
  switch (code & 0xff) {
    case codes.busy:
    case codes.locked:
      return "busy";
    case codes.full:
      return "full";
    case codes.constraint:
      return "constraint";
    case codes.ioerr:
    case codes.corrupt:
    case codes.cantopen:
    case codes.notadb:
      return "broken";
    default:
      return "other";
  }
};

/** The failure of a statement; anything else that was thrown is a mistake in this program. */
export const failure = (cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause;
  const code = (cause as { errcode?: unknown } | null)?.errcode;
  if (typeof code !== "number") throw cause;
  return new StoreError({ reason: reasonOf(code), cause });
};

export type Value = SQLInputValue;

export interface Database {
  /** A statement by its text: prepared once, and kept. */
  readonly prepare: (sql: string) => StatementSync;
  readonly exec: (sql: string) => void;
  /** A function of SQL that gives the same for the same. */
  readonly define: (name: string, f: (value: unknown) => string) => void;
  /** Whether a transaction is open: some failures end it on their own. */
  readonly isTransaction: () => boolean;
  /** Whether other processes may work on the same data. */
  readonly isShared: boolean;
  /** Rows written so far through this connection. */
  readonly changes: () => number;
  /** Moves what the write-ahead log holds into the database, as far as no other process reads it; waits for none. */
  readonly checkpoint: () => void;
  readonly close: () => void;
}

/** `work` as an effect: done at once, its failure a `StoreError`. */
export const attempt = <A>(work: () => A): Effect.Effect<A, StoreError> => Effect.try({ try: work, catch: failure });

/** At this many pages of four kilobytes a commit moves the log into the database itself; see `Checkpoints`. */
export const mostLogPages = 8192;

/** "EVLW": says whose file it is, at the place SQLite keeps for that. */
const applicationId = 0x45564c57;

const markOf = (database: DatabaseSync): number => {
  const row = database.prepare("PRAGMA application_id").get();
  return (row as unknown as { readonly application_id: number }).application_id;
};

const memory = ":memory:";

/** Refuses a database that another program made; an empty one is accepted. Writes nothing to it. */
const checkOwner = (database: DatabaseSync): void => {
  const { encoding } = database.prepare("PRAGMA encoding").get() as unknown as { readonly encoding: string };
  // A text made of many is sent as it is stored.
  if (encoding !== "UTF-8")
    throw new Error(`it is a database of another program, in ${encoding}; choose a file that does not exist yet`);
  if (markOf(database) === applicationId) return;
  const made = database.prepare("SELECT type, name FROM sqlite_master ORDER BY type <> 'table', name").all();
  if (markOf(database) === 0 && (made.length === 0 || isOurs(database))) return;
  const tables = made.filter(({ type }) => type === "table").map(({ name }) => String(name));
  const holds = tables.length === 0 ? "" : ` with the tables ${tables.slice(0, 3).join(", ")}`;
  throw new Error(`it is a database of another program${holds}; choose a file that does not exist yet`);
};

/** Files of the first version carry no mark, only its tables. */
const isOurs = (database: DatabaseSync): boolean =>
  database.prepare("SELECT name FROM sqlite_master WHERE name = 'evalwire_migrations'").get() !== undefined;

/** The file a name stands for, which may be a URI; `undefined` for a database in memory. */
const fileOf = (filename: string): string | undefined => {
  if (!filename.startsWith("file:")) return filename === memory ? undefined : filename;
  const url = URL.parse(filename);
  return url === null || url.searchParams.get("mode") === "memory" ? undefined : decodeURIComponent(url.pathname);
};

/** Creates a missing file, also where a link names it, readable only by its owner: it will hold every user's texts and answers. */
const reserve = (file: string): void => {
  try {
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | (constants.O_NONBLOCK ?? 0), 0o600));
  } catch {
    // It exists, or cannot be made: opening says which.
  }
};

/** Bringing millions of tasks up to date takes minutes. */
const migrationTimeoutMillis = 5 * 60_000;

/**
 * Opens a database, or makes it; `":memory:"` ends with `close`. Throws when the file cannot be opened or is not ours.
 *
 * @param busyTimeoutMillis how long opening waits for another process that has the file; where the file is not up to date it waits up to
 *   five minutes, because the other one may be doing just that
 */
export const open = (filename: string, busyTimeoutMillis = 5000): Database => {
  const file = fileOf(filename);
  if (file !== undefined) reserve(file);
  const database = new Sqlite.DatabaseSync(filename, { timeout: busyTimeoutMillis });
  try {
    checkOwner(database);
    if (isBehind(database)) database.exec(`PRAGMA busy_timeout = ${migrationTimeoutMillis}`);
    // Setting it writes, even what is there: a file of a newer version is refused as it was.
    if (markOf(database) !== applicationId) database.exec(`PRAGMA application_id = ${applicationId}`);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000");
    database.exec(`PRAGMA wal_autocheckpoint = ${mostLogPages}`);
    // The pages kept to undo a savepoint are of no use after a crash: on disk they double the bytes of a write of many rows.
    database.exec("PRAGMA temp_store = MEMORY");
    migrate(database);
    database.exec("PRAGMA busy_timeout = 0");
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    prepare,
    exec: (sql) => database.exec(sql),
    define: (name, f) => database.function(name, { deterministic: true }, f),
    isTransaction: () => database.isTransaction,
    isShared: filename !== memory,
    changes: () => (prepare("SELECT total_changes() AS rows").get() as unknown as { readonly rows: number }).rows,
    checkpoint: () => void prepare("PRAGMA wal_checkpoint(PASSIVE)").get(),
    close: () => database.close(),
  };
};
