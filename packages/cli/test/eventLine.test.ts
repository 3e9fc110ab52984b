import type { WatchEvent } from "@evalwire/core";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { eventLine } from "../src/eventLine.ts";
import * as Table from "../src/terminal/Table.ts";
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
    expect(line).toMatch(/^ {2}1\.0 s {2}annotator-1 {4}completed {7}How dew forms +ROUGE-L 0\.86$/);
  });

  it.each([
    ["claimed", created()],
    ["released", released()],
    ["expiring", expiring()],
    ["expired", expired()],
    ["sent back", statusChanged("COMPLETED", "PENDING_REDO")],
    ["corrected", statusChanged("COMPLETED", "FIXED")],
    ["watching", synced],
    ["degraded", degraded],
  ])("%s", (words, event) => {
    expect(eventLine(event, options(100))).toContain(words);
  });

  it("reads a deadline without a zone as UTC, wherever it is read", () => {
    expect(new Date("2030-01-01T00:00:00").getTimezoneOffset()).not.toBe(0);
    const left = (expiresAt: string) => {
      const event = expiring();
      return eventLine({ ...event, lease: { taskId: "t1", assignee: "ada", expiresAt } } as WatchEvent, options(100));
    };
    expect(left("2030-01-01T00:05:01")).toContain("5 min left");
    expect(left("2030-01-01T00:05:01")).toBe(left("2030-01-01T00:05:01Z"));
    expect(eventLine(released("ada", "2030-01-01T00:05:00"), options(100))).toContain("released");
    expect(eventLine(released("ada", "2030-01-01T00:00:01"), options(100))).toBeUndefined();
  });

  it("passes over what other lines say already", () => {
    expect(eventLine(added(true), options(80))).toBeUndefined();
    expect(eventLine(released("annotator-1", undefined, "COMPLETED"), options(80))).toBeUndefined();
    expect(eventLine(added(false), options(80))).toContain("added");
  });

  it("is never wider than the terminal, coloured or not", () => {
    const events = [
      statusChanged("PENDING", "COMPLETED"),
      created(),
      expiring(),
      expired("a-user-with-a-long-name-x"),
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
