/** Holds a follower of a `Platform` to what a watch promises: nothing doubled, lost, made up or out of order. */
import type { Watch, WatchEvent } from "@evalwire/core";
import { EventChecker } from "@evalwire/core/testing";
import { type Platform, stateOf } from "./platform.ts";

export class FollowerCheck {
  readonly checker: EventChecker;
  readonly watch: Watch;
  readonly #platform: Platform;
  readonly #evaluationId: string;

  constructor(watch: Watch, platform: Platform, evaluationId: string) {
    this.watch = watch;
    this.#platform = platform;
    this.#evaluationId = evaluationId;
    this.checker = new EventChecker(watch);
  }

  get events(): ReadonlyArray<WatchEvent> {
    return this.checker.events;
  }

  /** The snapshot of the watch. */
  states(): ReadonlyMap<string, string> {
    return new Map([...this.watch.snapshot().tasks].map(([id, row]) => [id, stateOf(row as never)]));
  }

  get isTrue(): boolean {
    const real = this.#platform.states(this.#evaluationId);
    const shown = this.states();
    return shown.size === real.size && [...real].every(([id, state]) => shown.get(id) === state);
  }

  /** Resolves when the watch shows what the platform holds. */
  async caughtUp(): Promise<void> {
    if (this.isTrue) return;
    await new Promise<void>((resolve) => {
      const undo = this.watch.onChange(() => {
        if (!this.isTrue) return;
        undo();
        resolve();
      });
      if (this.isTrue) resolve();
    });
  }

  /** Errors in the events so far. */
  violations(): ReadonlyArray<string> {
    const found = [...this.checker.violations];
    const evaluation = this.#platform.evaluations.get(this.#evaluationId)!;
    const at = new Map<string, number>();
    for (const event of this.events) {
      if (!("previous" in event) || !("taskId" in event) || event.current === null) continue;
      const history = evaluation.history.get(event.taskId) ?? [];
      const state = stateOf(event.current as never);
      const previous = at.get(event.taskId);
      // Several events may report one change.
      if (previous !== undefined && history[previous] === state) continue;
      const index = history.indexOf(state, (previous ?? -1) + 1);
      if (index === -1) found.push(`${event.type} ${event.taskId} reports ${state}, which did not follow`);
      else at.set(event.taskId, index);
    }
    for (const [id, row] of this.checker.tasks) {
      if (stateOf(row as never) !== this.states().get(id))
        found.push(`the events of ${id} do not add up to the snapshot`);
    }
    return found;
  }
}
