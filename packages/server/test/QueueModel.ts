/** A model of the queue that is nothing but a list: what the server's tasks are after any moves of any people. */
import type { PolicyOptions } from "../src/index.ts";

export type Choices = Pick<
  PolicyOptions,
  "claimAgain" | "expiredPlace" | "onlySkippedLeft" | "lateSubmit" | "redoBy" | "assignNull"
>;

export const claimSeconds = 60;
export const assignSeconds = 150;

export interface Task {
  readonly id: string;
  readonly resultId: string;
  status: string;
  holder: string | null;
  /** Milliseconds; `null` for none. */
  until: number | null;
  priority: number;
  place: number;
}

/** The queue as a list, and the clock as a number. */
export class QueueModel {
  tasks: Array<Task> = [];
  now = 0;
  #place = 1000;
  readonly choices: Choices;

  constructor(choices: Choices) {
    this.choices = choices;
  }

  isOpen(task: Task): boolean {
    return task.status === "PENDING" || task.status === "PENDING_REDO";
  }

  /** The open tasks of a holder, in the queue's order. */
  queue(holder: string | null): ReadonlyArray<Task> {
    return this.tasks
      .filter((task) => this.isOpen(task) && task.holder === holder)
      .toSorted(
        (a, b) => b.priority - a.priority || a.place - b.place || this.tasks.indexOf(a) - this.tasks.indexOf(b),
      );
  }

  release(task: Task): void {
    task.holder = null;
    task.until = null;
  }

  hold(task: Task, user: string, seconds: number): Task {
    task.holder = user;
    task.until = this.now + seconds * 1000;
    return task;
  }

  expire(): void {
    const due = this.tasks.filter((task) => task.until !== null && task.until <= this.now);
    const back = ++this.#place;
    for (const task of due) {
      this.release(task);
      if (this.choices.expiredPlace === "back") task.place = back;
    }
  }

  claim(user: string, skip: boolean): Task | undefined {
    const current = this.queue(user)[0];
    const keep = (task: Task) =>
      this.choices.claimAgain === "renew" && task.until !== null ? this.hold(task, user, claimSeconds) : task;
    if (current !== undefined && !skip) return keep(current);
    if (current !== undefined) {
      this.release(current);
      current.place = ++this.#place;
    }
    const own = this.queue(user)[0];
    if (own !== undefined) return keep(own);
    const free = this.queue(null).find((task) => task !== current);
    if (free !== undefined) return this.hold(free, user, claimSeconds);
    return current !== undefined && this.choices.onlySkippedLeft === "same"
      ? this.hold(current, user, claimSeconds)
      : undefined;
  }

  assign(task: Task, user: string | null): boolean {
    if (user === null && this.choices.assignNull === "ignore") return true;
    if (!this.isOpen(task)) return false;
    if (user === null) this.release(task);
    else this.hold(task, user, assignSeconds);
    return true;
  }

  mayWork(task: Task, user: string): boolean {
    if (task.holder === user || this.choices.lateSubmit === "accept") return true;
    return this.choices.lateSubmit === "unless-reclaimed" && task.holder === null;
  }

  submit(task: Task, user: string): boolean {
    if (!this.isOpen(task)) return true;
    if (!this.mayWork(task, user)) return false;
    task.status = "COMPLETED";
    task.holder = user;
    task.until = null;
    return true;
  }

  redo(task: Task): boolean {
    if (task.status !== "COMPLETED") return false;
    task.status = "PENDING_REDO";
    if (this.choices.redoBy === "queue") this.release(task);
    else this.hold(task, task.holder!, assignSeconds);
    return true;
  }

  fix(task: Task): boolean {
    if (task.status !== "COMPLETED") return false;
    task.status = "FIXED";
    return true;
  }
}
