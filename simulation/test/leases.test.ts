/** The simulation checks that a watch knows the server's clock: jumps of a clock are counted, also where they cancel each other out. */
import type { Watch } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { describe, expect, it } from "vitest";
import { Assertions } from "../promises/Assertions.ts";
import type { Checker } from "../promises/Checker.ts";
import { Leases } from "../promises/Leases.ts";
import { Trace } from "../Trace.ts";
import type { Exchange, Listener, Network } from "../world/Network.ts";
import { SkewedClock } from "../world/SkewedClock.ts";

const start = Date.parse("2030-01-01T00:00:00Z");

/** A poll has been answered, and the watch says of the server's clock what is an hour wrong. */
const heard = async (hasOneClock: boolean) => {
  const time = new SimulatedClock({ startAt: start });
  const trace = new Trace(time, false);
  const [serverClock, clientClock] = [new SkewedClock(time), new SkewedClock(time)];
  const assertions = new Assertions(() => trace.elapsed);
  const listeners: Array<Listener> = [];
  const network = { listen: (given: Listener) => void listeners.push(given) } as unknown as Network;
  const parts = { trace, serverClock, clientClock, assertions, hasOneClock, endOf: () => undefined };
  const leases = new Leases(network, "watch", parts);
  const exchange: Exchange = {
    ...{ number: 1, sender: "watch", sentAt: 0, endedAt: 100, outcome: "answered", isCarriedOut: true },
    request: { method: "GET", path: "/v4/evaluations/e1", headers: undefined, body: undefined },
    answer: { status: 200, headers: [["date", new Date(start).toUTCString()]], text: "{}" },
    shown: { clock: serverClock, setMillis: serverClock.setMillis, jumps: serverClock.jumps },
  };
  for (const listener of listeners) {
    listener.sent?.(exchange);
    listener.ended?.(exchange);
  }
  const clock = { offsetMillis: 3_600_000, errorMillis: 10 };
  const watch = { stats: () => ({ clock }), snapshot: () => ({ leases: new Map() }) } as unknown as Watch;
  const isFound = () => {
    leases.check(watch, {} as Checker, [], true);
    return assertions.broken !== undefined;
  };
  return { time, serverClock, clientClock, isFound };
};

describe.each([true, false])("where all servers have one clock: %j", (hasOneClock) => {
  it("finds a watch that is wrong about it", async () => {
    const { isFound } = await heard(hasOneClock);
    expect(isFound()).toBe(true);
  });

  it("holds nothing against a watch once the server's clock was set, there and back too", async () => {
    const { serverClock, isFound } = await heard(hasOneClock);
    serverClock.set(70_000);
    expect(isFound()).toBe(false);
    serverClock.set(-70_000);
    expect(isFound()).toBe(false);
  });
});

describe("where servers have clocks of their own", () => {
  it("what was known is forgotten once the client's clock was set, there and back too", async () => {
    const { clientClock, isFound } = await heard(false);
    clientClock.set(70_000);
    expect(isFound()).toBe(false);
    clientClock.set(-70_000);
    expect(isFound()).toBe(false);
  });

  it("and after a sleep, also where the clock was then set back by as much", async () => {
    const { time, clientClock, isFound } = await heard(false);
    time.jump(70_000);
    clientClock.overslept();
    clientClock.set(-70_000);
    expect(isFound()).toBe(false);
  });
});
