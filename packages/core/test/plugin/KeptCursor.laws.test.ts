import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeptCursor, load, mostInOnePiece } from "../../src/plugin/KeptCursor.ts";
import * as Cursor from "../../src/watch/cursor/Cursor.ts";
import { CursorJournal } from "../../src/watch/cursor/CursorJournal.ts";
import * as CursorWriter from "../../src/watch/cursor/CursorWriter.ts";
import type { EventContext } from "../../src/watch/event/eventsOf.ts";
import type { TaskRow } from "../../src/watch/event/TaskRow.ts";
import * as Changes from "../../src/watch/state/Changes.ts";
import { Store } from "../../src/watch/state/Store.ts";
import { row } from "../watch/rows.ts";

const context: EventContext = {
  evaluationId: "e1",
  time: "2030-01-01T00:00:00.000Z",
  origin: "server",
  isInterrupted: false,
  replay: false,
};

/** A store of so many tasks, and its cursor in a map. */
const keeping = (count: number) => {
  const values = new Map<string, string>();
  let writes: Array<string> = [];
  let limit = Number.POSITIVE_INFINITY;
  const shelf = {
    get: (key: string) => values.get(key),
    set: (key: string, value: string) => {
      if (writes.length >= limit) throw new Error("killed");
      writes.push(value);
      values.set(key, value);
    },
  };
  const tasks = new Map(Array.from({ length: count }, (_, index) => [`t${index}`, row(`t${index}`, {})]));
  const initial = {
    evaluationId: "e1",
    evaluation: undefined,
    tasks,
    status: { _tag: "connecting", since: "" },
  } as const;
  const store = new Store(initial, () => undefined);
  const kept = new KeptCursor(shelf, "key", "e1", new CursorJournal(store), async () => undefined);
  return {
    values,
    store,
    kept,
    shelf,
    /** Characters written since the last call. */
    written: () => {
      const characters = writes.reduce((sum, text) => sum + text.length, 0);
      writes = [];
      return characters;
    },
    /** The process is killed with the write behind so many. */
    killAfter: (count: number) => {
      writes = [];
      limit = count;
    },
    change: (id: string, next: TaskRow | undefined) => {
      const change = Changes.between(store.tasks.get(id), next);
      if (change !== undefined) store.apply(new Map([[id, change]]), context);
    },
    loaded: async () => Cursor.decode((await load(shelf, "key", "e1"))!, "e1").tasks,
  };
};

describe("KeptCursor", () => {
  it("load(save(changes)) = the tasks as they are, however many saves there were", async () => {
    const change = fc.tuple(fc.nat(700), fc.option(fc.nat(9), { nil: undefined }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(3, mostInOnePiece, mostInOnePiece + 1, 620),
        fc.array(fc.array(change, { maxLength: 90 }), { minLength: 1, maxLength: 8 }),
        async (count, saves) => {
          const on = keeping(count);
          for (const changes of saves) {
            for (const [index, priority] of changes) {
              const id = `t${index}`;
              on.change(id, priority === undefined ? undefined : row(id, { priority }));
            }
            await on.kept.save();
            expect(await on.loaded()).toEqual(on.store.tasks);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("killed in any write, the store has a whole cursor: of this save, or of the one before", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 800 }), async (kill, many) => {
        const on = keeping(600);
        await on.kept.save();
        const before = new Map(on.store.tasks);
        on.killAfter(kill);
        for (let index = 0; index < many; index++) on.change(`t${index}`, row(`t${index}`, { priority: 7 }));
        await on.kept.save().catch(() => undefined);
        for (const [id, read] of await on.loaded()) {
          expect([before.get(id), on.store.tasks.get(id)]).toContainEqual(read);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("writes what has moved, not everything", async () => {
    const on = keeping(5_000);
    await on.kept.save();
    const whole = on.written();
    for (let index = 0; index < 50; index++) on.change(`t${index}`, row(`t${index}`, { priority: 7 }));
    await on.kept.save();
    expect(on.written()).toBeLessThan(whole * 0.015);
  });

  it("everything is rewritten after as many changes as there are tasks: the store does not grow without end", async () => {
    const on = keeping(600);
    for (let round = 0; round < 12; round++) {
      for (let index = 0; index < 300; index++) on.change(`t${index}`, row(`t${index}`, { priority: round }));
      await on.kept.save();
    }
    expect(await on.loaded()).toEqual(on.store.tasks);
    const characters = [...on.values.values()].reduce((sum, text) => sum + text.length, 0);
    expect(characters).toBeLessThan(6 * CursorWriter.encode(on.store.position()).length);
  });

  it.each([
    ["a part is torn", (text: string) => text.slice(0, -9), "part 1 of 6 is cut off: its end is missing"],
    ["a part is damaged", (text: string) => text.replace("t7", "t8"), "part 1 of 6 is damaged: its checksum differs"],
    ["a part is gone", () => undefined, "part 1 of 6 is missing"],
    ["a part is another's", () => Cursor.sealed({ format: "x" }, []), "part 1 of 6 belongs to another cursor"],
  ])("%s: that is said, and which", async (_, damage, message) => {
    const on = keeping(600);
    await on.kept.save();
    const [name, text] = [...on.values].find(([key]) => key.endsWith(":0"))!;
    const damaged = damage(text);
    if (damaged === undefined) on.values.delete(name);
    else on.values.set(name, damaged);
    await expect(load(on.shelf, "key", "e1")).rejects.toThrow(message);
  });
});
