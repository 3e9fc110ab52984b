/** Faults found by simulations of the watch against the embedded server, each as the shortest story that shows it. */
import * as Effect from "effect/Effect";
import { expect, it } from "vitest";
import { servers } from "../../src/testing/ScriptedPlatform.ts";
import { SimulatedClock } from "../../src/testing.ts";
import type { WatchEvent } from "../../src/watch/event/Event.ts";
import { eventsOf } from "../../src/watch/event/eventsOf.ts";
import { leaseOf, type TaskRow } from "../../src/watch/event/TaskRow.ts";
import { IssueLog } from "../../src/watch/IssueLog.ts";
import { Reconciler } from "../../src/watch/state/Reconciler.ts";
import { Subscription } from "../../src/watch/subscription/Subscription.ts";
import { Timekeeper } from "../../src/watch/time/Timekeeper.ts";
import { row } from "./rows.ts";
import { brief, stage, withWatch } from "./watching.ts";

it("a change that was delivered in part is delivered to its end before later ones are joined", () => {
  const states = [
    row("t1"),
    row("t1", { status: "COMPLETED", audit_status: "UNAUDITED" }),
    row("t1", { status: "PENDING_REDO", audit_status: "UNAUDITED" }),
    row("t1", { status: "COMPLETED", audit_status: "APPROVED" }),
  ];
  const look = { evaluationId: "e1", time: "2030-01-01T00:00:00Z", origin: "server" as const };
  const changes = states
    .slice(1)
    .map((next, index) =>
      eventsOf({ _tag: "Updated", previous: states[index]!, next }, { ...look, isInterrupted: false, replay: false }),
    );
  const settings = { accepts: () => true, overflow: "latest-per-task" as const, capacity: 2 };
  const subscription = new Subscription(settings, () => undefined);
  subscription.push(changes[0]!);
  const reported: Array<WatchEvent | undefined> = [subscription.take()];
  subscription.push(changes[1]!);
  subscription.push(changes[2]!);
  while (subscription.size > 0) reported.push(subscription.take());
  let known = states[0];
  for (const event of reported) {
    if (event === undefined || !("previous" in event) || !("taskId" in event)) continue;
    expect([known, event.current]).toContain(event.previous === known ? known : event.current);
    expect(event.previous === known || (event.previous === states[0] && event.current === states[1])).toBe(true);
    known = event.current ?? undefined;
  }
  expect(brief(reported.filter((event) => event !== undefined))).toEqual([
    "task.status_changed t1",
    "task.updated t1",
    "task.updated t1",
  ]);
  expect(known).toEqual(states.at(-1));
});

it("a complete scan does not end what is degraded for another reason", async () => {
  const on = stage(1);
  on.platform.faultsOf.evaluation = Array.from({ length: 3 }, () => ({ _tag: "Fail", reason: servers.down }));
  // So small a budget lets no third look go out before the scan.
  await using live = on.watch({ requestsPerMinute: 8 });
  const events: Array<WatchEvent> = [];
  live.subscribe((event) => {
    events.push(event);
  });
  await on.clock.until(live.ready);
  expect(live.status._tag).toBe("degraded");
  await on.clock.advance("2 minutes");
  expect(live.status._tag).toBe("synced");
  const states = events.filter(({ type }) => type.startsWith("watch.")).map(({ type }) => type);
  expect(states).toEqual(["watch.degraded", "watch.synced", "watch.recovered"]);
});

it("a scan whose first page had to be requested again is as new as the request that was answered", async () => {
  await withWatch({ count: 2 }, async ({ clock, platform, live }) => {
    await clock.until(live.ready);
    // The scan begins, and its first page fails for a while. Meanwhile a task is written, and is gone.
    platform.faultsOf.page = Array.from({ length: 3 }, () => ({ _tag: "Fail", reason: servers.down }));
    await clock.advance("4 seconds");
    Effect.runFork(platform.write({ assigned_to: "ada" }, "t1", { millis: 20, outcome: "unclear" }));
    platform.remove("t1");
    await clock.advance(30);
    const before = live.stats().completeScans;
    while (live.stats().completeScans < before + 2) await clock.advance("1 second");
    expect([...live.snapshot().tasks.keys()]).toEqual(["t2"]);
  });
});

