/** A consumer is requested again where the cluster has none to give now, and reading goes on without one. */
import { SimulatedClock } from "@evalwire/core/testing";
import type { Consumer } from "@nats-io/jetstream";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/engine/errorCodes.ts";
import { openOrdered } from "../../src/engine/openOrdered.ts";
import { Time } from "../../src/engine/Time.ts";

const opened = {} as Consumer;
const refusal = (name: keyof typeof errorCodes) => Object.assign(new Error(name), { code: errorCodes[name] });

/** Opens one where each request is answered as the next of these says. */
const opening = (answers: ReadonlyArray<() => Promise<Consumer>>) => {
  const clock = new SimulatedClock();
  let asked = 0;
  const get = () => answers[Math.min(asked++, answers.length - 1)]!();
  const js = { consumers: { get } } as never;
  return { clock, asked: () => asked, result: openOrdered({ js }, new Time(clock), "s", {}) };
};

describe("Opening an ordered consumer", () => {
  it("asks again when a node says that it has no leader", async () => {
    const refused = () => Promise.reject(refusal("noAnswer"));
    const { clock, asked, result } = opening([refused, refused, async () => opened]);
    await clock.advance(500);
    expect(await result).toBe(opened);
    expect(asked()).toBe(3);
  });

  it.for<readonly [string, () => Promise<Consumer>]>([
    ["says that it has no leader", () => Promise.reject(refusal("noAnswer"))],
    ["does not answer", () => new Promise(() => undefined)],
  ])("gives up after two seconds of a node that %s", async ([, answer]) => {
    const { clock, result } = opening([answer]);
    await clock.advance(3_000);
    expect(await result).toBeUndefined();
  });

  it("fails at once where the stream is gone", async () => {
    const { result } = opening([() => Promise.reject(refusal("streamNotFound"))]);
    await expect(result).rejects.toThrow("streamNotFound");
  });
});
