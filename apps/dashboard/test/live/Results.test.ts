import type { WatchStore } from "@evalwire/react-hooks";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { Reader } from "../../src/live/Reader.ts";
import { type Results, results } from "../../src/live/Results.ts";
import { record, row } from "../rows.ts";

type Listener = (event: object) => void;

const opened: Array<Results> = [];

const stage = (count: number, pageSize = 2, isFailing = false) => {
  const asked: Array<string> = [];
  const scores = new Map(Array.from({ length: count }, (_, index) => [`r${index}`, index]));
  const world = { isFailing };
  const listeners = new Set<Listener>();
  const recordOf = (id: string) => record({ id, metrics: { m: scores.get(id)! } });
  const fail = () => {
    if (world.isFailing) throw new Error("not now");
  };
  const reader: Reader = {
    page: async (page, limit) => {
      asked.push(`page ${page}`);
      fail();
      const all = [...scores.keys()];
      const ids = all.slice((page - 1) * limit, page * limit);
      return { records: ids.map(recordOf), total: all.length, isLast: page * limit >= all.length };
    },
    one: async (id) => {
      asked.push(id);
      fail();
      return recordOf(id);
    },
  };
  const store = {
    evaluationId: "e1",
    snapshot: () => ({ status: { _tag: "synced" } }),
    onChange: () => () => undefined,
    subscribe: (listener: Listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as unknown as WatchStore;
  const made = results(reader, store, { pageSize, settleMillis: 10, retryMillis: 100 });
  opened.push(made);
  const change = (id: string, changed: ReadonlyArray<string> = ["updated_at"]) => {
    const event = { type: "task.updated", changed, current: row({ id, test_case_result_id: id }) };
    for (const listener of [...listeners]) listener(event);
  };
  return { asked, scores, world, made, change, listeners };
};

beforeAll(() => void vi.useFakeTimers());
afterAll(() => void vi.useRealTimers());
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

const pass = (millis: number) => vi.advanceTimersByTimeAsync(millis);

it("1. reads each page once, and the one that failed again", async () => {
  const on = stage(5);
  await pass(0);
  expect(on.asked).toEqual(["page 1", "page 2", "page 3"]);
  expect(on.made.snapshot()).toMatchObject({ isWhole: true, total: 5, error: undefined });
  expect(on.made.snapshot().byId.get("r4")?.metrics).toEqual({ m: 4 });

  const late = stage(3, 2, true);
  await pass(0);
  expect(late.made.snapshot().error?.message).toBe("not now");
  late.world.isFailing = false;
  await pass(100);
  expect(late.asked).toEqual(["page 1", "page 1", "page 2"]);
  expect(late.made.snapshot()).toMatchObject({ isWhole: true, error: undefined });
});

it("2. reads a result again when its task changed, many changes once, and nothing for a change of hands", async () => {
  const on = stage(3);
  await pass(0);
  on.asked.length = 0;
  on.scores.set("r1", 10);
  for (let time = 0; time < 5; time++) on.change("r1");
  on.change("r2", ["priority"]);
  await pass(10);
  expect(on.asked).toEqual(["r1"]);
  expect(on.made.snapshot().byId.get("r1")?.metrics).toEqual({ m: 10 });
});

it("2. tries again what could not be read", async () => {
  const on = stage(2);
  await pass(0);
  on.world.isFailing = true;
  on.change("r0");
  await pass(10);
  expect(on.made.snapshot().error?.message).toBe("not now");
  on.world.isFailing = false;
  on.scores.set("r0", 7);
  await pass(200);
  expect(on.made.snapshot().byId.get("r0")?.metrics).toEqual({ m: 7 });
  expect(on.made.snapshot().error).toBeUndefined();
});

it("3. reads the pages again where more changed than is worth reading one by one", async () => {
  const on = stage(500, 250);
  await pass(0);
  on.asked.length = 0;
  for (const id of on.scores.keys()) on.change(id);
  await pass(10);
  expect(on.asked).toEqual(["page 1", "page 2"]);
});

it("4. asks nothing any more after it was closed", async () => {
  const on = stage(2);
  await pass(0);
  on.change("r0");
  on.made.close();
  on.asked.length = 0;
  await pass(1_000);
  expect([on.asked, on.listeners.size]).toEqual([[], 0]);
});
