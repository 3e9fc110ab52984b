/** A test of a program's own rule, on a clock that is moved by hand. Run it: `node examples/10-testing.ts` */
import assert from "node:assert/strict";
import type { SGPClient } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { claim } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

/** The program under test: people who let a lease end are to be written to. */
const lateOnes = (client: SGPClient, evaluationId: string) => {
  const names: Array<string> = [];
  const watch = client.watch(evaluationId);
  watch.subscribe(({ lease }) => void names.push(lease.assignee), { types: ["assignment.expired"] });
  return { watch, names };
};

export const main = async (print: (line: string) => void): Promise<void> => {
  const clock = new SimulatedClock({ startAt: "2030-01-01T09:00:00Z" });
  // Server and client go by the same clock; the seed makes ids repeatable.
  await using world = await smallEvaluation({ server: { clock, seed: 1, claimSeconds: 600 }, client: { clock } });
  const { watch, names } = lateOnes(world.ada, world.evaluation.id);
  await clock.advance("5 seconds");
  await watch.ready;

  await claim(world.ben, { evaluation_id: world.evaluation.id });
  await clock.advance("599 seconds");
  assert.deepEqual(names, []);
  // The server's clock is known through its Date header, to the second: never early, so up to as much late.
  await clock.advance("3 seconds");
  assert.deepEqual(names, ["ben"]);
  print("reported after the deadline, not before");

  // A closed watch leaves no timer behind, so a test ends by itself.
  await watch.close();
  print(`nothing is left: ${clock.pending} timers`);
};

if (import.meta.main) await main(console.log);
