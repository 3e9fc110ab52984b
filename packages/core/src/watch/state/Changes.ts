/**
 * The difference between two collections of tasks, as a value.
 *
 * ```text
 * a store of a that applies diff(a, b) holds b
 * diff(a, a) = none
 * the events of diff(a, b) and diff(b, c), conflated, report diff(a, c)
 * ```
 *
 * Rows are compared by their version fields. A row that has not changed stays the same object.
 */
import type * as TaskRow from "../event/TaskRow.ts";
import * as TaskVersion from "../event/TaskVersion.ts";

type Row = TaskRow.TaskRow;

export type Tasks = ReadonlyMap<string, Row>;

export interface Added {
  readonly _tag: "Added";
  readonly next: Row;
}

export interface Updated {
  readonly _tag: "Updated";
  readonly previous: Row;
  readonly next: Row;
}

export interface Removed {
  readonly _tag: "Removed";
  readonly previous: Row;
}

export type Change = Added | Updated | Removed;

/** At most one change per task id. */
export type Changes = ReadonlyMap<string, Change>;

export const none: Changes = new Map();

/** The change from one state of a task to another, either of which may be its absence. */
export const between = (previous: Row | undefined, next: Row | undefined): Change | undefined => {
  if (previous === undefined) return next === undefined ? undefined : { _tag: "Added", next };
  if (next === undefined) return { _tag: "Removed", previous };
  return TaskVersion.isSame(previous, next) ? undefined : { _tag: "Updated", previous, next };
};

/** The changes that turn `a` into `b`: first additions and updates, in the order of `b`, then removals, in the order of `a`. */
export const diff = (a: Tasks, b: Tasks): Changes => {
  if (a === b) return none;
  const changes = new Map<string, Change>();
  let kept = 0;
  for (const [id, next] of b) {
    const previous = a.get(id);
    if (previous !== undefined) kept++;
    const change = between(previous, next);
    if (change !== undefined) changes.set(id, change);
  }
  // Where all were kept, as mostly they are, there are no removals to look for.
  for (const [id, previous] of kept === a.size ? [] : a) {
    if (!b.has(id)) changes.set(id, { _tag: "Removed", previous });
  }
  return changes.size === 0 ? none : changes;
};

/** The state before a change. */
export const previousOf = (change: Change): Row | undefined => (change._tag === "Added" ? undefined : change.previous);

/** The state after a change. */
export const nextOf = (change: Change): Row | undefined => (change._tag === "Removed" ? undefined : change.next);
