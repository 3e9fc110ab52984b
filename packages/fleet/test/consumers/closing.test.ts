/** A consumer that is closed while no server can be reached. */
import { SimulatedClock } from "@evalwire/core/testing";
import { expect, it } from "vitest";
import { Consuming } from "../../src/consumers/Consumption.ts";
import type { Engine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { Time } from "../../src/engine/Time.ts";
import { Formats } from "../../src/membership/Formats.ts";

it("is not looked for any more, and closing ends", async () => {
  const clock = new SimulatedClock();
  const time = new Time(clock);
  let looks = 0;
  const names = async function* () {
    looks++;
    await time.sleep(10);
    yield await Promise.reject(Object.assign(new Error("no answer"), { name: "TimeoutError" }));
  };
  const engine = { js: { publish: async () => ({}) }, jsm: { streams: { names } } } as unknown as Engine;
  const deps = { engine, names: new Names("fleet", 1), time, formats: new Formats(), replicas: 1 };
  const consuming = new Consuming({ ...deps, onFailure: () => undefined }, "journal", () => undefined, {});
  consuming.ready.catch(() => undefined);
  await clock.advance("1 second");
  expect(looks).toBeGreaterThan(1);
  const before = looks;
  let isClosed = false;
  void consuming.close().then(() => {
    isClosed = true;
  });
  // The request that is under way ends by itself.
  await clock.advance("10 millis");
  expect(isClosed).toBe(true);
  await clock.advance("10 seconds");
  expect(looks).toBe(before);
});
