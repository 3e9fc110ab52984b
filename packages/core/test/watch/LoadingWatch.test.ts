import * as Effect from "effect/Effect";
import { expect, it } from "vitest";
import { SgpError } from "../../src/client/SgpError.ts";
import type { WatchEvent } from "../../src/watch/event/Event.ts";
import { LoadingWatch } from "../../src/watch/LoadingWatch.ts";
import type { WatchOptions } from "../../src/watch/WatchOptions.ts";
import * as Options from "../../src/watch/WatchOptions.ts";
import { brief, record, stage } from "./watching.ts";

/** A watch of a platform with tasks, whose poller comes when `arrive` is called. */
const loading = (count: number, options: WatchOptions = {}) => {
  const { clock, platform, watch } = stage(count);
  const loads: Array<PromiseWithResolvers<string>> = [];
  const load = Effect.tryPromise({
    try: () => {
      loads.push(Promise.withResolvers());
      return loads.at(-1)!.promise;
    },
    catch: (error) => new SgpError({ reason: { _tag: "Unreachable", description: String(error) } }),
  });
  let opened = 0;
  const since = Options.since("e1", options);
  const facts = {
    kind: "v4",
    evaluationId: "e1",
    clock,
    since,
    cursor: options.cursor,
    signal: options.signal,
    readyMillis: undefined,
    requestsPerMinute: 60,
  } as const;
  const made = new LoadingWatch(
    load,
    () => {
      opened++;
      return watch(options);
    },
    facts,
  );
  return {
    clock,
    platform,
    watch: made,
    opened: () => opened,
    loads,
    arrive: async () => {
      loads.at(-1)!.resolve("here");
      await clock.advance(0);
    },
  };
};

const reason = async (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error) => error.reason._tag,
  );

it("shows nothing and connects until it is loaded, and then what is there", async () => {
  const { clock, watch, arrive } = loading(2);
  const before = watch.snapshot();
  expect([before.status._tag, before.tasks.size, watch.stats().requests]).toEqual(["connecting", 0, 0]);
  expect(watch.capabilities).toEqual({ assignments: true, deadlines: true, pointReads: true });
  expect(watch.snapshot()).toBe(before);
  await arrive();
  await clock.until(watch.ready);
  expect([watch.status._tag, watch.snapshot().tasks.size, watch.stats().tasks]).toEqual(["synced", 2, 2]);
  await watch.close();
  expect([watch.status._tag, clock.pending]).toEqual(["closed", 0]);
});

it("serves those who subscribed before as those who subscribe at once", async () => {
  const { clock, watch, arrive } = loading(2);
  const events = record(watch);
  const iterated: Array<WatchEvent> = [];
  const iterating = (async () => {
    for await (const event of watch) iterated.push(event);
  })();
  let changes = 0;
  watch.onChange(() => changes++);
  await arrive();
  await clock.until(watch.ready);
  await clock.advance(0);
  expect(changes).toBeGreaterThan(0);
  expect(brief(events)).toEqual(["evaluation.progressed", "task.added t1", "task.added t2", "watch.synced"]);
  await watch.close();
  await iterating;
  expect(iterated).toEqual(events);
});

it("begins from its cursor: the tasks are shown at once, and the cursor is the same until it is loaded", async () => {
  const first = stage(2);
  const earlier = first.watch();
  await first.clock.until(earlier.ready);
  const cursor = earlier.cursor();
  await earlier.close();
  const { clock, platform, watch, arrive } = loading(2, { cursor });
  expect([...watch.snapshot().tasks.keys()]).toEqual(["t1", "t2"]);
  expect(watch.cursor()).toBe(cursor);
  platform.set("t2", { status: "COMPLETED" });
  const events = record(watch, { types: ["task.status_changed", "task.added"] });
  await arrive();
  await clock.until(watch.ready);
  await clock.advance(0);
  expect(brief(events)).toEqual(["task.status_changed t2"]);
  await watch.close();
});

it("refuses options of a subscription at once", async () => {
  const { watch } = loading(1);
  expect(() => watch.subscribe(() => undefined, { types: ["task.eaten" as "task.added"] })).toThrow("types[0]");
  expect(() => watch.events({ capacity: 0 })[Symbol.asyncIterator]()).toThrow("capacity");
  await watch.close();
});

