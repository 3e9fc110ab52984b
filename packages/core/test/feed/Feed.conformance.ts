/**
 * Rules every feed keeps, over any transport. Each law has the number of its sentence in the module comments of `Watch` (1 to 16)
 * and `Feed` (17 to 24).
 */
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../src/feed/Entry.ts";
import type { FeedSource } from "../../src/feed/Feed.ts";
import { type FollowOptions, follow } from "../../src/feed/follow.ts";
import { EventChecker } from "../../src/testing/EventChecker.ts";
import type { WatchEvent } from "../../src/watch/event/Event.ts";
import type { Write } from "../../src/watch/source/Source.ts";
import type { Watch } from "../../src/watch/Watch.ts";
import type { WatchOptions } from "../../src/watch/WatchOptions.ts";
import { calmCommands, faultCommands, play } from "../watch/commands.ts";
import { brief, patience, record, stage } from "../watch/watching.ts";

/** One feed, and those who may write it. */
export interface Carrier {
  /** A candidate for publishing what `open` opens. */
  readonly lead: (open: (options: Pick<WatchOptions, "cursor">) => Watch) => Leader;
  /** A connection of its own to the feed. */
  readonly source: () => FeedSource;
  /** Forgets the news written so far, as a log does that is full; absent where a feed keeps none. */
  readonly trim?: () => void;
  readonly close?: () => Promise<void>;
}

export interface Leader {
  /** Leaves in order. */
  readonly close: () => Promise<void>;
  /** Says nothing more, as when its process was killed or frozen: no farewell. */
  readonly kill: () => void;
}

export const beatMillis = 5_000;

type Stage = ReturnType<typeof stage>;

/**
 * @param make a feed of evaluation `e1` on the clock of the stage, with beats of `beatMillis`
 * @param share of the cases that each law draws: a feed over real sockets takes longer for each
 */
