/** Cost of the option `history`, its effect where there is no history, and the watches that get it. */
import * as Effect from "effect/Effect";
import { describe, expect, it } from "vitest";
import type { Reason } from "../../../src/client/SgpError.ts";
import { servers } from "../../../src/testing/ScriptedPlatform.ts";
import type { WatchEvent } from "../../../src/watch/event/Event.ts";
import type { WatchIssue } from "../../../src/watch/IssueLog.ts";
import { Pollers } from "../../../src/watch/Pollers.ts";
import { randomOf, record, stage } from "../watching.ts";

const holders = (events: ReadonlyArray<WatchEvent>) =>
  events.flatMap((event) =>
    event.type === "assignment.created" || event.type === "assignment.released"
      ? [`${event.type.slice(11)} ${event.lease.assignee}${event.gap ? " gap" : ""}`]
      : [],
  );

/** Three holders between two looks. */
const begun = async (options: object, count = 1) => {
  const on = stage(count);
  const issues: Array<WatchIssue> = [];
  const live = on.watch({ history: true, onIssue: (issue) => issues.push(issue), ...options });
  const events = record(live);
  await on.clock.until(live.ready);
  await on.clock.advance(70_000);
  const pass = async (id = "t1") => {
    for (const who of ["ada", "bob", "cleo"]) {
      on.platform.claim(id, who, 3_600_000);
      await on.clock.advance(5);
      if (who !== "cleo") on.platform.release(id);
      await on.clock.advance(5);
    }
  };
  return { ...on, live, events, issues, pass };
};

const whole = ["created ada", "released ada", "created bob", "released bob", "created cleo"];

