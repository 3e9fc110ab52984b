import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SimulatedClock } from "../../src/testing.ts";

const durations = fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 12 });

/** Starts one sleeper per duration and notes who woke, and when. */
const sleepAll = (clock: SimulatedClock, millis: ReadonlyArray<number>) => {
  const woken: Array<readonly [sleeper: number, at: number]> = [];
  const fibers = millis.map((duration, sleeper) =>
    Effect.runFork(
      Effect.map(Effect.sleep(duration), () => woken.push([sleeper, clock.now()])).pipe(
        Effect.provideService(Clock.Clock, clock),
      ),
    ),
  );
  return { woken, fibers };
};

it("each sleeper wakes at its deadline, by deadline and then by registration", () =>
  fc.assert(
    fc.asyncProperty(durations, async (millis) => {
      const clock = new SimulatedClock({ startAt: 0 });
      const { woken } = sleepAll(clock, millis);
      await clock.advance(1_000);
      const expected = millis
        .map((duration, sleeper) => [sleeper, duration] as const)
        .sort(([a, at], [b, bt]) => at - bt || a - b);
      expect(woken).toEqual(expected);
      expect(clock.pending).toBe(0);
    }),
  ));

it("no sleeper wakes early: after advance(t) exactly the sleepers beyond t are pending", () =>
  fc.assert(
    fc.asyncProperty(durations, fc.integer({ min: 0, max: 1_000 }), async (millis, passed) => {
      const clock = new SimulatedClock({ startAt: 0 });
      const { woken, fibers } = sleepAll(clock, millis);
      await clock.advance(passed);
      expect(clock.pending).toBe(millis.filter((duration) => duration > passed).length);
      expect(woken).toHaveLength(millis.length - clock.pending);
      await Effect.runPromise(Fiber.interruptAll(fibers));
      expect(clock.pending).toBe(0);
    }),
  ));

it("advance(a) then advance(b) = advance(a + b)", () =>
  fc.assert(
    fc.asyncProperty(
      durations,
      fc.integer({ min: 0, max: 800 }),
      fc.integer({ min: 0, max: 800 }),
      async (millis, a, b) => {
        const split = new SimulatedClock({ startAt: 0 });
        const whole = new SimulatedClock({ startAt: 0 });
        const inTwo = sleepAll(split, millis);
        const atOnce = sleepAll(whole, millis);
        await split.advance(a);
        await split.advance(b);
        await whole.advance(a + b);
        expect(inTwo.woken).toEqual(atOnce.woken);
        expect(split.now()).toBe(whole.now());
        expect(split.pending).toBe(whole.pending);
        await Effect.runPromise(Fiber.interruptAll([...inTwo.fibers, ...atOnce.fibers]));
      },
    ),
  ));

it("one who sleeps again while the clock moves is woken again on the way", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 500 }), async (step, passed) => {
      const clock = new SimulatedClock({ startAt: 0 });
      const beats: Array<number> = [];
      const fiber = Effect.runFork(
        Effect.forever(
          Effect.flatMap(clock.sleep(Duration.millis(step)), () => Effect.sync(() => beats.push(clock.now()))),
        ),
      );
      await clock.advance(passed);
      expect(beats).toEqual(Array.from({ length: Math.floor(passed / step) }, (_, beat) => (beat + 1) * step));
      await Effect.runPromise(Fiber.interrupt(fiber));
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 30 },
  ));

it("a jump moves the shown time and wakes no sleeper", () =>
  fc.assert(
    fc.asyncProperty(durations, fc.integer({ min: -10_000, max: 10_000 }), async (millis, jump) => {
      const clock = new SimulatedClock({ startAt: 0 });
      const { woken, fibers } = sleepAll(clock, millis);
      const before = clock.monotonicTimeNanosUnsafe();
      clock.jump(jump);
      await clock.advance(0);
      expect(clock.now()).toBe(jump);
      expect(clock.monotonicTimeNanosUnsafe()).toBe(before);
      expect(woken).toEqual([]);
      await Effect.runPromise(Fiber.interruptAll(fibers));
    }),
    { numRuns: 30 },
  ));

it("two clocks that move at once do not wait for one another", () =>
  fc.assert(
    fc.asyncProperty(durations, durations, async (here, there) => {
      const [one, other] = [new SimulatedClock({ startAt: 0 }), new SimulatedClock({ startAt: 0 })];
      const [mine, theirs] = [sleepAll(one, here), sleepAll(other, there)];
      await Promise.all([one.advance(1_000), other.advance(1_000)]);
      expect([mine.woken.length, theirs.woken.length]).toEqual([here.length, there.length]);
    }),
    { numRuns: 30 },
  ));

it("what a pipeline of fibers does without time passing has been done when the clock comes to rest", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 60 }), async (hops) => {
      const clock = new SimulatedClock({ startAt: 0 });
      let done = 0;
      const hop: Effect.Effect<void> = Effect.suspend(() =>
        done === hops
          ? Effect.void
          : Effect.flatMap(
              Effect.promise(async () => {
                done++;
              }),
              () =>
                Effect.flatMap(Effect.forkChild(Effect.yieldNow), (fiber) => Effect.andThen(Fiber.join(fiber), hop)),
            ),
      );
      const fiber = Effect.runFork(Effect.andThen(clock.sleep(Duration.millis(5)), hop));
      await clock.advance(5);
      expect(done).toBe(hops);
      await Effect.runPromise(Fiber.interrupt(fiber));
    }),
  ));
