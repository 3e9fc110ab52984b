/** Promises of publishing itself: 18, and the end of a publication. */
import { describe, expect, it } from "vitest";
import type { Entry } from "../../src/feed/Entry.ts";
import { type FeedSink, type FeedSource, Fenced } from "../../src/feed/Feed.ts";
import { follow } from "../../src/feed/follow.ts";
import { memoryFeed } from "../../src/feed/memoryFeed.ts";
import { publish } from "../../src/feed/publish.ts";
import type { WatchEvent } from "../../src/watch/event/Event.ts";
import type { Write } from "../../src/watch/source/Source.ts";
import { record, stage } from "../watch/watching.ts";

const set = (count = 2) => {
  const on = stage(count);
  return { ...on, feed: memoryFeed("e1", { clock: on.clock }) };
};

describe("18. at most one publisher writes at a time", () => {
  it("the log refuses one of an older epoch, which writes nothing more and says who replaced it", async () => {
    const { clock, feed, platform, watch } = set();
    const older = publish(() => watch(), feed, { clock, seed: 1 });
    await clock.advance("5 seconds");
    const newer = publish(() => watch(), feed, { clock, seed: 2 });
    await clock.advance("5 seconds");
    platform.set("t1", { priority: 9 });
    await clock.advance("1 minute");
    expect(await older.ended).toEqual({ _tag: "Fenced", epoch: 2 });
    expect(newer.mark?.epoch).toBe(2);
    await newer.close();
    expect(await newer.ended).toEqual({ _tag: "Closed" });
    expect(clock.pending).toBe(0);
  });

  it("two that were elected to one epoch by mistake cannot both write", async () => {
    const { clock, feed, watch } = set();
    const one = publish(() => watch(), feed, { clock, seed: 1, epoch: 1, generation: "g" });
    const other = publish(() => watch(), feed, { clock, seed: 2, epoch: 1, generation: "h" });
    await clock.advance("1 minute");
    const ends = await Promise.race([one.ended, other.ended]);
    expect(ends._tag).toBe("Fenced");
    await one.close();
    await other.close();
  });
});

