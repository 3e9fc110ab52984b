/** Failures that are retried: each in a sentence, and those that need a person kept while they last. */
import { JetStreamApiError } from "@nats-io/jetstream";
import { TimeoutError } from "@nats-io/nats-core";
import { expect, it } from "vitest";
import { Failures } from "../../src/engine/Failures.ts";
import { FleetError } from "../../src/engine/FleetError.ts";
import type { Time } from "../../src/engine/Time.ts";

const failuresAt = (clock: { now: number }) => {
  const reported: Array<unknown> = [];
  const time = { now: () => clock.now } as Time;
  return { reported, failures: new Failures((error) => reported.push(error), "fleet board", time) };
};

it.each([
  new TimeoutError(),
  new JetStreamApiError({ code: 503, err_code: 10_008, description: "JetStream system temporarily unavailable" }),
])("JetStream's silence is said in a sentence: $name", (error) => {
  const { reported, failures } = failuresAt({ now: 0 });
  failures.report(error);
  expect(reported).toEqual([expect.any(FleetError)]);
  expect(reported[0]).toMatchObject({
    problem: "NoServer",
    message: `JetStream does not answer (fleet board: ${error.message}): its server is busy, or not more than half of the nodes of its cluster can reach one another.`,
    cause: error,
  });
  // It passes by itself.
  expect(failures.recent).toEqual([]);
});

it("what a person has to do something about is kept while it repeats", () => {
  const clock = { now: 0 };
  const { reported, failures } = failuresAt(clock);
  const error = new FleetError("OtherShape", "The stream s exists with other options.");
  failures.report(error);
  clock.now = 900;
  failures.report(error);
  expect(reported).toEqual([error]);
  clock.now = 5_800;
  expect(failures.recent).toEqual([error.message]);
  clock.now = 6_000;
  expect(failures.recent).toEqual([]);
});

it.each([new Error("a program's own"), new DOMException("a handler's own", "TimeoutError")])(
  "any other failure is reported as it is: $message",
  (error) => {
    const { reported, failures } = failuresAt({ now: 0 });
    failures.report(error);
    expect(reported).toEqual([error]);
  },
);
