/** A view adds up to what its owner may see, and holds nothing else. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NewsEntry, placeOf, type SnapshotEntry, wireEventOf } from "../../src/feed/Entry.ts";
import { FeedView, joined } from "../../src/feed/FeedView.ts";
import { Ledger } from "../../src/feed/Ledger.ts";
import * as Cursor from "../../src/watch/cursor/Cursor.ts";
import { eventsOf } from "../../src/watch/event/eventsOf.ts";
import { make, type TaskRow } from "../../src/watch/event/TaskRow.ts";
import * as Changes from "../../src/watch/state/Changes.ts";
import { tasks } from "../watch/rows.ts";

const time = "2030-01-01T00:00:00.000Z";
const head = { base: 0, time, beatMillis: 5_000, serverTime: null, scans: 1 };
const look = { evaluationId: "e1", time, origin: "server" as const, isInterrupted: false, replay: false };

const ledger = () =>
  new Ledger({
    evaluationId: "e1",
    generation: "g",
    capabilities: { assignments: true, deadlines: true, pointReads: true },
    time,
  });

/** The entries that lead through some states, one after the other. */
const entriesOf = (states: ReadonlyArray<ReadonlyMap<string, TaskRow>>): ReadonlyArray<NewsEntry> =>
  states.map((state, index) => ({
    kind: "news",
    format: 1,
    generation: "g",
    epoch: 1,
    base: 0,
    number: index + 1,
    time,
    news: [...Changes.diff(states[index - 1] ?? new Map(), state)].map(([id, change]) => {
      const events = eventsOf(change, look).map(wireEventOf);
      return change._tag === "Removed" ? { gone: id, events } : { row: Cursor.cellsOf(change.next), events };
    }),
  }));

const lives = fc.array(tasks, { minLength: 1, maxLength: 8 });
const owns = (row: TaskRow) => row.assigned_to === "ada";

describe("FeedView", () => {
  it("snapshot + news = what its owner may see, from wherever it begins", () => {
    fc.assert(
      fc.property(lives, fc.nat(), fc.boolean(), (states, at, isHidden) => {
        const entries = entriesOf(states);
        const begun = at % states.length;
        const whole = ledger();
        for (const entry of entries.slice(0, begun + 1)) whole.take(entry);
        const view = new FeedView("e1", { holder: "ada", ...(isHidden ? { hidden: ["priority"] } : {}) });
        view.begin(whole);
        const parts = [...view.snapshot(whole, head)] as Array<SnapshotEntry>;
        const seen = Ledger.of("e1", parts)!;
        for (const entry of entries.slice(begun + 1)) {
          const shown = view.take(entry);
          if (shown === undefined) continue;
          expect(placeOf(seen.mark, shown)).toBe("next");
          seen.take(shown);
          expect(JSON.stringify(shown)).not.toContain("bob");
        }
        const own = [...states.at(-1)!.values()]
          .filter(owns)
          .map((row) => (isHidden ? { ...row, priority: null } : row));
        expect(seen.tasks).toEqual(new Map(own.map((row) => [row.id, row])));
        expect(JSON.stringify(parts)).not.toContain("bob");
      }),
    );
  });

  it("reports the end of an own lease, and not that of the one who held the task before", () => {
    const task = make({ id: "t1", status: "PENDING", assigned_to: "ada", assignment_expires_at: time });
    const whole = ledger();
    whole.take(entriesOf([new Map([["t1", task]])])[0]!);
    const view = new FeedView("e1", { holder: "ada" });
    view.begin(whole);
    const ended = (assignee: string, number: number): NewsEntry => ({
      ...entriesOf([new Map()])[0]!,
      number,
      news: [
        {
          clock: {
            type: "assignment.expired",
            id: `assignment.expired:t1:${assignee}`,
            lease: { taskId: "t1", assignee, expiresAt: time },
          },
        },
      ],
    });
    expect(view.take(ended("bob", 2))).toBeUndefined();
    expect(view.take(ended("ada", 3))?.news).toEqual(ended("ada", 3).news);
  });

  it("of everything is the feed itself", () => {
    fc.assert(
      fc.property(lives, (states) => {
        const view = new FeedView("e1");
        view.begin(ledger());
        for (const entry of entriesOf(states)) expect(view.take(entry)).toBe(entry);
      }),
    );
  });

  it("joined entries leave the same as one after the other, and stand for all their numbers", () => {
    fc.assert(
      fc.property(lives, (states) => {
        const entries = entriesOf(states);
        const [one, other] = [ledger(), ledger()];
        for (const entry of entries) one.take(entry);
        const all = joined(entries);
        expect(placeOf({ generation: "g", epoch: 1, number: 0 }, all)).toBe("next");
        other.take(all);
        expect(other.tasks).toEqual(one.tasks);
        expect(other.mark).toEqual(one.mark);
        expect(all.news.length).toBeLessThanOrEqual(13);
      }),
    );
  });
});
