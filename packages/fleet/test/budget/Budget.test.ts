import { SimulatedClock } from "@evalwire/core/testing";
import { describe, expect, it } from "vitest";
import { BudgetGate } from "../../src/budget/BudgetGate.ts";
import { BudgetOwner } from "../../src/budget/BudgetOwner.ts";
import { Time } from "../../src/engine/Time.ts";
import { bus } from "../bus.ts";

const never = new AbortController().signal;

describe("One budget for all replicas", () => {
  /** Replicas that share a bus, on a clock that is moved by hand. */
  const stage = (perMinute: number, count: number) => {
    const clock = new SimulatedClock();
    const time = new Time(clock);
    const options = { nc: bus(time), subject: "budget", perMinute, time, onFailure: () => undefined };
    const gates = Array.from({ length: count }, (_, index) => new BudgetGate({ ...options, member: `m${index}` }));
    const sent: Array<{ readonly at: number; readonly member: number }> = [];
    let isOver = false;
    /** A watch that sends as fast as it may. */
    const press = async (member: number) => {
      while (!isOver) {
        await gates[member]!.admit(never);
        if (!isOver) sent.push({ at: clock.now(), member });
      }
    };
    const own = () => new BudgetOwner(options, () => count);
    const close = () => {
      isOver = true;
      for (const gate of gates) gate.close();
    };
    /** The most in any minute. */
    const most = () =>
      Math.max(0, ...sent.map(({ at }, index) => sent.slice(index).filter((each) => each.at < at + 60_000).length));
    return { clock, gates, sent, press, own, close, most };
  };

  it("in no minute more is sent than the budget says, it is used, and replicas have the same of it", async () => {
    const on = stage(120, 3);
    const owner = on.own();
    for (const member of [0, 1, 2, 2, 2, 2]) void on.press(member);
    await on.clock.advance("3 minutes");
    expect(on.most()).toBeLessThanOrEqual(120);
    expect(on.sent.length).toBeGreaterThan(3 * 120 * 0.85);
    const counts = [0, 1, 2].map((member) => on.sent.filter((each) => each.member === member).length);
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.2);
    on.close();
    owner.close();
  });

  it("without an owner each spends its last share for ten seconds, then nothing; a new owner goes on within the budget", async () => {
    const on = stage(120, 3);
    const owner = on.own();
    for (const member of [0, 1, 2]) void on.press(member);
    await on.clock.advance("1 minute");
    owner.close();
    const atDeath = on.clock.now();
    await on.clock.advance("30 seconds");
    const orphaned = on.sent.filter(({ at }) => at > atDeath + 2_000);
    expect(orphaned.length).toBeGreaterThan(8);
    expect(orphaned.filter(({ at }) => at > atDeath + 13_000)).toEqual([]);
    const next = on.own();
    await on.clock.advance("1 minute");
    expect(on.sent.at(-1)!.at).toBeGreaterThan(on.clock.now() - 5_000);
    expect(on.most()).toBeLessThanOrEqual(120);
    on.close();
    next.close();
  });

  it("a Retry-After that one replica sees stops all", async () => {
    const on = stage(600, 3);
    const owner = on.own();
    for (const member of [0, 1, 2]) void on.press(member);
    await on.clock.advance("20 seconds");
    on.gates[1]!.refused(20_000);
    const at = on.clock.now();
    const before = on.sent.length;
    await on.clock.advance("19 seconds");
    expect(on.sent.length - before).toBeLessThanOrEqual(3);
    await on.clock.advance("10 seconds");
    expect(on.sent.filter((each) => each.at >= at + 20_000).length).toBeGreaterThan(20);
    on.close();
    owner.close();
  });

  it("a watch that is closed while it waits takes nothing", async () => {
    const on = stage(60, 1);
    const abort = new AbortController();
    const waiting = on.gates[0]!.admit(abort.signal);
    abort.abort();
    await waiting;
    expect(on.gates[0]!.admitted).toBe(0);
    on.close();
  });
});