describe("A publication", () => {
  it("sends the server's time as soon as its watch knows it, however seldom it beats", async () => {
    const { clock, feed, watch } = set();
    await using own = watch();
    await using _publication = publish(own, feed, { clock, seed: 1, beat: "1 hour" });
    await using follower = follow(feed, { clock, seed: 1 });
    await clock.until(follower.ready);
    await clock.advance("1 second");
    expect(own.stats().clock).not.toBeNull();
    expect(follower.stats().clock).not.toBeNull();
  });

  it("sends how wrong the server's time may be, also after the follower's machine slept", async () => {
    const { clock, feed, platform, watch } = set();
    platform.offsetMillis = 4_321;
    await using own = watch();
    await using _publication = publish(own, feed, { clock, seed: 1 });
    await clock.advance("1 minute");
    await using follower = follow(feed, { clock, seed: 1 });
    const truth = () => platform.now() - clock.now();
    const check = () => {
      const publisher = own.stats().clock;
      const followers = follower.stats().clock;
      if (publisher === null || followers === null) throw new Error("a clock is not known");
      const { offsetMillis, errorMillis } = followers;
      expect(Math.abs(truth() - offsetMillis)).toBeLessThanOrEqual(errorMillis);
      expect(errorMillis).toBeGreaterThan(0);
      // Two roundings, and what clocks drift by within two beats.
      expect(errorMillis).toBeLessThanOrEqual(publisher.errorMillis + 5);
    };
    await clock.until(follower.ready);
    check();
    await clock.advance("10 minutes");
    check();
    clock.jump("2 hours");
    platform.offsetMillis += 7_200_000;
    await clock.advance("1 minute");
    check();
  });

  it("sends a late follower the current time, also where no beat was written for an hour", async () => {
    const { clock, feed, platform, watch } = set();
    await using _publication = publish(() => watch({ interval: ["1 second", "2 seconds"] }), feed, { clock, seed: 1 });
    await clock.advance("1 minute");
    // So much news that nothing else has to be written.
    for (let second = 0; second < 3_600; second += 3) {
      platform.set("t1", { priority: second });
      await clock.advance("3 seconds");
    }
    await using follower = follow(feed, { clock, seed: 1 });
    await clock.until(follower.ready);
    const known = follower.stats().clock;
    expect(Math.abs(known?.offsetMillis ?? Number.NaN)).toBeLessThanOrEqual(known!.errorMillis + 3_600_000 * 0.0002);
  });

  it("of a publisher of an earlier version, which does not say how wrong its time may be, says that the clock is not known", async () => {
    const { clock, feed, watch } = set();
    await using _publication = publish(() => watch(), feed, { clock, seed: 1 });
    const earlier: FeedSource = {
      evaluationId: "e1",
      open: (from, receiver) =>
        feed.open(from, {
          ...receiver,
          take: (entry) => {
            const { errorMillis: _, ...rest } = entry as Entry & { errorMillis?: number };
            receiver.take(rest as Entry);
          },
        }),
    };
    await using follower = follow(earlier, { clock, seed: 1 });
    await clock.until(follower.ready);
    await clock.advance("20 seconds");
    expect(follower.stats().clock).toBeNull();
  });

  it("carries what a history says: followers hear each version with the server's time of it, and their rows say as of when", async () => {
    const { clock, feed, platform, watch } = set();
    await using own = watch({ history: true });
    await using _publication = publish(own, feed, { clock, seed: 1 });
    await using follower = follow(feed, { clock, seed: 1 });
    await clock.until(follower.ready);
    const seen = record(follower, { replay: false });
    const ownEvents = record(own, { replay: false });
    await clock.advance("70 seconds");
    for (const who of ["ada", "bob"]) {
      platform.claim("t1", who, 3_600_000);
      await clock.advance(500);
      if (who === "ada") platform.release("t1");
      await clock.advance(500);
    }
    await clock.advance("2 minutes");
    const dated = (events: ReadonlyArray<WatchEvent>) =>
      events.flatMap((event) => ("at" in event && event.at !== undefined ? [[event.type, event.at]] : []));
    expect(dated(seen)).toHaveLength(3);
    expect(dated(seen)).toEqual(dated(ownEvents));
    expect(follower.snapshot().tasks.get("t1")?.as_of).toBe(dated(seen).at(-1)![1]);
    expect(follower.snapshot().tasks).toEqual(own.snapshot().tasks);
    await using late = follow(feed, { clock, seed: 2 });
    await clock.until(late.ready);
    expect(late.snapshot().tasks).toEqual(own.snapshot().tasks);
  });

  it("of a watch leaves it open; of an opener closes what it opened", async () => {
    const { clock, feed, watch } = set();
    const own = watch();
    await publish(own, feed, { clock, seed: 1 }).close();
    expect(own.status._tag).not.toBe("closed");
    await own.close();
    const opened: Array<ReturnType<typeof watch>> = [];
    const open = () => {
      const live = watch();
      opened.push(live);
      return live;
    };
    const publication = publish(open, feed, { clock, seed: 1 });
    await clock.advance("1 second");
    await publication.close();
    await publication.close();
    expect(opened.map(({ status }) => status._tag)).toEqual(["closed"]);
    expect(clock.pending).toBe(0);
  });

  it("of a watch without the feed's cursor takes what two whole scans have not seen for gone", async () => {
    const { clock, feed, platform, watch } = set(3);
    const first = publish(() => watch(), feed, { clock, seed: 1 });
    await clock.advance("10 seconds");
    await first.close();
    platform.remove("t2");
    platform.set("t3", { priority: 5 });
    await using follower = follow(feed, { clock, seed: 1 });
    const seen = record(follower, { replay: false });
    await using own = watch();
    await using _second = publish(own, feed, { clock, seed: 2 });
    await clock.advance("3 minutes");
    expect(follower.snapshot().tasks).toEqual(platform.rows());
    expect(seen.filter((event) => "taskId" in event).map((event) => [event.type, "gap" in event && event.gap])).toEqual(
      [
        ["task.updated", true],
        ["task.removed", true],
      ],
    );
  });

  it("repeats what could not be written, in order and unchanged, until it is", async () => {
    const { clock, feed, watch, platform } = set();
    const tried: Array<Entry> = [];
    const failures: Array<unknown> = [];
    let isDown = false;
    const sink: FeedSink = {
      evaluationId: "e1",
      tail: () => feed.tail(),
      append: async (entry, state) => {
        tried.push(entry);
        if (isDown) throw new Error("the store is away");
        feed.append(entry, state);
      },
    };
    await using publication = publish(() => watch(), sink, {
      clock,
      seed: 1,
      onFailure: (error) => failures.push(error),
    });
    await clock.advance("5 seconds");
    isDown = true;
    tried.length = 0;
    platform.set("t1", { priority: 9 });
    await clock.advance("1 minute");
    expect(new Set(tried.map((entry) => JSON.stringify(entry))).size).toBe(1);
    expect(failures.length).toBeGreaterThan(3);
    isDown = false;
    await clock.advance("1 minute");
    expect(publication.ledger?.tasks).toEqual(platform.rows());
    expect((await feed.tail())?.tasks).toEqual(platform.rows());
  });

  it("does not announce to followers that its owner closed it: another may go on", async () => {
    const { clock, feed, watch } = set();
    const own = watch();
    await using publication = publish(own, feed, { clock, seed: 1 });
    await using follower = follow(feed, { clock, seed: 1 });
    await clock.until(follower.ready);
    await own.close();
    expect(await clock.until(publication.ended)).toEqual({ _tag: "Closed" });
    await clock.advance("1 minute");
    expect(follower.status._tag).toBe("degraded");
  });

  it("of a follower passes on how many scans were made: an own write whose fate is unclear settles behind it as well", async () => {
    const { clock, feed, platform, watch } = set();
    await using _origin = publish(() => watch(), feed, { clock, seed: 1 });
    const second = memoryFeed("e1", { clock });
    await using relayed = follow(feed, { clock, seed: 2 });
    await using _relay = publish(relayed, second, { clock, seed: 3 });
    let say: (write: Write) => void = () => undefined;
    const moved: FeedSource = { evaluationId: "e1", open: (from, receiver) => second.open(from, receiver) };
    await using follower = follow(moved, {
      clock,
      seed: 4,
      writes: (listener) => {
        say = listener;
        return () => undefined;
      },
    });
    await clock.until(follower.ready);
    const write = { id: "w1", touched: ["t1"], isSweeping: false };
    say({ ...write, phase: "started", patches: [{ taskId: "t1", fields: { assigned_to: "ada" } }] });
    expect(follower.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
    say({ ...write, phase: "unclear", patches: [] });
    await clock.advance("5 minutes");
    expect(follower.stats().unconfirmedWrites).toBe(0);
    expect(follower.snapshot().tasks).toEqual(platform.rows());
  });

  it("refuses a beat that is none", () => {
    const { feed, watch } = set();
    expect(() => publish(() => watch(), feed, { beat: "0 seconds" })).toThrow(/beat: is a time of more than 0 ms/);
  });
});

describe("Fenced", () => {
  it("says in which epoch the feed is", () => {
    expect(new Fenced(7).message).toBe("Another publisher was elected: the feed is in epoch 7.");
  });
});
