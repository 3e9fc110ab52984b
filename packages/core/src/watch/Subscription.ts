/**
 * One subscriber's events, between the watch that tells them and the subscriber that takes them.
 *
 * 1. A subscriber is served serially, in the order of the telling, and in its own time: nobody waits for it.
 * 2. What waits for it is bounded: beyond `capacity` the waiting changes of each task are joined to one (`latest-per-task`),
 *    or the oldest are dropped (`drop-oldest`), or the subscription ends with an error (`error`).
 * 3. What was there before comes first, row by row from the snapshot of the moment it subscribed, and takes no room meanwhile.
 * 4. After it is closed it takes nothing and gives nothing. Ended by the watch, it first gives what waits.
 */

import type { TaskEvent, WatchEvent, WatchEventType } from "./Event.ts";
import { eventsOf } from "./eventsOf.ts";
import * as Changes from "./picture/Changes.ts";

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

const isClocked = (event: WatchEvent): boolean =>
  event.type === "assignment.expiring" || event.type === "assignment.expired";

/** What waits of one task: the events of its first and last change, which are the same events as long as there is one change. */
interface Waiting {
  readonly first: TaskEvent;
  last: Array<TaskEvent>;
  changes: number;
  readonly clocked: Array<TaskEvent>;
}

const isOneChange = (a: TaskEvent, b: TaskEvent): boolean =>
  "previous" in a && "previous" in b && a.previous === b.previous && a.current === b.current;

const wait = (byTask: Map<string, Waiting>, event: TaskEvent): void => {
  let waiting = byTask.get(event.taskId);
  if (waiting === undefined || (waiting.changes === 0 && !isClocked(event))) {
    waiting = { first: event, last: [], changes: 0, clocked: waiting?.clocked ?? [] };
    byTask.set(event.taskId, waiting);
  }
  const last = waiting.last[0];
  if (isClocked(event)) waiting.clocked.push(event);
  else if (last !== undefined && isOneChange(last, event)) waiting.last.push(event);
  else {
    waiting.last = [event];
    waiting.changes++;
  }
};

/** One change for all that wait: from the state first left to the state last reached. */
const join = ({ first, last: [last] }: Waiting): ReadonlyArray<WatchEvent> => {
  if (last === undefined) return [];
  const previous = "previous" in first ? (first.previous ?? undefined) : undefined;
  const change = Changes.between(previous, last.current ?? undefined);
  if (change === undefined) return [];
  const { evaluationId, time, origin } = last;
  // A replayed task that has changed since is still one that was there before.
  const replay = first.type === "task.added" && first.replay;
  return eventsOf(change, { evaluationId, time, origin, isInterrupted: true, replay });
};

/**
 * The same news in fewer events: the changes of a task that has changed more than once become one, told with `gap`; of the
 * evaluation and the watch itself the last event of each type stays. What the clock said about leases stays.
 *
 * @param taken the event that was taken last: what waits of the same change is told as it is, since it has been told in part
 */
export const conflate = (events: ReadonlyArray<WatchEvent>, taken?: WatchEvent): ReadonlyArray<WatchEvent> => {
  const byTask = new Map<string, Waiting>();
  const byType = new Map<WatchEventType, WatchEvent>();
  const isBegun = (event: WatchEvent) =>
    taken !== undefined && "taskId" in taken && "taskId" in event && isOneChange(taken, event);
  const rest = events.findIndex((event) => !isBegun(event));
  const begun = events.slice(0, rest === -1 ? events.length : rest);
  for (const event of events.slice(begun.length)) {
    if ("taskId" in event) {
      wait(byTask, event);
      continue;
    }
    const earlier = byType.get(event.type);
    const isFromThere = earlier !== undefined && "previous" in event && "previous" in earlier;
    byType.delete(event.type);
    byType.set(event.type, isFromThere ? ({ ...event, previous: earlier.previous } as WatchEvent) : event);
  }
  const joined: Array<WatchEvent> = [];
  for (const waiting of byTask.values()) {
    joined.push(...(waiting.changes > 1 ? join(waiting) : waiting.last), ...waiting.clocked);
  }
  return [...begun, ...joined, ...byType.values()];
};

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

/**
 * Serves a listener: one event at a time, a promise it returns is waited for. What it throws is handed to `onFailure`, and the
 * next event is given all the same.
 */
export const serve = (
  subscription: Subscription,
  listener: (event: WatchEvent) => unknown,
  onFailure: (error: unknown) => void,
): void => {
  let isServing = false;
  const pump = async () => {
    for (let event = subscription.take(); event !== undefined; event = subscription.take()) {
      try {
        const answer = listener(event);
        if (typeof (answer as PromiseLike<unknown> | undefined)?.then === "function") await answer;
      } catch (error) {
        onFailure(error);
      }
    }
  };
  const start = () => {
    if (isServing || subscription.isEnded) return;
    isServing = true;
    queueMicrotask(() =>
      pump().finally(() => {
        isServing = false;
        // Something may have come between the last look and now.
        if (subscription.isWanted) start();
      }),
    );
  };
  subscription.onWake(start);
  start();
};

/** Serves a `for await`: leaving the loop closes the subscription, and an error that ended it is thrown once. */
export const iterate = (subscription: Subscription): AsyncIterableIterator<WatchEvent, undefined> => {
  type Result = IteratorResult<WatchEvent, undefined>;
  const callers: Array<{ resolve: (result: Result) => void; reject: (error: unknown) => void }> = [];
  let hasThrown = false;
  const settle = () => {
    while (callers.length > 0) {
      const value = subscription.take();
      if (value !== undefined) callers.shift()!.resolve({ done: false, value });
      else if (!subscription.isEnded) return;
      else if (subscription.error !== undefined && !hasThrown) {
        hasThrown = true;
        callers.shift()!.reject(subscription.error);
      } else callers.shift()!.resolve({ done: true, value: undefined });
    }
  };
  subscription.onWake(settle);
  return {
    next: () =>
      new Promise<Result>((resolve, reject) => {
        callers.push({ resolve, reject });
        settle();
      }),
    return: async () => {
      subscription.close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
