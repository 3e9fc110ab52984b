import { describe, expect, expectTypeOf, it } from "vitest";
import { toEmitter } from "../src/emitter.ts";
import type { AssignmentExpired, WatchEvent } from "../src/watch/event/Event.ts";
import { brief, record, stage, withWatch } from "./watch/watching.ts";

describe("emitter", () => {
  it("emits each event under its type and under `event`, first what is there", async () => {
    await withWatch({ count: 2 }, async ({ clock, platform, live }) => {
      await clock.until(live.ready);
      const emitter = toEmitter(live);
      const all: Array<WatchEvent> = [];
      const added: Array<string> = [];
      emitter.on("event", (event) => all.push(event));
      emitter.on("task.added", ({ taskId, replay }) => added.push(`${taskId} ${replay}`));
      emitter.once("assignment.created", ({ lease }) => added.push(lease.assignee));
      platform.claim("t1", "ada", 600_000);
      platform.claim("t2", "bob", 600_000);
      await clock.advance("10 seconds");
      expect(brief(all)).toEqual(["task.added t1", "task.added t2", "assignment.created t1", "assignment.created t2"]);
      expect(added).toEqual(["t1 true", "t2 true", "ada"]);
    });
  });

  it("close ends the emitter and not the watch; the end of the watch ends the emitter with its error", async () => {
    const on = stage(1);
    await using live = on.watch();
    const ends: Array<unknown> = [];
    const [closed, ended] = [toEmitter(live), toEmitter(live)];
    closed.on("end", (error) => ends.push(error));
    ended.on("end", (error) => ends.push(error));
    await on.clock.until(live.ready);
    closed.close();
    expect(ends).toEqual([undefined]);
    expect(closed.eventNames()).toEqual([]);
    on.platform.faultsOf.evaluation = Array.from({ length: 6 }, () => ({
      _tag: "Fail",
      reason: { _tag: "Forbidden" },
    }));
    await on.clock.advance("5 minutes");
    expect(ends.slice(1)).toMatchObject([{ reason: { _tag: "Forbidden" } }]);
  });

  it("a listener that throws is reported, and disturbs no other subscriber of the watch", async () => {
    await withWatch({ count: 2 }, async ({ clock, live, events }) => {
      const emitter = toEmitter(live);
      emitter.on("task.added", () => {
        throw new Error("no");
      });
      const others = record(live);
      await clock.until(live.ready);
      expect(others).toEqual(events);
      expect(live.stats().issues.map(({ kind, count }) => [kind, count])).toEqual([["listener-failed", 2]]);
    });
  });

  it("knows the types of events", async () => {
    const on = stage();
    await using live = on.watch();
    const emitter = toEmitter(live);
    emitter.on("assignment.expired", (event) => expectTypeOf(event).toEqualTypeOf<AssignmentExpired>());
    // @ts-expect-error no such event
    emitter.on("assignment.lost", () => undefined);
    expect(emitter.eventNames()).toContain("assignment.expired");
  });
});
