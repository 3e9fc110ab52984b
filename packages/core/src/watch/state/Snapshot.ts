/** Everything a watch knows at one moment. */

import type { EvaluationRow } from "../event/Event.ts";
import * as TaskRow from "../event/TaskRow.ts";
import type { WatchStatus } from "../Status.ts";
import type { Tasks } from "./Changes.ts";

/** Immutable, and the same reference until something in it changes. */
export interface WatchSnapshot {
  readonly evaluationId: string;
  /** `undefined` until first read. */
  readonly evaluation: EvaluationRow | undefined;
  /** By task id. The same reference until a task changes. */
  readonly tasks: ReadonlyMap<string, TaskRow.TaskRow>;
  /** The leases of open tasks, by task id. The same reference until a lease changes; a lease that stays is the same object. */
  readonly leases: ReadonlyMap<string, TaskRow.Lease>;
  readonly status: WatchStatus;
}

type LeaseMap = ReadonlyMap<string, TaskRow.Lease>;

/** The leases of some tasks, computed on first access: most programs that watch thousands of tasks never need them. */
export class LeaseView {
  readonly #tasks: Tasks;
  readonly #before: () => LeaseMap | undefined;
  #map: LeaseMap | undefined;

  /** @param before an earlier map, whose leases are kept where they still stand */
  constructor(tasks: Tasks, before: () => LeaseMap | undefined) {
    this.#tasks = tasks;
    this.#before = before;
  }

  /** The map, if it was computed. */
  get made(): LeaseMap | undefined {
    return this.#map;
  }

  get map(): LeaseMap {
    if (this.#map !== undefined) return this.#map;
    const before = this.#before();
    const map = new Map<string, TaskRow.Lease>();
    for (const row of this.#tasks.values()) {
      const lease = TaskRow.leaseOf(row);
      if (lease === undefined) continue;
      const known = before?.get(row.id);
      map.set(row.id, known?.assignee === lease.assignee && known.expiresAt === lease.expiresAt ? known : lease);
    }
    this.#map = map;
    return map;
  }
}

/** A snapshot whose leases are computed on first access. */
export const make = (facts: Omit<WatchSnapshot, "leases">, leases: LeaseView): WatchSnapshot => ({
  ...facts,
  get leases() {
    return leases.map;
  },
});
