import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as TaskRow from "../../src/watch/event/TaskRow.ts";
import * as TaskVersion from "../../src/watch/event/TaskVersion.ts";
import { row, state } from "./rows.ts";

describe("TaskRow", () => {
  it("isSame(a, b), changedFields(a, b) = [] and version(a) = version(b) say one thing", () => {
    fc.assert(
      fc.property(state, state, (one, other) => {
        const [a, b] = [row("t", one), row("t", other)];
        expect(TaskVersion.changedFields(a, b).length === 0).toBe(TaskVersion.isSame(a, b));
        expect(TaskVersion.of(a) === TaskVersion.of(b)).toBe(TaskVersion.isSame(a, b));
      }),
    );
  });

  it("a change of any one field is a change", () => {
    for (const field of TaskRow.fields) {
      const other = { ...row("t"), [field]: field === "priority" ? 2 : "other" };
      expect(TaskVersion.changedFields(row("t"), other)).toEqual([field]);
      expect(TaskVersion.isSame(row("t"), other)).toBe(false);
      expect(TaskVersion.of(row("t"))).not.toBe(TaskVersion.of(other));
    }
  });

  it("a value moved from one field to the next is another version", () => {
    expect(TaskVersion.of(row("t", { label_status: "x", audit_status: null }))).not.toBe(
      TaskVersion.of(row("t", { label_status: null, audit_status: "x" })),
    );
  });

  it("an included letter is compared only where the result's version does not decide", () => {
    const at = "2030-01-01T00:00:00Z";
    const versioned = (text: string) => row("t", { updated_at: at, included: { result: text } });
    const plain = (text: string) => row("t", { included: { result: text } });
    expect(TaskVersion.isSame(versioned("a"), versioned("b"))).toBe(true);
    expect(TaskVersion.isSame(plain("a"), plain("b"))).toBe(false);
    expect(TaskVersion.changedFields(plain("a"), plain("b"))).toEqual(["included"]);
    expect(TaskVersion.isSame(plain("a"), plain("a"))).toBe(true);
  });

  it("only an open held task has a lease", () => {
    const held = { assigned_to: "ada", assignment_expires_at: "2030-01-01T00:00:00Z" };
    const lease = { taskId: "t", assignee: "ada", expiresAt: "2030-01-01T00:00:00Z" };
    expect(TaskRow.leaseOf(row("t", held))).toEqual(lease);
    expect(TaskRow.leaseOf(row("t", { ...held, status: "PENDING_REDO" }))).toEqual(lease);
    for (const status of ["NOT_READY", "COMPLETED", "FIXED", "LATER_MEMBER"]) {
      expect(TaskRow.leaseOf(row("t", { ...held, status }))).toBeUndefined();
    }
    expect(TaskRow.leaseOf(row("t"))).toBeUndefined();
    expect(TaskRow.leaseOf(row("t", { assigned_to: "ada" }))).toEqual({ ...lease, expiresAt: null });
  });
});
