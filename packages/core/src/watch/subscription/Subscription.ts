/**
 * The event queue between a watch and one subscriber.
 *
 * 1. A subscriber is served serially, in order, at its own pace: no other waits for it.
 * 2. Its queue is bounded: beyond `capacity` the waiting changes of each task are joined to one (`latest-per-task`),
 *    or the oldest are dropped (`drop-oldest`), or the subscription ends with an error (`error`).
 * 3. Present tasks come first, row by row from the snapshot of the moment it subscribed, and takes no room meanwhile.
 * 4. After it is closed it takes nothing and gives nothing. Ended by the watch, it first delivers the waiting events.
 * 5. Delivered events count as unfinished until `finish`; those dropped by `drop-oldest` count as finished.
 */
import type { CursorState } from "../cursor/Cursor.ts";
import type { WatchEvent } from "../event/Event.ts";
import { conflate } from "./conflate.ts";
import { isOneChange } from "./isOneChange.ts";

/** Policy for a subscriber that does not keep up. */
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
  /** The most events that may be given and not finished; more are given once some are. Default: no limit. */
  readonly window?: number;
}

/** An event that is not finished, and the place among all that the watch has emitted; 0 for what came before them. */
export interface Unfinished {
  readonly event: WatchEvent;
  readonly order: number;
  /** The types of the events of the same change that are finished. */
  readonly begun?: ReadonlySet<WatchEvent["type"]>;
}

/** The part of a change of which some events are finished, and others are not. */
interface Begun {
  readonly event: WatchEvent;
  readonly types: Set<WatchEvent["type"]>;
}

