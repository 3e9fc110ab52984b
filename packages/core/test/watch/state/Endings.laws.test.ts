import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Endings } from "../../../src/watch/state/Endings.ts";
import type { Period } from "../../../src/watch/time/Timekeeper.ts";
import { row } from "../rows.ts";

const deadline = Date.UTC(2030, 0, 1);
const lease = { taskId: "t1", assignee: "ada", expiresAt: new Date(deadline).toISOString() };
const moment = { lease, deadline, at: deadline, lead: 0, isAnnounced: true, isLook: true };
const held = row("t1", { assigned_to: "ada", assignment_expires_at: lease.expiresAt });

/** When a look was answered: by the clock that counts, and by another one that is so much further ahead. */
const looks = fc.record({
  latest: fc.integer({ min: -30_000, max: 30_000 }),
  apart: fc.constantFrom(0, 7_000, 70_000),
});
const made = ({ latest, apart }: { readonly latest: number; readonly apart: number }): Period => ({
  earliest: deadline + latest - 20,
  latest: deadline + latest,
  furthest: deadline + latest + apart,
});

describe("Endings", () => {
  it("2. an end is the clock's unless a look found no task before the deadline by each clock of the server", () => {
    fc.assert(
      fc.property(looks, (look) => {
        const endings = new Endings(10_000);
        endings.near(moment);
        endings.miss("t1", made(look));
        endings.reached(moment, 0);
        const isGone = look.latest + look.apart < 0;
        // Nothing is waited for where nothing is to come.
        expect(endings.nextAt()).toBe(isGone ? undefined : 10_000);
        expect(endings.take(9_999)).toEqual([]);
        expect(endings.take(10_000).length).toBe(isGone ? 0 : 1);
      }),
    );
  });

  it("2. the first look that found none counts, and none counts once a later one shows the lease standing", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(looks, fc.constant("seen" as const)), { minLength: 1, maxLength: 6 }), (all) => {
        const endings = new Endings(10_000);
        endings.near(moment);
        for (const look of all) {
          if (look === "seen") endings.see(held, made({ latest: -1_000, apart: 0 }));
          else endings.miss("t1", made(look));
        }
        endings.reached(moment, 0);
        const first = all.slice(all.lastIndexOf("seen") + 1)[0];
        const isGone = first !== undefined && first !== "seen" && first.latest + first.apart < 0;
        expect(endings.take(10_000).length).toBe(isGone ? 0 : 1);
      }),
    );
  });

  it("1. an end is due at once when a look that began after the deadline shows the lease standing, else after the patience; each once", () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: 0, max: 9_999 }), (seen, now) => {
        const endings = new Endings(10_000);
        const isToBeRead = endings.reached(moment, 0);
        expect(isToBeRead).toBe(true);
        endings.see(held, { earliest: deadline + seen, latest: deadline + seen + 40 });
        expect(endings.nextAt()).toBe(10_000);
        expect(endings.take(now).length).toBe(seen >= 0 ? 1 : 0);
        expect(endings.take(10_000).length).toBe(seen >= 0 ? 0 : 1);
        expect(endings.take(10_000)).toEqual([]);
        expect(endings.size).toBe(0);
      }),
    );
  });

  it("1. the patience runs from the first time that the end was reached, and another lease of the task has an end of its own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), fc.boolean(), (again, isOther) => {
        const endings = new Endings(10_000);
        const expiresAt = new Date(deadline + 60_000).toISOString();
        const other = { ...moment, lease: { ...lease, expiresAt }, deadline: deadline + 60_000 };
        endings.reached(moment, 0);
        endings.reached(isOther ? other : moment, again);
        expect(endings.nextAt()).toBe(isOther ? again + 10_000 : 10_000);
        // A look that shows the one lease says nothing of the other.
        endings.see(held, { earliest: deadline + 90_000, latest: deadline + 90_000 });
        expect(endings.take(again).length).toBe(isOther ? 0 : 1);
      }),
    );
  });

  it("1. the patience does not run while no look can be made", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), (offline) => {
        const endings = new Endings(10_000);
        endings.reached(moment, 0);
        endings.restart(offline);
        expect(endings.nextAt()).toBe(offline + 10_000);
        expect(endings.take(offline + 9_999)).toEqual([]);
        expect(endings.take(offline + 10_000).length).toBe(1);
      }),
    );
  });
});
