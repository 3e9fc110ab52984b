import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskEvent, WatchEvent } from "../../../src/watch/event/Event.ts";
import { eventsOf } from "../../../src/watch/event/eventsOf.ts";
import type { TaskRow } from "../../../src/watch/event/TaskRow.ts";
import * as Changes from "../../../src/watch/state/Changes.ts";
import { conflate } from "../../../src/watch/subscription/conflate.ts";
import { iterate } from "../../../src/watch/subscription/iterate.ts";
import { type Overflow, Subscription } from "../../../src/watch/subscription/Subscription.ts";
import { serve } from "../../../src/watch/subscription/serve.ts";
import { row, tasks } from "../rows.ts";

const time = "2030-01-01T00:00:00.000Z";
const context = { evaluationId: "e1", time, origin: "server", isInterrupted: false, replay: false } as const;

const taskEvents = fc
  .array(tasks, { minLength: 1, maxLength: 6 })
  .map((states) =>
    states.flatMap((next, index) =>
      [...Changes.diff(states[index - 1] ?? new Map(), next).values()].flatMap((change) => eventsOf(change, context)),
    ),
  );

const fold = (events: ReadonlyArray<WatchEvent>, from: ReadonlyMap<string, TaskRow> = new Map()) => {
  const rows = new Map(from);
  for (const event of events) {
    if (!("taskId" in event)) continue;
    if (event.current === null) rows.delete(event.taskId);
    else rows.set(event.taskId, event.current);
  }
  return rows;
};

const numbered = (count: number): ReadonlyArray<WatchEvent> =>
  Array.from({ length: count }, (_, index) => ({
    type: "watch.synced",
    id: `${index}`,
    time,
    evaluationId: "e1",
    tasks: index,
  }));

const open = (capacity = 1024, overflow: Overflow = "latest-per-task") => {
  const ends: Array<Error | undefined> = [];
  const subscription = new Subscription({ accepts: () => true, overflow, capacity }, (error) => ends.push(error));
  return { subscription, ends };
};

const takeAll = (subscription: Subscription) => {
  const taken: Array<WatchEvent> = [];
  for (let event = subscription.take(); event !== undefined; event = subscription.take()) taken.push(event);
  return taken;
};

describe("conflate", () => {
  it("fold(conflate(events)) = fold(events)", () => {
    fc.assert(
      fc.property(taskEvents, (events) => {
        expect(fold(conflate(events))).toEqual(fold(events));
      }),
    );
  });

  it("conflate(conflate(events)) = conflate(events), and joining in two goes is joining in one", () => {
    fc.assert(
      fc.property(taskEvents, fc.nat(), (events, at) => {
        const once = conflate(events);
        expect(conflate(once)).toEqual(once);
        const cut = at % (events.length + 1);
        const inTwo = conflate([...conflate(events.slice(0, cut)), ...events.slice(cut)]);
        expect(fold(inTwo)).toEqual(fold(events));
      }),
    );
  });

  it("conflate(events) = events, where no task has changed twice", () => {
    fc.assert(
      fc.property(tasks, tasks, (a, b) => {
        const events = [...Changes.diff(a, b).values()].flatMap((change) => eventsOf(change, context));
        expect(conflate(events)).toEqual(events);
      }),
    );
  });

  it("leaves one change of each task at most", () => {
    fc.assert(
      fc.property(taskEvents, (events) => {
        const changes = new Map<string, Set<unknown>>();
        for (const event of conflate(events)) {
          if (!("previous" in event) || !("taskId" in event)) continue;
          const seen = changes.get(event.taskId) ?? new Set();
          changes.set(event.taskId, seen.add(JSON.stringify([event.previous, event.current])));
        }
        for (const seen of changes.values()) expect(seen.size).toBe(1);
      }),
    );
  });
});

