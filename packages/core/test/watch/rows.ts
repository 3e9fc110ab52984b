import * as fc from "fast-check";
import { scriptedRow } from "../../src/testing.ts";
import type { TaskRow } from "../../src/watch/event/TaskRow.ts";

export { scriptedRow as row } from "../../src/testing.ts";

const instant = fc
  .date({ min: new Date("2029-12-31T00:00:00Z"), max: new Date("2030-01-02T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());

/** The fields of a row that change over its life, from a small range, so that two rows are often the same. */
export const state: fc.Arbitrary<Partial<TaskRow>> = fc.record({
  status: fc.constantFrom("NOT_READY", "PENDING", "PENDING_REDO", "COMPLETED", "FIXED", "LATER_MEMBER"),
  priority: fc.constantFrom(1, 2, null),
  assigned_to: fc.constantFrom(null, "ada", "bob"),
  assignment_expires_at: fc.option(fc.oneof(fc.constant("2030-01-01T00:00:00Z"), instant), { nil: null }),
  label_status: fc.constantFrom("PENDING", "COMPLETED"),
  updated_at: fc.constantFrom(null, "2030-01-01T00:00:00Z", "2030-01-01T00:00:01Z"),
});

/** A collection of tasks with ids from a small range, so that two collections overlap. */
export const tasks: fc.Arbitrary<ReadonlyMap<string, TaskRow>> = fc
  .uniqueArray(fc.tuple(fc.nat(12), state), { selector: ([id]) => id, maxLength: 10 })
  .map((entries) => new Map(entries.map(([id, fields]) => [`t${id}`, scriptedRow(`t${id}`, fields)])));
