import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Limiter } from "../../../src/watch/poll/Budget.ts";
import { PollScheduler, type Settings, type Step } from "../../../src/watch/poll/PollScheduler.ts";

const minute = 60_000;
const [shortest, longest] = [1_000, 16_000];

const scheduling = (settings: Partial<Settings> = {}) =>
  new PollScheduler({ perMinute: 60, shortest, longest, limiter: new Limiter(), pointReads: true, ...settings });

/** The evaluation and a list of so many pages have been read, and nothing else is going on. */
const started = (settings: Partial<Settings> = {}, { pages = 1, leased = [] as ReadonlyArray<string> } = {}) => {
  const scheduler = scheduling(settings);
  scheduler.wake(0);
  scheduler.sent({ _tag: "Evaluation" }, 0);
  scheduler.succeeded();
  scheduler.evaluated(0, false);
  for (let page = 0; page < pages; page++) scheduler.sent({ _tag: "Page" }, 0);
  scheduler.scanned(0, { began: 0, pages, hasMoved: false, leased });
  return scheduler;
};

interface Sent {
  readonly at: number;
  readonly step: Step;
}

/** Sends what is due from `from` to `until`; each request is answered at once, and nothing has moved. */
const run = (scheduler: PollScheduler, from: number, until: number, { pages = 1, bytes = 0 } = {}) => {
  const sent: Array<Sent> = [];
  let page = 0;
  let began = from;
  for (let now = from; sent.length < 5_000; ) {
    const due = scheduler.next(now);
    if (!(due.at <= until)) break;
    now = Math.max(now, due.at);
    if (scheduler.next(now).at > now) continue;
    const { step } = scheduler.next(now);
    sent.push({ at: now, step });
    scheduler.sent(step, now);
    scheduler.received(step, bytes, now);
    scheduler.succeeded();
    if (step._tag === "Evaluation") scheduler.evaluated(now, false);
    if (step._tag !== "Page") continue;
    if (page === 0) began = now;
    if (++page < pages) continue;
    page = 0;
    scheduler.scanned(now, { began, pages, hasMoved: false, leased: [] });
  }
  return sent;
};

const of = (tag: Step["_tag"], sent: ReadonlyArray<Sent>) => sent.filter(({ step }) => step._tag === tag);

it("1. in any minute at most the budget is sent, a quarter of it at most for what is no page", () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 120 }), fc.integer({ min: 1, max: 12 }), (perMinute, pages) => {
      const sent = run(started({ perMinute, shortest: 100, longest: 200 }, { pages }), 0, 3 * minute, { pages });
      expect(of("Page", sent).length).toBeGreaterThan(0);
      for (const { at } of sent) {
        const inMinute = sent.filter((one) => one.at > at - minute + 1e-6 && one.at <= at);
        expect(inMinute.length).toBeLessThanOrEqual(perMinute);
        expect(of("Evaluation", inMinute).length).toBeLessThanOrEqual(Math.floor(perMinute / 4));
      }
    }),
  );
});

describe("2. hidden", () => {
  it("the pause is the longest, and nothing is sent between scans", () => {
    const scheduler = started({}, { pages: 3, leased: ["t1", "t2"] });
    scheduler.setEnvironment(false, true, 1);
    const sent = run(scheduler, 1, longest - 1, { pages: 3 });
    expect(sent).toEqual([]);
    const first = scheduler.next(longest - 1);
    expect(first.at).toBe(longest);
  });

  it("shown again, one scan is due at once", () => {
    const scheduler = started();
    scheduler.setEnvironment(false, true, 1);
    expect(scheduler.setEnvironment(true, true, 5_000)).toBe(true);
    expect(of("Page", run(scheduler, 5_000, 5_000 + shortest - 1))).toHaveLength(1);
  });
});

it("3. counts of the evaluation that have moved bring the scan forward", () => {
  const scheduler = started({}, { pages: 3 });
  const [at] = of("Evaluation", run(scheduler, 0, minute, { pages: 3 })).map((one) => one.at);
  expect(at).toBeDefined();
  const moved = started({}, { pages: 3 });
  moved.evaluated(shortest, true);
  expect(moved.nextScanAt).toBe(shortest);
});

it("3. the evaluation is looked at once in eight requests of the budget at most", () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 600 }), fc.integer({ min: 2, max: 10 }), (perMinute, pages) => {
      const scheduler = started({ perMinute, shortest: 10, longest: 20 }, { pages });
      const times = of("Evaluation", run(scheduler, 0, 2 * minute, { pages })).map(({ at }) => at);
      const apart = (8 * minute) / perMinute;
      for (let index = 1; index < times.length; index++)
        expect(times[index]! - times[index - 1]!).toBeGreaterThanOrEqual(apart - 1e-6);
    }),
  );
});

