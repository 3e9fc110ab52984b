/** Elections among replicas whose leases differ, as while a fleet's lease is changed replica by replica. */
import { describe, expect, it } from "vitest";
import { stage } from "./stage.ts";

const never = new AbortController().signal;

describe("Replicas whose leases differ", () => {
  it.each([
    [500, 4_000],
    [4_000, 500],
  ])("keep their offices: %d ms and %d ms", async (one, other) => {
    const { clock, epochs, member } = stage();
    const [a, b] = [await member("a", one), await member("b", other)];
    const first = a.members.campaign("s0", never);
    await clock.advance("5 seconds");
    const held = await first;
    const second = b.members.campaign("s1", never);
    await clock.advance("1 second");
    for (const [{ members }, office] of [
      [a, "s1"],
      [b, "s0"],
    ] as const)
      members.campaign(office, never).catch(() => undefined);
    await clock.advance("1 minute");
    expect([held.lost.aborted, (await second).lost.aborted, epochs.size]).toEqual([false, false, 2]);
    for (const { members } of [a, b]) {
      expect(members.list().map(({ id }) => id)).toEqual(["a", "b"]);
      members.vanish();
    }
  });

  it("are replaced after their own: one that joins takes nothing from one that beats less often", async () => {
    const { clock, epochs, member } = stage();
    const a = await member("a", 8_000);
    const first = a.members.campaign("s0", never);
    await clock.advance("9 seconds");
    await first;
    const b = await member("b", 500);
    let isElected = false;
    const second = b.members.campaign("s0", never).then((held) => {
      isElected = true;
      return held;
    });
    await clock.advance("20 seconds");
    expect([isElected, epochs.size]).toEqual([false, 1]);
    a.members.vanish();
    await clock.advance("6 seconds");
    expect(isElected).toBe(false);
    await clock.advance("3 seconds");
    expect((await second).epoch).toBe(2);
    b.members.vanish();
  });
});