it("is degraded while the load fails, and tries again after one second, then two, by its clock", async () => {
  const { clock, watch, loads, arrive } = loading(1);
  const seen: Array<string> = [];
  watch.onChange(() => seen.push(watch.status._tag));
  loads[0]!.reject(new TypeError("Failed to fetch"));
  await clock.advance(0);
  expect(watch.status).toMatchObject({ _tag: "degraded", error: { reason: { _tag: "Unreachable" } } });
  const { since } = watch.status;
  await clock.advance(999);
  expect(loads.length).toBe(1);
  await clock.advance(1);
  expect(loads.length).toBe(2);
  loads[1]!.reject(new TypeError("Failed to fetch"));
  await clock.advance("2 seconds");
  expect([loads.length, watch.status.since]).toEqual([3, since]);
  await arrive();
  await clock.until(watch.ready);
  expect(seen.slice(0, 2)).toEqual(["degraded", "degraded"]);
  expect(seen.at(-1)).toBe("synced");
  await watch.close();
});

it("closed before it is loaded it never polls: all subscribers are notified, and nothing is left", async () => {
  const { clock, watch, opened, arrive } = loading(1);
  const ended: Array<unknown> = [];
  watch.subscribe(() => undefined, { onEnd: (error) => ended.push(error) });
  const iterator = watch[Symbol.asyncIterator]();
  const next = iterator.next();
  await watch.close();
  await watch.close();
  expect(await next).toEqual({ done: true, value: undefined });
  expect([await reason(watch.ready), ended, watch.status._tag]).toEqual(["Aborted", [undefined], "closed"]);
  watch.subscribe(() => undefined, { onEnd: (error) => ended.push(error) });
  expect(ended.length).toBe(2);
  await arrive();
  expect([opened(), clock.pending]).toEqual([0, 0]);
});

it("closed while it waits to load again, nothing is left", async () => {
  const { clock, watch, loads } = loading(1);
  loads[0]!.reject(new TypeError("Failed to fetch"));
  await clock.advance(0);
  expect(clock.pending).toBe(1);
  await watch.close();
  expect(clock.pending).toBe(0);
});

it("a signal that aborts before it is loaded closes it, and one aborted before closes it at once", async () => {
  const abort = new AbortController();
  const { watch, opened, arrive } = loading(1, { signal: abort.signal });
  abort.abort();
  expect(await reason(watch.ready)).toBe("Aborted");
  await arrive();
  expect(opened()).toBe(0);
  expect(loading(1, { signal: AbortSignal.abort() }).watch.status._tag).toBe("closed");
});

it("a subscription that ended before it is loaded is not served, and a loop that is left waits for nothing", async () => {
  const { clock, watch, arrive } = loading(1);
  const abort = new AbortController();
  const events: Array<WatchEvent> = [];
  const ended: Array<string> = [];
  const listener = (event: WatchEvent) => events.push(event);
  watch.subscribe(listener, { onEnd: () => ended.push("undone") })();
  watch.subscribe(listener, { signal: abort.signal, onEnd: () => ended.push("aborted") });
  abort.abort();
  watch.onChange(() => ended.push("changed"))();
  const iterator = watch[Symbol.asyncIterator]();
  const next = iterator.next();
  expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
  expect(await next).toEqual({ done: true, value: undefined });
  expect(ended).toEqual(["undone", "aborted"]);
  await arrive();
  await clock.advance("1 minute");
  expect(events).toEqual([]);
  await watch.close();
});

it("takes writes that were made elsewhere as soon as it is loaded, and says that it cannot before", async () => {
  const { clock, watch, arrive } = loading(2);
  const patches = [{ taskId: "t1", fields: { assigned_to: "ada" } }];
  const write = { id: "1", phase: "succeeded", touched: ["t1"], isSweeping: false, patches } as const;
  expect(watch.hear).toBeUndefined();
  await arrive();
  await clock.until(watch.ready);
  watch.hear?.(write);
  expect(watch.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
  await watch.close();
});

it("rests once it is loaded when all listeners have left", async () => {
  const { clock, watch, platform, arrive } = loading(1);
  watch.subscribe(() => undefined)();
  await arrive();
  await clock.advance("10 minutes");
  expect([clock.pending, platform.inFlight]).toEqual([0, 0]);
  const events = record(watch);
  await clock.advance("1 minute");
  expect(brief(events)).toContain("task.added t1");
  await watch.close();
});
