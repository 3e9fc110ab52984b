import type { EventOf, TaskRow, Watch, WatchEvent } from "@evalwire/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claimed, claim, Lease } from "../src/index.ts";
import type { Fate } from "./Platform.ts";
import { stage } from "./stage.ts";

const args = { evaluation_id: "e1" };
const result = { fluent: "yes" };

const held = async (options: Parameters<typeof stage>[0] = {}, hold: Lease.HoldOptions = {}) => {
  const scene = stage({ claimSeconds: 600, ...options });
  const client = scene.clientOf("ada");
  const claimed = (await scene.clock.until(claim(client, args))) as Claimed;
  return { ...scene, client, claimed, lease: Lease.hold(client, claimed, hold) };
};

/** A watch that emits the events a test passes to it. */
const scripted = () => {
  const listeners = new Set<(event: WatchEvent) => unknown>();
  const changes = new Set<() => void>();
  const watch = {
    status: { _tag: "synced", since: "" } as Watch["status"],
    evaluation: {} as { readonly archived_at?: string },
    snapshot: () => ({ evaluation: watch.evaluation }),
    subscribe: (listener: (event: WatchEvent) => unknown) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onChange: (listener: () => void) => {
      changes.add(listener);
      return () => changes.delete(listener);
    },
  };
  return {
    watch: watch as unknown as Watch,
    emit: (event: Partial<EventOf<any>>) => {
      for (const listener of listeners) listener({ taskId: "t0", ...event } as WatchEvent);
    },
    end: (error: unknown) => {
      watch.status = { _tag: "closed", since: "", error } as never;
      for (const listener of changes) listener();
    },
    archive: (archived_at: string) => {
      watch.evaluation = { archived_at };
      for (const listener of changes) listener();
    },
    listening: () => listeners.size + changes.size,
  };
};

