import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { createServer } from "../src/index.ts";
import * as Database from "../src/store/Database.ts";
import { storeConforms } from "./Store.conformance.ts";

const directory = mkdtempSync(join(tmpdir(), "evalwire-sqlite-"));
let files = 0;
const newFile = (): string => join(directory, `${++files}.db`);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

storeConforms("SQLite in memory", () => Database.open(":memory:"), 60);
storeConforms("SQLite in a file", () => Database.open(newFile()), 5);

describe("the database", () => {
  it("keeps a log that is synced at each commit", () => {
    const database = Database.open(newFile());
    // 2 is FULL.
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    database.close();
  });

  it("keeps in memory what only a running transaction needs, and undoes a part of one", () => {
    const database = Database.open(newFile());
    // 2 is MEMORY.
    expect(database.prepare("PRAGMA temp_store").get()).toEqual({ temp_store: 2 });
    database.exec("CREATE TABLE t (n INTEGER PRIMARY KEY, m TEXT)");
    database.exec(
      "WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < 3000) INSERT INTO t SELECT n, 'a' FROM c",
    );
    database.exec("BEGIN IMMEDIATE; UPDATE t SET m = 'b'; SAVEPOINT part; UPDATE t SET m = hex(randomblob(400))");
    database.exec("ROLLBACK TO part; RELEASE part; COMMIT");
    expect(database.prepare("SELECT m, count(*) AS n FROM t GROUP BY m").all()).toEqual([{ m: "b", n: 3000 }]);
    database.close();
  });

  it("keeps a log of bounded length while it is written without a pause, and loses nothing", () => {
    const file = newFile();
    const database = Database.open(file);
    database.exec("CREATE TABLE t (n INTEGER PRIMARY KEY, m BLOB)");
    const transactionBytes = 4 << 20;
    let longest = 0;
    for (let n = 0; n < 24; n++) {
      database.prepare("INSERT INTO t VALUES (?, zeroblob(?))").run(n, transactionBytes);
      longest = Math.max(longest, statSync(`${file}-wal`).size);
    }
    // Three times as much was written as the log may hold.
    const pageBytes = 4096 + 24;
    expect(longest).toBeLessThan((Database.mostLogPages + (1.1 * transactionBytes) / 4096) * pageBytes);
    expect(longest).toBeGreaterThan(8 * transactionBytes - transactionBytes);
    database.close();
    expect(readdirSync(directory)).not.toContain(`${basename(file)}-wal`);
    const again = Database.open(file);
    expect(again.prepare("SELECT count(*) AS n, sum(length(m)) AS bytes FROM t").get()).toEqual({
      n: 24,
      bytes: 24 * transactionBytes,
    });
    again.close();
  });

  it("says what went wrong", () => {
    const database = Database.open(":memory:");
    database.exec("CREATE TABLE t (n INTEGER PRIMARY KEY, m TEXT UNIQUE); INSERT INTO t VALUES (1, 'a')");
    const failing = (statement: string) => {
      try {
        database.exec(statement);
        return undefined;
      } catch (error) {
        return Database.failure(error);
      }
    };
    expect(failing("INSERT INTO t VALUES (1, 'b')")?.reason).toBe("duplicate");
    expect(failing("INSERT INTO t VALUES (2, 'a')")?.reason).toBe("duplicate");
    expect(failing("SELEKT 1")?.message).toContain('near "SELEKT": syntax error');
    database.exec("PRAGMA max_page_count = 1");
    expect(failing("CREATE TABLE u AS SELECT zeroblob(100000)")?.reason).toBe("full");
    database.close();
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
    expect(() => Database.open(file, 1)).toThrow(/database is locked/);
    other.close();
  });

  it("is refused, and left as it was, when another program made it", async () => {
    const marked = newFile();
    const unmarked = newFile();
    for (const [file, id] of [
      [marked, 77],
      [unmarked, 0],
    ] as const) {
      const database = new DatabaseSync(file);
      database.exec(`CREATE TABLE documents (a); CREATE TABLE songs (b); PRAGMA application_id = ${id}`);
      database.close();
      const before = readFileSync(file);
      await expect(open(file)).rejects.toThrow(/a database of another program with the tables documents, songs/);
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(readdirSync(directory).filter((name) => name.startsWith(`${basename(file)}-`))).toEqual([]);
    }
  });

  it.each([
    ["a view and no table", "CREATE VIEW songs AS SELECT 1", /a database of another program; choose/],
    ["texts in UTF-16", "PRAGMA encoding = 'UTF-16le'; CREATE TABLE a (b); DROP TABLE a", /in UTF-16le; choose/],
  ])("is refused, and left as it was, when it has %s", async (_, sql, reason) => {
    const file = newFile();
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    const before = readFileSync(file);
    await expect(open(file)).rejects.toThrow(reason);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("is refused, and left as it was, when a newer version wrote it", async () => {
    const file = newFile();
    await (await open(file)).close();
    const database = new DatabaseSync(file);
    database.exec("INSERT INTO evalwire_migrations (migration_id, name) VALUES (99, 'later')");
    database.close();
    const before = readFileSync(file);
    await expect(open(file)).rejects.toThrow(/at schema 99, this version knows/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("is only its owner's where a link names a file that does not exist yet", async () => {
    const file = newFile();
    const link = newFile();
    symlinkSync(file, link);
    await (await open(link)).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is opened when it is a file of the first version, which carries no mark", async () => {
    const file = newFile();
    await (await open(file)).close();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA application_id = 0");
    database.close();
    await (await open(file)).close();
    const again = new DatabaseSync(file);
    expect(again.prepare("PRAGMA application_id").get()).toEqual({ application_id: 0x45564c57 });
    again.close();
  });
});

describe("a new database", () => {
  it.skipIf(process.platform === "win32")("is readable only by its owner, with its log", async () => {
    const file = newFile();
    const server = await createServer({ apiKeys: { k: "ada" }, database: file });
    const modes = readdirSync(directory)
      .filter((name) => name.startsWith(basename(file)))
      .map((name) => statSync(join(directory, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(1);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    await server.close();
  });
});