export class Subscription {
  readonly #settings: Settings;
  #replay: Iterator<WatchEvent> | undefined;
  /** Of a replay of what is there: the tasks that were given. */
  #given: Set<string> | undefined;
  /** Of a replay of a list: what is still to be given. */
  #rest: Array<WatchEvent> | undefined;
  #waiting: Array<WatchEvent> = [];
  /** Beside each waiting event its place among all that the watch has emitted. */
  #orders: Array<number> = [];
  #taken = 0;
  /** Given, and not finished. */
  #hand: Array<Unfinished> = [];
  readonly #begun = new Map<string, Begun>();
  #lost: ReadonlyArray<Unfinished> = [];
  /** The tasks whose waiting changes were joined and came to nothing: the next change of each says that something was skipped. */
  readonly #skipped = new Set<string>();
  // The first event of the last change that says so.
  #resumed: WatchEvent | undefined;
  // The last event taken, for as long as more wait behind it.
  #last: WatchEvent | undefined;
  #threshold: number;
  #state: "open" | "ending" | "ended" = "open";
  #error: Error | undefined;
  #wake: () => void = () => undefined;
  readonly #onEnd: (error: Error | undefined) => void;
  /** Where it stands until it has begun, which is where an earlier one stood. */
  before: CursorState | undefined;
  /** Of an earlier process: events of changes that it had finished in part. */
  owed: ReadonlySet<WatchEvent> | undefined;
  /** Called with each event that is finished. */
  onFinish: ((event: WatchEvent) => void) | undefined;
  /** Called once when it takes no more events, which may be before it has given what waits. */
  onLast: (() => void) | undefined;

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
    return !this.#isFull && (this.#replay !== undefined || this.size > 0 || this.#state === "ending");
  }

  get isEnded(): boolean {
    return this.#state === "ended";
  }

  /** The error that ended it; `undefined` when it was closed or goes on. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Puts what was there before in front of everything that waits: a list, or what is there, row by row. */
  replay(events: Iterable<WatchEvent>): void {
    if (this.#state !== "open") return;
    if (Array.isArray(events)) this.#rest = events.toReversed();
    else this.#given = new Set();
    this.#replay = events[Symbol.iterator]();
    this.#wake();
  }

  /** @param order how many events the watch has emitted by now: what comes later has a higher one */
  push(events: ReadonlyArray<WatchEvent>, order = 1): void {
    if (this.#state !== "open") return;
    for (const event of events) {
      if (!this.#settings.accepts(event)) continue;
      this.#waiting.push(this.#following(event));
      this.#orders.push(order);
    }
    if (this.size > this.#threshold) this.#overflow();
    if (this.size > 0 || this.#state !== "open") this.#wake();
  }

  /** The next event, or `undefined` when none waits; it is unfinished from now on. */
  take(): WatchEvent | undefined {
    if (this.#isFull || this.#state === "ended") return undefined;
    if (this.#replay !== undefined) {
      for (let next = this.#replay.next(); !next.done; next = this.#replay.next()) {
        const event = next.value;
        this.#rest?.pop();
        if (this.#given !== undefined && "taskId" in event) this.#given.add(event.taskId);
        if (!this.#settings.accepts(event)) continue;
        this.#hand.push({ event, order: 0 });
        return event;
      }
      this.#endReplay();
    }
    const event = this.#waiting[this.#taken];
    this.#last = event;
    if (event === undefined) {
      if (this.#state === "ending") this.#finish();
      return undefined;
    }
    this.#hand.push({ event, order: this.#orders[this.#taken]! });
    this.#taken++;
    if (this.#taken === this.#waiting.length) {
      this.#setWaiting([], []);
      this.#threshold = this.#settings.capacity;
    } else if (this.#taken > 512 && this.#taken * 2 > this.#waiting.length) {
      this.#setWaiting(this.#waiting.slice(this.#taken), this.#orders.slice(this.#taken));
    }
    return event;
  }

  /** An event that was given is handled; without one, all that were given are. */
  finish(event?: WatchEvent): void {
    const { length } = this.#hand;
    if (length === 0) return;
    const wasFull = this.#isFull;
    if (event === undefined || (length === 1 && this.#hand[0]!.event === event)) {
      const done = this.#hand;
      this.#hand = [];
      for (const each of done) this.#finished(each);
    } else {
      const index = this.#hand.findIndex((each) => each.event === event);
      if (index === -1) return;
      const [done] = this.#hand.splice(index, 1);
      this.#finished(done!);
    }
    if (wasFull) this.#wake();
  }

  /**
   * The unfinished events of this moment, oldest first: those delivered, then those waiting. Events that are taken, pushed or finished while they
   * are read change nothing in them. Rows that a replay has yet to deliver are not among them: see `given`.
   */
  unfinished(): Generator<Unfinished> {
    const inFront: Array<Unfinished> = [...this.#hand];
    for (const event of this.#rest?.toReversed() ?? []) {
      if (this.#settings.accepts(event)) inFront.push({ event, order: 0 });
    }
    // Both lists are only added to, or replaced.
    const [waiting, orders, from, to, lost] = [
      this.#waiting,
      this.#orders,
      this.#taken,
      this.#waiting.length,
      this.#lost,
    ];
    const withBegun = (one: Unfinished) => this.#withBegun(one);
    return (function* () {
      for (const one of inFront) yield withBegun(one);
      for (let index = from; index < to; index++) yield withBegun({ event: waiting[index]!, order: orders[index]! });
      for (const one of lost) yield withBegun(one);
    })();
  }

  /** Whether no more is given until something given is finished. */
  get #isFull(): boolean {
    return this.#settings.window !== undefined && this.#hand.length >= this.#settings.window;
  }

  /** Whether everything emitted is finished. */
  get isLevel(): boolean {
    return this.before === undefined && this.#hand.length === 0 && this.#replay === undefined && this.size === 0;
  }

  /** Of a replay of what is there that is not over: the tasks that were given. */
  get given(): ReadonlySet<string> | undefined {
    return this.#given;
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
    this.onLast?.();
    if (this.#replay === undefined && this.size === 0) this.#finish();
    this.#wake();
  }

  /** Ends it at once: nothing more is given. A second call does nothing. */
  close(): void {
    if (this.#state === "ended") return;
    if (this.#state === "open") this.onLast?.();
    this.#error = undefined;
    this.#finish();
    this.#wake();
  }

  /** Unfinished events stay so, for later calls of `cursor()`. */
  #finish(): void {
    this.#state = "ended";
    this.#replay = undefined;
    this.#onEnd(this.#error);
  }

  #endReplay(): void {
    this.#replay = undefined;
    this.#given = undefined;
    this.#rest = undefined;
  }

  #setWaiting(events: Array<WatchEvent>, orders: Array<number>): void {
    this.#waiting = events;
    this.#orders = orders;
    this.#taken = 0;
  }

  #finished({ event }: Unfinished): void {
    if ("taskId" in event) this.#begin(event);
    this.onFinish?.(event);
  }

  /** Remembers a change of which some events are finished for as long as others are not. */
  #begin(event: Extract<WatchEvent, { readonly taskId: string }>): void {
    const { taskId } = event;
    const next = this.#rest?.at(-1) ?? this.#waiting[this.#taken];
    const isAnyLeft =
      (next !== undefined && isOneChange(event, next)) || this.#hand.some((each) => isOneChange(event, each.event));
    if (!isAnyLeft) {
      if (this.#begun.size > 0) this.#begun.delete(taskId);
      return;
    }
    const begun = this.#begun.get(taskId);
    if (begun !== undefined && isOneChange(begun.event, event)) begun.types.add(event.type);
    else this.#begun.set(taskId, { event, types: new Set([event.type]) });
  }

  #withBegun(one: Unfinished): Unfinished {
    if (this.owed?.has(one.event)) return { ...one, begun: new Set() };
    if (this.#begun.size === 0 || !("taskId" in one.event)) return one;
    const begun = this.#begun.get(one.event.taskId);
    return begun !== undefined && isOneChange(begun.event, one.event) ? { ...one, begun: begun.types } : one;
  }

  /** The same event, with `gap` where changes before it were skipped. */
  #following(event: WatchEvent): WatchEvent {
    if (this.#resumed === undefined && this.#skipped.size === 0) return event;
    if (!("gap" in event && "previous" in event)) return event;
    if (this.#skipped.delete(event.taskId)) this.#resumed = event;
    return this.#resumed !== undefined && isOneChange(this.#resumed, event) ? { ...event, gap: true } : event;
  }

  #overflow(): void {
    const waiting = this.#waiting.slice(this.#taken);
    const orders = this.#orders.slice(this.#taken);
    const { capacity } = this.#settings;
    switch (this.#settings.overflow) {
      case "latest-per-task": {
        const joined = conflate(waiting, this.#last).filter(this.#settings.accepts);
        this.#setWaiting(joined, firstOrders(joined, waiting, orders));
        const left = new Set(joined.map((event) => ("taskId" in event ? event.taskId : undefined)));
        for (const event of waiting)
          if ("previous" in event && "taskId" in event && !left.has(event.taskId)) this.#skipped.add(event.taskId);
        // When most tasks have news, joining again at each event would cost the square of them.
        this.#threshold = Math.max(capacity, this.#waiting.length * 2);
        return;
      }
      case "drop-oldest":
        this.#setWaiting(waiting.slice(-capacity), orders.slice(-capacity));
        return;
      case "error":
        this.#setWaiting(waiting.slice(0, capacity), orders.slice(0, capacity));
        // Events it will not receive stay unfinished.
        this.#lost = waiting.slice(capacity).map((event, index) => ({ event, order: orders[capacity + index]! }));
        this.end(new Error(`A subscriber did not keep up: more than ${this.#settings.capacity} events waited for it.`));
        return;
    }
  }
}

/** For each joined event the place of the first that it stands for: of its task, else of its type. */
const firstOrders = (
  joined: ReadonlyArray<WatchEvent>,
  waiting: ReadonlyArray<WatchEvent>,
  orders: ReadonlyArray<number>,
): Array<number> => {
  const keyOf = (event: WatchEvent) => ("taskId" in event ? `t ${event.taskId}` : event.type);
  const first = new Map<string, number>();
  for (const [index, event] of waiting.entries()) {
    const key = keyOf(event);
    if (!first.has(key)) first.set(key, orders[index]!);
  }
  return joined.map((event) => first.get(keyOf(event)) ?? 0);
};
