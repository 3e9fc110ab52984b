import { ScriptedPlatform, SimulatedClock } from "@evalwire/core/testing";
import { expect, it } from "vitest";
import { queue } from "../src/index.ts";

it("a live queue that is opened before the first scan has what the scan shows", async () => {
  const clock = new SimulatedClock();
  const platform = new ScriptedPlatform(clock, 3);
  const watch = platform.watch();
  const live = queue.live(watch);
  await clock.until(watch.ready);
  await clock.advance(0);
  expect(live.index.size).toBe(3);
  live.close();
  await watch.close();
});
