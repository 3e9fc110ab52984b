/** A watch keeps no history. This belongs to 16, since only a cursor is kept. */
import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../../src/testing.ts";
import * as CursorWriter from "../../../src/watch/cursor/CursorWriter.ts";
import { IssueLog } from "../../../src/watch/IssueLog.ts";
import type { Page } from "../../../src/watch/source/Source.ts";
import { Reconciler } from "../../../src/watch/state/Reconciler.ts";
import { Timekeeper } from "../../../src/watch/time/Timekeeper.ts";
import { row } from "../rows.ts";

const epoch = Date.parse("2030-01-01T00:00:00Z");
const tasks = 500;

/** A state whose tasks have had so many leases one after the other, each announced to its end. */
const lived = async (rounds: number, minutes: number) => {
  const clock = new SimulatedClock();
  const time = new Timekeeper(clock);
  const reconciler = new Reconciler("e1", time, new IssueLog());
  reconciler.expiry.setLeads([30_000], 2_000);
  const show = (round: number) => {
    const began = reconciler.begin();
    const at = time.reading();
    const date = Math.floor(clock.now() / 1_000) * 1_000;
    time.observe(date, at);
    const ends = new Date(epoch + round * minutes * 60_000 + 50_000).toISOString();
    const rows = Array.from({ length: tasks }, (_, index) =>
      row(`t${index}`, { assigned_to: `user-${round % 7}`, assignment_expires_at: ends }),
    );
    const items = rows.map(({ id }) => id);
    const page: Page = { rows, items, unreadable: [], withoutId: 0, total: tasks, next: undefined, issues: [] };
    reconciler.takePage(reconciler.scan(), page, began, time.madeAt(date, at));
    reconciler.announce();
  };
  for (let round = 0; round < rounds; round++) {
    show(round);
    await clock.advance(minutes * 60_000);
    show(round);
  }
  return reconciler;
};

describe("A watch forgets", () => {
  it("16. announcements of ended leases: 51,200 leases of 500 tasks leave the cursor of 500", async () => {
    const sizes: Array<number> = [];
    for (const rounds of [4, 104]) {
      const reconciler = await lived(rounds, 1);
      sizes.push(CursorWriter.encode(reconciler.position()).length);
      let remembered = 0;
      for (let index = 0; index < tasks; index++) remembered += reconciler.expiry.announced(`t${index}`).length;
      // The last two leases, and the one that ends last.
      expect(remembered).toBeLessThanOrEqual(3 * tasks);
      expect(remembered).toBeGreaterThan(0);
      expect(reconciler.expiry.size).toBeLessThanOrEqual(tasks);
    }
    expect(sizes[1]! / sizes[0]!).toBeLessThan(1.02);
  });
});
