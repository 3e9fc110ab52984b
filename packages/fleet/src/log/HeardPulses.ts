/** A reader's side of a shard's pulses: the beat of each evaluation, as it was said last or as it has moved on since. */
import { type BeatEntry, feedFormat } from "@evalwire/core/feed";
import type { Time } from "../engine/Time.ts";
import type { Formats } from "../membership/Formats.ts";
import { isBeat, movedOn, type PulseMessage } from "./Pulse.ts";

interface Held {
  readonly beat: BeatEntry;
  /** Monotonic milliseconds of its publisher. */
  readonly at: number;
}

/** A publisher that is silent for so many beats is not taken for alive by those who come later. */
const freshBeats = 1.5;

export class HeardPulses {
  readonly #formats: Formats;
  readonly #time: Time;
  readonly #held = new Map<string, Held>();
  #epoch = 0;
  #round = 0;
  #isWhole = false;
  /** When the last message was sent, by its publisher's clock, and when it was heard, by this one's. */
  #sentAt = 0;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(formats: Formats, time: Time) {
    this.#formats = formats;
    this.#time = time;
  }

  /** @returns whether it is known of every evaluation now what its publisher says; `undefined` of one that was replaced */
  take({ epoch, round, at, isWhole, beats, scans, silent }: PulseMessage): boolean | undefined {
    if (epoch < this.#epoch) return undefined;
    const isNext = epoch === this.#epoch && round === this.#round + 1;
    if (isWhole || !isNext) {
      this.#held.clear();
      this.#isWhole = isWhole;
    }
    this.#epoch = epoch;
    this.#round = round;
    this.#sentAt = at;
    this.#heardAt = this.#time.now();
    for (const key of silent) this.#held.delete(key);
    for (const [key, value] of Object.entries(beats)) {
      const beat = this.#formats.converted(value);
      // Of a format that cannot be read: the entries of the log say so. Or no beat at all.
      if (beat.format === feedFormat && isBeat(beat)) this.#held.set(key, { beat, at });
    }
    for (const [key, count] of Object.entries(scans)) {
      const held = this.#held.get(key);
      if (held !== undefined) this.#held.set(key, { beat: { ...held.beat, scans: count }, at: held.at });
    }
    return this.#isWhole;
  }

  /** The last beat of an evaluation as it would be now, and whether its publisher may be taken for alive. */
  of(key: string): { readonly entry: BeatEntry; readonly isFresh: boolean } | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    const since = this.#time.now() - this.#heardAt;
    const entry = movedOn(held.beat, this.#sentAt - held.at + since);
    return { entry, isFresh: since <= freshBeats * held.beat.beatMillis };
  }

  clear(): void {
    this.#held.clear();
    this.#epoch = 0;
    this.#isWhole = false;
  }
}
