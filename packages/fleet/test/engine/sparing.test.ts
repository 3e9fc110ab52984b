/** A loop that fails many times a second reaches the program once a second. */
import { SimulatedClock } from "@evalwire/core/testing";
import { expect, it } from "vitest";
import { sparing } from "../../src/engine/sparing.ts";
import { Time } from "../../src/engine/Time.ts";

const reporting = () => {
  const clock = new SimulatedClock();
  const reported: Array<unknown> = [];
  return { clock, reported, report: sparing((error) => void reported.push(error), new Time(clock)) };
};

it("reports a failure that repeats once a second", async () => {
  const { clock, reported, report } = reporting();
  for (let tenths = 0; tenths < 25; tenths++) {
    report(new Error("no leader"));
    await clock.advance(100);
  }
  expect(reported).toHaveLength(3);
});

it("reports each failure of another text at once, and what is no error, too", () => {
  const { reported, report } = reporting();
  for (const each of [new Error("a"), new Error("b"), "a", undefined, new Error("a")]) report(each);
  expect(reported).toEqual([new Error("a"), new Error("b"), undefined]);
});
