import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Sightings } from "../../../src/watch/state/Sightings.ts";

const time = fc.integer({ min: 1_000, max: 1_000_000 });
const known = fc.option(time, { nil: undefined });
const period = fc.tuple(time, fc.nat(5_000)).map(([earliest, length]) => ({ earliest, latest: earliest + length }));
const none = () => false;

/** A pass over the whole list, made in this period. */
const passed = (sightings: Sightings, made: { readonly earliest: number; readonly latest: number }, began = 10) => {
  sightings.scanBegan(made);
  sightings.passed(began, false, none);
};

it("nothing is known of any lease before the first pass", () => {
  const sightings = new Sightings();
  expect([sightings.pass, sightings.of("t1")]).toEqual([undefined, undefined]);
});

it("1. a pass has seen every lease when it began, at the earliest", () => {
  fc.assert(
    fc.property(period, (made) => {
      const sightings = new Sightings();
      passed(sightings, made);
      expect([sightings.pass, sightings.of("t1")]).toEqual([made.earliest, made.earliest]);
    }),
  );
});

it("1. several scans that are the pass together have seen what the first of them can have seen", () => {
  fc.assert(
    fc.property(period, period, fc.boolean(), (first, second, isJoined) => {
      const sightings = new Sightings();
      sightings.scanBegan(first);
      sightings.coverageBegan();
      sightings.scanBegan(second);
      sightings.passed(10, isJoined, none);
      expect(sightings.of("t1")).toBe((isJoined ? first : second).earliest);
    }),
  );
});

it("2. a lease that changed since the pass began keeps its own time, known or not; one that changed before has the pass's", () => {
  fc.assert(
    fc.property(period, period, known, fc.nat(20), fc.nat(20), (before, made, at, count, began) => {
      const sightings = new Sightings();
      passed(sightings, before, 0);
      sightings.changed("t1", count, at);
      expect(sightings.of("t1")).toBe(at);
      passed(sightings, made, began);
      expect(sightings.of("t1")).toBe(count < began ? made.earliest : at);
      expect(sightings.of("t2")).toBe(made.earliest);
    }),
  );
});

it("2. a write that no look has confirmed was not seen in the pass either", () => {
  fc.assert(
    fc.property(period, known, (made, at) => {
      const sightings = new Sightings();
      sightings.changed("t1", 1, at);
      sightings.changed("t2", 1, at);
      sightings.scanBegan(made);
      sightings.passed(2, false, (taskId) => taskId === "t1");
      expect([sightings.of("t1"), sightings.of("t2")]).toEqual([at, made.earliest]);
    }),
  );
});

it("a task without a lease of its own to know has the pass's time again", () => {
  fc.assert(
    fc.property(period, known, (made, at) => {
      const sightings = new Sightings();
      passed(sightings, made);
      sightings.changed("t1", 20, at);
      sightings.forget("t1");
      expect(sightings.of("t1")).toBe(made.earliest);
    }),
  );
});

it("where the server's clock is set back every time is converted: of passes, of scans under way, and of tasks by themselves", () => {
  fc.assert(
    fc.property(
      period,
      period,
      period,
      known,
      fc.integer({ min: -5_000, max: -1 }),
      (before, first, second, at, millis) => {
        for (const isJoined of [true, false]) {
          const sightings = new Sightings();
          passed(sightings, before);
          sightings.changed("t1", 20, at);
          sightings.scanBegan(first);
          sightings.coverageBegan();
          sightings.scanBegan(second);
          sightings.setBack(millis);
          const own = at === undefined ? undefined : at + millis;
          expect([sightings.pass, sightings.of("t1")]).toEqual([before.earliest + millis, own]);
          sightings.passed(15, isJoined, none);
          expect(sightings.pass).toBe((isJoined ? first : second).earliest + millis);
          expect(sightings.of("t1")).toBe(own);
        }
      },
    ),
  );
});
