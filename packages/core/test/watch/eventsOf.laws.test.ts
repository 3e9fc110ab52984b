import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskEvent } from "../../src/watch/event/Event.ts";
import { type EventContext, eventsOf } from "../../src/watch/event/eventsOf.ts";
import { leaseOf } from "../../src/watch/event/TaskRow.ts";
import { changedFields } from "../../src/watch/event/TaskVersion.ts";
import * as Changes from "../../src/watch/state/Changes.ts";
import { row, state } from "./rows.ts";

const context: EventContext = {
  evaluationId: "e1",
  time: "2030-01-01T00:00:00.000Z",
  origin: "server",
  isInterrupted: false,
  replay: false,
};

const pair = fc.tuple(state, state).map(([one, other]) => [row("t", one), row("t", other)] as const);

const of = (...[previous, next]: readonly [ReturnType<typeof row>, ReturnType<typeof row>]) => {
  const change = Changes.between(previous, next);
  return change === undefined ? [] : eventsOf(change, context);
};

const names = (events: ReadonlyArray<TaskEvent>) => events.map(({ type }) => type);

describe("eventsOf", () => {
  it("a change is reported by at least one event, and no change by none", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(of(a, b).length > 0).toBe(changedFields(a, b).length > 0);
      }),
    );
  });

  it("every event of a change carries its two states, and an id of its own", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const events = of(a, b);
        for (const event of events) expect(event).toMatchObject({ previous: a, current: b, taskId: "t" });
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      }),
    );
  });

  it("an id is a function of the state reached: all paths to it report it under the same id", () => {
    fc.assert(
      fc.property(pair, state, ([a, b], other) => {
        const c = row("t", other);
        const [fromA, fromC] = [of(a, b), of(c, b)];
        for (const event of fromA) {
          const same = fromC.find(({ type }) => type === event.type);
          if (same !== undefined) expect(same.id).toBe(event.id);
        }
        for (const event of of(b, c)) {
          const same = fromA.find(({ id }) => id === event.id);
          if (same !== undefined) expect(c).toEqual(b);
        }
      }),
    );
  });

  it("released, created and extended report the change of the lease, and status_changed of the status", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const types = names(of(a, b));
        const [before, after] = [leaseOf(a), leaseOf(b)];
        expect(types.includes("task.status_changed")).toBe(a.status !== b.status);
        expect(types.includes("assignment.released")).toBe(before !== undefined && before.assignee !== b.assigned_to);
        expect(types.includes("assignment.created")).toBe(after !== undefined && before?.assignee !== after.assignee);
        expect(types.includes("assignment.extended")).toBe(
          before !== undefined &&
            after !== undefined &&
            before.assignee === after.assignee &&
            before.expiresAt !== after.expiresAt,
        );
      }),
    );
  });

  it.each([
    ["a claim", {}, { assigned_to: "ada", assignment_expires_at: "x" }, ["assignment.created"]],
    [
      "a change of hands",
      { assigned_to: "ada" },
      { assigned_to: "bob" },
      ["assignment.released", "assignment.created"],
    ],
    [
      "an extension",
      { assigned_to: "ada", assignment_expires_at: "x" },
      { assignment_expires_at: "y" },
      ["assignment.extended"],
    ],
    [
      "finishing, with all that goes with it",
      { assigned_to: "ada", assignment_expires_at: "x" },
      { status: "COMPLETED", assignment_expires_at: null, label_status: "COMPLETED", updated_at: "z" },
      ["task.status_changed"],
    ],
    [
      "finishing and letting go",
      { assigned_to: "ada" },
      { status: "COMPLETED", assigned_to: null },
      ["assignment.released", "task.status_changed"],
    ],
    [
      "a redo",
      { status: "COMPLETED", assigned_to: "ada" },
      { status: "PENDING_REDO", assignment_expires_at: "x" },
      ["task.status_changed", "assignment.created"],
    ],
    ["another priority on the way", {}, { status: "COMPLETED", priority: 9 }, ["task.status_changed", "task.updated"]],
    [
      "a finished task given to another",
      { status: "COMPLETED", assigned_to: "ada" },
      { assigned_to: "bob" },
      ["task.updated"],
    ],
    ["an audit", { status: "COMPLETED" }, { audit_status: "APPROVED", updated_at: "z" }, ["task.updated"]],
  ])("%s", (_, before, change, expected) => {
    const previous = row("t", before);
    expect(names(of(previous, { ...previous, ...change }))).toEqual(expected);
  });

  it("task.updated names what nothing else explains", () => {
    const previous = row("t", { assigned_to: "ada" });
    const events = of(previous, { ...previous, status: "COMPLETED", label_status: "COMPLETED", priority: 9 });
    expect(events.at(-1)).toMatchObject({ type: "task.updated", changed: ["priority"] });
  });
});
