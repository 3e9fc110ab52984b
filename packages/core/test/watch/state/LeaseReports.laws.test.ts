import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../../../src/index.ts";
import type { TaskRow } from "../../../src/watch/event/TaskRow.ts";
import { Absences } from "../../../src/watch/state/Absences.ts";
import * as Changes from "../../../src/watch/state/Changes.ts";
import { Endings } from "../../../src/watch/state/Endings.ts";
import { LeaseReports, lookLeadMillis } from "../../../src/watch/state/LeaseReports.ts";
import { Sightings } from "../../../src/watch/state/Sightings.ts";
import { Store } from "../../../src/watch/state/Store.ts";
import type { Timekeeper } from "../../../src/watch/time/Timekeeper.ts";
import { row } from "../rows.ts";

const deadline = Date.parse("2030-01-01T01:00:00Z");
const held = (fields: Partial<TaskRow> = {}) =>
  row("t1", {
    assigned_to: "ada",
    assignment_expires_at: new Date(deadline).toISOString(),
    updated_at: "2030-01-01T00:00:00Z",
    ...fields,
  });
const free = held({ assigned_to: null, assignment_expires_at: null });
const minute = 60_000;
const at = (millis: number) => ({ earliest: deadline + millis, latest: deadline + millis });

/** One task under lease, and reports on it. The server's time is in milliseconds after the lease's end, the machine's from any instant. */
const stage = ({ isSeen = true } = {}) => {
  const times = { server: -5 * minute, now: 0 };
  const time = {
    serverTime: () => deadline + times.server,
    now: () => times.now,
    time: () => "2030-01-01T00:00:00.000Z",
    errorMillis: () => 10,
  } as unknown as Timekeeper;
  const tasks = new Map([["t1", held()]]);
  const store = new Store(
    { evaluationId: "e1", evaluation: undefined, tasks, status: { _tag: "synced", since: "" } },
    (error) => {
      throw error;
    },
  );
  const [endings, sightings, absences] = [new Endings(), new Sightings(), new Absences(false)];
  const settled: Array<string> = [];
  const settle = ({ taskId }: { readonly taskId: string }) => void settled.push(taskId);
  const reports = new LeaseReports({ store, time, endings, sightings, absences, settle });
  const events: Array<WatchEvent> = [];
  store.add({ push: (given) => void events.push(...given), end: () => undefined });
  store.leases.expiry.setLeads([minute], lookLeadMillis);
  if (isSeen) {
    sightings.scanBegan(at(times.server));
    sightings.passed(1, false, () => false);
  }
  const announce = (server: number, now: number, canLook = true) => {
    Object.assign(times, { server, now });
    return reports.announce(canLook);
  };
  const become = (
    next: TaskRow | undefined,
    made = at(times.server),
    origin: "server" | "write" = "server",
    isFirst = false,
  ) => {
    const previous = store.tasks.get("t1")!;
    const change: Changes.Change =
      next === undefined ? { _tag: "Removed", previous } : Changes.between(previous, next)!;
    const changes = new Map([["t1", change]]);
    const ended = reports.endedWith(changes, origin, made, 5, isFirst);
    store.apply(changes, { evaluationId: "e1", time: "", origin, isInterrupted: false, replay: false });
    return ended;
  };
  const emitted = () => events.map(({ type }) => type);
  return { store, endings, sightings, absences, reports, events, settled, announce, become, emitted };
};

describe("announce", () => {
  it("warns before the end, requests a look shortly before and at it, and reports the end once the look shows the lease standing", () => {
    const { endings, announce, emitted, events } = stage();
    expect(announce(-minute, 0)).toEqual([]);
    expect(emitted()).toEqual(["assignment.expiring"]);
    expect(announce(-lookLeadMillis, 1)).toEqual([{ taskId: "t1", isNear: true }]);
    expect(announce(0, 2)).toEqual([{ taskId: "t1", isNear: false }]);
    endings.see(held(), at(1));
    announce(2, 3);
    expect(emitted()).toEqual(["assignment.expiring", "assignment.expired"]);
    expect(events.at(-1)).toMatchObject({ gap: false, seenAt: new Date(deadline + 1).toISOString() });
    announce(minute, minute);
    expect(emitted()).toHaveLength(2);
  });

  it("after a sleep over the end only the end is reported", () => {
    const { announce, emitted } = stage();
    expect(announce(5, 0)).toEqual([{ taskId: "t1", isNear: false }]);
    announce(10_006, 10_001);
    expect(emitted()).toEqual(["assignment.expired"]);
  });

  it("while there is no way to look the patience does not run", () => {
    const { announce, emitted } = stage();
    announce(0, 0);
    announce(9_000, 9_000, false);
    announce(18_000, 18_000);
    expect(emitted()).not.toContain("assignment.expired");
    announce(19_000, 19_000);
    expect(emitted()).toContain("assignment.expired");
  });

  it("takes what waits to be taken before it reports an end, and reports none of a lease that then is another one", () => {
    const { store, endings, settled, announce, emitted } = stage();
    announce(0, 0);
    endings.see(held(), at(1));
    const change = Changes.between(held(), free)!;
    store.apply(new Map([["t1", change]]), {
      ...{ evaluationId: "e1", time: "", origin: "server" as const, isInterrupted: false, replay: false },
    });
    announce(2, 2);
    expect(settled).toEqual(["t1"]);
    expect(emitted()).not.toContain("assignment.expired");
  });

  it("an end that was reported by another way in the meantime is not reported again", () => {
    const { store, endings, announce, emitted } = stage();
    announce(0, 0);
    endings.see(held(), at(1));
    store.leases.expiry.remember({ taskId: "t1", assignee: "ada", expiresAt: held().assignment_expires_at }, 0);
    announce(2, 2);
    expect(emitted()).not.toContain("assignment.expired");
  });

  it("where the server's clock is set back before it is reported, the end is still to come", () => {
    const { endings, announce, emitted } = stage();
    announce(0, 0);
    endings.see(held(), at(1));
    announce(-5 * minute, 2);
    expect(emitted()).not.toContain("assignment.expired");
    announce(0, 5 * minute);
    endings.see(held(), at(1));
    announce(2, 5 * minute + 2);
    expect(emitted().filter((type) => type === "assignment.expired")).toHaveLength(1);
  });

  it("a task that is missing since before its lease's end is not reported as expired", () => {
    fc.assert(
      fc.property(fc.integer({ min: -minute, max: minute }), (since) => {
        const { absences, announce, emitted } = stage();
        absences.missed("t1", { weight: 1, isSure: true, since: deadline + since, seen: undefined });
        announce(0, 0);
        announce(10_000, 10_000);
        expect(emitted().includes("assignment.expired")).toBe(since >= 0);
      }),
    );
  });
});

