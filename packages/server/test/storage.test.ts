/** Effects of the database on requests: locked by another process, without room, shared by several at once. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { resources } from "@evalwire/core/contract";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import { afterAll, describe, expect, it } from "vitest";
import * as Database from "../src/store/Database.ts";
import { collection, Document } from "../src/store/Documents.ts";
import * as Store from "../src/store/Store.ts";
import * as Transactions from "../src/store/Transactions.ts";
import { makeWorld } from "./world.ts";

const directory = mkdtempSync(join(tmpdir(), "evalwire-storage-"));
let files = 0;
const newFile = (): string => join(directory, `${++files}.db`);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const specOf = (name: string) => ({ account_id: "acme", name, description: "d" });

describe("a database locked by another process", () => {
  it("delays only writes: health and reads are answered meanwhile", async () => {
    const file = newFile();
    await using world = await makeWorld({ database: file });
    const { create, list } = resources.applicationSpecs;
    await world.call(create, { body: specOf("before") });
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    let isWritten = false;
    const writing = world.call(create, { body: specOf("after") }).then(() => {
      isWritten = true;
    });
    expect((await world.send("GET", "/health")).status).toBe(200);
    expect((await world.call(list, {})).total_item_count).toBe(1);
    expect((await world.call(list, {})).total_item_count).toBe(1);
    expect(isWritten).toBe(false);
    other.exec("COMMIT");
    await writing;
    expect((await world.call(list, {})).total_item_count).toBe(2);
    other.close();
  });

  it("sees what the other one wrote", async () => {
    const file = newFile();
    await using world = await makeWorld({ database: file });
    await using second = await makeWorld({ database: file, seed: 2 });
    const { create, list } = resources.applicationSpecs;
    for (const [index, one] of [world, second, world, second].entries()) {
      await one.call(create, { body: specOf("one") });
      expect((await world.call(list, {})).total_item_count).toBe(index + 1);
      expect((await second.call(list, {})).total_item_count).toBe(index + 1);
    }
  });

  it("is given up on after the time that was allowed", async () => {
    const file = newFile();
    const database = Database.open(file);
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const idOf = (kind: string, seq: number) => `${kind}-${seq}`;
    const stores = Store.make(database, { priorityOrder: "high-first", expiredPlace: "kept", idOf });
    let slept = 0;
    const transactions = Transactions.make<never>(database, stores, Context.empty(), {
      busyTimeoutMillis: 500,
      sleep: async (millis) => {
        slept += millis;
      },
    });
    const effect = stores.of(undefined).reserve("thing", 1);
    const work = { effect, mode: "write", now: "2026-01-01T00:00:00.000Z", accountId: undefined } as const;
    const { exit } = await transactions.run(work);
    const [reason] = Exit.isFailure(exit) ? exit.cause.reasons : [];
    expect(reason).toMatchObject({ _tag: "Fail", error: { reason: "busy" } });
    expect(slept).toBeGreaterThanOrEqual(500);
    expect(slept).toBeLessThan(700);
    other.close();
    database.close();
  });
});

describe("a disk without room", () => {
  const things = collection<{ text: string }>("thing", "Thing");
  const thing = (id: string, size: number) =>
    Document.of({
      ...{ id, seq: Number(id), accountId: "acme", parentId: null, archivedAt: null, hidden: null },
      body: { text: "x".repeat(size) },
    });

  it("fails what it has no room for, keeps the rest, and recovers", async () => {
    const database = Database.open(":memory:");
    const idOf = (kind: string, seq: number) => `${kind}-${seq}`;
    const stores = Store.make(database, { priorityOrder: "high-first", expiredPlace: "kept", idOf });
    const transactions = Transactions.make<never>(database, stores, Context.empty(), { sleep: async () => undefined });
    const { documents } = stores.of(undefined);
    const insert = async (id: string, size: number) => {
      const effect = documents.insert(things, [thing(id, size)]);
      const { exit } = await transactions.run({ effect, mode: "write", now: "2026", accountId: undefined });
      return Exit.isSuccess(exit) ? "kept" : (exit.cause.reasons[0] as { error: Database.StoreError }).error.reason;
    };
    const { page_count } = database.prepare("PRAGMA page_count").get() as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${page_count + 20}`);
    expect(await insert("1", 10)).toBe("kept");
    // In one transaction: what fits is not lost to what does not, unless the failure ended the transaction for all of them.
    const together = await Promise.all([insert("2", 10), insert("3", 200_000), insert("4", 10)]);
    expect(together[1]).toBe("full");
    const { exit } = await transactions.run({
      effect: Effect.map(documents.list(things, {}), (found) => found.map(({ id }) => id)),
      mode: "read",
      now: "2026",
      accountId: undefined,
    });
    const kept = ["1", ...["2", "3", "4"].filter((_, index) => together[index] === "kept")];
    expect(Exit.isSuccess(exit) && exit.value).toEqual(kept);
    database.exec("PRAGMA max_page_count = 100000");
    expect(await insert("5", 200_000)).toBe("kept");
    database.close();
  });

  it.skipIf(process.platform === "win32")("is a 507 that says so, over a socket", async () => {
    const script = fileURLToPath(new URL("child.ts", import.meta.url));
    const command = `ulimit -f 400; exec "$0" --conditions=@evalwire/source --no-warnings "$1" "$2"`;
    const child = spawn("sh", ["-c", command, process.execPath, script, newFile()], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: Array<string> = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    const url = await new Promise<string>((resolve) => {
      child.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    });
    const post = async (size: number) => {
      const response = await fetch(`${url}/v4/application-specs`, {
        method: "POST",
        headers: { "x-api-key": "key-ada", "content-type": "application/json" },
        body: JSON.stringify(specOf("x".repeat(size))),
      });
      return { status: response.status, value: (await response.json()) as { detail: unknown } };
    };
    let acknowledged = 0;
    let refused: Awaited<ReturnType<typeof post>> | undefined;
    for (let count = 0; count < 20 && refused === undefined; count++) {
      const answered = await post(60_000);
      if (answered.status === 200) acknowledged++;
      else refused = answered;
    }
    expect(refused).toEqual({
      status: 507,
      value: { detail: "The disk that holds the database is full: nothing of this request was stored" },
    });
    expect((await post(10)).status).toBe(200);
    const listed = await fetch(`${url}/v4/application-specs`, { headers: { "x-api-key": "key-ada" } });
    expect(((await listed.json()) as { total_item_count: number }).total_item_count).toBe(acknowledged + 1);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    // One line, without a stack.
    expect(said.join("")).toMatch(/^evalwire server: [^\n]+\n$/);
  });
});

describe("an unchanged list", () => {
  it("is a 304 to a client that has it, and a new list after any change of it", async () => {
    await using world = await makeWorld();
    const get = (tag?: string) =>
      world.server.fetch("http://localhost/v4/application-specs", {
        headers: { "x-api-key": "key-ada", ...(tag === undefined ? {} : { "if-none-match": tag }) },
      });
    const first = await get();
    const tag = first.headers.get("etag")!;
    const again = await get(tag);
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", tag]);
    expect((await get(`"other", W/${tag}`)).status).toBe(304);
    expect((await get('"other"')).status).toBe(200);
    // Something else changed: the list is read again, and found to be the same.
    await world.send("POST", "/v5/datasets", { body: { name: "d", data: [{ a: 1 }] } });
    expect((await get(tag)).status).toBe(304);
    await world.call(resources.applicationSpecs.create, { body: specOf("one") });
    const changed = await get(tag);
    expect([changed.status, changed.headers.get("etag") === tag]).toEqual([200, false]);
  });
});
