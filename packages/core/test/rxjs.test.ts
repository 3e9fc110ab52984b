import { debounceTime, firstValueFrom, from, groupBy, mergeMap, of, take, toArray } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { describe, expect, expectTypeOf, it } from "vitest";
import { expiring$, fromWatch, ofType, statusChanges$, taskEvents$, tasks$ } from "../src/rxjs.ts";
import type { AssignmentExpiring, TaskEvent, TaskStatusChanged, WatchEvent } from "../src/watch/event/Event.ts";
import type { Watch } from "../src/watch/Watch.ts";
import type { SubscribeOptions, WatchOptions } from "../src/watch/WatchOptions.ts";
import { row } from "./watch/rows.ts";
import { brief, stage } from "./watch/watching.ts";

const base = { time: "2030-01-01T00:00:00.000Z", evaluationId: "e1" };
const of1 = { ...base, taskId: "1", gap: false, origin: "server" } as const;
const [open, done] = [row("1"), row("1", { status: "COMPLETED" })];
const lease = { taskId: "1", assignee: "ada", expiresAt: "2030-01-01T01:00:00Z" };

const marbles: Record<string, WatchEvent> = {
  a: { ...of1, type: "task.added", id: "a", previous: null, current: open, replay: true },
  s: { ...of1, type: "task.status_changed", id: "s", previous: open, current: done },
  y: { ...base, type: "watch.synced", id: "y", tasks: 1 },
  x: {
    ...of1,
    type: "assignment.expiring",
    id: "x",
    lease,
    current: open,
    leadMillis: 600_000,
    errorMillis: 3,
    seenAt: null,
  },
};

/** A client whose watch emits the events of a marble diagram; it notes how it was watched. */
const scripted = (scheduler: Pick<typeof TestScheduler.prototype, "createColdObservable">, diagram: string) => {
  const asked: Array<WatchOptions | undefined> = [];
  let open = 0;
  const client = {
    watch: (_: string, options?: WatchOptions): Watch => {
      asked.push(options);
      open++;
      return {
        subscribe: (listener: (event: never) => unknown, { types, onEnd }: SubscribeOptions = {}) => {
          const subscription = scheduler.createColdObservable(diagram, marbles, new Error("401")).subscribe({
            next: (event) => {
              if (types === undefined || types.includes(event.type)) listener(event as never);
            },
            complete: () => onEnd?.(),
            error: (error: Error) => onEnd?.(error),
          });
          return () => subscription.unsubscribe();
        },
        close: async () => void open--,
      } as unknown as Watch;
    },
  };
  return { client, asked, open: () => open };
};

