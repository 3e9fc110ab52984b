/** Time of a process that work takes up: it passes with work, and a millisecond with each turn of the event loop. Timers fire between turns, late after work. */
import { SimulatedClock } from "@evalwire/core/testing";
import { Time } from "../src/engine/Time.ts";
import { nextTurn } from "../src/engine/Turns.ts";

interface Timer {
  readonly due: number;
  readonly fire: () => void;
}

export class BusyTime extends Time {
  readonly #timers = new Set<Timer>();
  #millis = 0;
  #isStopped = false;

  constructor() {
    super(new SimulatedClock());
    void this.#run();
  }

  override now(): number {
    return this.#millis;
  }

  /** Holds the process. */
  work(millis: number): void {
    this.#millis += millis;
  }

  override sleep(millis: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = {
        due: this.#millis + millis,
        fire: () => {
          this.#timers.delete(timer);
          signal?.removeEventListener("abort", timer.fire);
          resolve();
        },
      };
      this.#timers.add(timer);
      signal?.addEventListener("abort", timer.fire, { once: true });
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await nextTurn();
      this.#millis++;
      const due = [...this.#timers].filter((timer) => timer.due <= this.#millis).sort((a, b) => a.due - b.due);
      for (const { fire } of due) fire();
    }
  }
}
