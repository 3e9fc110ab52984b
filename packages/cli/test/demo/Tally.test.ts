import { expect, it } from "vitest";
import * as Tally from "../../src/demo/Tally.ts";
import { added, created, expired, expiring, released, statusChanged, synced } from "../events.ts";

const tallied = (...events: ReadonlyArray<Parameters<Tally.Tally["add"]>[0]>) => {
  const tally = Tally.make();
  for (const event of events) tally.add(event);
  return tally;
};

it("counts every event under its type, and no type that did not occur", () => {
  const { byType } = tallied(synced, added(true), added(true), created());
  expect(Object.fromEntries(byType)).toEqual({ "watch.synced": 1, "task.added": 2, "assignment.created": 1 });
});

it("counts first answers apart from those given again", () => {
  const { byUser } = tallied(
    statusChanged("PENDING", "COMPLETED"),
    statusChanged("COMPLETED", "PENDING_REDO"),
    statusChanged("PENDING_REDO", "COMPLETED"),
    statusChanged("COMPLETED", "FIXED"),
  );
  expect(byUser.get("annotator-1")).toEqual({ finished: 1, redone: 1, skipped: 0, expired: 0 });
});

it("a task given back before its end was skipped; one given back after it had expired", () => {
  const skipped = tallied(created(), released()).byUser.get("annotator-1");
  const ranOut = tallied(created(), expiring(), expired(), released()).byUser.get("annotator-1");
  expect(skipped).toMatchObject({ skipped: 1, expired: 0 });
  expect(ranOut).toMatchObject({ skipped: 0, expired: 1 });
});

it("the release of a finished task is no skip", () => {
  const share = tallied(statusChanged("PENDING", "COMPLETED"), released("annotator-1", undefined, "COMPLETED"));
  expect(share.byUser.get("annotator-1")).toMatchObject({ finished: 1, skipped: 0 });
});

it("statuses are counted in the order of their names", () => {
  const tasks = ["PENDING", "COMPLETED", "FIXED", "COMPLETED"].map((status) => ({ status }));
  expect(Object.entries(Tally.byStatus(tasks))).toEqual([
    ["COMPLETED", 2],
    ["FIXED", 1],
    ["PENDING", 1],
  ]);
});