describe("an end that a change shows", () => {
  it("is reported where the change was read after the deadline, and not before, by the latest that it can have been", () => {
    fc.assert(
      fc.property(fc.integer({ min: -minute, max: minute }), (read) => {
        const { become } = stage();
        expect(become(free, at(read)).map(({ type }) => type)).toEqual(read >= 0 ? ["assignment.expired"] : []);
      }),
    );
  });

  it("of a task that is gone counts from when it was first missing, by scans or by a look", () => {
    fc.assert(
      fc.property(fc.integer({ min: -minute, max: minute }), fc.boolean(), (since, byLook) => {
        const { absences, endings, announce, become } = stage();
        announce(-lookLeadMillis, 0);
        if (byLook) endings.miss("t1", at(since));
        else absences.missed("t1", { weight: 1, isSure: true, since: deadline + since, seen: undefined });
        expect(become(undefined, at(2 * minute)).length).toBe(since >= 0 ? 1 : 0);
      }),
    );
  });

  it("of a state that goes back in time counts from when it was read at the earliest", () => {
    const made = { earliest: deadline - 10, latest: deadline + 10 };
    const older = { ...free, updated_at: "2029-12-31T00:00:00Z" };
    expect(stage().become(older, made)).toEqual([]);
    expect(stage().become(free, made)).toHaveLength(1);
    const back = stage();
    const first = { taskId: "t1", assignee: "bob", expiresAt: "2030-01-01T00:30:00.000Z" };
    back.store.leases.expiry.remember(first, 0);
    const again = held({ assigned_to: "bob", assignment_expires_at: first.expiresAt });
    expect(back.become(again, made)).toEqual([]);
  });

  it("says with a gap that more than the end has happened: another holder, another field, or a lease that was not seen for long", () => {
    const gapOf = (next: TaskRow, options = {}) => stage(options).become(next, at(1));
    const fresh = (next: TaskRow) => {
      const staged = stage();
      staged.sightings.changed("t1", 1, deadline - 1_000);
      return staged.become(next, at(1))[0];
    };
    expect(fresh(free)).toMatchObject({ gap: false });
    expect(fresh(held({ assigned_to: "bob", assignment_expires_at: "2030-01-01T03:00:00.000Z" }))).toMatchObject({
      gap: true,
    });
    expect(fresh({ ...free, priority: 7 })).toMatchObject({ gap: true });
    // Last seen five minutes before its end, or never.
    expect(gapOf(free)[0]).toMatchObject({ gap: true });
    expect(gapOf(free, { isSeen: false })[0]).toMatchObject({ gap: true, seenAt: null });
  });

  it("has a gap where the lease was last seen more than five seconds before its end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (before) => {
        const staged = stage();
        staged.sightings.changed("t1", 1, deadline - before);
        expect(staged.become(free, at(1))).toMatchObject([{ gap: before > lookLeadMillis + 3_000 }]);
      }),
    );
  });

  it("is reported once, and what was near of it is forgotten", () => {
    const { endings, announce, become } = stage();
    announce(-lookLeadMillis, 0);
    expect(endings.size).toBe(1);
    expect(become(free, at(1))).toHaveLength(1);
    expect(endings.size).toBe(0);
    become(held(), at(2));
    expect(become(free, at(3))).toEqual([]);
  });
});

describe("when a lease was last seen", () => {
  it("is what a look at its end showed, else what was known when it went missing, else what passes and changes showed", () => {
    const { endings, sightings, absences, reports, announce } = stage();
    expect(reports.seenAt("t1")).toBe(deadline - 5 * minute);
    absences.missed("t1", { weight: 1, isSure: true, since: deadline - 7, seen: deadline - 8 });
    sightings.changed("t1", 2, deadline - 9);
    expect(reports.seenAt("t1")).toBe(deadline - 8);
    announce(-lookLeadMillis, 0);
    endings.see(held(), at(-6));
    expect(reports.seenAt("t1")).toBe(deadline - 6);
  });

  it("after a change is when the server's answer was made, unknown after a write of one's own, and the pass's while the list is first read", () => {
    const other = held({ assigned_to: "bob", assignment_expires_at: "2030-01-01T03:00:00.000Z" });
    const seenAfter = (origin: "server" | "write", isFirst: boolean) => {
      const { reports, become } = stage();
      become(other, { earliest: deadline - 100, latest: deadline - 50 }, origin, isFirst);
      return reports.seenAt("t1");
    };
    expect(seenAfter("server", false)).toBe(deadline - 100);
    expect(seenAfter("write", false)).toBeUndefined();
    expect(seenAfter("server", true)).toBe(deadline - 5 * minute);
  });
});