describe("the option history", () => {
  it.each(["yes", 1, 0, {}])("is true or false, and %j is refused in a sentence", (history) => {
    const on = stage();
    const refused = { reason: { _tag: "Invalid", issues: [{ path: "history" }] } };
    let error: unknown;
    try {
      on.watch({ history: history as never });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject(refused);
    expect(String(error)).toContain(`history: is true or false, not ${String(history)}`);
    expect(on.clock.pending).toBe(0);
  });

  it.each([true, false, undefined])("%j is taken", async (history) => {
    await stage()
      .watch({ history: history as boolean })
      .close();
  });

  it("costs one request for each changed task, and none while nothing changes", async () => {
    const { live, clock, events, pass, platform } = await begun({});
    expect(live.stats().histories).toBe(0);
    await pass();
    await clock.advance("2 minutes");
    expect(holders(events)).toEqual(whole);
    expect(live.stats().histories).toBe(1);
    expect(platform.requests.filter(({ kind }) => kind === "history")).toHaveLength(1);
    await live.close();
  });

  it("is reported as ignored where the platform has no history, and the watch goes on", async () => {
    const { clock, platform } = stage(1);
    const { history: _, ...source } = platform.source;
    const issues: Array<WatchIssue> = [];
    const live = new Pollers().watch({ kind: "v5", clock, random: randomOf(1), source: () => source }, "e1", {
      history: true,
      onIssue: (issue) => issues.push(issue),
    });
    await clock.until(live.ready);
    expect(issues).toEqual([
      {
        kind: "options-ignored",
        message: "API v5 has no route for the history of a task: events carry what looks show",
      },
    ]);
    await live.close();
  });

  it.each([
    ["no route (404)", { _tag: "NotFound", noun: undefined }],
    ["forbidden (403)", { _tag: "Forbidden" }],
  ] as const)("where it is %s: asked once a while, one issue, and the watch goes on", async (_, reason) => {
    const { live, clock, events, issues, pass, platform } = await begun({});
    platform.faultsOf.history = Array.from({ length: 20 }, () => ({ _tag: "Fail" as const, reason: reason as Reason }));
    await pass();
    await clock.advance("3 minutes");
    expect(holders(events)).toEqual(["created cleo gap"]);
    expect(live.stats().histories).toBe(1);
    expect(issues.filter(({ kind }) => kind === "history-missing")).toHaveLength(1);
    expect(live.status._tag).toBe("synced");
    await live.close();
  });

  it.each(["gone", "down", "busy", "garbled"] as const)(
    "of a server whose histories are %s: the events as without, with a gap, one issue, and no degraded status",
    async (fault) => {
      const { live, clock, events, issues, pass, platform } = await begun({});
      platform.faultsOf.history = Array.from({ length: 20 }, () => ({ _tag: "Fail" as const, reason: servers[fault] }));
      await pass();
      await clock.advance("3 minutes");
      expect(holders(events)).toEqual(["created cleo gap"]);
      expect(issues.filter(({ kind }) => kind === "history-missing")).toHaveLength(1);
      expect(live.status._tag).toBe("synced");
      expect(events.filter(({ type }) => type === "watch.degraded")).toEqual([]);
      await live.close();
    },
  );

  it("takes a look after a sleep, of which no date says when it was, for none of the earlier states like it", async () => {
    const { live, clock, events, platform } = await begun({ interval: ["30 seconds", "30 seconds"] });
    platform.claim("t1", "ada", 3_600_000);
    await clock.advance("2 minutes");
    // The machine sleeps until the lease is long over; the first answer afterwards has no date, and its history is not available.
    platform.offsetMillis += 43_200_000;
    clock.jump(43_200_000);
    platform.release("t1");
    platform.hasDate = false;
    platform.faultsOf.history = Array.from({ length: 20 }, () => ({ _tag: "Fail" as const, reason: servers.down }));
    await clock.advance("2 minutes");
    platform.hasDate = true;
    platform.faultsOf.history = [];
    platform.claim("t1", "bob", 3_600_000);
    await clock.advance("12 minutes");
    expect(holders(events).filter((one) => one.startsWith("created ada"))).toEqual(["created ada"]);
    expect(holders(events).at(-1)).toMatch(/^created bob/);
    await live.close();
  });

  it("while histories are not requested after a failure, no change is reported as whole", async () => {
    const { live, clock, events, pass, platform } = await begun({ interval: ["2 seconds", "2 seconds"] }, 2);
    platform.faultsOf.history = Array.from({ length: 20 }, () => ({
      _tag: "Fail" as const,
      reason: { _tag: "NotFound", noun: undefined } as Reason,
    }));
    await pass("t1");
    await clock.advance(2_100);
    await pass("t1");
    await clock.advance(2_100);
    platform.faultsOf.history = [];
    // Unassigned, then with the third holder: one step would explain it.
    await pass("t2");
    await clock.advance("10 seconds");
    const ofSecond = holders(events.filter((event) => "taskId" in event && event.taskId === "t2"));
    expect(ofSecond).toEqual(["created cleo gap"]);
    await live.close();
  });

  it("a change behind an own write that was not seen yet is not reported as whole", async () => {
    const { live, clock, events, platform } = await begun({ interval: ["2 seconds", "2 seconds"] });
    const claimed = { assigned_to: "ada", assignment_expires_at: platform.iso(7_200_000) };
    Effect.runFork(platform.write(claimed, "t1"));
    await clock.advance(100);
    platform.claim("t1", "cleo", 7_200_000);
    await clock.advance(5);
    // One step would explain it.
    platform.release("t1");
    await clock.advance("10 seconds");
    expect(holders(events)).toEqual(["created ada", "released ada gap"]);
    await live.close();
  });

  it("waits a minute at most for a history that does not come", async () => {
    const { live, clock, events, pass, platform } = await begun({ interval: ["2 seconds", "2 seconds"] });
    platform.faultsOf.history = [{ _tag: "Slow", millis: 3_600_000 }];
    await pass();
    await clock.advance(55_000);
    expect(holders(events)).toEqual([]);
    await clock.advance(10_000);
    expect(holders(events)).toEqual(["created cleo gap"]);
    await live.close();
  });

  it("reports no version again that lies before a state that came back while its history did not come", async () => {
    const { live, clock, events, platform } = await begun({
      interval: ["2 seconds", "2 seconds"],
      requestsPerMinute: 240,
    });
    platform.faultsOf.history = Array.from({ length: 20 }, () => ({ _tag: "Fail" as const, reason: servers.down }));
    platform.claim("t1", "ada", 3_600_000);
    await clock.advance(3_000);
    platform.release("t1");
    await clock.advance("2 minutes");
    expect(holders(events)).toEqual(["created ada gap", "released ada gap"]);
    platform.faultsOf.history = [];
    platform.claim("t1", "bob", 3_600_000);
    await clock.advance("1 minute");
    expect(holders(events).slice(2)).toEqual(["created bob"]);
    await live.close();
  });

  it.each([
    ["a server that lags behind", false, ["created ada"]],
    ["a server that is up to date", true, ["created ada", "released ada", "created ada"]],
  ] as const)("a look between two others, by %s: the history says whether it was so", async (_, isReal, expected) => {
    const { live, clock, events, platform } = await begun({ interval: ["2 seconds", "2 seconds"] });
    platform.faultsOf.history = Array.from({ length: 2 }, () => ({ _tag: "Fail" as const, reason: servers.down }));
    const free = platform.rows();
    const ends = platform.iso(3_600_000);
    const claim = () => platform.set("t1", { assigned_to: "ada", assignment_expires_at: ends });
    claim();
    await clock.advance(2_100);
    if (isReal) platform.release("t1");
    else
      platform.tamper = (page) => {
        const rows = page.rows.map((row) => free.get(row.id)!);
        return { ...page, rows, changed: page.changed && rows };
      };
    await clock.advance(2_100);
    platform.tamper = (page) => page;
    if (isReal) claim();
    await clock.advance("1 minute");
    expect(holders(events)).toEqual(expected);
    expect(live.stats().histories).toBeGreaterThan(1);
    await live.close();
  });

  it("reports a new task from its first version on, also when a scan ends while it waits", async () => {
    const { live, clock, events, platform } = await begun({ interval: ["2 seconds", "2 seconds"] });
    platform.faultsOf.history = [
      { _tag: "Fail", reason: servers.down },
      { _tag: "Fail", reason: servers.down },
    ];
    platform.add("t2");
    await clock.advance(5);
    platform.claim("t2", "ada", 3_600_000);
    await clock.advance(5);
    platform.release("t2");
    await clock.advance("1 minute");
    const reported = events.flatMap((event) =>
      "taskId" in event && event.taskId === "t2" && "gap" in event ? [`${event.type}${event.gap ? " gap" : ""}`] : [],
    );
    expect(reported).toEqual(["task.added", "assignment.created", "assignment.released"]);
    await live.close();
  });

  it("requests again when a listener comes back, and nothing has waited meanwhile", async () => {
    const on = stage(1);
    const live = on.watch({ history: true, interval: ["2 seconds", "2 seconds"] });
    const first = live.subscribe(() => undefined);
    await on.clock.until(live.ready);
    await on.clock.advance(5_000);
    on.platform.faultsOf.history = [{ _tag: "Slow", millis: 3_600_000 }];
    for (const who of ["ada", "bob"]) {
      on.platform.claim("t1", who, 7_200_000);
      await on.clock.advance(5);
      if (who === "ada") on.platform.release("t1");
    }
    await on.clock.advance(4_000);
    first();
    await on.clock.advance("10 minutes");
    const events = record(live);
    await on.clock.advance(20_000);
    expect(holders(events)).toEqual(["created ada", "released ada", "created bob"]);
    await live.close();
  });

  it("makes no task wait that the budget has no request for", async () => {
    const { live, clock, events, issues, pass } = await begun({ requestsPerMinute: 4 }, 6);
    for (const id of ["t1", "t2", "t3", "t4", "t5", "t6"]) await pass(id);
    await clock.advance("4 minutes");
    const per = (id: string) => holders(events.filter((event) => "taskId" in event && event.taskId === id));
    const all = ["t1", "t2", "t3", "t4", "t5", "t6"].map(per);
    expect(all.every((reported) => reported.at(-1)?.startsWith("created cleo"))).toBe(true);
    expect(all.filter((reported) => reported.length === 5).length).toBeGreaterThan(0);
    expect(
      all.filter((reported) => reported.length === 1 && reported[0] === "created cleo gap").length,
    ).toBeGreaterThan(0);
    expect(issues.map(({ kind }) => kind)).toContain("history-missing");
    await live.close();
  });

  it("is for all watches of an evaluation, from the moment one of them asks; versions not dated before have a gap", async () => {
    const on = stage(1);
    const plain = on.watch();
    const events = record(plain);
    await on.clock.until(plain.ready);
    const asking = on.watch({ history: true });
    await on.clock.advance(70_000);
    on.platform.claim("t1", "ada", 3_600_000);
    await on.clock.advance(5);
    on.platform.release("t1");
    on.platform.set("t1", { priority: 7 });
    await on.clock.advance("2 minutes");
    on.platform.claim("t1", "bob", 3_600_000);
    await on.clock.advance(5);
    on.platform.release("t1");
    on.platform.set("t1", { priority: 8 });
    await on.clock.advance("2 minutes");
    // It had been unassigned with priority 1 twice, and the first watch recorded no time.
    const changes = events.filter((event) => "gap" in event && event.type !== "task.added");
    expect(changes.map((event) => [event.type, (event as { gap: boolean }).gap])).toEqual([
      ["task.updated", true],
      ["assignment.created", false],
      ["assignment.released", false],
      ["task.updated", false],
    ]);
    await asking.close();
    await plain.close();
  });

  it("reports an own write once, after earlier changes", async () => {
    const { live, clock, events, platform } = await begun({ interval: ["2 seconds", "2 seconds"] });
    platform.claim("t1", "ada", 3_600_000);
    platform.faultsOf.history = [{ _tag: "Slow", millis: 5_000 }];
    await clock.advance(3_000);
    const deadline = platform.iso(7_200_000);
    const write = { assigned_to: "bob", assignment_expires_at: deadline };
    Effect.runFork(platform.write(write, "t1"));
    await clock.advance("1 minute");
    expect(holders(events)).toEqual(["created ada gap", "released ada gap", "created bob gap"]);
    await live.close();
  });

  it("of versions without their task: results only, with gaps, and no holder made up", async () => {
    const { live, clock, events, platform } = await begun({});
    platform.hasTaskInHistory = false;
    platform.claim("t1", "ada", 3_600_000);
    await clock.advance(5);
    platform.complete("t1");
    await clock.advance(5);
    platform.set("t1", { status: "PENDING_REDO", label_status: "PENDING", updated_at: platform.iso(0) });
    await clock.advance(5);
    platform.complete("t1");
    await clock.advance("2 minutes");
    const moves = events.flatMap((event) => (event.type === "task.status_changed" ? [event] : []));
    expect(moves.map(({ current }) => current.status)).toEqual(["COMPLETED", "PENDING_REDO", "COMPLETED"]);
    expect(moves.every(({ at }) => at !== undefined)).toBe(true);
    expect(moves.every(({ gap }) => gap)).toBe(true);
    await live.close();
  });
});