it("an answer that was under way while the clock was set back says nothing that cannot be", async () => {
  await withWatch({ count: 1 }, async ({ clock, platform, live }) => {
    await clock.until(live.ready);
    platform.latencyMillis = 4_000;
    await clock.advance("10 seconds");
    while (platform.inFlight === 0) await clock.advance(100);
    await clock.advance(1_000);
    clock.jump(-90_000);
    await clock.advance(3_500);
    const known = live.stats().clock;
    const offset = platform.now() - clock.now();
    if (known !== null) expect(Math.abs(known.offsetMillis - offset)).toBeLessThanOrEqual(known.errorMillis + 1);
    expect(known?.errorMillis ?? 0).toBeGreaterThanOrEqual(0);
  });
});

it("a write gives a task another holder, and no deadline before the server has said one", async () => {
  await withWatch({ count: 1, expiring: ["1 minute"] }, async ({ clock, platform, live, events }) => {
    platform.claim("t1", "ada", 90_000);
    await clock.until(live.ready);
    Effect.runFork(platform.write({ assigned_to: "bob" }, "t1", { millis: 300_000, outcome: "refused" }));
    expect(live.snapshot().leases.get("t1")).toEqual({ taskId: "t1", assignee: "bob", expiresAt: null });
    platform.set("t1", { assigned_to: "ada" });
    await clock.advance("4 minutes");
    const reported = events.filter(({ type }) => type === "assignment.expiring" || type === "assignment.expired");
    expect(reported).toEqual([]);
    await clock.advance("2 minutes");
    expect(brief(events).filter((event) => event === "assignment.expired t1")).toHaveLength(1);
  });
});

it("a task that was seen again has to be missed by two more scans before it is gone", async () => {
  await withWatch({ count: 4 }, async ({ clock, platform, live, events }) => {
    platform.pageSize = 2;
    await clock.until(live.ready);
    let hidden = 0;
    // An unsure scan misses t4; one that knows it is unsure shows it; then it is missed once more.
    const looks = ["misses", "shows", "misses"];
    platform.tamper = (page) => {
      const look = looks[hidden];
      if (page.next === undefined) hidden++;
      if (look === "shows") return { ...page, total: page.next === undefined ? 4 : 5 };
      if (look !== "misses") return page;
      const isOther = (id: string) => !id.endsWith("t4");
      return { ...page, total: 3, rows: page.rows.filter(({ id }) => isOther(id)), items: page.items.filter(isOther) };
    };
    while (hidden < looks.length + 1) await clock.advance("1 second");
    expect(brief(events)).not.toContain("task.removed t4");
    expect(live.snapshot().tasks.size).toBe(4);
  });
});

it("a scan that began before a task was last seen does not count among those that miss it", () => {
  const reconciler = new Reconciler("e1", new Timekeeper(new SimulatedClock()), new IssueLog());
  const show = (ids: ReadonlyArray<string>, next?: string) => {
    const began = reconciler.begin();
    const rows = ids.filter((id) => id !== "t0").map((id) => row(id));
    const facts = { rows, items: ids, unreadable: [], withoutId: 0, total: 2, next, issues: [] };
    reconciler.takePage(reconciler.scan(), facts, began);
  };
  show(["t1", "t2"]);
  // Two pages that miss t2; between them it is looked at by itself.
  show(["t1"], "2");
  reconciler.takeTaskRead("t2", { row: row("t2"), issues: [] }, reconciler.begin());
  show(["t0"]);
  show(["t1", "t0"]);
  expect([...reconciler.store.tasks.keys()]).toEqual(["t1", "t2"]);
  show(["t1", "t0"]);
  expect([...reconciler.store.tasks.keys()]).toEqual(["t1"]);
});