describe("Subscription", () => {
  it("gives what it was pushed, in order, whenever it is taken", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(20), fc.constant("take" as const)), { maxLength: 60 }), (commands) => {
        const { subscription } = open(100_000);
        const [pushed, taken]: [Array<WatchEvent>, Array<WatchEvent>] = [[], []];
        for (const move of commands) {
          if (move === "take") taken.push(...[subscription.take()].flatMap((event) => event ?? []));
          else {
            const events = numbered(move);
            pushed.push(...events);
            subscription.push(events);
          }
        }
        taken.push(...takeAll(subscription));
        expect(taken).toEqual(pushed);
      }),
    );
  });

  it("gives what was there before first, and takes no room for it", () => {
    const { subscription } = open(2, "drop-oldest");
    subscription.replay(numbered(5_000));
    subscription.push(numbered(3).slice(1));
    expect(subscription.size).toBe(2);
    expect(takeAll(subscription)).toHaveLength(5_002);
  });

  it("a change without gap comes right after the one that was given before it, for any joins meanwhile", () => {
    // Few tasks in few states, so that changes come to nothing.
    const states = fc.record({ id: fc.constantFrom("t1", "t2"), priority: fc.constantFrom(1, 2) });
    const commands = fc.array(fc.oneof(states, fc.constant("take" as const)), { maxLength: 40 });
    fc.assert(
      fc.property(commands, fc.integer({ min: 1, max: 3 }), (given, capacity) => {
        const { subscription } = open(capacity);
        const now = new Map<string, TaskRow>();
        const pushed = new Map<string, Array<TaskEvent>>();
        const places = new Map<string, number>();
        const check = (event: WatchEvent | undefined) => {
          if (event === undefined || !("previous" in event && "taskId" in event)) return;
          const changes = pushed.get(event.taskId)!;
          const place = places.get(event.taskId) ?? 0;
          const at = changes.findIndex(({ current }, index) => index >= place && current === event.current);
          if (!event.gap) expect(at).toBe(place);
          places.set(event.taskId, at + 1);
        };
        for (const each of given) {
          if (each === "take") {
            check(subscription.take());
            continue;
          }
          const previous = now.get(each.id);
          const next = row(each.id, { priority: each.priority });
          now.set(each.id, next);
          const change = Changes.between(previous, next);
          const events = change === undefined ? [] : eventsOf(change, { ...context, isInterrupted: false });
          if (events.length === 0) continue;
          expect(events).toHaveLength(1);
          pushed.set(each.id, [...(pushed.get(each.id) ?? []), events[0] as TaskEvent]);
          subscription.push(events);
        }
        takeAll(subscription).forEach(check);
      }),
      { numRuns: 1_000 },
    );
  });

  it("ended, it gives what waits and then its error, once; closed, nothing", () => {
    const ended = open();
    ended.subscription.push(numbered(2));
    ended.subscription.end(new Error("401"));
    ended.subscription.push(numbered(9));
    expect(ended.ends).toEqual([]);
    expect(takeAll(ended.subscription)).toHaveLength(2);
    expect(ended.ends.map(String)).toEqual(["Error: 401"]);
    const closed = open();
    closed.subscription.push(numbered(2));
    closed.subscription.close();
    closed.subscription.close();
    expect([takeAll(closed.subscription), closed.ends]).toEqual([[], [undefined]]);
  });

  it("a capacity of less than one is refused", () => {
    expect(() => open(0)).toThrow("capacity");
  });

  it("serve: all interleavings of emitting and slow serving give the same events in the same order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (scheduler, count) => {
        const { subscription, ends } = open();
        const served: Array<string> = [];
        let atWork = 0;
        serve(
          subscription,
          async (event) => {
            expect(++atWork).toBe(1);
            await scheduler.schedule(Promise.resolve(), `serve ${event.id}`);
            served.push(event.id);
            atWork--;
          },
          (error) => {
            throw error;
          },
        );
        const pushed: Array<string> = [];
        for (const event of numbered(count)) {
          void scheduler.schedule(Promise.resolve(), `emit ${event.id}`).then(() => {
            pushed.push(event.id);
            subscription.push([event]);
          });
        }
        await scheduler.waitFor(
          (async () => {
            while (served.length < count) await scheduler.schedule(Promise.resolve(), "context");
          })(),
        );
        expect(served).toEqual(pushed);
        subscription.end();
        await scheduler.waitIdle();
        expect(ends).toEqual([undefined]);
      }),
    );
  });

  it("iterate: several callers at once are answered in their order, and the end reaches all", async () => {
    const { subscription } = open();
    const iterator = iterate(subscription);
    const answers = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
    subscription.push(numbered(2));
    subscription.end(new Error("401"));
    const settled = await Promise.allSettled(answers);
    expect(
      settled.map((each) => (each.status === "fulfilled" ? (each.value.value?.id ?? "done") : String(each.reason))),
    ).toEqual(["0", "1", "Error: 401", "done"]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });
});