describe("a held lease", () => {
  it("1. holds until it could have ended by the server's clock, however either clock is set", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -9e6, max: 9e6 }),
        fc.integer({ min: 0, max: 4_000 }),
        fc.integer({ min: 0, max: 4_000 }),
        fc.integer({ min: -9e6, max: 9e6 }),
        async (skewMillis, there, back, jump) => {
          const fate = (): Fate => ({ there, back, fault: "none" });
          const { clock, platform, lease } = await held({ skewMillis, fate });
          const trueEnd = platform.tenures[0]!.until;
          const start = clock.now();
          expect(lease.remainingMillis()).toBeLessThanOrEqual(trueEnd - start);
          // No earlier than the second of `Date` and the way of the messages make necessary.
          expect(lease.remainingMillis()).toBeGreaterThanOrEqual(trueEnd - start - 2_000 - there - back);
          expect(lease.deadline.errorMillis).toBeCloseTo((1_000 + there + back) / 2, 6);
          clock.jump(jump);
          await clock.advance(60_000);
          // Set forward, the machine may have slept; set back, nothing is won.
          const passed = 60_000 + Math.max(0, jump);
          const most = Math.max(0, trueEnd - start - passed);
          expect(lease.remainingMillis()).toBeLessThanOrEqual(most);
          expect(lease.remainingMillis()).toBeGreaterThanOrEqual(Math.max(0, most - 2_000 - there - back));
          lease.close();
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("2. aborts its signal a margin before that, and is lost when it could have ended", async () => {
    const { clock, lease } = await held({}, { marginMillis: 30_000 });
    const left = lease.remainingMillis();
    await clock.advance(left - 30_001);
    expect(lease.signal.aborted).toBe(false);
    await clock.advance(3);
    expect(lease.signal.aborted).toBe(true);
    expect(String(lease.signal.reason)).toBe("LeaseEnding: The lease of task t0 is about to end.");
    expect(lease.lost).toBeUndefined();
    await clock.advance(30_000);
    expect(lease.lost).toBe("expired");
    expect(await lease.ended).toEqual({ _tag: "Lost", reason: "expired" });
    expect(lease.remainingMillis()).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("writes nothing once it could have ended, unless requested", async () => {
    const { clock, platform, lease } = await held();
    await clock.advance(lease.remainingMillis());
    const calls = platform.calls.length;
    expect(await lease.submit({ result })).toMatchObject({ _tag: "Late" });
    expect(await lease.save({ result })).toMatchObject({ _tag: "Late" });
    await lease.giveBack("unassign");
    await lease[Symbol.asyncDispose]();
    expect(platform.calls.length).toBe(calls);
    expect(await clock.until(lease.submit({ result, late: "send" }))).toMatchObject({ _tag: "Done" });
  });

  it("gives up a write that is not answered before it could have ended, with its repetitions, and reads its outcome", async () => {
    let isSlow = false;
    const slow = { there: 25_000, back: 0, fault: "request lost" } as const;
    const fate = (call: { method: string }): Fate =>
      isSlow && call.method === "PATCH" ? slow : { there: 0, back: 0, fault: "none" };
    const { clock, platform, lease } = await held({ claimSeconds: 40, fate });
    isSlow = true;
    expect(await clock.until(lease.submit({ result }))).toMatchObject({ _tag: "Unconfirmed" });
    await clock.advance("5 minutes");
    expect(platform.calls.filter(({ method }) => method === "PATCH")).toEqual([]);
    expect(lease.lost).toBe("expired");
  });

  it("finds its answers on the server when only the answer was late", async () => {
    let isSlow = false;
    const fate = (call: { method: string }): Fate =>
      isSlow && call.method === "PATCH"
        ? { there: 0, back: 100_000, fault: "none" }
        : { there: 0, back: 0, fault: "none" };
    const { clock, lease } = await held({ claimSeconds: 20, fate });
    isSlow = true;
    expect(await clock.until(lease.submit({ result }))).toMatchObject({ _tag: "Done", status: "COMPLETED" });
    expect(lease.signal.aborted).toBe(true);
    expect(lease.end).toMatchObject({ _tag: "HandedIn" });
  });

  it("3. ends once, handed in, and its signal is aborted", async () => {
    const { clock, lease } = await held();
    expect(await clock.until(lease.submit({ result }))).toMatchObject({ _tag: "Done" });
    expect(lease.end).toMatchObject({ _tag: "HandedIn" });
    expect(lease.signal.aborted).toBe(true);
    expect(lease.lost).toBeUndefined();
    lease.close();
    expect(await lease.ended).toMatchObject({ _tag: "HandedIn" });
    expect(clock.pending).toBe(0);
  });

  it("stays in hand while work is saved", async () => {
    const { clock, lease } = await held();
    expect(await clock.until(lease.save({ result }))).toMatchObject({ _tag: "Done", status: "PENDING" });
    expect(lease.end).toBeUndefined();
    lease.close();
  });

  it("checks answers against questions before it sends them", async () => {
    const { platform, lease } = await held();
    const questions = [{ id: "fluent", type: "number", title: "Fluent?", prompt: "?" }] as never;
    const calls = platform.calls.length;
    expect(await lease.submit({ result, questions })).toMatchObject({ _tag: "Invalid", issues: [{ rule: "type" }] });
    expect(platform.calls.length).toBe(calls);
    lease.close();
  });

  it.each([
    ["reassigned", (platform: any) => platform.reassign("t0", "ben")],
    ["archived", (platform: any) => Object.assign(platform, { isArchived: true })],
  ])("says that it was %s when a write is refused", async (reason, change) => {
    const { clock, platform, lease } = await held();
    change(platform);
    expect(await clock.until(lease.submit({ result }))).toMatchObject({ _tag: "Conflict" });
    expect(lease.lost).toBe(reason);
  });

  const row = (more: Partial<TaskRow>) => ({ id: "t0", status: "PENDING", assigned_to: null, ...more }) as TaskRow;

  it.each([
    ["reassigned", row({ assigned_to: "ben" })],
    ["unassigned", row({})],
    ["finished", row({ status: "COMPLETED", assigned_to: "ben" })],
  ])("4. is %s as soon as a watch sees it", async (reason, current) => {
    const { watch, emit, listening } = scripted();
    const { lease, claimed } = await held({}, { watch });
    const mine = { taskId: "t0", assignee: "ada", expiresAt: claimed.task.assignment_expires_at! };
    // The end of an earlier lease, reported late, is not the end of this one.
    emit({ type: "assignment.released", lease: { ...mine, expiresAt: "2029-01-01T00:00:00Z" }, current } as never);
    expect(lease.lost).toBeUndefined();
    emit({ type: "assignment.released", lease: mine, current } as never);
    expect(lease.lost).toBe(reason);
    expect(lease.signal.aborted).toBe(true);
    expect(listening()).toBe(0);
  });

  it("is removed with its task, and archived with its evaluation", async () => {
    const one = scripted();
    const first = await held({}, { watch: one.watch });
    one.emit({ type: "task.removed", taskId: "another" } as never);
    expect(first.lease.lost).toBeUndefined();
    one.emit({ type: "task.removed" } as never);
    expect(first.lease.lost).toBe("removed");
    const other = scripted();
    const second = await held({}, { watch: other.watch });
    other.end({ reason: { _tag: "Unauthorized" } });
    expect(second.lease.lost).toBeUndefined();
    other.end({ reason: { _tag: "NotFound" } });
    expect(second.lease.lost).toBe("archived");
  });

  it("4. is archived as soon as the watch sees that its evaluation is, and not by what was so before the claim", async () => {
    const { watch, archive, listening } = scripted();
    const first = await held({}, { watch });
    archive("2030-01-01T00:01:00Z");
    expect(first.lease.lost).toBe("archived");
    expect(first.lease.signal.aborted).toBe(true);
    expect(listening()).toBe(0);
    const second = await held({}, { watch });
    archive("2030-01-01T00:01:00Z");
    expect(second.lease.lost).toBeUndefined();
    archive("2030-01-01T00:09:00Z");
    expect(second.lease.lost).toBe("archived");
  });

  it("4. lets a write that is under way say itself how it ended when the evaluation is archived meanwhile", async () => {
    const fate = (call: { method: string }): Fate => ({
      there: 0,
      back: call.method === "PATCH" ? 5_000 : 0,
      fault: "none",
    });
    const { watch, archive } = scripted();
    const { clock, lease } = await held({ fate }, { watch });
    const submitted = lease.submit({ result });
    await clock.advance("1 second");
    archive("2030-01-01T00:01:00Z");
    expect(lease.end).toBeUndefined();
    expect(await clock.until(submitted)).toMatchObject({ _tag: "Done" });
    expect(lease.end).toMatchObject({ _tag: "HandedIn" });
  });

  it("2. has its signal aborted from the start where less is left than its margin, says so, and holds all the same", async () => {
    const { clock, lease } = await held({ claimSeconds: 20 }, { marginMillis: 30_000 });
    expect(lease.signal.aborted).toBe(true);
    expect(String(lease.signal.reason)).toBe(
      "LeaseEnding: The lease of task t0 holds for 19000 ms, which is less than the margin of 30000 ms.",
    );
    expect(lease.lost).toBeUndefined();
    expect(await clock.until(lease.submit({ result }))).toMatchObject({ _tag: "Done" });
    expect(clock.pending).toBe(0);
  });

  it.each([
    ["NaN", { fluent: Number.NaN }],
    ["a Date", { when: { day: new Date(0) } }],
  ])("sends no answer with %s in it, which JSON would change", async (_, changed) => {
    const { platform, lease } = await held();
    const calls = platform.calls.length;
    const invalid = { _tag: "Invalid", issues: [{ rule: "type", message: expect.stringContaining("takes JSON") }] };
    expect(await lease.submit({ result: changed as never })).toMatchObject(invalid);
    expect(await lease.save({ result: changed as never })).toMatchObject(invalid);
    expect(platform.calls.length).toBe(calls);
    lease.close();
  });

  it("follows a deadline that is moved", async () => {
    const { watch, emit } = scripted();
    const { clock, lease, claimed } = await held({}, { watch });
    const before = lease.remainingMillis();
    const previousExpiresAt = claimed.task.assignment_expires_at!;
    const expiresAt = new Date(Date.parse(previousExpiresAt) + 60_000).toISOString();
    emit({
      type: "assignment.extended",
      previousExpiresAt,
      lease: { taskId: "t0", assignee: "ada", expiresAt },
    } as never);
    expect(lease.remainingMillis()).toBe(before + 60_000);
    expect(lease.deadline.expiresAt).toBe(expiresAt);
    await clock.advance(before + 1_000);
    expect(lease.lost).toBeUndefined();
    lease.close();
  });

  it.each([
    ["skip", "t1", "GivenBack"],
    ["unassign", undefined, "GivenBack"],
    ["keep", "t0", "Kept"],
  ] as const)("5. when disposed it can %s", async (onDispose, inHand, end) => {
    const { clock, platform, lease } = await held({}, { onDispose });
    await clock.until(lease[Symbol.asyncDispose]());
    expect(lease.end?._tag).toBe(end);
    expect(platform.heldBy("ada")).toEqual(inHand === undefined ? [] : [inHand]);
    expect(clock.pending).toBe(0);
  });

  it("is given back by one request: sent again, it could take the task from a user who claimed it meanwhile", async () => {
    let isLosing = false;
    const fate = (call: { path: string }): Fate => ({
      there: 0,
      back: 0,
      fault: isLosing && call.path.includes("/tasks/") ? "answer lost" : "none",
    });
    const { clock, platform, lease } = await held({ fate }, { onDispose: "unassign" });
    isLosing = true;
    await clock.until(lease[Symbol.asyncDispose]());
    expect(platform.calls.filter(({ path }) => path.includes("/tasks/")).length).toBe(1);
    expect(lease.end).toMatchObject({ _tag: "Kept", error: { inDoubt: true } });
  });

  it("is no longer than it is when the clock is set back while the claim is under way", async () => {
    const scene = stage({ claimSeconds: 60, fate: () => ({ there: 2_000, back: 2_000, fault: "none" }) });
    const claiming = claim(scene.clientOf("ada"), args);
    await scene.clock.advance(3_000);
    scene.clock.jump(-300_000);
    const claimed = (await scene.clock.until(claiming)) as Claimed;
    const lease = Lease.hold(scene.clientOf("ada"), claimed);
    expect(lease.remainingMillis()).toBeLessThanOrEqual(58_000);
    expect(lease.remainingMillis()).toBeGreaterThan(54_000);
    lease.close();
  });

  it("is kept, with the error, when giving it back fails", async () => {
    let isDown = false;
    const fate = (): Fate => ({ there: 0, back: 0, fault: isDown ? "request lost" : "none" });
    const { clock, lease } = await held({ fate });
    isDown = true;
    await clock.until(lease[Symbol.asyncDispose]());
    expect(lease.end).toMatchObject({ _tag: "Kept", error: { reason: { _tag: "Unreachable" } } });
    expect(clock.pending).toBe(0);
  });

  it("is given back, and says what came instead, though a watch reports it first", async () => {
    const { watch, emit } = scripted();
    const fate = (): Fate => ({ there: 100, back: 100, fault: "none" });
    const { clock, lease, claimed } = await held({ fate }, { watch });
    const giving = lease.giveBack();
    await clock.advance(150);
    const mine = { taskId: "t0", assignee: "ada", expiresAt: claimed.task.assignment_expires_at! };
    emit({ type: "assignment.released", lease: mine, current: row({}) } as never);
    expect(await clock.until(giving)).toMatchObject({ _tag: "GivenBack", next: { task: { id: "t1" } } });
    expect(lease.lost).toBeUndefined();
  });

  it("is ours as long as any of two writes is under way", async () => {
    const { watch, emit } = scripted();
    let requests = 0;
    const fate = (): Fate => ({ there: 100, back: ++requests === 3 ? 5_000 : 100, fault: "none" });
    const { clock, lease } = await held({ fate }, { watch });
    const saved = lease.save({ result });
    const submitted = lease.submit({ result });
    expect(await clock.until(saved)).toMatchObject({ _tag: "Done" });
    emit({ type: "task.status_changed", current: row({ status: "COMPLETED", assigned_to: "ada" }) } as never);
    expect(await clock.until(submitted)).toMatchObject({ _tag: "Done" });
    expect(lease.end?._tag).toBe("HandedIn");
  });

  it("is lost when another user finished while a write of ours failed", async () => {
    const { watch, emit } = scripted();
    let isDown = false;
    const fate = (): Fate => ({ there: 100, back: 100, fault: isDown ? "request lost" : "none" });
    const { clock, lease } = await held({ fate }, { watch });
    isDown = true;
    const saving = expect(lease.save({ result })).rejects.toMatchObject({ reason: { _tag: "Unreachable" } });
    await clock.advance(50);
    emit({ type: "task.status_changed", current: row({ status: "COMPLETED", assigned_to: "ben" }) } as never);
    await clock.until(saving);
    expect(lease.lost).toBe("finished");
    expect(lease.signal.aborted).toBe(true);
  });

  it.each<[string, unknown, object]>([
    ["the second argument is a Claimed, not NothingLeft", { _tag: "NothingLeft" }, {}],
    ["the second argument is a Claimed, not undefined", undefined, {}],
    ["marginMillis must be a number of 0 or more, not NaN", "claimed", { marginMillis: Number.NaN }],
    ["marginMillis must be a number of 0 or more, not -1", "claimed", { marginMillis: -1 }],
    ['onDispose is "skip", "unassign" or "keep", not "return"', "claimed", { onDispose: "return" }],
  ])("refuses what cannot be right: %s", async (message, what, options) => {
    const { client, claimed, lease } = await held();
    lease.close();
    const taken = what === "claimed" ? claimed : what;
    expect(() => Lease.hold(client, taken as never, options as never)).toThrow(`Lease.hold: ${message}`);
  });
});