export const conforms = (name: string, make: (on: Stage) => Carrier, share = 1): void => {
  const runs = (count: number) => ({ numRuns: Math.ceil(count * share) });
  const withFeed = async (
    count: number,
    body: (
      on: Stage & {
        readonly carrier: Carrier;
        readonly leader: Leader;
        /** The first publisher's own watch. */
        readonly origin: () => Watch;
        readonly follow: (options?: FollowOptions, through?: (source: FeedSource) => FeedSource) => Watch;
        readonly another: () => Leader;
      },
    ) => Promise<void>,
  ): Promise<void> => {
    const on = stage(count);
    const carrier = make(on);
    const leaders: Array<Leader> = [];
    const watches: Array<Watch> = [];
    let origin: Watch | undefined;
    const another = () => {
      const leader = carrier.lead((options) => {
        const watch = on.watch(options);
        origin ??= watch;
        return watch;
      });
      leaders.push(leader);
      return leader;
    };
    const leader = another();
    const open = (options: FollowOptions = {}, through: (source: FeedSource) => FeedSource = (source) => source) => {
      const watch = follow(through(carrier.source()), { clock: on.clock, seed: 1, environment: on.tab, ...options });
      watches.push(watch);
      return watch;
    };
    try {
      await on.clock.advance("5 seconds");
      await body({ ...on, carrier, leader, another, follow: open, origin: () => origin! });
    } finally {
      for (const each of leaders) await each.close();
      for (const each of watches) await each.close();
      await carrier.close?.();
    }
    expect(on.clock.pending, "14: nothing is left").toBe(0);
  };

  /** Holds a follower to what a watch promises its subscribers; its events come from the publisher's looks. */
  const changesOf = (events: ReadonlyArray<WatchEvent>) =>
    events.filter((event) => "previous" in event && "taskId" in event).map(({ time: _, ...event }) => event);

  describe(`${name} promises`, () => {
    it(
      "1. to 3. when nothing changes any more, a follower's snapshot = the server = what its events add up to",
      patience,
      async () => {
        await fc.assert(
          fc.asyncProperty(faultCommands(25), async (moves) => {
            await withFeed(5, async (on) => {
              const live = on.follow();
              const witness = new EventChecker(live, on.platform);
              await play(on, live, moves);
              await on.clock.advance("3 minutes");
              expect(live.snapshot().tasks).toEqual(on.platform.rows());
              expect(witness.tasks).toEqual(on.platform.rows());
              expect(live.status._tag).toBe("synced");
              const late = new EventChecker(live, on.platform);
              await on.clock.advance("1 second");
              expect(late.tasks).toEqual(on.platform.rows());
            });
          }),
          runs(15),
        );
      },
    );

    it("2. a follower receives the very events that the publisher's own subscribers receive", patience, async () => {
      await fc.assert(
        fc.asyncProperty(calmCommands(25), async (moves) => {
          await withFeed(5, async (on) => {
            const live = on.follow();
            await on.clock.until(live.ready);
            const seen = record(live, { replay: false });
            const own = record(on.origin(), { replay: false });
            await play(on, live, moves);
            await on.clock.advance("1 minute");
            expect(changesOf(seen)).toEqual(changesOf(own));
          });
        }),
        runs(15),
      );
    });

    it("9. a lease's end is reported once, at the deadline, also when no publisher is left", async () => {
      await withFeed(1, async (on) => {
        const live = on.follow();
        await on.clock.until(live.ready);
        on.platform.claim("t1", "ada", 60_000);
        await on.clock.advance("15 seconds");
        on.leader.kill();
        const seen = record(live, { replay: false, types: ["assignment.expired"] });
        await on.clock.advance("40 seconds");
        expect(seen).toHaveLength(0);
        await on.clock.advance("10 seconds");
        expect(brief(seen)).toEqual(["assignment.expired t1"]);
      });
    });

    it("16. a cursor resumes: a follower started with it emits exactly the differences since", async () => {
      await withFeed(3, async (on) => {
        const live = on.follow();
        await on.clock.until(live.ready);
        const cursor = live.cursor();
        await live.close();
        on.platform.complete("t2");
        await on.clock.advance("1 minute");
        const again = on.follow({ cursor });
        const seen = record(again);
        await on.clock.until(again.ready);
        await on.clock.advance("1 second");
        expect(brief(seen).filter((text) => !text.startsWith("evaluation"))).toEqual([
          "task.status_changed t2",
          "watch.synced",
        ]);
      });
    });

    it("17. numbers rise by one; a lost, repeated or swapped entry costs a follower nothing", patience, async () => {
      const faults = fc.array(fc.constantFrom("lose", "repeat", "swap", "pass", "pass", "pass"), { maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(calmCommands(20), faults, async (moves, fates) => {
          await withFeed(4, async (on) => {
            const seen: Array<Entry> = [];
            const reader = follow(
              spied(on.carrier.source(), (entry) => seen.push(entry)),
              { clock: on.clock, environment: on.tab },
            );
            const left = [...fates];
            const live = on.follow({}, (source) => faulty(source, () => left.shift() ?? "pass"));
            const witness = new EventChecker(live, on.platform);
            await play(on, live, moves);
            await on.clock.advance("1 minute");
            expect(live.snapshot().tasks).toEqual(on.platform.rows());
            expect(witness.tasks).toEqual(on.platform.rows());
            await reader.close();
            const numbers = seen.filter(({ kind }) => kind === "news").map(({ number }) => number);
            expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
          });
        }),
        runs(15),
      );
    });

    it("19. when a publisher dies another goes on: no event twice, none missed", patience, async () => {
      const step = fc.record({ death: fc.constantFrom("close", "kill"), pauseMillis: fc.constantFrom(0, 400, 20_000) });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(calmCommands(12), step), { minLength: 1, maxLength: 3 }), async (steps) => {
          await withFeed(4, async (on) => {
            const live = on.follow();
            await on.clock.until(live.ready);
            const witness = new EventChecker(live, on.platform);
            let leader = on.leader;
            for (const [moves, { death, pauseMillis }] of steps) {
              await play(on, live, moves);
              if (death === "close") await leader.close();
              else leader.kill();
              await on.clock.advance(pauseMillis);
              leader = on.another();
              await on.clock.advance("10 seconds");
            }
            await on.clock.advance("3 minutes");
            expect(live.snapshot().tasks).toEqual(on.platform.rows());
            expect(witness.tasks).toEqual(on.platform.rows());
            expect(witness.count("task.added")).toBe(
              new Set(witness.events.filter(({ type }) => type === "task.added")).size,
            );
            expect(live.status._tag).toBe("synced");
          });
        }),
        runs(15),
      );
    });

    it("20. one that was away resumes by number, or by a snapshot and exactly the differences", patience, async () => {
      await fc.assert(
        fc.asyncProperty(calmCommands(12), calmCommands(12), fc.boolean(), async (before, while_, isTrimmed) => {
          await withFeed(4, async (on) => {
            const live = on.follow();
            const leave = live.onChange(() => undefined);
            await play(on, live, before);
            await on.clock.advance("1 minute");
            const witness = new EventChecker(live, on.platform);
            await on.clock.advance("1 second");
            leave();
            witness.unsubscribe();
            await on.clock.advance("1 second");
            const known = live.snapshot().tasks;
            expect(known).toEqual(on.platform.rows());
            await play(on, live, while_);
            await on.clock.advance("1 minute");
            expect(live.snapshot().tasks, "resting").toEqual(known);
            if (isTrimmed) on.carrier.trim?.();
            const seen = record(live, { replay: false });
            await on.clock.advance("10 seconds");
            expect(live.snapshot().tasks).toEqual(on.platform.rows());
            const rows = new Map(known);
            for (const event of seen) {
              if (!("previous" in event) || !("taskId" in event)) continue;
              expect(rows.get(event.taskId) ?? null).toEqual(event.previous ?? null);
              if (event.current === null) rows.delete(event.taskId);
              else rows.set(event.taskId, event.current);
            }
            expect(rows).toEqual(on.platform.rows());
          });
        }),
        runs(15),
      );
    });

    it("21. without beats a follower is degraded within two of them, says how old its state is, and recovers", async () => {
      await withFeed(2, async (on) => {
        const live = on.follow();
        await on.clock.until(live.ready);
        const seen = record(live, { replay: false });
        // Without changes, beats keep it synced.
        await on.clock.advance("2 minutes");
        expect(live.status._tag).toBe("synced");
        on.leader.kill();
        const killedAt = on.clock.now();
        while (live.status._tag === "synced" && on.clock.now() < killedAt + 60_000) await on.clock.advance(100);
        expect(on.clock.now() - killedAt).toBeLessThanOrEqual(2 * beatMillis + 100);
        const { status } = live;
        expect(status._tag).toBe("degraded");
        if (status._tag === "degraded") {
          expect(status.error.message).toMatch(/no beat of the feed for 10 s/);
          expect(Date.parse(status.asOf ?? "")).toBeGreaterThan(killedAt - beatMillis - 200);
          expect(Date.parse(status.asOf ?? "")).toBeLessThanOrEqual(killedAt);
        }
        expect(live.snapshot().tasks.size).toBe(2);
        on.another();
        await on.clock.advance("40 seconds");
        expect(live.status._tag).toBe("synced");
        expect(seen.map(({ type }) => type)).toEqual(["watch.degraded", "watch.recovered"]);
      });
    });

    it("21. one that comes between two beats is given the publisher's pulse as it is by then", async () => {
      await withFeed(2, async (on) => {
        const live = on.follow();
        await on.clock.until(live.ready);
        for (const pause of [beatMillis * 2, beatMillis * 0.4, beatMillis * 0.3]) {
          await on.clock.advance(pause);
          const source = on.carrier.source();
          const received: Array<{ readonly entry: Entry; readonly at: number }> = [];
          let close = () => {};
          const open = () => {
            close = source.open(undefined, {
              take: (entry) => void received.push({ entry, at: on.clock.now() }),
              // A connection that brings nothing is given up, and the next one is made another way.
              end: () => {
                if (received.length === 0) queueMicrotask(open);
              },
            });
          };
          open();
          while (received.length === 0) await on.clock.advance(50);
          close();
          for (const { entry, at } of received) {
            if (entry.kind === "news") continue;
            // The server's clock and the publisher's are that of the stage.
            const ages = [entry.serverTime ?? Number.NaN, Date.parse(entry.time)].map((time) => at - time);
            for (const age of ages) expect(age).toBeGreaterThanOrEqual(0);
            expect(Math.max(...ages)).toBeLessThanOrEqual(1_200);
            expect(entry.beatMillis).toBe(beatMillis);
          }
          expect(received[0]?.entry.kind).toBe("snapshot");
        }
      });
    });

    it("10. the publisher's trouble is the followers' too, and what ends it ends them with the same reason", async () => {
      await withFeed(2, async (on) => {
        const live = on.follow();
        await on.clock.until(live.ready);
        for (let count = 0; count < 3; count++) {
          on.platform.faults.push({ _tag: "Fail", reason: { _tag: "Unreachable", description: "no connection" } });
        }
        while (live.status._tag === "synced") await on.clock.advance("1 second");
        expect(live.status).toMatchObject({ _tag: "degraded", error: { reason: { _tag: "Unreachable" } } });
        await on.clock.advance("5 minutes");
        expect(live.status._tag).toBe("synced");
        for (let count = 0; count < 9; count++) {
          on.platform.faults.push({ _tag: "Fail", reason: { _tag: "Unauthorized" } });
        }
        const ends: Array<unknown> = [];
        live.subscribe(() => undefined, { replay: false, onEnd: (error) => ends.push(error) });
        await on.clock.advance("5 minutes");
        expect(live.status).toMatchObject({ _tag: "closed", error: { reason: { _tag: "Unauthorized" } } });
        expect(ends).toMatchObject([{ reason: { _tag: "Unauthorized" } }]);
      });
    });

    it("22. a slow subscriber costs the others nothing, and receives the latest of each task", async () => {
      await withFeed(2, async (on) => {
        const slow = on.follow();
        const quick = on.follow();
        await on.clock.until(slow.ready);
        let wake = () => {};
        const asleep = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const late: Array<WatchEvent> = [];
        slow.subscribe(
          async (event) => {
            await asleep;
            late.push(event);
          },
          { replay: false, capacity: 2, types: ["task.updated"] },
        );
        const seen = record(quick, { replay: false, types: ["task.updated"] });
        for (let priority = 2; priority < 12; priority++) {
          on.platform.set("t1", { priority });
          await on.clock.advance("1 minute");
        }
        expect(seen).toHaveLength(10);
        wake();
        await on.clock.advance("1 second");
        expect(late.length).toBeLessThan(6);
        expect(late.at(-1)).toMatchObject({ current: { priority: 11 } });
      });
    });

    describe("23. a follower's own write", () => {
      const writing = () => {
        let listener: (write: Write) => void = () => undefined;
        const writes: FollowOptions["writes"] = (next) => {
          listener = next;
          return () => {
            listener = () => undefined;
          };
        };
        return { writes, say: (write: Write) => listener(write) };
      };
      const write = (id: string, phase: Write["phase"], priority: number, taskId = "t1"): Write => ({
        id,
        phase,
        patches: phase === "refused" || phase === "unclear" ? [] : [{ taskId, fields: { priority } }],
        touched: [taskId],
        isSweeping: false,
      });
      const fates = fc.record({
        outcome: fc.constantFrom("succeeded" as const, "refused" as const, "unclear" as const),
        isCarriedOut: fc.boolean(),
        writeMillis: fc.integer({ min: 1, max: 6_000 }),
        startsAfter: fc.integer({ min: 0, max: 8_000 }),
        // A write that sets what is there already changes nothing.
        priority: fc.constantFrom(1, 7),
      });

      it("is shown at once and confirmed or rolled back; it never flickers, and always settles", patience, async () => {
        await fc.assert(
          fc.asyncProperty(fates, async ({ outcome, isCarriedOut, writeMillis, startsAfter, priority }) => {
            await withFeed(2, async (on) => {
              const { writes, say } = writing();
              const live = on.follow({ writes });
              await on.clock.until(live.ready);
              await on.clock.advance(startsAfter);
              const isDone = outcome === "succeeded" || (outcome === "unclear" && isCarriedOut);
              const seen: Array<number | null | undefined> = [];
              const look = () => seen.push(live.snapshot().tasks.get("t1")?.priority);
              say(write("w1", "started", priority));
              look();
              live.onChange(look);
              await on.clock.advance(Math.ceil(writeMillis / 2));
              if (isDone) on.platform.set("t1", { priority });
              await on.clock.advance(Math.ceil(writeMillis / 2));
              say(write("w1", outcome, priority));
              await on.clock.advance("5 minutes");
              const path = seen.filter((value, index) => index === 0 || value !== seen[index - 1]);
              expect(path).toEqual(isDone || priority === 1 ? [priority] : [priority, 1]);
              expect(live.stats().unconfirmedWrites).toBe(0);
              expect(live.snapshot().tasks).toEqual(on.platform.rows());
            });
          }),
          runs(25),
        );
      });

      it("settles by itself: one that is confirmed commits no other, one that is refused takes no other along", async () => {
        await withFeed(2, async (on) => {
          const { writes, say } = writing();
          const live = on.follow({ writes });
          await on.clock.until(live.ready);
          const shown = () => [...live.snapshot().tasks.values()].map(({ priority }) => priority);
          say(write("w1", "started", 5, "t1"));
          say(write("w2", "started", 6, "t2"));
          say(write("w3", "started", 8, "t2"));
          expect(shown()).toEqual([5, 8]);
          on.platform.set("t1", { priority: 5 });
          say(write("w1", "succeeded", 5, "t1"));
          await on.clock.advance("4 minutes");
          expect(shown()).toEqual([5, 8]);
          expect(live.stats().unconfirmedWrites).toBe(1);
          say(write("w3", "refused", 8, "t2"));
          expect(shown()).toEqual([5, 6]);
          say(write("w2", "refused", 6, "t2"));
          expect(shown()).toEqual([5, 1]);
          await on.clock.advance("4 minutes");
          expect(live.stats().unconfirmedWrites).toBe(0);
        });
      });

      it("stays over a change of publishers", async () => {
        await withFeed(1, async (on) => {
          const { writes, say } = writing();
          const live = on.follow({ writes });
          await on.clock.until(live.ready);
          say(write("w1", "started", 5));
          on.leader.kill();
          on.another();
          await on.clock.advance("1 minute");
          expect(live.snapshot().tasks.get("t1")?.priority).toBe(5);
          on.platform.set("t1", { priority: 5 });
          say(write("w1", "succeeded", 5));
          const seen = new Set<unknown>();
          live.onChange(() => seen.add(live.snapshot().tasks.get("t1")?.priority));
          await on.clock.advance("5 minutes");
          expect([...seen].filter((value) => value !== 5)).toEqual([]);
          expect(live.stats().unconfirmedWrites).toBe(0);
        });
      });
    });

    it("11. and 14. there are no reads without listeners, and catching up never shows an empty board", async () => {
      await withFeed(3, async (on) => {
        const live = on.follow();
        const leave = live.onChange(() => undefined);
        await on.clock.until(live.ready);
        leave();
        await on.clock.advance("1 minute");
        const sizes: Array<number> = [live.snapshot().tasks.size];
        live.onChange(() => sizes.push(live.snapshot().tasks.size));
        await on.clock.advance("1 minute");
        expect(new Set(sizes)).toEqual(new Set([3]));
        expect(live.status._tag).toBe("synced");
        Effect.runFork(Effect.void);
      });
    });
  });
};

/** The same source, with what it gives shown to `see`. */
export const spied = (source: FeedSource, see: (entry: Entry) => void): FeedSource => ({
  evaluationId: source.evaluationId,
  open: (from, receiver) =>
    source.open(from, {
      take: (entry) => {
        see(entry);
        receiver.take(entry);
      },
      end: (error) => receiver.end(error),
    }),
  ...(source.report === undefined ? {} : { report: (write) => source.report!(write) }),
});

/** The same source over a bad line. */
export const faulty = (source: FeedSource, fate: () => string): FeedSource => ({
  evaluationId: source.evaluationId,
  open: (from, receiver) => {
    let held: Entry | undefined;
    return source.open(from, {
      take: (entry) => {
        const what = fate();
        if (what === "lose") return;
        if (what === "swap" && held === undefined) {
          held = entry;
          return;
        }
        receiver.take(entry);
        if (what === "repeat") receiver.take(entry);
        if (held !== undefined) receiver.take(held);
        held = undefined;
      },
      end: (error) => receiver.end(error),
    });
  },
  ...(source.report === undefined ? {} : { report: (write) => source.report!(write) }),
});
