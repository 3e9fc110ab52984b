/** A replica that starts while the cluster elects a leader waits for it. */
import { SimulatedClock } from "@evalwire/core/testing";
import { expect, it } from "vitest";
import { jetStreamOf } from "../../src/engine/Engine.ts";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import type { FleetProblem } from "../../src/engine/FleetError.ts";
import { Time } from "../../src/engine/Time.ts";

const noLeader = () => Object.assign(new Error("no leader"), { code: errorCodes.noAnswer });
const named = (name: string) => Object.assign(new Error(name), { name });

it.for<readonly [string, () => Error]>([
  ["says that it knows no leader", noLeader],
  ["answers as if it had no JetStream", () => named("JetStreamNotEnabled")],
  ["does not answer", () => named("TimeoutError")],
])("asks again while the node %s", async ([, error]) => {
  const clock = new SimulatedClock();
  const time = new Time(clock);
  let asked = 0;
  const opened = jetStreamOf(
    async () => {
      if (++asked < 4) throw error();
      return "open";
    },
    time.now() + 5_000,
    time,
  );
  await clock.advance(1_000);
  expect(await opened).toBe("open");
});

it.for<readonly [string, () => Error, FleetProblem, RegExp]>([
  ["knows no leader", noLeader, "NoServer", /connectTimeoutMillis: no leader\).*more than half of the nodes/],
  ["does not answer", () => named("TimeoutError"), "NoServer", /connectTimeoutMillis: .*more than half of the nodes/],
  ["has no JetStream", () => named("JetStreamNotEnabled"), "NoJetStream", /-js/],
])("says what to do where the node %s until the end", async ([, error, problem, message]) => {
  const clock = new SimulatedClock();
  const time = new Time(clock);
  const opened = jetStreamOf(() => Promise.reject(error()), time.now() + 5_000, time);
  opened.catch(() => undefined);
  await clock.advance(6_000);
  await expect(opened).rejects.toMatchObject({ problem, message: expect.stringMatching(message) });
});
