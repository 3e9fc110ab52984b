import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SimulatedClock } from "../../../src/testing.ts";
import { Timekeeper } from "../../../src/watch/time/Timekeeper.ts";

const pause = fc.nat(5_000);
const set = fc.constantFrom(0, 0, 0, 30, -30, 400, -400, 90_000, -90_000, 43_200_000);

/** A request on its way: pauses and settings of the wall clock between its stations. */
const request = fc.record({ there: pause, back: pause, sets: fc.tuple(set, set, set, set) });

it("whenever the wall clock is set while a request is under way, the server's time is never taken to be later than it is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 5 }), fc.integer(), async (requests, offset) => {
      const clock = new SimulatedClock({ startAt: "2030-01-01T00:00:00Z" });
      const time = new Timekeeper(clock);
      const ahead = clock.now() - time.now() + offset;
      const server = () => ahead + time.now();
      for (const { there, back, sets } of requests) {
        const began = time.reading();
        clock.jump(sets[0]);
        await clock.advance(there);
        const date = Math.floor(server() / 1_000) * 1_000;
        clock.jump(sets[1]);
        await clock.advance(back);
        clock.jump(sets[2]);
        time.observe(date, began);
        expect(time.serverTime()).toBeLessThanOrEqual(server());
        const error = time.errorMillis();
        if (error !== null)
          expect(Math.abs(clock.now() + time.offsetMillis()! - server())).toBeLessThanOrEqual(error + 1);
        clock.jump(sets[3]);
        time.detectClockJump();
      }
    }),
  );
});

it("an answer is never taken to have been made later than it was, also where the server's clock was set back meanwhile", async () => {
  // A difference below the duration of a request cannot be detected.
  const setBack = fc.constantFrom(0, 0, 0, 600_000, 7_200_000);
  const exchange = fc.record({ there: pause, back: pause, rest: pause, sets: fc.tuple(setBack, setBack, setBack) });
  await fc.assert(
    fc.asyncProperty(fc.array(exchange, { minLength: 1, maxLength: 6 }), async (exchanges) => {
      const clock = new SimulatedClock({ startAt: "2030-01-01T00:00:00Z" });
      const time = new Timekeeper(clock);
      let ahead = clock.now() - time.now();
      for (const { there, back, rest, sets } of exchanges) {
        ahead -= sets[0];
        const began = time.reading();
        await clock.advance(there);
        ahead -= sets[1];
        const made = ahead + time.now();
        const date = Math.floor(made / 1_000) * 1_000;
        await clock.advance(back);
        time.observe(date, began);
        const period = time.madeAt(date, began);
        expect(period.earliest).toBeLessThanOrEqual(made);
        expect(period.latest).toBeGreaterThanOrEqual(made - 1);
        expect(period.latest).toBeLessThanOrEqual(made + there + back + 2_000);
        ahead -= sets[2];
        await clock.advance(rest);
      }
    }),
  );
});

it("what is not called rough was made within five seconds, also after a sleep, without a date and by several clocks", async () => {
  const exchange = fc.record({
    there: pause,
    back: pause,
    rest: pause,
    isDated: fc.boolean(),
    // A replica's clock, and how long the machine sleeps before the request and while it is under way.
    apart: fc.constantFrom(0, 0, 300, -40_000, 40_000),
    sleeps: fc.tuple(fc.constantFrom(0, 0, 43_200_000), fc.constantFrom(0, 0, 43_200_000)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(exchange, { minLength: 1, maxLength: 8 }), async (exchanges) => {
      const clock = new SimulatedClock({ startAt: "2030-01-01T00:00:00Z" });
      const time = new Timekeeper(clock);
      let ahead = clock.now() - time.now();
      const seen = new Set<number>();
      const sleep = (millis: number) => {
        ahead += millis;
        clock.jump(millis);
        if (millis > 0) seen.clear();
      };
      for (const { there, back, rest, isDated, apart, sleeps } of exchanges) {
        sleep(sleeps[0]);
        time.detectClockJump();
        const began = time.reading();
        await clock.advance(there);
        const made = ahead + time.now();
        const date = isDated ? Math.floor((made + apart) / 1_000) * 1_000 : undefined;
        if (isDated) seen.add(apart);
        sleep(sleeps[1]);
        await clock.advance(back);
        time.observe(date, began);
        const { earliest, isRough } = time.madeAt(date, began);
        // A clock that has not shown itself since the last sleep cannot be known.
        const last = made + (seen.size === 0 ? 0 : Math.max(...seen));
        if (isRough !== true) expect(last - earliest).toBeLessThanOrEqual(5_001);
        await clock.advance(rest);
        time.detectClockJump();
      }
    }),
    { numRuns: 400 },
  );
});

it("whenever the machine sleeps, also while a request is under way, the next answer shows the time of the one server there is", async () => {
  const slept = fc.constantFrom(0, 0, 60_000, 43_200_000);
  const exchange = fc.record({ there: pause, back: pause, rest: pause, sleeps: fc.tuple(slept, slept, slept) });
  await fc.assert(
    fc.asyncProperty(fc.array(exchange, { minLength: 1, maxLength: 6 }), async (exchanges) => {
      const clock = new SimulatedClock({ startAt: "2030-01-01T00:00:00Z" });
      const time = new Timekeeper(clock);
      let ahead = clock.now() - time.now();
      const sleep = (millis: number) => {
        ahead += millis;
        clock.jump(millis);
      };
      const none = { there: 100, back: 100, rest: 0, sleeps: [0, 0, 0] };
      for (const { there, back, rest, sleeps } of [...exchanges, none]) {
        const began = time.reading();
        sleep(sleeps[0]!);
        await clock.advance(there);
        const date = Math.floor((ahead + time.now()) / 1_000) * 1_000;
        sleep(sleeps[1]!);
        await clock.advance(back);
        time.observe(date, began);
        expect(time.serverTime()).toBeLessThanOrEqual(ahead + time.now());
        await clock.advance(rest);
        sleep(sleeps[2]!);
        time.detectClockJump();
      }
      expect(ahead + time.now() - time.serverTime()).toBeLessThanOrEqual(1_200);
    }),
  );
});
