import type { SgpError } from "@evalwire/core";
import { describe, expect, it } from "vitest";
import { claim, skip } from "../src/index.ts";
import { type Call, type Fate, smooth } from "./Platform.ts";
import { stage } from "./stage.ts";

const args = { evaluation_id: "e1" };
const isClaim = (call: Call) => call.path.endsWith("/claim-task");

/** The first claims meet these faults, everything else goes well. */
const faults = (...all: ReadonlyArray<Fate["fault"]>) => {
  const waiting = [...all];
  return (call: Call): Fate => (isClaim(call) ? { ...smooth, fault: waiting.shift() ?? "none" } : smooth);
};

const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "no failure",
    (error: SgpError) => error.reason._tag,
  );

describe("claim", () => {
  it("gives the task and until when it is held", async () => {
    const { clock, clientOf } = stage();
    const now = clock.now();
    const claimed = await clock.until(claim(clientOf("ada"), args));
    expect(claimed).toMatchObject({ _tag: "Claimed", how: "answered", task: { id: "t0", assigned_to: "ada" } });
    // A second less than the lease: the resolution of the `Date` header.
    expect(claimed).toMatchObject({ heldUntil: now + 899_000 });
  });

  it("says when nothing is left", async () => {
    const { clock, clientOf } = stage({ tasks: 0 });
    expect(await clock.until(claim(clientOf("ada"), args))).toEqual({ _tag: "NothingLeft" });
  });

  it.each<Fate["fault"]>(["request lost", "answer lost", "fault before", "fault after", "answer cut"])(
    "%s: one task is claimed, whether one knows who one is or not",
    async (fault) => {
      for (const me of [{ me: "ada" }, {}]) {
        const { clock, platform, clientOf } = stage({ fate: faults(fault) });
        const claimed = await clock.until(claim(clientOf("ada"), { ...args, ...me }));
        expect(claimed).toMatchObject({ _tag: "Claimed", task: { id: "t0" } });
        expect(platform.heldBy("ada")).toEqual(["t0"]);
        expect(platform.tenures.length).toBe(1);
      }
    },
  );

  it("is not sent again when a look shows that it was carried out", async () => {
    const { clock, platform, clientOf } = stage({ fate: faults("answer lost") });
    const claimed = await clock.until(claim(clientOf("ada"), { ...args, me: "ada" }));
    expect(claimed).toMatchObject({ how: "found", task: { assigned_to: { id: "ada" }, task_entity: { id: "r-t0" } } });
    expect(platform.claims).toBe(1);
  });

  it("does not take another's task for its own", async () => {
    const { clock, platform, clientOf } = stage({ fate: faults("none", "request lost") });
    await clock.until(claim(clientOf("bo"), args));
    const claimed = await clock.until(claim(clientOf("ada"), { ...args, me: "ada" }));
    expect(claimed).toMatchObject({ task: { id: "t1" } });
    expect(platform.heldBy("bo")).toEqual(["t0"]);
  });

  it("gives up after so many lost answers, with the last error, and claiming again finds the task", async () => {
    const lost: ReadonlyArray<Fate["fault"]> = ["answer lost", "answer lost", "answer lost"];
    const { clock, platform, clientOf } = stage({ fate: faults(...lost) });
    const ada = clientOf("ada");
    expect(await clock.until(reasonOf(claim(ada, { ...args, followUps: 2 })))).toBe("Unreachable");
    expect(platform.claims).toBe(3);
    expect(await clock.until(claim(ada, args))).toMatchObject({ task: { id: "t0" } });
    expect(platform.tenures.length).toBe(1);
  });

  it("does not follow up what the server refused", async () => {
    const { clock, platform, clientOf } = stage();
    const client = clientOf("ada").withOptions({ fetch: async () => Response.json({ detail: "no" }, { status: 403 }) });
    expect(await clock.until(reasonOf(claim(client, args)))).toBe("Forbidden");
    expect(platform.claims).toBe(0);
  });

  it("ends at once when it is aborted, also while it waits to follow up, and leaves nothing behind", async () => {
    const { clock, platform, clientOf } = stage({ fate: faults("request lost", "request lost") });
    const controller = new AbortController();
    const reason = reasonOf(claim(clientOf("ada"), args, { signal: controller.signal }));
    await clock.advance(0);
    controller.abort();
    expect(await reason).toBe("Aborted");
    await clock.advance("1 minute");
    expect([clock.pending, platform.claims]).toEqual([0, 0]);
    expect(await reasonOf(claim(clientOf("ada"), args, { signal: AbortSignal.abort() }))).toBe("Aborted");
  });

  it("an answer that lay longer than the lease is not called claimed", async () => {
    const { clock, clientOf } = stage({ claimSeconds: 10, fate: () => ({ ...smooth, back: 20_000 }) });
    expect(await clock.until(claim(clientOf("ada"), args))).toMatchObject({ _tag: "Lapsed", task: { id: "t0" } });
  });

  it("a server an hour ahead or behind changes nothing about how long a task is held", async () => {
    for (const skewMillis of [-3_600_000, 0, 3_600_000]) {
      const { clock, clientOf } = stage({ skewMillis });
      const now = clock.now();
      expect(await clock.until(claim(clientOf("ada"), args))).toMatchObject({ heldUntil: now + 899_000 });
    }
  });
});

describe("skip", () => {
  const skipping = { ...args, task_id: "t0" };

  it("gives the task back and claims another", async () => {
    const { clock, platform, clientOf } = stage();
    const ada = clientOf("ada");
    await clock.until(claim(ada, args));
    expect(await clock.until(skip(ada, skipping))).toMatchObject({ _tag: "Claimed", task: { id: "t1" } });
    expect(platform.tasks.map((task) => task.id)).toEqual(["t1", "t2", "t0"]);
  });

  it("a lost answer does not skip twice: the task found to be ours is the one claimed", async () => {
    for (const me of [{ me: "ada" }, {}]) {
      const { clock, platform, clientOf } = stage({ fate: faults("none", "answer lost") });
      const ada = clientOf("ada");
      await clock.until(claim(ada, args));
      expect(await clock.until(skip(ada, { ...skipping, ...me }))).toMatchObject({ task: { id: "t1" } });
      expect(platform.calls.filter((call) => call.body["skip_current"]).length).toBe(1);
      expect(platform.heldBy("ada")).toEqual(["t1"]);
    }
  });

  it("a lost request fails, and the task is still in hand", async () => {
    for (const me of [{ me: "ada" }, {}]) {
      const { clock, platform, clientOf } = stage({ fate: faults("none", "request lost") });
      const ada = clientOf("ada");
      await clock.until(claim(ada, args));
      expect(await clock.until(reasonOf(skip(ada, { ...skipping, ...me })))).toBe("Unreachable");
      expect(platform.heldBy("ada")).toEqual(["t0"]);
    }
  });

  it("a lost answer, and nothing but the skipped task left: it is known to be given back, and is claimed again", async () => {
    const { clock, platform, clientOf } = stage({ tasks: 1, fate: faults("none", "answer lost") });
    const ada = clientOf("ada");
    await clock.until(claim(ada, args));
    const again = await clock.until(skip(ada, { ...skipping, me: "ada" }));
    expect(again).toMatchObject({ _tag: "Claimed", task: { id: "t0" } });
    expect(platform.tenures.length).toBe(2);
  });
});
