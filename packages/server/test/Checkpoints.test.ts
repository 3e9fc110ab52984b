import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import * as Checkpoints from "../src/store/Checkpoints.ts";
import * as Database from "../src/store/Database.ts";

const directory = mkdtempSync(join(tmpdir(), "evalwire-checkpoints-"));
let files = 0;
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const world = () => {
  const file = join(directory, `${++files}.db`);
  const database = Database.open(file);
  database.exec("CREATE TABLE t (n INTEGER PRIMARY KEY, m TEXT)");
  /** Callbacks that wait for a pause to be over. */
  const pauses: Array<() => void> = [];
  const checkpoints = Checkpoints.make(database, (_, then) => pauses.push(then));
  database.checkpoint();
  const start = statSync(file).size;
  return {
    ...{ file, database, checkpoints, pauses },
    /** A request that writes so many rows. */
    write: (rows: number) => {
      checkpoints.interrupt();
      database.exec(
        `WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < ${rows}) INSERT INTO t (m) SELECT hex(randomblob(100)) FROM c`,
      );
      checkpoints.rest();
    },
    /** Whether the file of the database itself has grown. */
    isMoved: () => statSync(file).size > start,
    endPause: () => pauses.shift()!(),
  };
};

describe("Checkpoints", () => {
  it("move the log once nothing was requested for a while, and not before", () => {
    const { database, endPause, isMoved, pauses, write } = world();
    write(3000);
    expect([isMoved(), pauses.length]).toEqual([false, 1]);
    // A request came within the pause: another pause is waited for.
    write(1);
    endPause();
    expect([isMoved(), pauses.length]).toEqual([false, 1]);
    endPause();
    expect([isMoved(), pauses.length]).toEqual([true, 0]);
    database.close();
  });

  it("leave a short log, and one that was moved already, as it is", () => {
    const { database, endPause, pauses, write } = world();
    write(10);
    expect(pauses).toHaveLength(0);
    write(2000);
    endPause();
    write(10);
    expect(pauses).toHaveLength(0);
    write(1000);
    expect(pauses).toHaveLength(1);
    database.close();
  });

  it("lose nothing where the database is closed within the pause, or another process reads", () => {
    const { checkpoints, database, endPause, file, write } = world();
    write(2000);
    const reader = new DatabaseSync(file);
    reader.exec("BEGIN; SELECT count(*) FROM t");
    write(2000);
    endPause();
    endPause();
    expect(reader.prepare("SELECT count(*) AS n FROM t").get()).toEqual({ n: 2000 });
    reader.exec("COMMIT");
    expect(reader.prepare("SELECT count(*) AS n FROM t").get()).toEqual({ n: 4000 });
    reader.close();
    write(2000);
    database.close();
    endPause();
    expect(() => checkpoints.rest()).not.toThrow();
    const again = Database.open(file);
    expect(again.prepare("SELECT count(*) AS n FROM t").get()).toEqual({ n: 6000 });
    again.close();
  });

  it("do nothing for a database in memory", () => {
    const database = Database.open(":memory:");
    const checkpoints = Checkpoints.make(database, () => expect.unreachable());
    database.exec("CREATE TABLE t (n)");
    for (let n = 0; n < 1200; n++) database.prepare("INSERT INTO t VALUES (1)").run();
    checkpoints.rest();
    database.close();
  });
});
