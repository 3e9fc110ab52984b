/** How a follower reconnects: 21, for any beat of its feed; and by which clock its own events are timed. */

import { describe, expect, it } from "vitest";
import type { FeedSource } from "../../src/feed/Feed.ts";
import { follow } from "../../src/feed/follow.ts";
import { memoryFeed } from "../../src/feed/memoryFeed.ts";
import { publish } from "../../src/feed/publish.ts";
import type { SimulatedClock } from "../../src/testing/SimulatedClock.ts";
import type { Write } from "../../src/watch/source/Source.ts";
import { stage } from "../watch/watching.ts";

describe("A follower whose source does not answer for a minute", () => {
  for (const beat of ["300 millis", "1 second", "5 seconds"] as const) {
    it(`keeps connecting, and is synced once it answers, at a beat of ${beat}`, async () => {
      const { clock, watch } = stage(2);
      const feed = memoryFeed("e1", { clock });
      await using _publication = publish(() => watch(), feed, { clock, seed: 1, beat });
      await clock.advance("5 seconds");
      let isAnswering = true;
      const openedAt: Array<number> = [];
      const leaves = new Set<() => void>();
      const source: FeedSource = {
        evaluationId: "e1",
        open: (from, receiver) => {
          openedAt.push(clock.now());
          if (!isAnswering) return () => undefined;
          const leave = feed.open(from, receiver);
          leaves.add(leave);
          return leave;
        },
      };
      await using follower = follow(source, { clock, seed: 1 });
      follower.onChange(() => undefined);
      await clock.advance("10 seconds");
      expect(follower.status._tag).toBe("synced");
      // Connections that are there fall silent, and new ones are never answered.
      isAnswering = false;
      for (const leave of leaves) leave();
      const before = openedAt.length;
      await clock.advance("1 minute");
      expect(follower.status._tag).toBe("degraded");
      expect(openedAt.length - before).toBeGreaterThanOrEqual(4);
      isAnswering = true;
      await clock.advance("22 seconds");
      expect(follower.status._tag).toBe("synced");
    });
  }
});

/** The clock of a machine whose time of day is another. */
const shifted = (clock: SimulatedClock, byMillis: number): SimulatedClock =>
  new Proxy(clock, {
    get: (target, name) => {
      if (name === "currentTimeMillisUnsafe") return () => target.currentTimeMillisUnsafe() + byMillis;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

describe.each([-3_600_000, 0, 3_600_000])("A follower whose clock is %d ms ahead of the server's", (ahead) => {
  it("times the events it makes itself by the server's clock, and its status by its own", async () => {
    const { clock, watch, platform } = stage(3);
    const feed = memoryFeed("e1", { clock });
    await using _publication = publish(() => watch(), feed, { clock, seed: 1 });
    await clock.advance("10 seconds");
    let isCut = false;
    const leaves = new Set<() => void>();
    const source: FeedSource = {
      evaluationId: "e1",
      open: (from, receiver) => {
        if (isCut) return () => undefined;
        const leave = feed.open(from, receiver);
        leaves.add(leave);
        return leave;
      },
    };
    let say: (write: Write) => void = () => undefined;
    await using follower = follow(source, {
      clock: shifted(clock, ahead),
      seed: 2,
      writes: (listener) => {
        say = listener;
        return () => undefined;
      },
    });
    const late: Array<string> = [];
    const timed: Array<readonly [type: string, behindMillis: number]> = [];
    const note = ({ type, time }: { readonly type: string; readonly time: string }) =>
      void timed.push([type, clock.now() - Date.parse(time)]);
    follower.subscribe(note, { types: ["task.added", "evaluation.progressed"] });
    await clock.advance("10 seconds");
    expect(timed).toHaveLength(4);
    follower.subscribe(note, { replay: false });
    await clock.advance("1 second");

    const write = { id: "w1", touched: ["t1"], isSweeping: false };
    const fields = { assigned_to: "ada", assignment_expires_at: new Date(clock.now() + 90_000).toISOString() };
    say({ ...write, phase: "started", patches: [{ taskId: "t1", fields }] });
    await clock.advance("1 minute");
    say({ ...write, phase: "refused", patches: [] });
    platform.set("t2", { priority: 7 });
    await clock.advance("1 minute");
    for (const leave of leaves) leave();
    isCut = true;
    await clock.advance("20 seconds");
    expect(follower.status).toMatchObject({ _tag: "degraded" });
    const { since } = follower.status;
    expect(Math.abs(Date.parse(since) - clock.now() - ahead)).toBeLessThan(20_000);
    isCut = false;
    await clock.advance("30 seconds");
    expect(follower.status._tag).toBe("synced");
    follower.subscribe(({ type, time }) => void (Math.abs(clock.now() - Date.parse(time)) < 2_000 || late.push(type)));
    await clock.advance("1 second");

    expect(late).toEqual([]);
    expect(new Set(timed.map(([type]) => type))).toEqual(
      new Set([
        "assignment.created",
        "assignment.expiring",
        "assignment.released",
        "evaluation.progressed",
        "task.added",
        "task.updated",
        "watch.degraded",
        "watch.recovered",
      ]),
    );
    for (const [type, behind] of timed) expect([type, Math.abs(behind) < 2_000]).toEqual([type, true]);
  });
});
