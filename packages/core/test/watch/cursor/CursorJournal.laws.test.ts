import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Cursor from "../../../src/watch/cursor/Cursor.ts";
import { CursorJournal } from "../../../src/watch/cursor/CursorJournal.ts";
import * as CursorWriter from "../../../src/watch/cursor/CursorWriter.ts";
import type { EventContext } from "../../../src/watch/event/eventsOf.ts";
import * as Changes from "../../../src/watch/state/Changes.ts";
import { Store } from "../../../src/watch/state/Store.ts";
import { Subscription } from "../../../src/watch/subscription/Subscription.ts";
import { row } from "../rows.ts";

const context: EventContext = {
  evaluationId: "e1",
  time: "2030-01-01T00:00:00.000Z",
  origin: "server",
  isInterrupted: false,
  replay: false,
};

const taskCount = 2_600;

/** A store with a consumer that was given a change of every task, and has handled none. */
const behindWithAll = () => {
  const tasks = new Map(Array.from({ length: taskCount }, (_, index) => [`t${index}`, row(`t${index}`, {})]));
  const status = { _tag: "connecting", since: "" } as const;
  const store = new Store({ evaluationId: "e1", evaluation: undefined, tasks, status }, () => undefined);
  const consumer = new Subscription(
    { accepts: () => true, overflow: "latest-per-task", capacity: 10 * taskCount },
    () => undefined,
  );
  consumer.onFinish = (event) => store.consumers.moved(event);
  const journal = new CursorJournal(store);
  store.consumers.add(consumer);
  store.add(consumer);
  const change = (indices: Iterable<number>, priority: number) => {
    const changes = new Map<string, Changes.Change>();
    for (const index of indices) {
      const next = row(`t${index}`, { priority });
      const one = Changes.between(store.tasks.get(next.id), next);
      if (one !== undefined) changes.set(next.id, one);
    }
    store.apply(changes, context);
  };
  change(Array(taskCount).keys(), 100);
  return {
    journal,
    change,
    handle: (count: number) => {
      for (let index = 0; index < count; index++) {
        const event = consumer.take();
        if (event !== undefined) consumer.finish(event);
      }
    },
    position: () => store.consumers.position(() => store.position()),
  };
};

type World = ReturnType<typeof behindWithAll>;

const step = fc.oneof(
  fc.record({ handle: fc.nat(40) }),
  fc.record({ change: fc.array(fc.nat(taskCount - 1), { maxLength: 5 }) }),
  fc.constant({}),
);

/** Reads all portions; between two of them something happens. */
const readAll = (world: World, steps: ReadonlyArray<object>, onPortion: (lines: ReadonlyArray<string>) => void) => {
  const lines: Array<string> = [];
  let [turn, priority] = [0, 200];
  while (world.journal.hasNews)
    for (const portion of world.journal.portions()) {
      onPortion(portion.lines);
      lines.push(...portion.lines);
      const one: { readonly handle?: number; readonly change?: ReadonlyArray<number> } = steps[turn++] ?? {};
      if (one.handle !== undefined) world.handle(one.handle);
      if (one.change !== undefined) world.change(one.change, priority++);
    }
  return lines;
};

const decoded = (lines: ReadonlyArray<string>) => Cursor.decode(Cursor.join("e1", undefined, lines), "e1");

describe("CursorJournal", () => {
  it("however tasks and consumers move between portions: all together are the position; each line is right when it is given", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(step, { maxLength: 40 }), (first, second) => {
        const world = behindWithAll();
        const check = (lines: ReadonlyArray<string>) => {
          const { tasks, announced, owed } = world.position();
          const owedTo = (id: string) => owed.filter((event) => "taskId" in event && event.taskId === id);
          for (const line of lines) {
            const { id } = JSON.parse(line) as { readonly id: string };
            expect(line).toBe(JSON.stringify(CursorWriter.entryOf(id, tasks.get(id), announced.get(id), owedTo(id))));
          }
        };
        const lines = readAll(world, first, check);
        expect(decoded(lines).tasks).toEqual(world.position().tasks);
        world.handle(30);
        world.change([1, 2, 3], 9_999);
        lines.push(...readAll(world, second, check));
        expect(decoded(lines)).toEqual(decoded(CursorWriter.encode(world.position()).split("\n").slice(1, -1)));
        expect(world.journal.hasNews).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it("a portion looks at no more events than a slice, however many wait", () => {
    const world = behindWithAll();
    const portions = [...world.journal.portions()];
    // Slices of the look at what waits come first, without lines.
    expect(portions.findIndex(({ lines }) => lines.length > 0)).toBeGreaterThanOrEqual(taskCount / 1_000 - 1);
  });

  it("a task that moves between any two portions does not keep it from coming to an end", () => {
    const world = behindWithAll();
    let portions = 0;
    for (const _ of world.journal.portions()) {
      if (++portions > 60) break;
      world.change([7], portions + 1_000);
    }
    expect(portions).toBeLessThanOrEqual(60);
    expect(world.journal.hasNews).toBe(true);
    const [rest] = world.journal.portions();
    expect(rest!.lines).toHaveLength(1);
  });
});
