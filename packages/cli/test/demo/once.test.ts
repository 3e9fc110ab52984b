import { describe, expect, it } from "vitest";
import { cases } from "../../src/demo/cases/index.ts";
import { annotators } from "../../src/demo/perform.ts";
import { evalwire } from "../session.ts";

const once = async (seed: string) => {
  const { exitCode, lines, notes } = await evalwire(["demo", "--once", "--json", "--seed", seed]);
  expect(notes).toEqual([]);
  expect(exitCode).toBe(0);
  return lines;
};

/** One run for all tests that only look at it. */
let run: Promise<ReadonlyArray<string>> | undefined;
const firstRun = () => {
  run ??= once("1");
  return run;
};
const report = async () => {
  const all = (await firstRun()).map((line) => JSON.parse(line));
  return { events: all.slice(0, -1), summary: all.at(-1) };
};

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

describe("evalwire demo --once --json", () => {
  it("prints one event a line, and the summary last", async () => {
    const { events, summary } = await report();
    expect(summary.type).toBe("summary");
    expect(events.every((event) => typeof event.type === "string" && event.type !== "summary")).toBe(true);
    expect(events.every((event) => event.evaluationId === summary.evaluationId)).toBe(true);
    expect(events.filter(({ type }) => type === "watch.synced")).toHaveLength(1);
  });

  it("counts by type what it printed", async () => {
    const { events, summary } = await report();
    const counted: Record<string, number> = {};
    for (const { type } of events) counted[type] = (counted[type] ?? 0) + 1;
    expect(summary.events).toEqual(counted);
  });

  it("ends with every task done, and the watch showing what the server has", async () => {
    const { events, summary } = await report();
    expect(sum(summary.tasks)).toBe(cases.length);
    expect(Object.keys(summary.tasks).every((status) => ["COMPLETED", "FIXED"].includes(status))).toBe(true);
    expect(summary.checks.tasksSeenOtherwise).toBe(0);
    const last = new Map(events.flatMap(({ current, taskId }) => (taskId ? [[taskId, current?.status]] : [])));
    const byStatus: Record<string, number> = {};
    for (const status of last.values()) byStatus[status] = (byStatus[status] ?? 0) + 1;
    expect(byStatus).toEqual(summary.tasks);
  });

  it("shows people who finish, redo, skip and let leases expire", async () => {
    const { events, summary } = await report();
    const users = Object.values<Record<string, number>>(summary.users);
    expect(Object.keys(summary.users)).toEqual(annotators.map(({ name }) => name));
    for (const share of ["finished", "redone", "skipped", "expired"] as const) {
      expect(
        users.reduce((total, user) => total + (user[share] ?? 0), 0),
        share,
      ).toBeGreaterThan(0);
    }
    const sentBack = events.filter(
      ({ type, current }) => type === "task.status_changed" && current.status === "PENDING_REDO",
    );
    expect(sentBack.length).toBeGreaterThan(0);
  });

  it("no lease is said to be over before its end", async () => {
    const { events } = await report();
    const over = events.filter(({ type }) => type === "assignment.expired");
    expect(over.length).toBeGreaterThan(0);
    for (const { time, lease } of over) expect(Date.parse(time)).toBeGreaterThanOrEqual(Date.parse(lease.expiresAt));
  });

  it("computes the scores the server computes", async () => {
    const { summary } = await report();
    expect(summary.checks.scoresCompared).toBe(3 * cases.length);
    expect(summary.checks.largestScoreDifference).toBe(0);
    for (const name of ["rouge1", "rouge2", "rougeL"]) {
      const { precision, recall, fmeasure } = summary.scores[name];
      for (const value of [precision, recall, fmeasure]) expect(value).toBeGreaterThan(0.2);
      for (const value of [precision, recall, fmeasure]) expect(value).toBeLessThan(1);
    }
    expect(summary.scores.rouge1.fmeasure).toBeGreaterThan(summary.scores.rouge2.fmeasure);
  });

  it("the same seed gives the same bytes, another seed another day", async () => {
    const first = await firstRun();
    expect(await once("1")).toEqual(first);
    expect(await once("2")).not.toEqual(first);
  });
});

describe("evalwire demo --once", () => {
  it("prints the same for a reader, without colours where there is no terminal", async () => {
    const { exitCode, lines, notes } = await evalwire(["demo", "--once"]);
    expect(exitCode).toBe(0);
    expect(notes).toEqual([]);
    const text = lines.join("\n");
    expect(text).not.toContain("\u001b");
    for (const words of ["claimed", "completed", "sent back", "released", "expired", "corrected"]) {
      expect(text).toContain(words);
    }
    expect(text).toContain("The server's 198 scores are the same, to the last bit.");
    expect(text).toContain("What the watch shows is what the server has, task by task.");
    expect(text).toContain("Next\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it("ends at once when it is interrupted, with 130", async () => {
    const stop = new AbortController();
    const { exitCode, lines, notes } = await evalwire(["demo", "--once", "--json"], {
      stop: stop.signal,
      onLine: (line) => line.includes('"assignment.created"') && stop.abort(),
    });
    expect(exitCode).toBe(130);
    expect(notes).toEqual(["evalwire: interrupted"]);
    expect(lines.some((line) => line.includes('"summary"'))).toBe(false);
  });
});