describe("4. after a failure", () => {
  it("the pause doubles from the shortest to the longest, with jitter of half of it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (failures, chance) => {
          const scheduler = started();
          const now = minute;
          for (let count = 0; count < failures; count++) scheduler.failed({ _tag: "Page" }, now, chance);
          const pause = Math.min(longest, shortest * 2 ** (failures - 1));
          expect(scheduler.next(now).at).toBeCloseTo(now + pause * (0.5 + chance / 2), 6);
        },
      ),
    );
  });

  it("waking ends the pause", () => {
    const scheduler = started();
    for (let count = 0; count < 5; count++) scheduler.failed({ _tag: "Page" }, minute, 0.5);
    scheduler.wake(minute + 1);
    expect(scheduler.next(minute + 1).at).toBe(minute + 1);
  });

  it("offline nothing is due", () => {
    const scheduler = started();
    scheduler.setEnvironment(true, false, 1);
    expect(scheduler.next(minute).at).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("5. a look at a lease that ends", () => {
  it("goes first, unless it is what failed last: then everything else that is due does", () => {
    const scheduler = started({}, { pages: 3 });
    const now = 10 * minute;
    scheduler.requestLook({ taskId: "t1", isNear: false }, now);
    expect(scheduler.next(now).step).toEqual({ _tag: "Task", taskId: "t1" });
    scheduler.sent({ _tag: "Task", taskId: "t1" }, now);
    scheduler.failed({ _tag: "Task", taskId: "t1" }, now, 0);
    const later = now + longest;
    scheduler.requestLook({ taskId: "t1", isNear: false }, later);
    expect(scheduler.next(later).step._tag).not.toBe("Task");
  });

  it("that a scan begun after it has made is not made again", () => {
    const scheduler = started({}, { pages: 3 });
    scheduler.requestLook({ taskId: "t1", isNear: false }, 5_000);
    expect(scheduler.nextLookAt).toBe(5_000);
    scheduler.scanned(6_000, { began: 4_999, pages: 3, hasMoved: false, leased: [] });
    expect(scheduler.nextLookAt).toBe(5_000);
    scheduler.scanned(7_000, { began: 5_000, pages: 3, hasMoved: false, leased: [] });
    expect(scheduler.nextLookAt).toBe(Number.POSITIVE_INFINITY);
  });

  it("has a third of the reads kept for it while one is near: leases read in turn leave them", () => {
    const leased = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const reads = (isNear: boolean) => {
      const scheduler = started({ perMinute: 48, shortest: 10, longest: 30_000 }, { pages: 30, leased });
      scheduler.expectLook(isNear);
      const counted: Array<number> = [];
      for (let now = 0; now < minute - 1; now += 10) {
        const due = scheduler.next(now);
        if (due.at > now || due.step._tag === "Page") continue;
        scheduler.sent(due.step, now);
        if (due.step._tag === "Evaluation") scheduler.evaluated(now, false);
        else counted.push(now);
      }
      return counted.length;
    };
    // Twelve reads a minute, of which the evaluation takes three.
    expect([reads(false), reads(true)]).toEqual([9, 6]);
  });
});

it("7. after any interruption one scan is due, not one for each that was missed", () => {
  fc.assert(
    fc.property(fc.integer({ min: minute, max: 600 * minute }), (now) => {
      const scheduler = started();
      scheduler.wake(now);
      expect(of("Page", run(scheduler, now, now + shortest - 1))).toHaveLength(1);
    }),
  );
});

it("8. a scan of many bytes is made up to four times less often once nothing changes", () => {
  const every = (bytes: number) => {
    const scheduler = started({ perMinute: 6_000 }, { pages: 2 });
    const settled = run(scheduler, 0, 20 * minute, { pages: 2, bytes: bytes / 2 });
    const times = of("Page", settled).map(({ at }) => at);
    return times.at(-1)! - times.at(-3)!;
  };
  expect(every(0)).toBe(longest);
  expect(every(8 * 2 ** 20)).toBe(2 * longest);
  expect(every(800 * 2 ** 20)).toBe(4 * longest);
});

it("of doubtful tasks no more are looked at than a minute's reads allow", () => {
  const scheduler = started({ perMinute: 40 }, { pages: 3 });
  scheduler.confirm(Array.from({ length: 100 }, (_, index) => `t${index}`));
  const reads = of("Task", run(scheduler, 0, 5 * minute, { pages: 3 }));
  expect(reads.map(({ step }) => step)).toEqual(
    Array.from({ length: 10 }, (_, index) => ({ _tag: "Task", taskId: `t${index}` })),
  );
});
