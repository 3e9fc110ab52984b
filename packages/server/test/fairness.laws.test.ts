/** Requests that wait together are run together, and delay no others. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Encoded } from "../src/Encoded.ts";
import * as Database from "../src/store/Database.ts";
import { collection, Document } from "../src/store/Documents.ts";
import * as Store from "../src/store/Store.ts";
import * as Transactions from "../src/store/Transactions.ts";
import { makeWorld } from "./world.ts";

const now = "2026-01-01T00:00:00.000Z";

const open = () => {
  const database = Database.open(":memory:");
  const idOf = (kind: string, seq: number) => `${kind}-${seq}`;
  const stores = Store.make(database, { priorityOrder: "high-first", expiredPlace: "kept", idOf });
  const transactions = Transactions.make<never>(database, stores, Context.empty(), { sleep: async () => undefined });
  const run = async <A>(mode: "read" | "write", work: () => A, key?: string): Promise<A> => {
    const { exit } = await transactions.run({ effect: Effect.sync(work), mode, now, accountId: undefined, key });
    if (Exit.isFailure(exit)) throw new Error("it failed");
    return exit.value;
  };
  return { run, stores, transactions, database };
};

/** Counts the rounds of the event loop until it is stopped. */
const rounds = () => {
  let count = 0;
  let isOver = false;
  const next = () => {
    count++;
    if (!isOver) setImmediate(next);
  };
  setImmediate(next);
  return {
    get count() {
      return count;
    },
    stop: () => {
      isOver = true;
    },
  };
};

describe("reads that wait", () => {
  it("are run once for all who ask the same", async () => {
    const { run, database } = open();
    let runs = 0;
    const ask = (key?: string) => run("read", () => ++runs, key);
    expect(await Promise.all([ask("a"), ask("a"), ask("b"), ask("a"), ask(), ask()])).toEqual([1, 1, 2, 1, 3, 4]);
    expect(await ask("a")).toBe(5);
    database.close();
  });

  it("see every write that was answered before they were asked", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("write", "read a", "read b", "all", "a while"), { maxLength: 80 }),
        async (steps) => {
          const { run, database } = open();
          let written = 0;
          let answered = 0;
          const underWay: Array<Promise<unknown>> = [];
          for (const step of steps) {
            if (step === "all") await Promise.all(underWay);
            else if (step === "a while") await new Promise((resolve) => setImmediate(resolve));
            else if (step === "write") underWay.push(run("write", () => ++written).then(() => answered++));
            else {
              const before = answered;
              underWay.push(
                run("read", () => written, step).then((seen) => expect(seen).toBeGreaterThanOrEqual(before)),
              );
            }
          }
          await Promise.all(underWay);
          database.close();
        },
      ),
    ));
});

describe("other requests", () => {
  it.each(["read", "write"] as const)("get their turn between long answers (%s)", async (mode) => {
    const { run, database } = open();
    const turns = rounds();
    const long = new Encoded<string>("x".repeat(300_000));
    const seen: Array<number> = [];
    const work = () => {
      seen.push(turns.count);
      return long;
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => run(mode, work, `${index}`)));
    turns.stop();
    expect(new Set(seen).size).toBe(20);
    database.close();
  });

  it.each(["read", "write"] as const)("get their turn among many short ones (%s)", async (mode) => {
    const { run, database } = open();
    const turns = rounds();
    const seen: Array<number> = [];
    await Promise.all(Array.from({ length: 320 }, () => run(mode, () => seen.push(turns.count))));
    turns.stop();
    expect(new Set(seen).size).toBeGreaterThanOrEqual(10);
    database.close();
  });

  it("get their turn between the pieces of one long list, which is of one moment", async () => {
    const { database, stores, transactions } = open();
    const things = collection<{ readonly seq: number }>("thing", "Thing");
    const count = 1_000;
    const work = <A>(mode: "read" | "write", f: (store: Store.Store["Service"]) => Effect.Effect<A, unknown>) =>
      transactions.run({ effect: Effect.flatMap(Store.Store, f), mode, now, accountId: undefined });
    const all = Array.from({ length: count }, (_, index) => {
      const place = { id: `${index}`, seq: index + 1, accountId: "a", parentId: null, archivedAt: null };
      return Document.of({ ...place, body: { seq: index + 1 }, hidden: null });
    });
    await work("write", ({ documents }) => documents.insert(things, all));
    const turns = rounds();
    const read = work("read", ({ documents }) => documents.listText(things, {}));
    await new Promise((resolve) => setImmediate(resolve));
    // Comes while the list is read, and waits for it.
    const removed = work("write", ({ documents }) => documents.remove(things, [`${count - 1}`]));
    const { exit } = await read;
    turns.stop();
    expect(turns.count).toBeGreaterThanOrEqual(4);
    if (Exit.isFailure(exit)) throw new Error(String(exit.cause));
    const items = JSON.parse(`[${exit.value.map((piece) => Buffer.from(piece).toString()).join(",")}]`);
    expect(items).toHaveLength(count);
    await removed;
    expect(Effect.runSync(stores.of(undefined).documents.count(things, {}))).toBe(count - 1);
    database.close();
  });

  it("get their turn between the items of one request whose metrics are computed, and among many long ones stored", async () => {
    await using world = await makeWorld();
    const configuration = { type: "rougeL", candidate: "item.candidate", reference: "item.reference" };
    const tasks = [{ task_type: "metric", configuration }];
    const create = async (data: ReadonlyArray<object>, tasks: ReadonlyArray<object>) => {
      const turns = rounds();
      const { status } = await world.send("POST", "/v5/evaluations", {
        body: JSON.stringify({ name: "E", data, tasks }),
      });
      turns.stop();
      expect(status).toBe(200);
      return turns.count;
    };
    const short = { candidate: "the ferry sails", reference: "the ferry stays" };
    const without = await create([short], tasks);
    const items = Array.from({ length: 30 }, () => short);
    expect(await create(items, tasks)).toBeGreaterThanOrEqual(without + 29);
    expect(await create(items, [])).toBeLessThan(without + 10);
    const long = Array.from({ length: 12 }, () => ({ text: "x".repeat(300_000) }));
    expect(await create(long, [])).toBeGreaterThanOrEqual(without + 5);
  });
});
