/** Rules every owner of a budget keeps, over any transport. */
import type { Gate } from "@evalwire/core/feed";
import { expect, it } from "vitest";

export interface BudgetStage {
  readonly gates: ReadonlyArray<Gate & { readonly close: () => void }>;
  /** Begins to grant; returns what ends it. */
  readonly own: () => () => void;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Lets time pass until a promise is settled. */
  readonly settle: <A>(work: Promise<A>) => Promise<A>;
}

const never = new AbortController().signal;
const perMinute = 6_000;

/** @param stage so many replicas under one budget of `perMinute` */
export const grants = (stage: (perMinute: number, replicas: number) => Promise<BudgetStage>): void => {
  it("is never spent faster than it grows, and replicas that want more than there is have the same of it", async () => {
    const { gates, own, now, settle } = await stage(perMinute, 3);
    const disown = own();
    const counts = gates.map(() => 0);
    const times: Array<number> = [];
    let isOver = false;
    const enough = new Promise<void>((resolve) => {
      const press = async (member: number) => {
        while (!isOver) {
          await gates[member]!.admit(never);
          if (isOver) return;
          counts[member]!++;
          if (times.push(now()) === 400) resolve();
        }
      };
      for (const member of [0, 1, 1, 1, 2]) void press(member);
    });
    await settle(enough);
    isOver = true;
    // At most two seconds' worth can be saved up.
    const saved = perMinute / 30;
    for (const from of [0, 100, 199]) {
      const elapsed = times.at(-1)! - times[from]!;
      expect(times.length - from - 1).toBeLessThanOrEqual(saved + (elapsed * perMinute) / 60_000 + 1);
    }
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.5);
    for (const gate of gates) gate.close();
    disown();
  });

  it("a Retry-After that one sees stops all, and for that long", async () => {
    const { gates, own, now, settle } = await stage(perMinute, 2);
    const disown = own();
    await settle(Promise.all(gates.map((gate) => gate.admit(never))));
    const at = now();
    gates[0]!.refused(400);
    await settle(gates[0]!.admit(never));
    expect(now() - at).toBeGreaterThanOrEqual(400);
    gates[0]!.refused(400);
    const again = now();
    // Heard by the other through the engine: from the first request that waits on, for the whole time.
    await settle(gates[0]!.admit(never));
    await settle(gates[1]!.admit(never));
    expect(now() - again).toBeGreaterThanOrEqual(400);
    for (const gate of gates) gate.close();
    disown();
  });

  it("another owner goes on when one has gone, and one that waits and is aborted takes nothing", async () => {
    const { gates, own, settle } = await stage(perMinute, 2);
    own()();
    const abort = new AbortController();
    const waiting = gates[0]!.admit(abort.signal);
    abort.abort();
    await settle(waiting);
    const disown = own();
    await settle(Promise.all(gates.map((gate) => gate.admit(never))));
    for (const gate of gates) gate.close();
    disown();
  });
};
