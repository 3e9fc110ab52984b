/** Promises 4, 10 and 14: a passing failure ends nothing, and what users give keeps nothing from ending. */
import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "eventemitter3";
import { describe, expect, it } from "vitest";
import { toEmitter } from "../../../src/emitter.ts";
import { SGPClient, type SgpError } from "../../../src/index.ts";
import type { Fault } from "../../../src/testing/ScriptedPlatform.ts";
import { SimulatedClock } from "../../../src/testing.ts";
import { apis, record, stage, withWatch } from "../watching.ts";

const failing = (tag: "Unauthorized" | "Forbidden" | "NotFound"): Fault => ({ _tag: "Fail", reason: { _tag: tag } });

describe.each(apis)("on %s", (api) => {
  it.each(["Unauthorized", "Forbidden", "NotFound"] as const)(
    "one %s of a front end does not end the watch",
    async (tag) => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        platform.faultsOf.evaluation = [failing(tag)];
        platform.faultsOf.page = tag === "NotFound" ? [] : [failing(tag)];
        await clock.advance("2 minutes");
        expect(live.status._tag).toBe("synced");
        expect(events.map(({ type }) => type)).toContain("watch.recovered");
      });
    },
  );

  it.each(["Unauthorized", "Forbidden", "NotFound"] as const)(
    "%s ends it when it is said again and again",
    async (tag) => {
      await withWatch({ api, count: 2 }, async ({ clock, platform, live }) => {
        await clock.until(live.ready);
        const since = clock.now();
        platform.faultsOf.evaluation = Array.from({ length: 9 }, () => failing(tag));
        platform.faultsOf.page = Array.from({ length: 9 }, () => failing(tag));
        let ended = 0;
        const onEnd = () => {
          ended = clock.now() - since;
        };
        live.subscribe(() => undefined, { onEnd });
        await clock.advance("2 minutes");
        expect(live.status).toMatchObject({ _tag: "closed", error: { reason: { _tag: tag } } });
        expect(ended).toBeGreaterThan(4_000);
        expect(ended).toBeLessThan(90_000);
      });
    },
  );
});

it("a key provider that fails once is asked again, and says what failed meanwhile", async () => {
  const clock = new SimulatedClock();
  let asked = 0;
  const apiKey = async () => {
    asked++;
    if (asked === 4) throw new Error("the token endpoint answered 503");
    return "a key";
  };
  const evaluation = {
    id: "e1",
    name: "E",
    status: "PENDING",
    total_test_case_result_count: 0,
    completed_test_case_result_count: 0,
  };
  const page = { items: [], current_page: 1, items_per_page: 1000, total_item_count: 0 };
  const fetch = async (url: string) => Response.json(url.includes("/test-case-results") ? page : evaluation);
  const client = new SGPClient({ apiKey, fetch, clock });
  await using watch = client.watch("e1");
  const events = record(watch);
  await clock.until(watch.ready);
  await clock.advance("2 minutes");
  expect(asked).toBeGreaterThan(5);
  expect(watch.status._tag).toBe("synced");
  const degraded = events.find(({ type }) => type === "watch.degraded");
  expect(degraded).toMatchObject({
    error: {
      reason: "Unreachable",
      message: expect.stringContaining("apiKey() failed: the token endpoint answered 503"),
    },
  });
});

it("a write whose key was not available was not sent, and says nothing else", async () => {
  const client = new SGPClient({
    apiKey: async () => Promise.reject(new Error("no session")),
    fetch: fetch,
    maxRetries: 0,
  });
  const error = await client.evaluations.claimTask("e1").catch((failure: SgpError) => failure);
  expect(error).toMatchObject({ reason: { _tag: "Unreachable" } });
  expect((error as SgpError).message).not.toContain("carried out");
  expect((error as SgpError).inDoubt).not.toBe(true);
});

it("a throwing onEnd keeps neither close() nor the end of the others from coming", async () => {
  const on = stage(1);
  const live = on.watch();
  const ends: Array<string> = [];
  live.subscribe(() => undefined, {
    onEnd: () => {
      throw new Error("onEnd throws");
    },
  });
  live.subscribe(() => undefined, { onEnd: () => void ends.push("other") });
  const emitter = toEmitter(live);
  emitter.on("end", () => {
    throw new Error("end throws");
  });
  await on.clock.until(live.ready);
  const iterated = (async () => {
    for await (const _ of live);
    ends.push("iterator");
  })();
  await live.close();
  await iterated;
  expect(ends.sort()).toEqual(["iterator", "other"]);
  expect(live.stats().subscribers).toBe(0);
  expect(live.stats().issues.filter(({ kind }) => kind === "listener-failed")).toHaveLength(1);
  expect(emitter.listenerCount("end")).toBe(0);
  expect(emitter).toBeInstanceOf(EventEmitter);
});

it("an environment that throws is reported and taken for visible and online", async () => {
  const on = stage(1);
  const environment = {
    isVisible: () => {
      throw new Error("no document");
    },
    isOnline: () => true,
    subscribe: () => () => {
      throw new Error("gone");
    },
  };
  const live = on.watch({ environment });
  await on.clock.until(live.ready);
  expect(live.stats().issues.map(({ kind }) => kind)).toContain("listener-failed");
  await live.close();
  expect(live.status._tag).toBe("closed");
});

it("a listener runs in the async context in which it subscribed, for any opener of the watch", async () => {
  const trace = new AsyncLocalStorage<string>();
  const on = stage(1);
  const live = trace.run("first", () => on.watch());
  const seen: Record<string, Set<string | undefined>> = {
    first: new Set(),
    second: new Set(),
    change: new Set(),
    end: new Set(),
  };
  const note = (name: string) => () => void seen[name]!.add(trace.getStore());
  trace.run("first", () => live.subscribe(note("first")));
  trace.run("second", () => live.subscribe(note("second"), { onEnd: note("end") }));
  trace.run("third", () => live.onChange(note("change")));
  await on.clock.until(live.ready);
  on.platform.claim("t1", "ada", 60_000);
  await on.clock.advance("1 minute");
  await live.close();
  expect(seen).toEqual({
    first: new Set(["first"]),
    second: new Set(["second"]),
    change: new Set(["third"]),
    end: new Set(["second"]),
  });
});
