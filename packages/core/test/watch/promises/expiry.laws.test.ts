/** Promises of a watch on ends of leases: 9, in full. Each law has the number of its sentence in the module comment of `Watch`. */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventChecker } from "../../../src/testing/EventChecker.ts";
import { servers } from "../../../src/testing/ScriptedPlatform.ts";
import type { EventOf, WatchEvent } from "../../../src/watch/event/Event.ts";
import type { Lease } from "../../../src/watch/event/TaskRow.ts";
import { brief, patience, record, stage, withWatch } from "../watching.ts";

const nameOf = ({ taskId, assignee, expiresAt }: Lease) => `${taskId} ${assignee} ${expiresAt}`;
const of = <Type extends WatchEvent["type"]>(events: ReadonlyArray<WatchEvent>, type: Type) =>
  events.filter((event): event is EventOf<Type> => event.type === type);

// So long before its end a task is read: a lease given up after that cannot be distinguished from one ended by the clock.
const lookMillis = 2_000;

const fate = fc.record({
  length: fc.integer({ min: 20_000, max: 240_000 }),
  after: fc.integer({ min: 0, max: 30_000 }),
  does: fc.constantFrom("nothing", "finish", "unassign", "reassign", "renew", "finish late", "reclaim"),
  /** How long before the lease's end, or after it where it is late, in milliseconds. */
  by: fc.constantFrom(100, 900, 2_000, 5_000, 10_000, 45_000),
});

const paces = [
  ["1 second", "1 second"],
  ["2 seconds", "1 minute"],
  ["30 seconds", "30 seconds"],
  ["2 minutes", "2 minutes"],
] as const;

