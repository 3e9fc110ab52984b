import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ServerClock from "../../../src/watch/time/ServerClock.ts";

const second = 1_000;

// A server whose clock is `offset` ahead of ours answers after `there` and the answer travels `back` milliseconds.
const sample = (offset: number, sentAt: number, there: number, back: number): ServerClock.Sample => {
  const answeredAt = sentAt + there;
  return {
    date: Math.floor((answeredAt + offset) / second) * second,
    sentAt,
    receivedAt: answeredAt + back,
  };
};

const trip = fc.record({ pause: fc.nat(20_000), there: fc.nat(3_000), back: fc.nat(3_000) });

const walk = (offset: number, trips: ReadonlyArray<{ pause: number; there: number; back: number }>) => {
  let clock: ServerClock.ServerClock | undefined;
  let now = 0;
  let jumps = 0;
  for (const { pause, there, back } of trips) {
    const one = sample(offset, now + pause, there, back);
    now = one.receivedAt;
    const seen = ServerClock.observe(clock, one);
    clock = seen.clock;
    if (seen.hasJumped) jumps++;
  }
  return { clock: clock!, now, jumps };
};

const offsets = fc.integer({ min: 0, max: 2_000_000_000_000 });

describe("ServerClock", () => {
  it("earliest <= the server's time <= earliest + 2 error, after any answers", () => {
    fc.assert(
      fc.property(offsets, fc.array(trip, { minLength: 1, maxLength: 20 }), fc.nat(100_000), (offset, trips, later) => {
        const { clock, now } = walk(offset, trips);
        const server = now + later + offset;
        const earliest = ServerClock.earliest(clock, now + later);
        expect(earliest).toBeLessThanOrEqual(server);
        expect(earliest + 2 * ServerClock.errorMillis(clock, now + later)).toBeGreaterThanOrEqual(server - 1e-3);
        expect(Math.abs(ServerClock.estimate(clock, now + later) - server)).toBeLessThanOrEqual(
          ServerClock.errorMillis(clock, now + later) + 1e-3,
        );
      }),
    );
  });

  it("steady clocks never jump, and each answer narrows the bounds or leaves them, drift apart", () => {
    fc.assert(
      fc.property(offsets, fc.array(trip, { minLength: 2, maxLength: 20 }), (offset, trips) => {
        const before = walk(offset, trips.slice(0, -1));
        const after = walk(offset, trips);
        expect(after.jumps).toBe(0);
        expect(ServerClock.errorMillis(after.clock, after.now)).toBeLessThanOrEqual(
          ServerClock.errorMillis(before.clock, after.now) + 1e-3,
        );
      }),
    );
  });

  it("answers at different parts of a second make the estimate finer than a second", () => {
    const trips = Array.from({ length: 90 }, () => ({ pause: 977, there: 5, back: 5 }));
    const { clock, now } = walk(123_456_789, trips);
    expect(ServerClock.errorMillis(clock, now)).toBeLessThan(50);
  });

  it("a clock that was set is noticed, and the latest answer is believed", () => {
    fc.assert(
      fc.property(
        offsets,
        fc.array(trip, { minLength: 1, maxLength: 10 }),
        fc.constantFrom(-3_600_000, -20_000, 20_000, 3_600_000),
        (offset, trips, set) => {
          const { clock, now } = walk(offset + 4_000_000, trips);
          const seen = ServerClock.observe(clock, sample(offset + 4_000_000 + set, now + 10, 20, 20));
          expect(seen.hasJumped).toBe(true);
          expect(ServerClock.earliest(seen.clock, now + 50)).toBeLessThanOrEqual(now + 50 + offset + 4_000_000 + set);
        },
      ),
    );
  });

  it("answers that contradict each other by less than two seconds are no jump, and the slower server is believed", () => {
    const a = ServerClock.observe(undefined, sample(1_002_100, 0, 5, 5)).clock;
    const both = ServerClock.observe(a, sample(1_000_000, 10, 5, 5));
    expect(both.hasJumped).toBe(false);
    expect(ServerClock.earliest(both.clock, 20)).toBeLessThanOrEqual(1_000_020);
  });

  it("after a sleep that the local clock did not count the server is not earlier than before, and may be any later", () => {
    const { clock, now } = walk(5_000, [{ pause: 0, there: 5, back: 5 }]);
    const slept = ServerClock.afterSleep(clock);
    expect(ServerClock.earliest(slept, now)).toBe(ServerClock.earliest(clock, now));
    expect(ServerClock.errorMillis(slept, now)).toBe(Number.POSITIVE_INFINITY);
    const hours = 12 * 3_600_000;
    const woken = ServerClock.observe(slept, sample(5_000 + hours, now + 10, 5, 5));
    expect(woken.hasJumped).toBe(false);
    expect(ServerClock.errorMillis(woken.clock, now + 20)).toBeLessThanOrEqual(505.01);
  });
});
