import type { WatchEvent } from "@evalwire/core";
import { describe, expect, it } from "vitest";
import { phraseOf } from "../src/Phrase.ts";

const current = {
  id: "t1",
  task_type: "EVALUATION_ANNOTATION",
  status: "PENDING",
  priority: 0,
  assigned_to: "ada",
  assignment_expires_at: "2030-01-01T00:10:00Z",
  test_case_result_id: "r1",
  test_case_id: "c1",
  label_status: null,
  audit_status: null,
  updated_at: null,
};
const lease = { taskId: "t1", assignee: "ada", expiresAt: "2030-01-01T00:10:00Z" };
const at = (time: string) => ({
  id: "e1",
  evaluationId: "ev_1",
  time,
  taskId: "t1",
  gap: false,
  origin: "server" as const,
  lease,
  current,
});
const expiring = (time: string, leadMillis: number): WatchEvent => ({
  ...at(time),
  type: "assignment.expiring",
  leadMillis,
  errorMillis: 0,
});
const released = (time: string, status: string): WatchEvent => ({
  ...at(time),
  type: "assignment.released",
  previous: current,
  current: { ...current, status, assigned_to: null },
});
const moved = (from: string, to: string): WatchEvent => ({
  ...at("2030-01-01T00:05:00Z"),
  type: "task.status_changed",
  previous: { ...current, status: from },
  current: { ...current, status: to },
});

describe("phraseOf", () => {
  it.each([
    ["PENDING", "COMPLETED", "finished", "good"],
    ["COMPLETED", "PENDING_REDO", "is asked to redo", "notice"],
    ["COMPLETED", "FIXED", "was corrected on", "good"],
    ["PENDING", "ESCALATED_TWICE", "escalated twice:", "plain"],
  ])("%s to %s: %s", (from, to, verb, tone) => {
    expect(phraseOf(moved(from, to))).toMatchObject({ who: "ada", verb, tone, kind: "status", resultId: "r1" });
  });

  it("announces a lease that comes to its end, and not one that begins shorter than its lead", () => {
    expect(phraseOf(expiring("2030-01-01T00:09:00Z", 60_000))).toMatchObject({ tone: "notice", detail: "1 min left" });
    expect(phraseOf(expiring("2030-01-01T00:09:52Z", 60_000))).toBeUndefined();
    expect(phraseOf(expiring("2030-01-01T00:09:55Z", 5_000))).toMatchObject({ detail: "5 s left" });
  });

  it("tells of a task given up, and not of one that was finished or ran out", () => {
    expect(phraseOf(released("2030-01-01T00:05:00Z", "PENDING"))).toMatchObject({ who: "ada", verb: "let go of" });
    expect(phraseOf(released("2030-01-01T00:05:00Z", "COMPLETED"))).toBeUndefined();
    expect(phraseOf(released("2030-01-01T00:10:01Z", "PENDING"))).toBeUndefined();
  });

  it("reads a deadline without a zone as UTC, wherever it is read", () => {
    expect(new Date("2030-01-01T00:00:00").getTimezoneOffset()).not.toBe(0);
    const zoneless = (event: WatchEvent) =>
      ({ ...event, lease: { ...lease, expiresAt: "2030-01-01T00:10:00" } }) as WatchEvent;
    expect(phraseOf(zoneless(expiring("2030-01-01T00:09:52Z", 60_000)))).toBeUndefined();
    expect(phraseOf(zoneless(expiring("2030-01-01T00:09:00Z", 60_000)))).toMatchObject({ detail: "1 min left" });
    expect(phraseOf(zoneless(released("2030-01-01T00:05:00Z", "PENDING")))).toMatchObject({ who: "ada" });
    expect(phraseOf(zoneless(released("2030-01-01T00:10:01Z", "PENDING")))).toBeUndefined();
  });
});
