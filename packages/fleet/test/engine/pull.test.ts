/** A server that does not speak any more is noticed by time that passes, not by the wall clock, which may be set. */
import { SimulatedClock } from "@evalwire/core/testing";
import type { Consumer, ConsumerMessages } from "@nats-io/jetstream";
import { describe, expect, it } from "vitest";
import { pull } from "../../src/engine/pull.ts";
import { Time } from "../../src/engine/Time.ts";

/** Messages of a consumer whose server speaks when the test says so. */
const stage = async () => {
  const clock = new SimulatedClock();
  const time = new Time(clock);
  const of = { received: 0, pending: 0, isConnected: true, isClosed: false };
  let wake: (heard: boolean) => void = () => undefined;
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const messages = {
    closed: () => closed,
    close: async () => {
      of.isClosed = true;
      wake(false);
      close();
    },
    getReceived: () => of.received,
    getPending: () => of.pending,
    status: async function* () {
      for (;;) {
        const isHeard = await new Promise<boolean>((resolve) => {
          wake = resolve;
        });
        if (!isHeard) return;
        yield { type: "heartbeat" };
      }
    },
  } as unknown as ConsumerMessages;
  const consumer = { consume: async () => messages } as unknown as Consumer;
  const facts = { maxMessages: 1, heartbeatMillis: 1_000, openMillis: 5_000, serverTime: time };
  await pull({ isConnected: () => of.isConnected }, time, consumer, facts);
  const beat = async (count: number, speak: () => void = () => undefined): Promise<void> => {
    for (let done = 0; done < count; done++) {
      speak();
      await clock.advance(1_000);
    }
  };
  return { of, beat, heartbeat: () => wake(true) };
};

describe("Reading the messages of a consumer", () => {
  it("ends when the server is silent for five heartbeats, however the wall clock is set", async () => {
    const { of, beat, heartbeat } = await stage();
    await beat(10, heartbeat);
    expect(of.isClosed).toBe(false);
    await beat(4);
    expect(of.isClosed).toBe(false);
    await beat(2);
    expect(of.isClosed).toBe(true);
  });

  it("does not end while messages come, while one is being handled, or while no server can be reached", async () => {
    const { of, beat } = await stage();
    await beat(10, () => of.received++);
    of.pending = 1;
    await beat(10);
    of.pending = 0;
    of.isConnected = false;
    await beat(10);
    expect(of.isClosed).toBe(false);
    of.isConnected = true;
    await beat(7);
    expect(of.isClosed).toBe(true);
  });
});
