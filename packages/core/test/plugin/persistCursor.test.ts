import { describe, expect, it } from "vitest";
import { type KeyValueStore, persistCursor } from "../../src/plugin/persistCursor.ts";
import { evaluation, faces, type Tasks } from "./evaluation.ts";

describe.each(faces)("through the face in %s", (face) => {
  /** Watches for a while; `change` alters the tasks. Returns the tasks reported. */
  const watch = async (store: KeyValueStore, tasks: Tasks, options: { readonly close?: boolean } = {}) => {
    const cursors = persistCursor({ store });
    const world = evaluation({ plugins: [cursors] }, face);
    Object.assign(world.tasks, tasks);
    const seen: Array<string> = [];
    const live = world.client.watch("e1", await cursors.resume("e1"));
    live.subscribe((event) => "taskId" in event && seen.push(`${event.type} ${event.taskId}`));
    await world.clock.until(live.ready);
    await world.clock.advance(0);
    if (options.close !== false) await world.clock.until(world.client.close());
    return { ...world, seen };
  };

  it("a program that comes back receives what it missed, and only that", async () => {
    const store = new Map<string, string>();
    const first = await watch(store, {});
    expect(first.seen).toEqual(["task.added t1", "task.added t2"]);
    expect([...store.keys()]).toEqual(["evalwire:cursor:e1"]);
    const second = await watch(store, { t2: { status: "COMPLETED" }, t3: { status: "PENDING" } });
    expect(second.seen.toSorted()).toEqual(["task.added t3", "task.status_changed t2"]);
    const third = await watch(store, { t2: { status: "COMPLETED" }, t3: { status: "PENDING" } });
    expect(third.seen).toEqual([]);
  });

  it.each(["soon", Number.NaN, -1])("an interval that is none is refused: %s", (every) => {
    const make = () => persistCursor({ store: new Map<string, string>(), every: every as never });
    expect(make).toThrow(
      new TypeError('persistCursor: every must be a duration of at least 0 ms, such as "30 seconds"'),
    );
  });

  it("a cursor is kept while events come, no more than every two seconds", async () => {
    const kept: Array<number> = [];
    const values = new Map<string, string>();
    const store = {
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, value: string) => {
        kept.push(world.clock.now());
        values.set(key, value);
      },
    };
    const world = await watch(store, {}, { close: false });
    const began = world.clock.now();
    await world.clock.advance("2 seconds");
    expect(kept).toEqual([began + 2_000]);
    await world.clock.advance("10 minutes");
    expect(kept).toHaveLength(1);
    world.tasks["t1"] = { status: "COMPLETED" };
    await world.clock.advance("5 minutes");
    expect(kept.length).toBeGreaterThan(1);
    for (let index = 1; index < kept.length; index++)
      expect(kept[index]! - kept[index - 1]!).toBeGreaterThanOrEqual(2_000);
    await world.client.close();
    expect(world.clock.pending).toBe(0);
  });

  it("a store that fails is reported once, and tried again until it works", async () => {
    let isDown = true;
    const values = new Map<string, string>();
    const store = {
      get: (key: string) => values.get(key),
      set: async (key: string, value: string) => {
        if (isDown) throw new Error("no connection");
        values.set(key, value);
      },
    };
    const world = await watch(store, {}, { close: false });
    await world.clock.advance("1 minute");
    expect(world.seen).toHaveLength(2);
    expect(world.problems.map(({ source, error }) => `${source}: ${(error as Error).message}`)).toEqual([
      "plugin persistCursor (keeping the cursor of e1): no connection",
    ]);
    isDown = false;
    await world.clock.advance("2 seconds");
    expect(values.size).toBe(1);
    await world.client.close();
  });

  it.each([undefined, null, "", 7])("a store that holds %j holds no cursor", async (value) => {
    const { resume } = persistCursor({ store: { get: () => value, set: () => undefined } });
    expect(await resume("e1")).toEqual({});
  });

  it("an event that a consumer has not finished is delivered again to the next process", async () => {
    const store = new Map<string, string>();
    const cursors = persistCursor({ store });
    const world = evaluation({ plugins: [cursors] }, face);
    const live = world.client.watch("e1", await cursors.resume("e1"));
    const seen: Array<string> = [];
    live.subscribe(
      async (event) => {
        seen.push(event.type);
        // The second task is in hand when the process is killed.
        if ("taskId" in event && event.taskId === "t2") await new Promise(() => undefined);
      },
      { types: ["task.added"] },
    );
    await world.clock.until(live.ready);
    await world.clock.advance("3 seconds");
    expect(seen).toEqual(["task.added", "task.added"]);
    const next = await watch(store, {});
    expect(next.seen).toEqual(["task.added t2"]);
    await world.client.close();
  });

  it("what a consumer finishes later is kept, though no event comes any more", async () => {
    const store = new Map<string, string>();
    const cursors = persistCursor({ store });
    const world = evaluation({ plugins: [cursors] }, face);
    const live = world.client.watch("e1", await cursors.resume("e1"));
    let finish: () => void = () => undefined;
    live.subscribe(() => new Promise<void>((resolve) => (finish = resolve)), { types: ["task.added"] });
    await world.clock.until(live.ready);
    await world.clock.advance("3 seconds");
    finish();
    await world.clock.advance(0);
    finish();
    await world.clock.advance("3 seconds");
    expect((await watch(store, {})).seen).toEqual([]);
    await world.client.close();
  });

  it("save keeps at once", async () => {
    const store = new Map<string, string>();
    const cursors = persistCursor({ store, every: "1 hour" });
    const world = evaluation({ plugins: [cursors] }, face);
    const live = world.client.watch("e1");
    await world.clock.until(live.ready);
    await world.clock.advance(0);
    expect(store.size).toBe(0);
    await cursors.save();
    expect(store.size).toBe(1);
    await world.client.close();
  });

  it("a kept cursor that was torn is reported, and the watch starts without it", async () => {
    const store = new Map<string, string>();
    await watch(store, {});
    store.set("evalwire:cursor:e1", store.get("evalwire:cursor:e1")!.slice(0, -20));
    const world = await watch(store, {});
    expect(world.seen).toEqual(["task.added t1", "task.added t2"]);
    expect(world.problems.map(({ error }) => (error as Error).message)).toEqual([
      expect.stringContaining("the kept cursor cannot be used, and the watch starts without it"),
    ]);
  });
});
