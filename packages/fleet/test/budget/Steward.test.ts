import { SimulatedClock } from "@evalwire/core/testing";
import { expect, it } from "vitest";
import { BudgetGate } from "../../src/budget/BudgetGate.ts";
import { Steward, type StewardDeps } from "../../src/budget/Steward.ts";
import { Names } from "../../src/engine/Names.ts";
import { Time } from "../../src/engine/Time.ts";
import type { Held } from "../../src/membership/Members.ts";
import { bus } from "../bus.ts";

const never = new AbortController().signal;

/** The owner of a budget whose office the test's `isNewest` confirms, and a gate of a replica that presses. */
const stage = (isNewest: () => Promise<boolean>) => {
  const clock = new SimulatedClock();
  const time = new Time(clock);
  const lost = new AbortController();
  let terms = 0;
  const held = { office: "budget", epoch: 1, lost: lost.signal, resign: async () => lost.abort() } satisfies Held;
  const members = {
    campaign: (_: string, signal: AbortSignal) =>
      ++terms === 1
        ? Promise.resolve(held)
        : new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    isNewest,
    list: () => [{ id: "a" }],
    onChange: () => () => undefined,
  };
  const nc = bus(time);
  const names = new Names("fleet", 1);
  const facts = { names, time, perMinute: 600, onFailure: () => undefined };
  const steward = new Steward({ ...facts, engine: { nc }, members } as unknown as StewardDeps);
  const gate = new BudgetGate({ ...facts, nc, subject: names.budget, member: "a" });
  void (async () => {
    for (;;) await gate.admit(never);
  })();
  const close = async () => {
    gate.close();
    await steward.close();
  };
  return { clock, gate, lost: lost.signal, close };
};

it("an owner that nothing confirms, as on the smaller side of a partition, grants nothing after ten seconds", async () => {
  let isThere = true;
  const { clock, gate, lost, close } = stage(() => (isThere ? Promise.resolve(true) : new Promise(() => undefined)));
  await clock.advance("30 seconds");
  expect(lost.aborted).toBe(false);
  isThere = false;
  // An election of the stream's leader takes up to 7.5 s.
  await clock.advance("6 seconds");
  expect(lost.aborted).toBe(false);
  await clock.advance("4 seconds");
  expect(lost.aborted).toBe(true);
  // Its own replica spends its share for ten seconds more.
  await clock.advance("11 seconds");
  const { admitted } = gate;
  expect(admitted).toBeGreaterThan(100);
  await clock.advance("20 seconds");
  expect(gate.admitted).toBe(admitted);
  await close();
});

it("an owner learns within two seconds that another was elected", async () => {
  let isNewest = true;
  const { clock, lost, close } = stage(async () => isNewest);
  await clock.advance("5 seconds");
  isNewest = false;
  await clock.advance("2 seconds");
  expect(lost.aborted).toBe(true);
  await close();
});
