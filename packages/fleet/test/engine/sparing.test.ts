/** A loop that fails many times a second is told to the program once a second. */
import { SimulatedClock } from "@evalwire/core/testing";
import { expect, it } from "vitest";
import { sparing } from "../../src/engine/sparing.ts";
import { Time } from "../../src/engine/Time.ts";

const reporting = () => {
  const clock = new SimulatedClock();
  const told: Array<unknown> = [];
  return { clock, told, report: sparing((error) => void told.push(error), new Time(clock)) };
};

it("reports a failure that repeats once a second", async () => {
  const { clock, told, report } = reporting();
  for (let tenths = 0; tenths < 25; tenths++) {
    report(new Error("no leader"));
    await clock.advance(100);
  }
  expect(told).toHaveLength(3);
});

it("reports each failure of another text at once, and what is no error, too", () => {
  const { told, report } = reporting();
  for (const each of [new Error("a"), new Error("b"), "a", undefined, new Error("a")]) report(each);
  expect(told).toEqual([new Error("a"), new Error("b"), undefined]);
});
