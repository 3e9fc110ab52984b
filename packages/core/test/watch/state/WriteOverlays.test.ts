import { expect, it } from "vitest";
import { type Sighting, WriteOverlays } from "../../../src/watch/state/WriteOverlays.ts";
import * as TaskRow from "../../../src/watch/TaskRow.ts";

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
