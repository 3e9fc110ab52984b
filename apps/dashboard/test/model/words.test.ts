import type { WatchEvent } from "@evalwire/core";
import { SgpError } from "@evalwire/core";
import type { Freshness as Shown } from "@evalwire/react-hooks";
import { describe, expect, it } from "vitest";
import { freshnessOf } from "../../src/live/Freshness.ts";
import { entryOf, restored, timeOf, unseen } from "../../src/model/Entry.ts";
import { lengthOf, roughly } from "../../src/model/Time.ts";
import { phraseOf, urgencyOf } from "../../src/model/Urgency.ts";
import { at, noon, record, row } from "../rows.ts";

describe("a length of time", () => {
  it.each([
    [-5, "0 s", "0 s"],
    [5_400, "5 s", "5 s"],
    [245_000, "4 min 05 s", "4 min"],
    [7_500_000, "2 h 05 min", "2 h"],
    [273_600_000, "3 d 4 h", "3 d"],
  ])("%d ms is %s, roughly %s", (millis, exact, rough) => {
    expect([lengthOf(millis), roughly(millis)]).toEqual([exact, rough]);
  });
});

describe("urgency", () => {
  it.each([
    [undefined, 0, "none", "no deadline"],
    [600_000, 0, "calm", "expires in 10 min 00 s"],
    [240_000, 500, "soon", "expires in 4 min 00 s"],
    [5_000, 500, "urgent", "expires in 5 s"],
    [5_000, 2_000, "urgent", "expires in 5 s (± 2 s)"],
    [1_000, 2_000, "uncertain", "expires about now (± 2 s)"],
    [-1_000, 2_000, "uncertain", "expires about now (± 2 s)"],
    [-2_000, 2_000, "expired", "expired 2 s ago"],
  ] as const)("with %s ms left and an error of %d it is %s", (left, error, urgency, phrase) => {
    expect(urgencyOf(left, error)).toBe(urgency);
    expect(phraseOf(left, error)).toBe(phrase);
  });
});

