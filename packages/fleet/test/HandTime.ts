/** Time that a test moves; timers fire within `advance`, in the order in which they are due. */
import { SimulatedClock } from "@evalwire/core/testing";
import { Time } from "../src/engine/Time.ts";

interface Timer {
  readonly at: number;
  readonly work: () => void;
}

export class HandTime extends Time {
  #now = 0;
  readonly #timers = new Set<Timer>();

  constructor() {
    super(new SimulatedClock());
  }

  override now(): number {
    return this.#now;
  }

  override wall(): number {
    return Date.UTC(2030, 0, 1) + this.#now;
  }

  override after(millis: number, work: () => void): () => void {
    const timer = { at: this.#now + millis, work };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  advance(millis: number): void {
    const until = this.#now + millis;
    for (let due = this.#next(until); due !== undefined; due = this.#next(until)) {
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.work();
    }
    this.#now = until;
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= until && !(timer.at >= (next?.at ?? Infinity))) next = timer;
    return next;
  }
}
