/**
 * The way between a feed and one follower, on the simulated clock: entries take time, get lost, come twice, overtake each other;
 * connections break, and a frozen follower gets nothing until it thaws.
 */
import type { Entry, FeedSource, Mark, Receiver } from "@evalwire/core/feed";
import type { SimulatedClock } from "@evalwire/core/testing";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import type { Rng } from "../Rng.ts";

export interface Quality {
  /** Shares of all entries. */
  readonly lost: number;
  readonly repeated: number;
  /** The longest time on the way, in milliseconds; entries with different times overtake each other. */
  readonly longestMillis: number;
  /** The share of entries after which the connection breaks. */
  readonly broken: number;
}

export const good: Quality = { lost: 0, repeated: 0, longestMillis: 0, broken: 0 };

export const qualities: ReadonlyArray<Quality> = [
  good,
  { lost: 0.1, repeated: 0.1, longestMillis: 50, broken: 0 },
  { lost: 0, repeated: 0.3, longestMillis: 4_000, broken: 0.02 },
  { lost: 0.05, repeated: 0, longestMillis: 300, broken: 0.1 },
  { lost: 0.6, repeated: 0.2, longestMillis: 1_000, broken: 0.05 },
];

type Source = Pick<FeedSource, "evaluationId" | "open">;

export class Line implements FeedSource {
  readonly evaluationId: string;
  quality: Quality = good;
  isFrozen = false;
  /** When an entry was last handed over, in milliseconds of the clock. */
  handedAt = 0;
  readonly #source: Source;
  readonly #time: SimulatedClock;
  readonly #rng: Rng;
  readonly report: NonNullable<FeedSource["report"]>;
  readonly #change: (entry: Entry) => Entry;
  #frozen: Array<() => void> = [];

  constructor(parts: {
    readonly source: Source;
    readonly time: SimulatedClock;
    readonly rng: Rng;
    readonly report: NonNullable<FeedSource["report"]>;
    readonly change: (entry: Entry) => Entry;
  }) {
    this.evaluationId = parts.source.evaluationId;
    this.#source = parts.source;
    this.#time = parts.time;
    this.#rng = parts.rng;
    this.report = parts.report;
    this.#change = parts.change;
  }

  open(from: Mark | undefined, receiver: Receiver): () => void {
    let isOpen = true;
    let close = () => {};
    const end = (error?: unknown) => {
      if (!isOpen) return;
      isOpen = false;
      close();
      receiver.end(error);
    };
    close = this.#source.open(from, {
      take: (entry) => {
        const { lost, repeated, longestMillis, broken } = this.quality;
        const rng = this.#rng;
        if (rng.is(lost)) return;
        const copies = rng.is(repeated) ? 2 : 1;
        for (let copy = 0; copy < copies; copy++) {
          void this.#pass(rng.whole(0, longestMillis)).then(() => {
            if (!isOpen) return;
            this.handedAt = this.#time.now();
            receiver.take(this.#change(entry));
          });
        }
        if (rng.is(broken)) void this.#pass(rng.whole(0, longestMillis)).then(() => end(new Error("broken")));
      },
      end,
    });
    return () => {
      isOpen = false;
      close();
    };
  }

  freeze(): void {
    this.isFrozen = true;
  }

  thaw(): void {
    this.isFrozen = false;
    for (const run of this.#frozen.splice(0)) run();
  }

  async #pass(millis: number): Promise<void> {
    if (millis > 0) await Effect.runPromise(this.#time.sleep(Duration.millis(millis)));
    if (this.isFrozen) await new Promise<void>((resolve) => this.#frozen.push(resolve));
  }
}
