import { lifecycle } from "@evalwire/core/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Lease from "../src/lease/Lease.ts";
import * as queue from "../src/queue/views.ts";

const now = Date.UTC(2030, 0, 1);
const iso = (millis: number) => new Date(millis).toISOString();
const around = fc.integer({ min: -3_600_000, max: 3_600_000 }).map((offset) => iso(now + offset));

const task = fc.record({
  id: fc.uuid(),
  status: fc.constantFrom<string>(...lifecycle.statuses, "ESCALATED"),
  assigned_to: fc.constantFrom(undefined, null, "ada", "bo", { id: "cy" }),
  assignment_expires_at: fc.oneof(fc.constantFrom(undefined, null, "soon"), around),
});
const tasks = fc.uniqueArray(task, { selector: (one) => one.id, maxLength: 30 });

const ids = (held: ReadonlyArray<queue.Held<{ id: string }>>) => held.map((one) => one.task.id);
const sorted = (texts: Iterable<string>) => [...texts].sort();

describe("leases", () => {
  it("of(t) exists exactly when t is open and assigned", () => {
    fc.assert(
      fc.property(task, (one) => {
        expect(Lease.of(one) !== undefined).toBe(lifecycle.isOpen(one.status) && Lease.assigneeOf(one) !== null);
      }),
    );
  });

  it("a user and its id are the same assignee", () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(Lease.assigneeOf({ id: "t", status: "PENDING", assigned_to: { id } })).toBe(
          Lease.assigneeOf({ id: "t", status: "PENDING", assigned_to: id }),
        );
      }),
    );
  });

  it("isLive(l, n) = remainingMillis(l, n) > 0, and time only takes away", () => {
    fc.assert(
      fc.property(around, fc.nat(), (expiresAt, later) => {
        const left = Lease.remainingMillis({ expiresAt }, now);
        expect(Lease.isLive({ expiresAt }, now)).toBe(left > 0);
        expect(Lease.remainingMillis({ expiresAt }, now + later)).toBe(Math.max(0, left - later));
      }),
    );
  });

  it("a lease is over at its deadline, not after it", () => {
    expect(Lease.isLive({ expiresAt: iso(now) }, now - 1)).toBe(true);
    expect(Lease.isLive({ expiresAt: iso(now) }, now)).toBe(false);
  });

  it("without a deadline, or with one that names no instant, a lease does not end", () => {
    for (const expiresAt of [null, "soon", "2030-02-30T00:00:00Z"])
      expect(Lease.remainingMillis({ expiresAt }, Number.MAX_SAFE_INTEGER)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("views of the queue", () => {
  it("held and waiting share no task, and together are the open ones", () => {
    fc.assert(
      fc.property(tasks, (all) => {
        const parts = [...ids(queue.held(all, now)), ...queue.waiting(all, now).map((one) => one.id)];
        expect(sorted(parts)).toEqual(sorted(all.filter((one) => lifecycle.isOpen(one.status)).map((one) => one.id)));
      }),
    );
  });

  it("held and expired share no task, and together are those with a lease", () => {
    fc.assert(
      fc.property(tasks, (all) => {
        const parts = [...ids(queue.held(all, now)), ...ids(queue.expired(all, now))];
        expect(sorted(parts)).toEqual(sorted(all.filter((one) => Lease.of(one) !== undefined).map((one) => one.id)));
      }),
    );
  });

  it("what ends next comes first", () => {
    fc.assert(
      fc.property(tasks, (all) => {
        const deadlines = queue.held(all, now).map(({ lease }) => Lease.deadline(lease));
        deadlines.slice(1).forEach((deadline, index) => {
          expect(deadline).toBeGreaterThanOrEqual(deadlines[index]!);
        });
      }),
    );
  });

  it("expiring(n, w) = the held ones no longer held at n + w", () => {
    fc.assert(
      fc.property(tasks, fc.nat(7_200_000), (all, within) => {
        const soon = ids(queue.expiring(all, now, within));
        const after = new Set(ids(queue.held(all, now + within)));
        expect(soon).toEqual(ids(queue.held(all, now)).filter((id) => !after.has(id)));
      }),
    );
  });

  it("byAssignee regroups held, each group in its order", () => {
    fc.assert(
      fc.property(tasks, (all) => {
        for (const [assignee, group] of queue.byAssignee(all, now))
          expect(ids(group)).toEqual(ids(queue.held(all, now).filter(({ lease }) => lease.assignee === assignee)));
        expect([...queue.byAssignee(all, now).values()].flat().length).toBe(queue.held(all, now).length);
      }),
    );
  });

  it("byStatus loses no task and keeps the order", () => {
    fc.assert(
      fc.property(tasks, (all) => {
        for (const [status, group] of queue.byStatus(all))
          expect(group).toEqual(all.filter((one) => one.status === status));
        expect([...queue.byStatus(all).values()].flat().length).toBe(all.length);
      }),
    );
  });

  it("a status named like a part of every object is a status", () => {
    const odd = { id: "t", status: "__proto__" };
    expect([...queue.byStatus([odd])]).toEqual([["__proto__", [odd]]]);
  });
});