describe("A watch promises", () => {
  describe("9. every lease that the clock ends is reported as expired once, and no other", () => {
    it.each(paces)("by the server's own history, polled every %s to %s", patience, async (...interval) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fate, { minLength: 1, maxLength: 6 }),
          fc.constantFrom(0, 3_600_000, 777),
          fc.constantFrom(2, 1_000),
          async (fates, offsetMillis, pageSize) => {
            const on = stage(fates.length, { pageSize });
            on.platform.offsetMillis = offsetMillis;
            on.platform.givesBack = true;
            await using live = on.watch({ interval: [...interval], expiring: [] });
            await on.clock.until(live.ready);
            const checker = new EventChecker(live, on.platform);
            const doings = fates.map(async ({ length, after, does, by }, index) => {
              const id = `t${index + 1}`;
              const { platform } = on;
              const wait = (millis: number) => sleep(on, millis);
              await wait(after);
              platform.claim(id, "ada", length);
              const isLate = does === "finish late" || does === "reclaim";
              const early = does === "finish" ? by : Math.max(by, lookMillis + 2_500);
              if (does === "nothing") return;
              await wait(isLate ? length + by : Math.max(1, length - early));
              platform.settle();
              if (does === "finish" || does === "finish late") platform.complete(id);
              if (does === "unassign") platform.release(id);
              if (does === "reassign") platform.claim(id, "bob", 3_600_000);
              if (does === "renew" || does === "reclaim") platform.claim(id, "ada", 3_600_000);
            });
            await on.clock.advance("7 minutes");
            await Promise.all(doings);
            const { events, violations } = checker;
            expect(violations).toEqual([]);
            // A lease that began and ended between two looks was never seen.
            const seen = new Set(events.flatMap((event) => ("lease" in event ? [nameOf(event.lease)] : [])));
            const ended = on.platform.expired.map(nameOf).filter((name) => seen.has(name));
            const reported = of(events, "assignment.expired").map(({ lease }) => nameOf(lease));
            expect(reported.toSorted()).toEqual(ended.toSorted());
            for (const { lease, reason } of of(events, "assignment.released")) {
              expect(reason === "expired", `${nameOf(lease)} is released as ${reason}`).toBe(
                reported.includes(nameOf(lease)),
              );
            }
          },
        ),
        { numRuns: 25 },
      );
    });

    it("and none that was finished in the last moment and taken back at once", async () => {
      await withWatch({ count: 2, expiring: [] }, async ({ clock, platform, live, events }) => {
        platform.givesBack = true;
        await clock.until(live.ready);
        // The longer it watches, the better it knows the server's clock.
        await clock.advance("10 minutes");
        platform.claim("t1", "ada", 300_400);
        await clock.advance(300_100);
        platform.complete("t1");
        await clock.advance(500);
        platform.set("t1", {
          status: "PENDING",
          label_status: "PENDING",
          assigned_to: null,
          updated_at: platform.iso(0),
        });
        await clock.advance("1 minute");
        expect(brief(of(events, "assignment.expired"))).toEqual([]);
        expect(brief(events)).toContain("task.status_changed t1");
      });
    });

    it("and says `gap` where something else happened to the task as well", async () => {
      await withWatch({ count: 2, expiring: [] }, async ({ clock, platform, live, events }) => {
        platform.givesBack = true;
        await clock.until(live.ready);
        for (const id of ["t1", "t2"]) platform.claim(id, "ada", 60_000);
        await clock.advance(59_990);
        // A blink of an eye that no look can show.
        platform.complete("t1");
        await clock.advance(5);
        platform.set("t1", {
          status: "PENDING",
          label_status: "PENDING",
          assigned_to: null,
          updated_at: platform.iso(0),
        });
        await clock.advance("1 minute");
        const gaps = of(events, "assignment.expired").map(({ taskId, gap }) => [taskId, gap]);
        expect(gaps.toSorted()).toEqual([
          ["t1", true],
          ["t2", false],
        ]);
      });
    });

    it("on what was seen after the deadline: `seenAt` says when", async () => {
      await withWatch({ count: 2, expiring: [] }, async ({ clock, platform, live, events }) => {
        platform.givesBack = true;
        await clock.until(live.ready);
        platform.claim("t1", "ada", 300_000);
        await clock.advance("6 minutes");
        const [expired] = of(events, "assignment.expired");
        expect(Date.parse(expired!.seenAt!)).toBeGreaterThanOrEqual(
          Date.parse(expired!.lease.expiresAt!) - lookMillis - 1_100,
        );
        expect(Date.parse(expired!.seenAt!)).toBeLessThanOrEqual(platform.now());
        expect(brief(events).slice(-2)).toEqual(["assignment.expired t1", "assignment.released t1"]);
      });
    });

    it("within ten seconds also where no look comes through, and then says how old it is", async () => {
      await withWatch({ count: 2, expiring: [] }, async ({ clock, platform, live, events }) => {
        await clock.until(live.ready);
        platform.claim("t1", "ada", 300_000);
        await clock.advance("2 minutes");
        platform.faultsOf.page = Array.from({ length: 200 }, () => ({ _tag: "Fail", reason: servers.down }));
        platform.faultsOf.readTask = platform.faultsOf.page;
        await clock.advance("190 seconds");
        await clock.advance("2 seconds");
        const [expired] = of(events, "assignment.expired");
        expect(expired).toBeDefined();
        expect(Date.parse(expired!.seenAt!)).toBeLessThan(Date.parse(expired!.lease.expiresAt!));
        expect(expired!.gap).toBe(true);
      });
    });

    it("many that end together cost a look, not one each", async () => {
      await withWatch({ count: 500, expiring: [] }, async ({ clock, platform, live, events }) => {
        platform.givesBack = true;
        for (let index = 1; index <= 500; index++) platform.claim(`t${index}`, "ada", 600_000 + index);
        await clock.until(live.ready);
        await clock.advance("9 minutes");
        const before = platform.requests.length;
        await clock.advance("2 minutes");
        expect(of(events, "assignment.expired")).toHaveLength(500);
        expect(platform.requests.length - before).toBeLessThanOrEqual(25);
      });
    });

    it("after a sleep only what ended by the clock, by what the catch-up scan shows", async () => {
      await withWatch({ count: 4, expiring: [] }, async ({ clock, platform, live, events }) => {
        platform.givesBack = true;
        for (const id of ["t1", "t2", "t3"]) platform.claim(id, "ada", 600_000);
        await clock.until(live.ready);
        await clock.advance("10 seconds");
        clock.jump("12 hours");
        // Finished in time, while the machine slept.
        platform.set("t1", {
          status: "COMPLETED",
          label_status: "COMPLETED",
          assignment_expires_at: null,
          updated_at: platform.iso(300_000),
        });
        platform.offsetMillis += 12 * 3_600_000;
        await clock.advance("30 seconds");
        expect(brief(of(events, "assignment.expired")).toSorted()).toEqual([
          "assignment.expired t2",
          "assignment.expired t3",
        ]);
      });
    });

    it("without a network nothing is said of an end before there is one again", async () => {
      await withWatch({ count: 2, expiring: [] }, async ({ clock, platform, live, events, tab }) => {
        platform.givesBack = true;
        for (const id of ["t1", "t2"]) platform.claim(id, "ada", 60_000);
        await clock.until(live.ready);
        await clock.advance("10 seconds");
        tab.become({ online: false });
        await clock.advance("20 seconds");
        platform.complete("t1");
        await clock.advance("5 minutes");
        expect(brief(of(events, "assignment.expired"))).toEqual([]);
        tab.become({ online: true });
        await clock.advance("1 second");
        expect(brief(of(events, "assignment.expired"))).toEqual(["assignment.expired t2"]);
      });
    });
  });

  describe("9. a release says why", () => {
    it("finished, reassigned, unassigned", async () => {
      const on = stage(3);
      await using live = on.watch({ expiring: [] });
      const events = record(live);
      for (const id of ["t1", "t2", "t3"]) on.platform.claim(id, "ada", 900_000);
      await on.clock.until(live.ready);
      await on.clock.advance("1 minute");
      on.platform.set("t1", { status: "COMPLETED", assigned_to: "bob", assignment_expires_at: null });
      on.platform.claim("t2", "bob", 900_000);
      on.platform.release("t3");
      await on.clock.advance("2 minutes");
      expect(of(events, "assignment.released").map(({ taskId, reason }) => `${taskId} ${reason}`)).toEqual([
        "t1 finished",
        "t2 reassigned",
        "t3 unassigned",
      ]);
    });
  });
});

/** Waits on the stage's clock. */
const sleep = async ({ clock }: ReturnType<typeof stage>, millis: number): Promise<void> => {
  await Effect.runPromise(clock.sleep(Duration.millis(millis)));
};
