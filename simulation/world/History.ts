/**
 * Every state the server was ever in: the rows of the evaluation's tasks after each thing that changed them, taken from the
 * server's own database.
 */
import { instantOf, type Lease } from "@evalwire/core";
import { lifecycle } from "@evalwire/core/contract";
import type { Database, Row, TaskState } from "./Database.ts";

/** A state of one task; `row` is `null` while there is no such task. */
export interface State {
  readonly row: Row | null;
  /** When it began, in milliseconds since the beginning. */
  readonly since: number;
  /** The same by the server's clock, in milliseconds since 1970. */
  readonly at: number;
}

/** How a lease ended by the server's own history. */
export interface LeaseEnd {
  /** By the server's clock, in milliseconds since 1970. */
  readonly at: number;
  readonly isByClock: boolean;
}

export const fields = [
  "task_type",
  "status",
  "priority",
  "assigned_to",
  "assignment_expires_at",
  "test_case_result_id",
  "test_case_id",
  "label_status",
  "audit_status",
  "updated_at",
] as const satisfies ReadonlyArray<keyof Row>;

export type Field = (typeof fields)[number];

export const isSame = (a: Row, b: Row): boolean => a.id === b.id && fields.every((field) => a[field] === b[field]);

export class History {
  readonly #database: Database;
  readonly #elapsed: () => number;
  readonly #now: () => number;
  readonly #isFine: boolean;
  readonly #states = new Map<string, Array<State>>();
  readonly #versions = new Map<string, number>();
  /** How each row could be read besides, when it was last recorded. */
  readonly #readings = new Map<string, string>();
  #standing = "";
  #present: ReadonlyMap<string, Row> = new Map();
  #changedAt = 0;
  #changes = 0;
  #nextDeadline = "~";

  /**
   * @param elapsed milliseconds since the beginning
   * @param now the server's clock
   * @param isFine whether states that one request has passed through count, too, as they do in the server's own histories
   */
  constructor(database: Database, elapsed: () => number, now: () => number, isFine = false) {
    this.#isFine = isFine;
    this.#database = database;
    this.#elapsed = elapsed;
    this.#now = now;
  }

  /** The tasks as they are, in the order of the listing. */
  get present(): ReadonlyMap<string, Row> {
    return this.#present;
  }

  /** When anything last changed, in milliseconds since the beginning. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** How many changes there were. */
  get changes(): number {
    return this.#changes;
  }

  /** Whether a lease has expired by the server's clock: then any next request changes something. */
  isAnyDue(serverNowMillis: number): boolean {
    return this.#nextDeadline <= new Date(serverNowMillis).toISOString();
  }

  states(taskId: string): ReadonlyArray<State> {
    return this.#states.get(taskId) ?? [];
  }

  /**
   * How a lease ended; `undefined` while it stands, and where it never was. It ended by the clock where the deadline had come when the state
   * that has it was left: any request after that finds it given back.
   */
  endOf({ taskId, assignee, expiresAt }: Lease): LeaseEnd | undefined {
    const states = this.states(taskId);
    const isIt = ({ row }: State) =>
      row !== null &&
      lifecycle.isOpen(row.status) &&
      row.assigned_to === assignee &&
      row.assignment_expires_at === expiresAt;
    const last = states.findLastIndex(isIt);
    const deadline = instantOf(expiresAt ?? "") ?? Number.POSITIVE_INFINITY;
    if (last === -1) return undefined;
    const next = states[last + 1];
    if (next === undefined) return this.#now() >= deadline ? { at: deadline, isByClock: true } : undefined;
    return { at: Math.min(next.at, deadline), isByClock: next.at >= deadline };
  }

  /** Takes down what has changed since the last time. */
  record(): void {
    const since = this.#elapsed();
    const at = this.#now();
    const present = new Map<string, Row>();
    const standing = this.#database.standing();
    let hasChanged = standing !== this.#standing;
    this.#standing = standing;
    this.#nextDeadline = "~";
    for (const read of this.#database.rows()) {
      const before = this.#present.get(read.id);
      const row = before !== undefined && isSame(before, read) ? before : { ...read };
      present.set(row.id, row);
      if (row.assignment_expires_at !== null && row.assignment_expires_at < this.#nextDeadline) {
        this.#nextDeadline = row.assignment_expires_at;
      }
      const isReread = this.#reread(row.id, { since, at });
      if (row === before && isReread) this.#take(row.id, { row, since, at });
      if (row === before) continue;
      hasChanged = true;
      for (const passed of this.#passed(before, row)) this.#take(row.id, { row: passed, since, at });
      this.#take(row.id, { row, since, at });
    }
    for (const id of this.#present.keys()) {
      if (present.has(id)) continue;
      hasChanged = true;
      this.#readings.delete(id);
      this.#take(id, { row: null, since, at });
    }
    // Also of what is gone, where a server that lags behind shows it.
    for (const id of this.#states.keys()) {
      if (!present.has(id) && this.#reread(id, { since, at })) this.#take(id, { row: null, since, at });
    }
    if (!hasChanged) return;
    this.#present = present;
    this.#changedAt = since;
    this.#changes++;
  }

  /** The states between two recorded ones: an expired lease is given back before the request itself is executed. */
  #passed(before: Row | undefined, row: Row): ReadonlyArray<Row> {
    if (!this.#isFine) return [];
    const versions = this.#database.versions(row.id);
    const known = this.#versions.get(row.id) ?? 0;
    this.#versions.set(row.id, versions.length);
    if (before === undefined) return [];
    const { status, priority, assigned_to, assignment_expires_at } = row;
    // The task as it was given back stays so where the request changes only its result.
    const isGivenBack = before.assigned_to !== null && assigned_to === null && status === before.status;
    const last: ReadonlyArray<TaskState> = isGivenBack
      ? [{ status, priority, assigned_to, assignment_expires_at }]
      : [];
    return [...versions.slice(known), ...last]
      .map((version) => ({ ...before, ...version }))
      .filter((each) => !isSame(each, before) && !isSame(each, row));
  }

  /** Takes down how else a row may be read, where that has changed; says whether it has. */
  #reread(id: string, when: Omit<State, "row">): boolean {
    const readings = this.#database.readings(id);
    const text = JSON.stringify(readings);
    if (readings.length === 0 || this.#readings.get(id) === text) return false;
    this.#readings.set(id, text);
    for (const reading of readings) this.#take(id, { row: reading, ...when });
    return true;
  }

  #take(taskId: string, state: State): void {
    const states = this.#states.get(taskId);
    if (states === undefined) this.#states.set(taskId, [state]);
    else states.push(state);
  }
}
