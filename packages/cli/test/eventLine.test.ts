import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { eventLine } from "../src/eventLine.ts";
import * as Table from "../src/Table.ts";
import { added, created, degraded, expired, expiring, released, row, statusChanged, synced } from "./events.ts";

const options = (columns: number, colour = false) => ({
  paint: pc.createColors(colour),
  columns,
  clock: () => "  1.0 s",
  title: () => "How dew forms",
  note: () => "ROUGE-L 0.86",
});

describe("eventLine", () => {
  it("says who did what to which task", () => {
    const line = eventLine(statusChanged("PENDING", "COMPLETED"), options(80));
    expect(line).toMatch(/^ {2}1\.0 s {2}annotator-1 {4}finishes {8}How dew forms +ROUGE-L 0\.86$/);
  });

  it.each([
    ["takes", created()],
    ["lets go of", released()],
    ["must hurry", expiring()],
    ["lease ran out", expired()],
    ["has to redo", statusChanged("COMPLETED", "PENDING_REDO")],
    ["was corrected", statusChanged("COMPLETED", "FIXED")],
    ["watching", synced],
    ["out of touch", degraded],
  ])("%s", (words, event) => {
    expect(eventLine(event, options(100))).toContain(words);
  });

  it("passes over what other lines say already", () => {
    expect(eventLine(added(true), options(80))).toBeUndefined();
    expect(eventLine(released("annotator-1", undefined, "COMPLETED"), options(80))).toBeUndefined();
    expect(eventLine(added(false), options(80))).toContain("new task");
  });

  it("is never wider than the terminal, coloured or not", () => {
    const events = [
      statusChanged("PENDING", "COMPLETED"),
      created(),
      expiring(),
      expired("somebody-with-a-long-name"),
      degraded,
    ];
    for (const columns of [72, 80, 120]) {
      for (const event of events) {
        const line = eventLine(event, { ...options(columns, true), title: () => "A title that goes on ".repeat(9) });
        expect(Table.width(line ?? "")).toBeLessThanOrEqual(columns);
      }
    }
  });

  it("names the task by its id when nothing is known of it", () => {
    const { title: _, ...rest } = options(80);
    expect(eventLine(created(), rest)).toContain(row().id);
  });
});
