/** Failures that are retried: reported to the program in sentences, and kept for a while for a person who asks. */
import { FleetError } from "./FleetError.ts";
import { guarded } from "./guarded.ts";
import { inWords } from "./inWords.ts";
import { sparing } from "./sparing.ts";
import type { Time } from "./Time.ts";

/** A failure that repeats is reported each second: one that has not come back is over. */
const keptMillis = 5_000;

/** Problems that do not pass by themselves. */
const isForPerson: Partial<Record<FleetError["problem"], true>> = {
  OtherShape: true,
  OtherFormat: true,
  Refused: true,
  StoreFull: true,
};

export class Failures {
  readonly #time: Time;
  readonly #recent = new Map<string, number>();
  readonly report: (error: unknown) => void;

  constructor(onFailure: ((error: unknown) => void) | undefined, what: string, time: Time) {
    this.#time = time;
    const spared = sparing(guarded(onFailure), time);
    this.report = (error) => {
      const failure = inWords(error, what);
      if (failure instanceof FleetError && isForPerson[failure.problem]) this.#recent.set(failure.message, time.now());
      spared(failure);
    };
  }

  /** Those of the last seconds that a person has to do something about. */
  get recent(): ReadonlyArray<string> {
    const now = this.#time.now();
    for (const [text, at] of this.#recent) if (now - at > keptMillis) this.#recent.delete(text);
    return [...this.#recent.keys()];
  }
}
