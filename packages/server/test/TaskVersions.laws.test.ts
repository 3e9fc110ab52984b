/** The versions of a task in the database, written one by one or for a block of tasks at once, equal its history. */
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

const count = 700;
const firstNumber = 501;
const instant = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

interface State {
  readonly status: string;
  readonly priority: number;
  readonly assigned_to: string | null;
  readonly assignment_expires_at: string | null;
}

const users = fc.constantFrom("ada", "ben", null);
const part = fc.oneof(
  fc.record({ from: fc.nat(count - 1), length: fc.nat(count), step: fc.constantFrom(1, 1, 2, 9) }),
  fc.record({ from: fc.nat(count - 1), length: fc.constant(1), step: fc.constant(1) }),
);
const actions = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ action: fc.constant("many" as const), part, user: users }) },
    fc.record({ action: fc.constant("one" as const), at: fc.nat(count - 1), user: users }),
    fc.record({ action: fc.constant("finish" as const), at: fc.nat(count - 1) }),
    fc.record({ action: fc.constant("rise" as const), part, priority: fc.nat(2) }),
    fc.record({ action: fc.constant("expire" as const) }),
    fc.record({ action: fc.constant("number" as const) }),
  ),
  { minLength: 1, maxLength: 12, size: "max" },
);

describe("the versions of a task", () => {
  it("are the states it was in, in order, with when each ended and after what", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(actions, async (life) => {
        const database = Database.open(":memory:");
        const stores = Store.make(database, {
          idOf: (kind, seq) => `${kind}-${seq}`,
          expiredPlace: "kept",
          priorityOrder: "high-first",
        });
        const transactions = Transactions.make<never>(database, stores, Context.empty() as never, {
          sleep: () => Promise.resolve(),
        });
        const run = async <A>(effect: Effect.Effect<A, unknown, Store.Store>, now: string): Promise<A> => {
          const { exit } = await transactions.run({ effect, mode: "write", now, accountId: undefined });
          if (Exit.isFailure(exit)) throw new Error(String(exit.cause));
          return exit.value;
        };
        const use = <A>(
          f: (store: Store.Store["Service"]) => Effect.Effect<A, unknown, Store.Store>,
          now = instant(0),
        ) => run(Effect.flatMap(Store.Store, f), now);

        const free: State = { status: "PENDING", priority: 0, assigned_to: null, assignment_expires_at: null };
        // Every fifth is a contributor's task of v5: of those no versions are kept.
        const isKept = (at: number) => at % 5 !== 4 || at < 100;
        await use(({ reserve }) => reserve("thing", firstNumber - 1));
        await use(({ reserve, tasks }) =>
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
        const chosen = ({ from, length, step }: { from: number; length: number; step: number }) =>
          ids.flatMap((_, at) => (at >= from && at < from + length && (at - from) % step === 0 ? [at] : []));
        const many = async (numbers: ReadonlyArray<number>, change: Partial<State>, now: string) => {
          await use(({ tasks }) =>
            Effect.flatMap(tasks.states(numbers.map((at) => ids[at]!)), (found) =>
              tasks.updateMany(
                [...found.values()].map(({ row }) => row),
                { ...change, updated_at: now },
              ),
            ),
          );
          for (const at of numbers) become(at, change, now);
        };
        const isOpen = (at: number) => states[at]!.status === "PENDING";
        const held = (user: string | null, minute: number) => ({
          assigned_to: user,
          assignment_expires_at: user === null ? null : instant(minute + 3),
        });

        for (const [minute, each] of life.entries()) {
          const now = instant(minute + 1);
          switch (each.action) {
            case "many":
              await many(chosen(each.part).filter(isOpen), held(each.user, minute), now);
              break;
            case "rise":
              await many(chosen(each.part), { priority: each.priority }, now);
              break;
            case "one": {
              if (!isOpen(each.at)) break;
              const change = held(each.user, minute);
              await use(({ tasks }) => tasks.update(ids[each.at]!, { ...change, updated_at: now }));
              become(each.at, change, now);
              break;
            }
            case "finish": {
              const change = { status: "COMPLETED", assigned_to: "ada", assignment_expires_at: null };
              await use(({ tasks }) => tasks.update(ids[each.at]!, { ...change, updated_at: now }));
              become(each.at, change, now);
              break;
            }
            case "expire":
              await run(Effect.void, now);
              for (const at of ids.keys()) {
                const deadline = states[at]!.assignment_expires_at;
                if (deadline !== null && deadline <= now) become(at, held(null, 0), deadline);
              }
              break;
            case "number":
              await use(({ reserve }) => reserve("thing", 1));
              stored++;
          }
        }
        const kept = await use(({ tasks }) => Effect.forEach(ids, (id) => tasks.versions(id)));
        expect(kept.map((some) => some.map((version) => ({ ...version })))).toEqual(versions);
        await transactions.close();
        database.close();
      }),
      { numRuns: 40 },
    );
  });
});