describe("an event", () => {
  const task = row({ id: "t1", assigned_to: "ada", assignment_expires_at: at(noon + 60_000) });
  const lease = { taskId: "t1", assignee: "ada", expiresAt: at(noon + 60_000) };
  const base = { id: "e", time: at(noon), evaluationId: "ev", taskId: "t1", gap: false, origin: "server" as const };
  const said = (event: object) => {
    const entry = entryOf({ ...base, previous: task, current: task, ...event } as WatchEvent, noon);
    return entry === undefined ? undefined : `${entry.who ?? ""} ${entry.verb} ${entry.detail ?? ""}`.trim();
  };

  it.each([
    [{ type: "assignment.created", lease }, "ada claimed"],
    [{ type: "assignment.extended", lease, previousExpiresAt: null }, "ada extended"],
    [{ type: "assignment.released", lease }, "ada released"],
    [{ type: "assignment.released", lease, current: { ...task, status: "COMPLETED" } }, undefined],
    [{ type: "assignment.released", lease: { ...lease, expiresAt: at(noon - 1) } }, undefined],
    [{ type: "assignment.expiring", lease, leadMillis: 60_000 }, "ada expiring: in 1 min"],
    [{ type: "assignment.expiring", lease, leadMillis: 300_000 }, undefined],
    [{ type: "assignment.expired", lease }, "ada expired:"],
    [{ type: "task.status_changed", current: { ...task, status: "COMPLETED" } }, "ada completed"],
    [{ type: "task.status_changed", current: { ...task, status: "PENDING_REDO" } }, "sent back:"],
    [{ type: "task.status_changed", current: { ...task, status: "ON_HOLD" } }, "ada on hold:"],
    [{ type: "task.updated", changed: ["audit_status"], current: { ...task, audit_status: "APPROVED" } }, "approved"],
    [{ type: "task.updated", changed: ["priority"] }, undefined],
    [{ type: "task.added", previous: null, replay: true }, undefined],
    [{ type: "task.removed", current: null }, "removed"],
    [
      { type: "watch.degraded", error: { reason: "Timeout", message: "GET /v4/evaluations/ev: no answer" } },
      "connection lost nothing answers",
    ],
    [{ type: "watch.recovered", degradedAt: at(noon) }, "connection restored"],
  ])("%j is said as %j", (event, words) => {
    expect(said(event)).toBe(words);
  });

  it("has the time of its event, which is not later than now; the end of a lease is at its deadline", () => {
    const own = { ...base, previous: task, current: task, lease };
    const timed = (event: object) => timeOf({ ...own, ...event } as WatchEvent, noon);
    expect(timed({ type: "assignment.created", time: at(noon - 5_000) })).toBe(noon - 5_000);
    expect(timed({ type: "assignment.created", time: at(noon + 5_000) })).toBe(noon);
    const over = { ...lease, expiresAt: at(noon - 60_000) };
    expect(timed({ type: "assignment.expired", lease: over })).toBe(noon - 60_000);
    expect(timed({ type: "assignment.expired" })).toBe(noon);
  });

  it("is restored once: not where the page saw it itself", () => {
    const records = new Map([["r1", record({ id: "r1", completedAt: noon - 5_000, annotatedBy: "ada" })]]);
    const earlier = restored(records, noon, 10);
    const completed = {
      ...base,
      type: "task.status_changed",
      previous: task,
      current: { ...task, status: "COMPLETED" },
    };
    const live = entryOf(
      { ...completed, current: { ...completed.current, test_case_result_id: "r1" } } as WatchEvent,
      noon,
    );
    expect(unseen(earlier, [live!])).toEqual([]);
    expect(unseen(earlier, [])).toEqual(earlier);
  });

  it("is restored from the server's timestamps, newest first, up to when the page began to look", () => {
    const records = new Map([
      ["r1", record({ id: "r1", completedAt: noon - 5_000, annotatedBy: "ada" })],
      [
        "r2",
        record({
          id: "r2",
          completedAt: noon - 9_000,
          auditStatus: "APPROVED",
          updatedAt: noon - 2_000,
          editedBy: "eve",
        }),
      ],
      ["r3", record({ id: "r3", completedAt: noon + 1 })],
    ]);
    expect(restored(records, noon, 10).map(({ resultId, who, verb }) => [resultId, who, verb])).toEqual([
      ["r2", "eve", "approved"],
      ["r1", "ada", "completed"],
      ["r2", undefined, "completed"],
    ]);
    expect(restored(records, noon, 1)).toHaveLength(1);
  });
});

describe("freshness", () => {
  const error = new SgpError({ reason: { _tag: "Timeout", timeoutMillis: 1_000 }, endpoint: "follow" });
  const said = (state: Shown["state"], asOf: string | undefined = at(noon - 2_000)): Shown => ({
    state,
    asOf,
    ageMillis: 2_000,
    error: state === "degraded" ? error : undefined,
  });
  const look = (fields: Partial<Parameters<typeof freshnessOf>[0]>) =>
    freshnessOf({ shown: said("live"), isOnline: true, pausedAt: undefined, now: noon, ...fields });

  it("says Live only while the data is known to be true", () => {
    expect(look({}).label).toBe("Live");
    for (const fields of [
      { isOnline: false },
      { pausedAt: noon - 1_000 },
      { shown: said("degraded") },
      { shown: said("stale") },
      { shown: said("offline") },
      { shown: said("connecting") },
      { shown: said("idle", undefined) },
      { shown: said("ended") },
    ]) {
      expect(look(fields).label).not.toBe("Live");
      expect(look(fields).state).not.toBe("live");
    }
  });

  it("says how old the data is, and that it goes on by itself", () => {
    expect(look({ isOnline: false }).detail).toMatch(
      /^Data as of .* \(2 s ago\)\. This computer has no network; the page goes on by/,
    );
    expect(look({ shown: said("degraded", at(noon - 90_000)) }).detail).toMatch(
      /\(1 min ago\)\. The program behind this page does not answer.* It retries/,
    );
    expect(look({ pausedAt: noon - 5_000 }).detail).toMatch(/\(5 s ago\)\. Resume to see/);
  });
});
