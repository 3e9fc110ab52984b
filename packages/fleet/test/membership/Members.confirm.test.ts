/** A holder that asks whether it still holds its office: in memory. */
import { SimulatedClock } from "@evalwire/core/testing";
import { expect, it } from "vitest";
import type { Engine } from "../../src/engine/Engine.ts";
import { Names } from "../../src/engine/Names.ts";
import { Time } from "../../src/engine/Time.ts";
import { Formats } from "../../src/membership/Formats.ts";
import { Members } from "../../src/membership/Members.ts";
import { bus } from "../bus.ts";
import { memoryJetStream } from "../memoryJetStream.ts";

const stage = async () => {
  const time = new Time(new SimulatedClock());
  const names = new Names("fleet", 1);
  const { js, jsm } = memoryJetStream();
  let isWithoutQuorum = false;
  const publish: typeof js.publish = (...message) =>
    isWithoutQuorum ? Promise.reject(new Error("timeout")) : js.publish(...message);
  const members = new Members({
    engine: { nc: bus(time), js: { ...js, publish }, jsm } as unknown as Engine,
    names,
    time,
    id: "a",
    facts: () => ({ name: "a", formats: new Formats().facts }),
    leaseMillis: 500,
    restore: async () => undefined,
    onFailure: () => undefined,
  });
  const held = (await members.take("budget"))!;
  return {
    members,
    held,
    elsewhere: (epoch: number) => js.publish(names.elect("budget", epoch), "b"),
    losesQuorum: () => {
      isWithoutQuorum = true;
    },
  };
};

it("is confirmed again and again, until another has won a higher epoch", async () => {
  const { members, held, elsewhere } = await stage();
  for (let time = 0; time < 3; time++) expect(await members.isNewest(held)).toBe(true);
  await elsewhere(held.epoch + 1);
  expect(await members.isNewest(held)).toBe(false);
});

it("is not confirmed by a leader that has lost the other nodes, and answers its readers as before", async () => {
  const { members, held, losesQuorum } = await stage();
  losesQuorum();
  await expect(members.isNewest(held)).rejects.toThrow("timeout");
});