const run = (body: Parameters<TestScheduler["run"]>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(body);

describe("rxjs, in marbles", () => {
  it("taskEvents$ passes on what concerns tasks, and ends as the watch ends", () => {
    run((helpers) => {
      const seen = scripted({ createColdObservable: helpers.cold as never }, "-y-a-s-x-|");
      helpers.expectObservable(taskEvents$(seen.client, "e1")).toBe("---a-s-x-|", marbles);
      const failed = scripted({ createColdObservable: helpers.cold as never }, "-a-#");
      helpers.expectObservable(taskEvents$(failed.client, "e1")).toBe("-a-#", marbles, new Error("401"));
    });
  });

  it("taskEvents$ closes its watch when its last observer leaves", () => {
    const worlds: Array<ReturnType<typeof scripted>> = [];
    run((helpers) => {
      const seen = scripted({ createColdObservable: helpers.cold as never }, "-a-s-x-|");
      worlds.push(seen);
      helpers.expectObservable(taskEvents$(seen.client, "e1"), "----!").toBe("-a-s", marbles);
      helpers.expectObservable(taskEvents$(seen.client, "e1").pipe(take(1))).toBe("-(a|)", marbles);
    });
    expect(worlds.map((seen) => [seen.asked.length, seen.open()])).toEqual([[2, 0]]);
  });

  it("statusChanges$ and expiring$ pass on theirs, and expiring$ requests only its lead", () => {
    const asked: Array<WatchOptions | undefined> = [];
    run((helpers) => {
      const seen = scripted({ createColdObservable: helpers.cold as never }, "-y-a-s-x-|");
      helpers.expectObservable(statusChanges$(seen.client, "e1")).toBe("-----s---|", marbles);
      helpers.expectObservable(expiring$(seen.client, "e1", { within: "10 minutes" })).toBe("-------x-|", marbles);
      helpers.flush();
      asked.push(...seen.asked);
    });
    expect(asked[1]).toMatchObject({ expiring: ["10 minutes"] });
  });

  it("an open watch shows each task's last event once it is quiet, as the guide has it", () => {
    run((helpers) => {
      const seen = scripted({ createColdObservable: helpers.cold as never }, "-y-a-s----x------");
      const quiet$ = taskEvents$(seen.client, "e1").pipe(
        groupBy((event) => event.taskId),
        mergeMap((task$) => task$.pipe(debounceTime(3))),
      );
      helpers.expectObservable(quiet$).toBe("--------s----x---", marbles);
    });
  });

  it("ofType keeps its types", () => {
    run(({ cold, expectObservable }) => {
      const events = cold("-y-a-s-x-|", marbles);
      expectObservable(events.pipe(ofType("watch.synced", "assignment.expiring"))).toBe("-y-----x-|", marbles);
    });
  });
});

describe("rxjs, over a real watch", () => {
  const client = (on: ReturnType<typeof stage>) => ({
    watch: (_: string, options?: WatchOptions) => on.watch(options),
  });

  it("one poller serves all observables, and nothing is left when they are unsubscribed", async () => {
    const on = stage(2);
    const seen: Array<TaskEvent> = [];
    const maps: Array<number> = [];
    const subscriptions = [
      taskEvents$(client(on), "e1").subscribe((event) => seen.push(event)),
      tasks$(client(on), "e1").subscribe((tasks) => maps.push(tasks.size)),
      statusChanges$(client(on), "e1").subscribe(),
    ];
    await on.clock.advance("10 seconds");
    on.platform.add("t3");
    await on.clock.advance("1 minute");
    expect(brief(seen)).toEqual(["task.added t1", "task.added t2", "task.added t3"]);
    expect(maps).toEqual([2, 3]);
    expect(on.platform.mostInFlight).toBe(1);
    for (const subscription of subscriptions) subscription.unsubscribe();
    await on.clock.advance("1 second");
    expect([on.clock.pending, on.platform.writers, on.tab.listeners]).toEqual([0, 0, 0]);
  });

  it("expiring$ emits each lease once when less than `within` is left, and those already that near first", async () => {
    const on = stage(2);
    on.platform.claim("t1", "ada", 5 * 60_000);
    on.platform.claim("t2", "ada", 20 * 60_000);
    const seen: Array<AssignmentExpiring> = [];
    const subscription = expiring$(client(on), "e1", { within: "10 minutes" }).subscribe((event) => seen.push(event));
    await on.clock.advance("1 minute");
    expect(brief(seen)).toEqual(["assignment.expiring t1"]);
    await on.clock.advance("30 minutes");
    expect(brief(seen)).toEqual(["assignment.expiring t1", "assignment.expiring t2"]);
    subscription.unsubscribe();
  });

  it("from(watch) and fromWatch(watch) see the same, and leave the watch open", async () => {
    const on = stage(1);
    await using live = on.watch();
    const both = Promise.all([
      firstValueFrom(from(live).pipe(take(3), toArray())),
      firstValueFrom(fromWatch(live).pipe(take(3), toArray())),
    ]);
    await on.clock.advance("10 seconds");
    const [one, other] = await both;
    expect(one).toEqual(other);
    expect(live.status._tag).not.toBe("closed");
  });

  it("what ends the watch is an error, closing it completes", async () => {
    const on = stage(1);
    on.platform.faultsOf.evaluation = [{ _tag: "Fail", reason: { _tag: "Unauthorized" } }];
    const ends: Array<unknown> = [];
    taskEvents$(client(on), "e1").subscribe({ error: (error) => ends.push(error.reason._tag) });
    tasks$(client(on), "e1").subscribe({ error: (error) => ends.push(error.reason._tag) });
    await on.clock.advance("1 second");
    expect(ends.sort()).toEqual(["Unauthorized", "Unauthorized"]);
    const live = on.watch();
    fromWatch(live).subscribe({ complete: () => ends.push("complete") });
    await live.close();
    expect(ends.at(-1)).toBe("complete");
  });

  it("tasks$ completes when its watch is closed, also before it was ready", async () => {
    const on = stage(1);
    const controller = new AbortController();
    const ends: Array<string> = [];
    tasks$(client(on), "e1", { signal: controller.signal }).subscribe({ complete: () => ends.push("complete") });
    controller.abort();
    await on.clock.advance("1 second");
    expect(ends).toEqual(["complete"]);
  });

  it("knows the types of events", () => {
    const on = stage();
    expectTypeOf(taskEvents$(client(on), "e1", { types: ["task.status_changed"] })).toMatchTypeOf(
      of<TaskStatusChanged>(),
    );
    expectTypeOf(taskEvents$(client(on), "e1")).toMatchTypeOf(of<TaskEvent>());
    expectTypeOf(fromWatch).returns.toMatchTypeOf(of<WatchEvent>());
    expect(on.platform.requests).toEqual([]);
  });
});
