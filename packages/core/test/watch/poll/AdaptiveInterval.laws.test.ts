import * as fc from "fast-check";
import { expect, it } from "vitest";
import { AdaptiveInterval } from "../../../src/watch/poll/AdaptiveInterval.ts";

const interval = fc
  .tuple(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 3_600_000 }))
  .map(([one, other]) => ({ shortest: Math.min(one, other), longest: Math.max(one, other) }));

/** Milliseconds to the next thing that happens, and what it is. */
const happening = fc.record({
  after: fc.integer({ min: 0, max: 10_000_000 }),
  what: fc.constantFrom("noteChange" as const, "noteActivity" as const, "look" as const),
});

/** A pace that has seen a change each `gap` milliseconds, and when it saw the last. */
const steady = (gap: number, { shortest = 2_000, longest = 3_600_000, times = 100 } = {}) => {
  const pace = new AdaptiveInterval(shortest, longest);
  for (let time = 0; time < times; time++) pace.noteChange(time * gap);
  return { pace, now: (times - 1) * gap };
};

it("1. shortest ≤ pause ≤ longest, always", () => {
  fc.assert(
    fc.property(interval, fc.array(happening), ({ shortest, longest }, happenings) => {
      const pace = new AdaptiveInterval(shortest, longest);
      let now = 0;
      for (const { after, what } of happenings) {
        now += after;
        if (what !== "look") pace[what](now);
        const pause = pace.pauseAt(now);
        expect(pause).toBeGreaterThanOrEqual(shortest);
        expect(pause).toBeLessThanOrEqual(longest);
      }
    }),
  );
});

it("2. pause = √(shortest × time between changes), while they come", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2_000, max: 1_000_000 }), (gap) => {
      const { pace, now } = steady(gap);
      expect(pace.pauseAt(now)).toBeCloseTo(Math.sqrt(2_000 * gap), 3);
    }),
  );
});

it("2. the more often things change, the shorter the pause", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (one, other) => {
      const pauses = [Math.min(one, other), Math.max(one, other)].map((gap) => {
        const { pace, now } = steady(gap);
        return pace.pauseAt(now);
      });
      expect(pauses[0]).toBeLessThanOrEqual(pauses[1]!);
    }),
  );
});

it("3. after ten longest pauses without a change the pause is the longest, for any history", () => {
  fc.assert(
    fc.property(interval, fc.array(happening), ({ shortest, longest }, happenings) => {
      const pace = new AdaptiveInterval(shortest, longest);
      let now = 0;
      pace.pauseAt(now);
      for (const { after, what } of happenings) {
        now += after;
        if (what !== "look") pace[what](now);
        pace.pauseAt(now);
      }
      expect(pace.pauseAt(now + 10 * longest)).toBe(longest);
    }),
  );
});

it("3. the longer nothing changes, the longer the pause", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(10_000_000), fc.nat(10_000_000), (gap, one, other) => {
      const { pace, now } = steady(gap);
      const sooner = pace.pauseAt(now + Math.min(one, other));
      expect(sooner).toBeLessThanOrEqual(pace.pauseAt(now + Math.max(one, other)));
    }),
  );
});

it("4. after a break of any length the pause is at most a third longer than before it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2_000, max: 100_000 }), fc.nat(100_000_000), (gap, silence) => {
      const { pace, now } = steady(gap);
      const before = pace.pauseAt(now);
      pace.noteChange(now + silence);
      expect(pace.pauseAt(now + silence)).toBeLessThanOrEqual(before * Math.sqrt(7 / 4) + 1e-6);
    }),
  );
});

it("what is stirred makes the pause as short as the pace, and is no measure of it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2_000, max: 1_000_000 }), fc.nat(10_000_000), (gap, after) => {
      const { pace, now } = steady(gap);
      const before = pace.pauseAt(now);
      pace.noteActivity(now + after);
      expect(pace.pauseAt(now + after)).toBe(before);
      const [stirred, calm] = [steady(gap), steady(gap)];
      stirred.pace.noteActivity(now + gap - 1);
      for (const each of [stirred.pace, calm.pace]) each.noteChange(now + gap);
      expect(stirred.pace.pauseAt(now + gap)).toBe(calm.pace.pauseAt(now + gap));
    }),
  );
});
