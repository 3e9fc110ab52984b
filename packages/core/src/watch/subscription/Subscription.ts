/**
 * The event queue between a watch and one subscriber.
 *
 * 1. A subscriber is served serially, in order, at its own pace: nobody waits for it.
 * 2. What waits for it is bounded: beyond `capacity` the waiting changes of each task are joined to one (`latest-per-task`),
 *    or the oldest are dropped (`drop-oldest`), or the subscription ends with an error (`error`).
 * 3. What was there before comes first, row by row from the snapshot of the moment it subscribed, and takes no room meanwhile.
 * 4. After it is closed it takes nothing and gives nothing. Ended by the watch, it first gives what waits.
 */
import type { WatchEvent } from "../Event.ts";
import { conflate } from "./conflate.ts";

/** What to do with a subscriber that does not keep up. */
export type Overflow =
  /** Changes of one task that still wait are joined to one, from the first `previous` to the last `current`; nothing final is lost. */
  | "latest-per-task"
  /** The oldest waiting events are dropped. */
  | "drop-oldest"
  /** The subscription ends with an error. */
  | "error";

export interface Settings {
  readonly accepts: (event: WatchEvent) => boolean;
  readonly overflow: Overflow;
  readonly capacity: number;
}

export class Subscription {
  readonly #settings: Settings;
  #replay: Iterator<WatchEvent> | undefined;
  #waiting: Array<WatchEvent> = [];
  #taken = 0;
  // What was taken last, for as long as more waits behind it.
  #last: WatchEvent | undefined;
  #threshold: number;
  #state: "open" | "ending" | "ended" = "open";
  #error: Error | undefined;
  #wake: () => void = () => undefined;
  readonly #onEnd: (error: Error | undefined) => void;

  constructor(settings: Settings, onEnd: (error: Error | undefined) => void) {
    if (!(settings.capacity >= 1)) throw new RangeError(`capacity is at least 1, not ${settings.capacity}`);
    this.#settings = settings;
    this.#threshold = settings.capacity;
    this.#onEnd = onEnd;
  }

  /** How many events wait, those of the replay apart. */
  get size(): number {
    return this.#waiting.length - this.#taken;
  }

  /** Whether `take` has something to give or to finish. */
  get isWanted(): boolean {
    return this.#replay !== undefined || this.size > 0 || this.#state === "ending";
  }

  get isEnded(): boolean {
    return this.#state === "ended";
  }

  /** What ended it; `undefined` when it was closed or goes on. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Puts what was there before in front of everything that waits. */
  replay(events: Iterable<WatchEvent>): void {
    if (this.#state !== "open") return;
    this.#replay = events[Symbol.iterator]();
    this.#wake();
  }

  push(events: ReadonlyArray<WatchEvent>): void {
    if (this.#state !== "open") return;
    for (const event of events) if (this.#settings.accepts(event)) this.#waiting.push(event);
    if (this.size > this.#threshold) this.#overflow();
    if (this.size > 0 || this.#state !== "open") this.#wake();
  }

  /** The next event, or `undefined` when none waits. */
  take(): WatchEvent | undefined {
    if (this.#replay !== undefined) {
      for (let next = this.#replay.next(); !next.done; next = this.#replay.next()) {
        if (this.#settings.accepts(next.value)) return next.value;
      }
      this.#replay = undefined;
    }
    const event = this.#waiting[this.#taken];
    this.#last = event;
    if (event === undefined) {
      if (this.#state === "ending") this.#finish();
      return undefined;
    }
    this.#taken++;
    if (this.#taken === this.#waiting.length) {
      this.#waiting = [];
      this.#taken = 0;
      this.#threshold = this.#settings.capacity;
    } else if (this.#taken > 512 && this.#taken * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#taken);
      this.#taken = 0;
    }
    return event;
  }

  /** Calls `wake` whenever there may be something to take, and when it is over. */
  onWake(wake: () => void): void {
    this.#wake = wake;
  }

  /** Ends it from the side of the watch: what waits is still given, then it is over. */
  end(error?: Error): void {
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#error = error;
    if (this.#replay === undefined && this.size === 0) this.#finish();
    this.#wake();
  }

  /** Ends it at once: nothing more is given. A second call does nothing. */
  close(): void {
    if (this.#state === "ended") return;
    this.#error = undefined;
    this.#finish();
    this.#wake();
  }

  #finish(): void {
    this.#state = "ended";
    this.#replay = undefined;
    this.#waiting = [];
    this.#taken = 0;
    this.#onEnd(this.#error);
  }

  #overflow(): void {
    const waiting = this.#waiting.slice(this.#taken);
    this.#taken = 0;
    switch (this.#settings.overflow) {
      case "latest-per-task":
        this.#waiting = conflate(waiting, this.#last).filter(this.#settings.accepts);
        // When most tasks have news, joining again at each event would cost the square of them.
        this.#threshold = Math.max(this.#settings.capacity, this.#waiting.length * 2);
        return;
      case "drop-oldest":
        this.#waiting = waiting.slice(waiting.length - this.#settings.capacity);
        return;
      case "error":
        this.#waiting = waiting.slice(0, this.#settings.capacity);
        this.end(new Error(`A subscriber did not keep up: more than ${this.#settings.capacity} events waited for it.`));
        return;
    }
  }
}
