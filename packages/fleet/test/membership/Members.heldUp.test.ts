/** Elections where a process is held up. */
import { describe, expect, it } from "vitest";
import { Names } from "../../src/engine/Names.ts";
import { leaseMillis, stage } from "./stage.ts";

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
