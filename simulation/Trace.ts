/** A log of events, line by line, with the time since the beginning: kept only on request. */
import type { SimulatedClock } from "@evalwire/core/testing";

export class Trace {
  readonly lines: Array<string> = [];
  readonly #time: SimulatedClock;
  readonly #isKept: boolean;

  constructor(time: SimulatedClock, isKept: boolean) {
    this.#time = time;
    this.#isKept = isKept;
  }

  /** Milliseconds since the beginning. A machine's sleep takes none. */
  get elapsed(): number {
    return Number(this.#time.monotonicTimeNanosUnsafe()) / 1e6;
  }

  /** @param what made only when it is kept */
  note(what: () => string): void {
    if (this.#isKept) this.lines.push(`${(this.elapsed / 1000).toFixed(3).padStart(10)}  ${what()}`);
  }
}
