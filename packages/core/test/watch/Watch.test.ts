import { expect, it } from "vitest";
import { brief, withWatch } from "./watching.ts";

it("sees tasks, and emits their changes", async () => {
  await withWatch({ count: 3 }, async ({ clock, platform, live, events }) => {
    await clock.until(live.ready);
    expect(live.snapshot().tasks).toEqual(platform.rows());
    platform.claim("t1", "ada", 600_000);
    await clock.advance("10 seconds");
    platform.complete("t1");
    await clock.advance("30 seconds");
    platform.claim("t2", "bob", 400_000);
    await clock.advance("10 minutes");
    expect(brief(events)).toEqual([
      "evaluation.progressed",
      "task.added t1",
      "task.added t2",
      "task.added t3",
      "watch.synced",
      "assignment.created t1",
      "task.status_changed t1",
      "evaluation.progressed",
      "assignment.created t2",
      "assignment.expiring t2",
      "assignment.expiring t2",
      "assignment.expired t2",
    ]);
    expect(live.snapshot().tasks).toEqual(platform.rows());
  });
});
