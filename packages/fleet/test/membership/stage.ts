/** Members in memory, on a clock that is moved by hand: their processes can be held up, and differ in their lease. */
import { SimulatedClock } from "@evalwire/core/testing";
import type { NatsConnection } from "@nats-io/nats-core";
import type { Engine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { Time } from "../../src/engine/Time.ts";
import { Formats } from "../../src/membership/Formats.ts";
import { Members } from "../../src/membership/Members.ts";
import { bus } from "../bus.ts";

export const leaseMillis = 500;

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

export const stage = () => {
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
  const member = async (id: string, lease = leaseMillis) => {
    const time = new ProcessTime(clock);
    const facts = () => ({ name: id, formats: new Formats().facts, settings: { lease } });
    const options = {
      engine: engineOf(time),
      names,
      time,
      id,
      facts,
      leaseMillis: lease,
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
