/** The versions of a task in the database, written one by one or for a block of tasks at once, equal its history. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Database from "../src/store/Database.ts";
import * as Store from "../src/store/Store.ts";
import { blocksOf } from "../src/store/TaskVersions.ts";
import * as Transactions from "../src/store/Transactions.ts";

describe("blocksOf", () => {
  it("covers exactly the numbers given, each block beginning at a multiple of its size", () => {
    const runs = fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 6_000 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(runs, (given) => {
        const numbers = new Set(given.flatMap(([first, length]) => Array.from({ length }, (_, at) => first + at)));
        const blocks = blocksOf([...numbers].reverse());
        expect(blocks.every(({ first, size }) => first % size === 0)).toBe(true);
        const covered = blocks.flatMap(({ first, size }) => Array.from({ length: size }, (_, at) => first + at));
        expect(covered).toEqual([...numbers].sort((one, other) => one - other));
      }),
      { numRuns: 30 },
    );
  });

  it("three thousand in a row are a few dozen", () => {
    const numbers = Array.from({ length: 3_000 }, (_, at) => 1_234 + at);
    expect(blocksOf(numbers).length).toBeLessThan(60);
  });
});

const instant = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

interface State {
  readonly status: string;
  readonly priority: number;
  readonly assigned_to: string | null;
  readonly assignment_expires_at: string | null;
}

interface Part {
  readonly from: number;
  readonly length: number;
  readonly step: number;
}

const everything: Part = { from: 0, length: 1, step: 1 };
/** A quantity is drawn as a share of the number of tasks: that number is drawn as well. */
const share = fc.oneof(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.constant(0));
const whole = fc.constantFrom(1, 1, 1, 2, 9);
const users = fc.constantFrom("ada", "ben", null);
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ from: share, length: share, step: whole }),
  fc.record({ from: share, length: fc.constant(0), step: whole }),
  fc.constant(everything),
);
type Action =
  | { readonly action: "many"; readonly part: Part; readonly user: string | null }
  | { readonly action: "one"; readonly at: number; readonly user: string | null }
  | { readonly action: "finish"; readonly at: number }
  | { readonly action: "rise"; readonly part: Part; readonly priority: number }
  | { readonly action: "look" }
  | { readonly action: "number" };
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ action: fc.constant("many" as const), part, user: users }) },
  fc.record({ action: fc.constant("one" as const), at: share, user: users }),
  fc.record({ action: fc.constant("finish" as const), at: share }),
  fc.record({ action: fc.constant("rise" as const), part, priority: fc.nat(2) }),
  fc.record({ action: fc.constant("look" as const) }),
  fc.record({ action: fc.constant("number" as const) }),
);
// Leases are of 30 seconds, so that they end before an action, with it, and after it; some actions come in the same instant.
const actions = fc.array(fc.tuple(fc.constantFrom(0, 0, 1, 29, 30, 31), fc.nat(1), action), {
  minLength: 1,
  maxLength: 12,
  size: "max",
});
/** Given, changed by itself in the middle, given again by the other server and expired: once for all tasks, of which 4,096 are one block. */
const wholeBlock: Array<[number, number, Action]> = [
  [0, 0, { action: "many", part: everything, user: "ada" }],
  [0, 1, { action: "one", at: 0.5, user: "ben" }],
  [0, 1, { action: "many", part: everything, user: "ben" }],
  [30, 0, { action: "look" }],
];
const quantities = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ count: fc.constantFrom(1, 9, 700), firstNumber: fc.constantFrom(1, 501, 4_090) }),
  },
  { weight: 1, arbitrary: fc.record({ count: fc.constantFrom(4_096, 4_097), firstNumber: fc.constantFrom(2, 4_096) }) },
);
const settings = fc.record({ expiredPlace: fc.constantFrom("kept" as const, "back" as const), isFile: fc.boolean() });

/** One database, opened by two servers when it is a file. */
const openServers = (isFile: boolean, expiredPlace: "kept" | "back") => {
  const folder = isFile ? mkdtempSync(join(tmpdir(), "versions-")) : undefined;
  const open = () => {
    const database = Database.open(folder === undefined ? ":memory:" : join(folder, "evalwire.db"));
    database.exec("PRAGMA synchronous = OFF");
    const stores = Store.make(database, {
      idOf: (kind, seq) => `${kind}-${seq}`,
      expiredPlace,
      priorityOrder: "high-first",
    });
    const sleep = () => Promise.resolve();
    return { database, transactions: Transactions.make<never>(database, stores, Context.empty() as never, { sleep }) };
  };
  const servers = isFile ? [open(), open()] : [open()];
  const close = async () => {
    for (const { database, transactions } of servers) {
      await transactions.close();
      database.close();
    }
    if (folder !== undefined) rmSync(folder, { recursive: true });
  };
  return { servers, close };
};

