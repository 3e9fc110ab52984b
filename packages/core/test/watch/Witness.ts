/**
 * A subscriber that believes nothing: it folds events into a picture of its own, and checks each against that picture, the
 * platform's history and the platform's clock.
 */
import { expect } from "vitest";
import type { WatchEvent } from "../../src/watch/Event.ts";
import { isOpen, isSame, leaseOf, type TaskRow } from "../../src/watch/TaskRow.ts";
import { instantOf } from "../../src/watch/time/instantOf.ts";
import type { Watch } from "../../src/watch/Watch.ts";
import type { Platform } from "./Platform.ts";

export class Witness {
  readonly tasks = new Map<string, TaskRow>();
  readonly told: Array<WatchEvent> = [];
  readonly ids = new Set<string>();
  readonly #platform: Platform;
  readonly #changing = new Map<string, { readonly previous: TaskRow | null; readonly current: TaskRow | null }>();
  readonly #moments = new Set<string>();
  readonly unsubscribe: () => void;

  constructor(watch: Watch, platform: Platform) {
    this.#platform = platform;
    this.unsubscribe = watch.subscribe((event) => {
      this.told.push(event);
      this.#check(event);
    });
  }

  count(type: WatchEvent["type"]): number {
    return this.told.filter((event) => event.type === type).length;
  }

  #check(event: WatchEvent): void {
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    switch (event.type) {
      case "assignment.expiring":
      case "assignment.expired": {
        const { taskId, assignee, expiresAt } = event.lease;
        const lead = event.type === "assignment.expiring" ? event.leadMillis : 0;
        const moment = `${taskId} ${assignee} ${expiresAt} ${lead}`;
        expect(this.#moments, "9: at most once").not.toContain(moment);
        this.#moments.add(moment);
        const deadline = instantOf(expiresAt ?? "") ?? Number.NaN;
        if (this.#platform.hasDate) {
          expect(this.#platform.now(), "9: never early").toBeGreaterThanOrEqual(deadline - lead);
        }
        expect(leaseOf(event.current), "a lease that stands").toEqual(event.lease);
        return;
      }
      case "task.added":
      case "task.removed":
      case "task.status_changed":
      case "task.updated":
      case "assignment.created":
      case "assignment.released":
      case "assignment.extended": {
        const { taskId, previous, current } = event;
        const changing = this.#changing.get(taskId);
        // Several events may tell one change: they carry the same two states.
        if (changing?.previous === previous && changing.current === current) {
          this.#matches(event);
          return;
        }
        this.#changing.set(taskId, { previous, current });
        expect(this.tasks.get(taskId) ?? null, "2: in the order of the states seen").toEqual(previous);
        if (current === null) this.tasks.delete(taskId);
        else this.tasks.set(taskId, current);
        this.#isReal(event.origin, taskId, current);
        this.#matches(event);
        return;
      }
      case "evaluation.progressed":
      case "evaluation.status_changed":
      case "watch.synced":
      case "watch.degraded":
      case "watch.recovered":
        return;
    }
  }

  // 5: what came from the server, the server once said. What a write sets it may never have said.
  #isReal(origin: string, taskId: string, current: TaskRow | null): void {
    if (origin !== "server") return;
    const states = this.#platform.history.get(taskId) ?? [];
    const isKnown = states.some((state) =>
      current === null ? state === null : state !== null && isSame(state, current),
    );
    const hasWrites = this.#platform.written.has(taskId);
    expect(isKnown || hasWrites, `5: ${taskId} was once so`).toBe(true);
  }

  #matches(event: WatchEvent): void {
    switch (event.type) {
      case "task.status_changed":
        expect(event.previous.status).not.toBe(event.current.status);
        return;
      case "assignment.created":
        expect(leaseOf(event.current)).toEqual(event.lease);
        expect(leaseOf(event.previous)?.assignee).not.toBe(event.lease.assignee);
        return;
      case "assignment.released":
        expect(leaseOf(event.previous)).toEqual(event.lease);
        expect(event.current.assigned_to).not.toBe(event.lease.assignee);
        return;
      case "assignment.extended":
        expect(leaseOf(event.previous)?.assignee).toBe(event.lease.assignee);
        expect(event.previousExpiresAt).not.toBe(event.lease.expiresAt);
        expect(isOpen(event.current)).toBe(true);
        return;
      case "task.updated":
        for (const field of event.changed) expect(event.previous[field]).not.toEqual(event.current[field]);
        return;
      default:
        return;
    }
  }
}
