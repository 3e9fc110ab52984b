/** The time that is handed in with answers: while their form is there and the page is visible. */
import { expect, it } from "vitest";
import { TimeSpent } from "../../src/acts/useTimeSpent.ts";

it("counts while it is seen, over hours away, and is asked as often as one likes", () => {
  let now = 5_000;
  const spent = new TimeSpent(() => now);
  now += 1_000;
  expect(spent.seconds).toBe(0);
  spent.look(true);
  now += 90_400;
  expect([spent.seconds, spent.seconds]).toEqual([90, 90]);
  spent.look(false);
  now += 3_600_000;
  expect(spent.seconds).toBe(90);
  spent.look(true);
  spent.look(true);
  now += 200;
  expect(spent.seconds).toBe(91);
});