describe("the versions of a task", () => {
  it("are the states it was in, in order, with when each ended and after what", async () => {
    await fc.assert(
      fc.asyncProperty(
        actions,
        quantities,
        settings,
        async (life, { count, firstNumber }, { expiredPlace, isFile }) => {
          const { servers, close } = openServers(isFile, expiredPlace);
          const use = async <A>(
            f: (store: Store.Store["Service"]) => Effect.Effect<A, unknown, Store.Store>,
            now: string,
            by = 0,
          ): Promise<A> => {
            const { transactions } = servers[by % servers.length]!;
            const effect = Effect.flatMap(Store.Store, f);
            const { exit } = await transactions.run({ effect, mode: "write", now, accountId: undefined });
            if (Exit.isFailure(exit)) throw new Error(String(exit.cause));
            return exit.value;
          };

          const free: State = { status: "PENDING", priority: 0, assigned_to: null, assignment_expires_at: null };
          // Every fifth is a contributor's task of v5: of those no versions are kept. The first hundred and the last thousands are unbroken.
          const isKept = (at: number) => at % 5 !== 4 || at < 100 || count > 700;
          if (firstNumber > 1) await use(({ reserve }) => reserve("thing", firstNumber - 1), instant(0));
          await use(
            ({ reserve, tasks }) =>
              Effect.flatMap(reserve("task", count), (reserved) =>
                tasks.insert(
                  reserved.map(({ id, seq }, at) => ({
                    ...free,
                    id,
                    seq,
                    account_id: "acme",
                    evaluation_id: "e",
                    entity_id: `result-${seq}`,
                    entity_seq: seq,
                    task_type: isKept(at) ? "EVALUATION_ANNOTATION" : "CONTRIBUTOR",
                    queue_id: "default",
                    alias: "",
                    level: 0,
                    place: seq,
                    created_at: instant(0),
                    updated_at: instant(0),
                  })),
                ),
              ),
            instant(0),
          );
          let stored = firstNumber + count - 1;
          const ids = Array.from({ length: count }, (_, at) => `task-${firstNumber + at}`);
          const states = ids.map(() => free);
          const versions: Array<Array<State & { seq: number; ended_at: string }>> = ids.map(() => []);
          const become = (at: number, next: Partial<State>, ended_at: string) => {
            const was = states[at]!;
            const after = { ...was, ...next };
            states[at] = after;
            if (isKept(at) && JSON.stringify(was) !== JSON.stringify(after))
              versions[at]!.push({ seq: stored, ended_at, ...was });
          };
          const expire = (now: string) => {
            const due = [...ids.keys()].filter((at) => (states[at]!.assignment_expires_at ?? "never") <= now);
            if (due.length > 0 && expiredPlace === "back") stored++;
            for (const at of due)
              become(at, { assigned_to: null, assignment_expires_at: null }, states[at]!.assignment_expires_at!);
          };
          const atOf = (share: number) => Math.floor(share * count);
          const chosen = ({ from, length, step }: Part) => {
            const first = atOf(from);
            const last = Math.min(count - 1, first + Math.floor(length * count));
            return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
          };
          const many = async (numbers: ReadonlyArray<number>, change: Partial<State>, now: string, by: number) => {
            const named = numbers.map((at) => ids[at]!);
            await use(
              ({ tasks }) =>
                Effect.flatMap(tasks.byStatus("e", named), (found) =>
                  tasks.updateMany(
                    found.flatMap(({ rows }) => rows),
                    { ...change, updated_at: now },
                  ),
                ),
              now,
              by,
            );
            for (const at of numbers) become(at, change, now);
          };
          const isOpen = (at: number) => states[at]!.status === "PENDING";
          const held = (user: string | null, second: number) => ({
            assigned_to: user,
            assignment_expires_at: user === null ? null : instant(second + 30),
          });

          let second = 1;
          for (const [pause, by, each] of life) {
            second += pause;
            const now = instant(second);
            expire(now);
            switch (each.action) {
              case "many":
                await many(chosen(each.part).filter(isOpen), held(each.user, second), now, by);
                break;
              case "rise":
                await many(chosen(each.part), { priority: each.priority }, now, by);
                break;
              case "one":
              case "finish": {
                const at = atOf(each.at);
                const change =
                  each.action === "finish"
                    ? { status: "COMPLETED", assigned_to: "ada", assignment_expires_at: null }
                    : isOpen(at)
                      ? held(each.user, second)
                      : {};
                await use(
                  ({ tasks }) =>
                    Effect.flatMap(tasks.retrieve(ids[at]!), (row) =>
                      tasks.update(row!, { ...change, updated_at: now }),
                    ),
                  now,
                  by,
                );
                become(at, change, now);
                break;
              }
              case "look":
                await use(() => Effect.void, now, by);
                break;
              case "number":
                await use(({ reserve }) => reserve("thing", 1), now, by);
                stored++;
            }
          }
          const end = instant(second);
          const kept = await use(({ tasks }) => Effect.forEach(ids, (id) => tasks.versions(id)), end, 1);
          expect(kept.map((some) => some.map((version) => ({ ...version })))).toEqual(versions);
          await close();
        },
      ),
      {
        numRuns: 40,
        examples: [[wholeBlock, { count: 4_097, firstNumber: 4_096 }, { expiredPlace: "back", isFile: true }]],
      },
    );
  });
});
