import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskEvent, WatchEvent } from "../../../src/watch/event/Event.ts";
import { eventsOf } from "../../../src/watch/event/eventsOf.ts";
import * as Changes from "../../../src/watch/state/Changes.ts";
import { Store } from "../../../src/watch/state/Store.ts";
import { conflate } from "../../../src/watch/subscription/conflate.ts";
import { row, tasks } from "../rows.ts";

const time = "2030-01-01T00:00:00.000Z";
const context = { evaluationId: "e1", time, origin: "server", isInterrupted: false, replay: false } as const;

const storeOf = (initial: Changes.Tasks) =>
  new Store(
    { evaluationId: "e1", evaluation: undefined, tasks: initial, status: { _tag: "connecting", since: time } },
    () => undefined,
  );

const eventsBetween = (a: Changes.Tasks, b: Changes.Tasks): ReadonlyArray<TaskEvent> =>
  [...Changes.diff(a, b).values()].flatMap((change) => eventsOf(change, context));

/** The first and last reported state of each task. */
const reported = (events: ReadonlyArray<WatchEvent>) =>
  new Map(
    events.flatMap((event) =>
      "taskId" in event && "previous" in event ? [[event.taskId, [event.previous, event.current]]] : [],
    ),
  );

describe("Changes", () => {
  it("a store of a that applies diff(a, b) holds b", () => {
    fc.assert(
      fc.property(tasks, tasks, (a, b) => {
        const store = storeOf(a);
        store.apply(Changes.diff(a, b), context);
        expect(store.tasks).toEqual(b);
      }),
    );
  });

  it("diff(a, a) = none, also for an equal copy", () => {
    fc.assert(
      fc.property(tasks, (a) => {
        const copy = new Map([...a].map(([id, one]) => [id, { ...one }]));
        expect(Changes.diff(a, a)).toBe(Changes.none);
        expect(Changes.diff(a, copy)).toBe(Changes.none);
      }),
    );
  });

  it("the events of diff(a, b) and diff(b, c), conflated, report diff(a, c)", () => {
    fc.assert(
      fc.property(tasks, tasks, tasks, (a, b, c) => {
        const waiting = [...eventsBetween(a, b), ...eventsBetween(b, c)];
        expect(reported(conflate(waiting))).toEqual(reported(eventsBetween(a, c)));
      }),
    );
  });

  it("any number of conflations on the way gives the same in the end", () => {
    fc.assert(
      fc.property(tasks, tasks, tasks, tasks, (a, b, c, d) => {
        const [ab, bc, cd] = [eventsBetween(a, b), eventsBetween(b, c), eventsBetween(c, d)];
        const stepwise = conflate([...conflate([...ab, ...bc]), ...cd]);
        expect(reported(stepwise)).toEqual(reported(conflate([...ab, ...bc, ...cd])));
      }),
    );
  });

  it("a row that has not changed stays the same object", () => {
    const [kept, old, young] = [row("kept"), row("moved"), row("moved", { status: "COMPLETED" })];
    const a = new Map([kept, old].map((one) => [one.id, one]));
    const b = new Map([{ ...kept }, young].map((one) => [one.id, one]));
    const store = storeOf(a);
    store.apply(Changes.diff(a, b), context);
    expect(store.tasks.get("kept")).toBe(kept);
    expect(store.tasks.get("moved")).toBe(young);
  });

  it("additions and updates come in the order of the new collection, removals after them in the order of the old", () => {
    const a = new Map([row("1"), row("2"), row("3")].map((one) => [one.id, one]));
    const b = new Map([row("4"), row("2", { priority: 9 })].map((one) => [one.id, one]));
    expect([...Changes.diff(a, b)].map(([id, change]) => `${change._tag} ${id}`)).toEqual([
      "Added 4",
      "Updated 2",
      "Removed 1",
      "Removed 3",
    ]);
  });
});
