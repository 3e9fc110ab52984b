/** Elections where a process is held up: in memory, on a clock that is moved by hand. */
import { SimulatedClock } from "@evalwire/core/testing";
import type { NatsConnection } from "@nats-io/nats-core";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { Time } from "../../src/engine/Time.ts";
import { Formats } from "../../src/membership/Formats.ts";
import { Members } from "../../src/membership/Members.ts";
import { bus } from "../bus.ts";

const leaseMillis = 500;

/** The time of a process that can be held up: its timers fire late, and what came meanwhile is read after them. */
class ProcessTime extends Time {
  heldUntil = 0;

  override sleep(millis: number, signal?: AbortSignal): Promise<void> {
    const due = this.now() + millis;
    return super.sleep(due < this.heldUntil ? this.heldUntil - this.now() : millis, signal).then(() => {
      // A timer that was set before is late, too.
      return this.now() < this.heldUntil && !signal?.aborted
        ? super.sleep(this.heldUntil - this.now(), signal)
        : undefined;
    });
  }
}

const stage = () => {
  const clock = new SimulatedClock();
  const shared = bus(new Time(clock));
  const epochs = new Set<string>();
  const names = new Names("fleet", 1);
  const engineOf = (time: ProcessTime): Engine => {
    const nc = Object.create(shared) as NatsConnection;
    nc.publish = (...message) => {
      if (on.isCarrying) shared.publish(...message);
    };
    nc.flush = async () => undefined;
    nc.subscribe = ((subject: string, { callback }: { readonly callback: (error: null, message: unknown) => void }) =>
      shared.subscribe(subject, {
        callback: (error, message) => {
          const wait = time.heldUntil - time.now();
          if (wait <= 0) callback(error as null, message);
          else void new Time(clock).sleep(wait + 1).then(() => callback(error as null, message));
        },
      })) as NatsConnection["subscribe"];
    return {
      nc,
      js: { publish: async (subject: string) => void epochs.add(subject) },
      jsm: {
        streams: {
          info: async () => {
            if (!on.isAnswering) throw new Error("no answer");
            return { state: { subjects: Object.fromEntries([...epochs].map((each) => [each, 1])) } };
          },
        },
      },
    } as unknown as Engine;
  };
  const member = async (id: string) => {
    const time = new ProcessTime(clock);
    const facts = () => ({ name: id, formats: new Formats().facts });
    const options = {
      engine: engineOf(time),
      names,
      time,
      id,
      facts,
      leaseMillis,
      restore: async () => undefined,
      onFailure: () => undefined,
    };
    const members = new Members(options);
    await members.start();
    return { members, time };
  };
  const on = { clock, epochs, member, isAnswering: true, isCarrying: true };
  return on;
};

describe("A replica that is held up longer than a lease", () => {
  it("takes no member for dead whose beats wait in its own socket", async () => {
    const { clock, epochs, member } = stage();
    const holder = await member("a");
    const candidate = await member("b");
    const never = new AbortController().signal;
    const first = holder.members.campaign("budget", never);
    await clock.advance("2 seconds");
    expect((await first).epoch).toBe(1);
    void candidate.members.campaign("budget", never);
    for (const millis of [300, 700, 1_500]) {
      await clock.advance("1 second");
      candidate.time.heldUntil = candidate.time.now() + millis;
      await clock.advance("4 seconds");
      expect(candidate.members.held("budget")).toBeUndefined();
      expect(holder.members.held("budget")?.epoch).toBe(1);
    }
    expect(epochs.size).toBe(1);
    // One that is dead is missed all the same.
    holder.members.vanish();
    await clock.advance("1 second");
    expect(candidate.members.held("budget")?.epoch).toBe(2);
    candidate.members.vanish();
  });

  const heldUp = async (isFenced: boolean, meanwhile: (on: ReturnType<typeof stage>) => void = () => undefined) => {
    const on = stage();
    const { members, time } = await on.member("a");
    await on.clock.advance("1 second");
    const held = (await members.take("s0", isFenced))!;
    await on.clock.advance("1 second");
    expect(held.lost.aborted).toBe(false);
    time.heldUntil = time.now() + 4 * leaseMillis;
    meanwhile(on);
    await on.clock.advance(5 * leaseMillis);
    const found = { isHeld: members.held("s0") === held, isLost: held.lost.aborted };
    // It keeps its offices as long as its beats come back.
    await on.clock.advance(5 * leaseMillis);
    expect({ isHeld: members.held("s0") === held, isLost: held.lost.aborted }).toEqual(found);
    members.vanish();
    return { ...found, epochs: on.epochs.size };
  };

  it("keeps an office whose log refuses late writes, when no other replica has won it", async () => {
    expect(await heldUp(true)).toEqual({ isHeld: true, isLost: false, epochs: 1 });
  });

  it("loses it when another has, although it has heard nothing of that", async () => {
    const win = ({ epochs }: ReturnType<typeof stage>) => void epochs.add(new Names("fleet", 1).elect("s0", 2));
    expect(await heldUp(true, win)).toEqual({ isHeld: false, isLost: true, epochs: 2 });
  });

  it("loses it when the leader of the epochs does not answer", async () => {
    const fall = (on: ReturnType<typeof stage>) => {
      on.isAnswering = false;
    };
    expect(await heldUp(true, fall)).toEqual({ isHeld: false, isLost: true, epochs: 1 });
  });

  it("loses an office that no log guards", async () => {
    expect(await heldUp(false)).toEqual({ isHeld: false, isLost: true, epochs: 1 });
  });

  it("is no excuse for one that is cut off", async () => {
    const on = stage();
    const { members } = await on.member("a");
    await on.clock.advance("1 second");
    const held = (await members.take("s0", true))!;
    on.isCarrying = false;
    await on.clock.advance(2 * leaseMillis);
    expect(held.lost.aborted).toBe(true);
    members.vanish();
  });
});
