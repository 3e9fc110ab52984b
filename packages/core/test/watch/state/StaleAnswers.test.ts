/** Answers of a server that lags behind, and one's own writes: which of them count. */
import { expect, it } from "vitest";
import { SimulatedClock } from "../../../src/testing.ts";
import type { TaskRow } from "../../../src/watch/event/TaskRow.ts";
import { IssueLog } from "../../../src/watch/IssueLog.ts";
import type { Page } from "../../../src/watch/source/Source.ts";
import { Reconciler } from "../../../src/watch/state/Reconciler.ts";
import { StaleAnswers } from "../../../src/watch/state/StaleAnswers.ts";
import { type Period, Timekeeper } from "../../../src/watch/time/Timekeeper.ts";
import { row } from "../rows.ts";

const pageOf = (one: TaskRow): Page => ({
  rows: [one],
  items: [one.id],
  unreadable: [],
  withoutId: 0,
  total: 1,
  next: undefined,
  issues: [],
});

it("7. an own write is given up at the second answer that does not show it, however many began before it had ended", () => {
  for (const early of [0, 1, 2]) {
    const reconciler = new Reconciler("e1", new Timekeeper(new SimulatedClock()), new IssueLog());
    const before = row("t1", { status: "COMPLETED", updated_at: "2030-01-01T00:00:01Z" });
    const show = (began: number) => reconciler.takePage(reconciler.scan(), pageOf({ ...before }), began);
    const status = () => reconciler.store.tasks.get("t1")?.status;
    show(reconciler.begin());
    const requests = Array.from({ length: early }, () => reconciler.begin());
    const fields = { status: "PENDING_REDO", updated_at: "2030-01-01T00:02:00Z" };
    const write = { id: "w1", touched: [], isSweeping: false };
    reconciler.takeWrite({
      ...write,
      phase: "started",
      patches: [{ taskId: "t1", fields: { status: "PENDING_REDO" } }],
    });
    reconciler.takeWrite({ ...write, phase: "succeeded", patches: [{ taskId: "t1", fields }] });
    for (const began of requests) show(began);
    expect(status()).toBe("PENDING_REDO");
    show(reconciler.begin());
    expect(status()).toBe("PENDING_REDO");
    show(reconciler.begin());
    expect(status()).toBe("COMPLETED");
  }
});

it("8. what an own write replaced is doubtful, but not where the lease of that write has ended, or that was reported", () => {
  const free = row("t1", { updated_at: "2030-01-01T00:00:01Z" });
  const held = { ...free, assigned_to: "ada", assignment_expires_at: "2030-01-01T00:00:30Z" };
  const deadline = Date.parse(held.assignment_expires_at);
  for (const hasEnded of [false, true]) {
    for (const latest of [deadline - 1, deadline]) {
      const stale = new StaleAnswers(() => hasEnded);
      stale.confirmed("t1", [free], 0);
      const asked = { began: 2, count: 2, now: 40_000, latest, isWritten: true, isRepeated: false };
      // It may have been given back by the clock before the end is reported.
      const isExpected = hasEnded || latest >= deadline;
      expect(stale.isDoubtful({ ...free }, held, asked)).toBe(!isExpected);
      expect(stale.judge({ ...free }, held, asked)).toBe(isExpected ? "news" : "stale");
    }
  }
});

it("9. a state that goes back in time is no end by the clock, unless the deadline has surely come", () => {
  const free = row("t1", { updated_at: "2030-01-01T00:00:01Z" });
  const held = { ...free, updated_at: "2030-01-01T00:01:00Z", assigned_to: "ada" };
  const deadline = Date.parse("2030-01-01T00:02:00Z");
  const lease = { ...held, assignment_expires_at: new Date(deadline).toISOString() };
  // How an answer stands to the deadline: surely before it, at it within what is known of the server's clock, surely after it.
  for (const [earliest, latest] of [
    [-900, -100],
    [-400, 400],
    [100, 900],
  ] as const) {
    for (const isBack of [false, true]) {
      const reconciler = new Reconciler("e1", new Timekeeper(new SimulatedClock()), new IssueLog());
      const types: Array<string> = [];
      reconciler.store.add({ push: (all) => types.push(...all.map(({ type }) => type)), end: () => undefined });
      const show = (one: TaskRow, made?: Period) =>
        reconciler.takePage(reconciler.scan(), pageOf({ ...one }), reconciler.begin(), made);
      show(lease);
      types.length = 0;
      const made = { earliest: deadline + earliest, latest: deadline + latest };
      const next = isBack ? free : { ...free, updated_at: lease.updated_at };
      // The second answer that shows an earlier version is believed.
      for (let times = isBack ? 2 : 1; times > 0; times--) show(next, made);
      const isByClock = (isBack ? earliest : latest) >= 0;
      expect(types).toEqual([...(isByClock ? ["assignment.expired"] : []), "assignment.released"]);
    }
  }
});
