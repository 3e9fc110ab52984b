import { expect, it } from "vitest";
import * as TaskRow from "../../../src/watch/event/TaskRow.ts";
import { type Sighting, WriteOverlays } from "../../../src/watch/state/WriteOverlays.ts";

it("a write whose fate is unknown has replaced nothing unless a look shows it", () => {
  const free = TaskRow.make({ id: "t", status: "PENDING", updated_at: "2030-01-01T00:00:00Z" });
  for (const assigned_to of ["ada", "bob", null]) {
    const overlays = new WriteOverlays();
    const facts = {
      id: "w",
      patches: [{ taskId: "t", fields: { assigned_to: "ada" } }],
      touched: [],
      isSweeping: false,
    };
    overlays.hear({ ...facts, phase: "started" }, 1, () => free);
    overlays.hear({ ...facts, phase: "unclear" }, 2, () => free);
    const replaced: Array<TaskRow.TaskRow> = [];
    const listener = {
      sighted: () => undefined,
      confirmed: (rows: ReadonlyArray<TaskRow.TaskRow>) => replaced.push(...rows),
    };
    overlays.see("t", { ...free, assigned_to }, 3, undefined, listener);
    expect(replaced.length > 0).toBe(assigned_to === "ada");
    expect(overlays.size).toBe(0);
  }
});

it("a write that a later one has undone does not show again once a look has settled the later one", () => {
  const free = TaskRow.make({ id: "t", status: "PENDING", updated_at: "2030-01-01T00:00:00Z" });
  const overlays = new WriteOverlays();
  const write = (id: string, assigned_to: string | null, at: number) => {
    const facts = { id, patches: [{ taskId: "t", fields: { assigned_to } }], touched: [], isSweeping: false };
    overlays.hear({ ...facts, phase: "started" }, at, () => free);
    overlays.hear({ ...facts, phase: "succeeded" }, at + 1, () => free);
  };
  write("assign", "ada", 1);
  write("unassign", null, 3);
  const sightings: Array<Sighting> = [];
  const sighted = (sighting: Sighting) => sightings.push(sighting);
  const shown = overlays.see("t", free, 5, undefined, { sighted, confirmed: () => undefined });
  expect([shown?.assigned_to, sightings, overlays.size]).toEqual([null, ["shown", "shown"], 0]);
});