it("7. an own assignment that a look at the task confirmed ends with the next page that shows the task as the page before did", async () => {
  const on = stage(6, { pageSize: 2 });
  await using live = on.watch();
  await on.clock.until(live.ready);
  await on.clock.advance("1 minute");
  // A page that was read before the write comes after it.
  on.platform.faultsOf.page = [{ _tag: "Slow", millis: 2_000 }];
  const pages = () => on.platform.requests.filter(({ kind }) => kind === "page").length;
  for (const sent = pages(); pages() === sent; ) await on.clock.advance(100);
  await on.clock.advance("1200 millis");
  Effect.runFork(on.platform.write({ assigned_to: "ada" }, "t1"));
  const reads = () => on.platform.requests.filter(({ kind, endedAt }) => kind === "readTask" && endedAt !== undefined);
  const before = reads().length;
  for (let turn = 0; turn < 200 && reads().length === before; turn++) await on.clock.advance(20);
  expect(live.stats().unconfirmedWrites).toBe(0);
  expect(live.snapshot().tasks.get("t1")?.assigned_to).toBe("ada");
  on.platform.release("t1");
  // Only pages show it: single tasks cannot be read any more.
  on.platform.faultsOf.readTask = Array.from({ length: 500 }, () => ({ _tag: "Fail", reason: servers.down }));
  await on.clock.advance("5 minutes");
  expect(live.snapshot().tasks.get("t1")?.assigned_to).toBeNull();
});

it("what was known of a lease before the server's clock was set back is known by the clock as it is now", async () => {
  await withWatch({ count: 1, interval: ["1 minute", "1 minute"], expiring: ["30 minutes"] }, async (on) => {
    const { clock, platform, live, events } = on;
    platform.claim("t1", "ada", 600_000);
    await clock.until(live.ready);
    await clock.advance("10 seconds");
    platform.offsetMillis -= 7_200_000;
    platform.faultsOf.page = Array.from({ length: 500 }, () => ({ _tag: "Fail", reason: servers.down }));
    platform.faultsOf.readTask = platform.faultsOf.page;
    await clock.advance("3 hours");
    const expired = events.find((event) => event.type === "assignment.expired");
    expect(Date.parse(expired!.seenAt!)).toBeLessThanOrEqual(platform.now() - 3 * 3_600_000);
    expect(expired!.gap).toBe(true);
  });
});

/** Pages that are handed to a reconciler, and when each was made, by the server's clock. */
const reading = () => {
  const clock = new SimulatedClock();
  const reconciler = new Reconciler("e1", new Timekeeper(clock), new IssueLog());
  const start = clock.now();
  const iso = (inMillis: number) => new Date(start + inMillis).toISOString();
  const scan = (at: number, rows: ReadonlyArray<TaskRow>, meanwhile = () => {}) => {
    const began = reconciler.begin();
    const under = reconciler.scan();
    meanwhile();
    const items = rows.map(({ id }) => id);
    const facts = { rows, items, unreadable: [], withoutId: 0, total: items.length, next: undefined, issues: [] };
    reconciler.takePage(under, facts, began, { earliest: start + at, latest: start + at });
  };
  return { reconciler, iso, scan };
};

it("a scan that misses a task written to meanwhile does not count as having seen its lease", () => {
  const { reconciler, iso, scan } = reading();
  const held = row("t1", { assigned_to: "ada", assignment_expires_at: iso(60_000) });
  scan(1_000, [held, row("t2")]);
  const note = { id: "w1", patches: [{ taskId: "t1", fields: { label_status: "PENDING" } }], touched: [] };
  scan(20_000, [row("t2")], () => reconciler.takeWrite({ ...note, phase: "started", isSweeping: false }));
  reconciler.takeWrite({ ...note, phase: "refused", isSweeping: false });
  expect(reconciler.leaseEvent(leaseOf(held)!, 30_000, held)).toMatchObject({ seenAt: iso(1_000) });
});

it("an answer by a replica that lags does not count as having seen the lease that it does not show", () => {
  const { reconciler, iso, scan } = reading();
  const free = row("t1", { updated_at: iso(-1_000) });
  const held = { ...free, assigned_to: "ada", assignment_expires_at: iso(60_000), updated_at: iso(0) };
  scan(1_000, [held]);
  scan(20_000, [free]);
  expect(reconciler.store.tasks.get("t1")).toEqual(held);
  expect(reconciler.leaseEvent(leaseOf(held)!, 30_000, held)).toMatchObject({ seenAt: iso(1_000) });
});
