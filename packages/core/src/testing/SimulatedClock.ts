/**
 * A clock that stands still until a test moves it.
 *
 * 1. Time passes only inside `advance` and `until`; a sleeper wakes exactly at its deadline, never before, never after.
 * 2. Sleepers wake in the order of their deadlines, and of their registration where deadlines are equal.
 * 3. Between two wakes everything that can happen without time passing has happened: promises, fibers, the modules this
 *    package loads on demand, and the requests of a fetch given to `trackFetch`.
 * 4. An interrupted sleeper leaves nothing behind: `pending` is the number of those that still wait.
 */

import type * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { modulesUnderWay } from "../client/OnDemand.ts";
import * as Instant from "../contract/Instant.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import { bringModules } from "./bringModules.ts";
import * as EventLoop from "./EventLoop.ts";

interface Sleeper {
  /** Milliseconds of this clock's own monotonic time. */
  readonly deadline: number;
  readonly wake: () => void;
}

export interface SimulatedClockOptions {
  /** The initial time: milliseconds since 1970, a `Date`, or ISO 8601, UTC without a zone. Default `2030-01-01T00:00:00Z`. */
  readonly startAt?: number | string | Date;
}

const optionNames: Record<keyof SimulatedClockOptions, true> = { startAt: true };

// A fiber's hop from one step to the next takes one turn of the event loop. Where the runtime shows turns, all fibers are idle
// when none is scheduled: once before and once after everything else of a turn had its chance, since a promise that was
// settled in between may schedule a hop.
const restfulTurns = 2;
// Where it does not, a pipeline of several fibers has taken all of its hops long before so many turns without a visible sign of
// life. Where it does, a fiber that never settles does not block the clock forever.
const quietTurns = EventLoop.showsTurns ? 1_000 : 16;
// A tracked request over a socket needs real time. One that shows no sign of life for this many timer turns is taken
// to wait for this very clock, and is not waited for any more.
const patienceTurns = 500;

const nanosOf = (millis: number): bigint => {
  const whole = Math.floor(millis);
  return BigInt(whole) * 1_000_000n + BigInt(Math.floor((millis - whole) * 1_000_000));
};

/**
 * A manually advanced Effect `Clock`: give it to `new SGPClient({ clock })` and to the embedded server.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import * as Duration from "effect/Duration";
 * import { SimulatedClock } from "@evalwire/core/testing";
 *
 * const clock = new SimulatedClock({ startAt: "2030-01-01T00:00:00Z" });
 * const woken = Effect.runPromise(Effect.as(clock.sleep(Duration.minutes(5)), "good morning"));
 * clock.pending; // => 1
 * await clock.advance("5 minutes");
 * await woken; // => "good morning"
 * new Date(clock.now()).toISOString(); // => "2030-01-01T00:05:00.000Z"
 * ```
 */
export class SimulatedClock implements Clock.Clock {
  #elapsed = 0;
  #wallOffset: number;
  // By deadline, the last one next; equal deadlines in reverse order of registration.
  readonly #sleepers: Array<Sleeper> = [];
  readonly #inFlight = new Set<object>();
  #signsOfLife = 0;
  #moving: Promise<unknown> = Promise.resolve();

  constructor(options: SimulatedClockOptions = {}) {
    bringModules();
    checkOptions("SimulatedClock", options, optionNames);
    const { startAt = "2030-01-01T00:00:00Z" } = options;
    this.#wallOffset = typeof startAt === "string" ? Instant.epochMillis(startAt) : Number(startAt);
    if (Number.isNaN(this.#wallOffset)) throw new RangeError(`startAt is not an instant: ${String(options.startAt)}`);
  }

  /** The instant the clock shows, in milliseconds since 1970. */
  now(): number {
    return this.#wallOffset + this.#elapsed;
  }

  /** How many sleepers wait for time to pass. One that sleeps forever is not counted: nothing wakes it. */
  get pending(): number {
    return this.#sleepers.length;
  }

  /** When the next sleeper is due, as `now()` will show it; `undefined` when none sleeps. */
  get nextWakeAt(): number | undefined {
    const next = this.#sleepers.at(-1);
    return next && this.#wallOffset + next.deadline;
  }

  currentTimeMillisUnsafe(): number {
    return this.now();
  }
  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe());

  currentTimeNanosUnsafe(): bigint {
    return nanosOf(this.now());
  }
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe());

  monotonicTimeNanosUnsafe(): bigint {
    return nanosOf(this.#elapsed);
  }
  readonly monotonicTimeNanos = Effect.sync(() => this.monotonicTimeNanosUnsafe());

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Duration.toMillis(duration);
    if (!(millis > 0)) return Effect.yieldNow;
    if (!Number.isFinite(millis)) return Effect.never;
    return Effect.callback<void>((resume) => {
      const sleeper: Sleeper = { deadline: this.#elapsed + millis, wake: () => resume(Effect.void) };
      this.#insert(sleeper);
      return Effect.sync(() => this.#remove(sleeper));
    });
  }

  /**
   * Lets `duration` pass and wakes all sleepers due on the way, each at its deadline.
   *
   * Calls that overlap are served one after the other. Resolves when the last of the woken has come to rest.
   */
  advance(duration: Duration.Input): Promise<void> {
    const millis = Duration.toMillis(Duration.fromInputUnsafe(duration));
    if (!(millis >= 0) || !Number.isFinite(millis)) {
      throw new RangeError(`advance takes a finite duration of zero or more, not ${String(duration)}`);
    }
    return this.#move(async () => {
      await this.#settle();
      const end = this.#elapsed + millis;
      for (let next = this.#sleepers.at(-1); next && next.deadline <= end; next = this.#sleepers.at(-1)) {
        await this.#wakeNext();
      }
      this.#elapsed = end;
      await this.#settle();
    });
  }

  /**
   * Moves time on, wake by wake, until `promise` is settled, and returns what it is settled with.
   *
   * Rejects when no sleeper is left and the promise still waits, or when more than `within` (default one day) would have to pass.
   *
   * @example
   * ```ts
   * import * as Duration from "effect/Duration";
   * import * as Effect from "effect/Effect";
   * import { SimulatedClock } from "@evalwire/core/testing";
   *
   * const clock = new SimulatedClock();
   * const before = clock.now();
   * await clock.until(Effect.runPromise(clock.sleep(Duration.hours(2))));
   * clock.now() - before; // => 7200000
   * ```
   */
  until<A>(promise: Promise<A>, options: { readonly within?: Duration.Input } = {}): Promise<A> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    return this.#move(async () => {
      await this.#settle();
      const end = this.#elapsed + Duration.toMillis(Duration.fromInputUnsafe(options.within ?? "1 day"));
      while (!settled) {
        const next = this.#sleepers.at(-1);
        if (next === undefined)
          throw new Error("The promise waits, and there is no sleeper: no passing of time will settle it.");
        if (next.deadline > end)
          throw new Error("The promise is not settled within the time that was allowed to pass.");
        await this.#wakeNext();
      }
      return promise;
    });
  }

  /**
   * Sets the time shown on or back by `duration` while no time passes for sleepers: what a process sees when its
   * machine wakes from sleep, or when the clock is set.
   */
  jump(duration: Duration.Input): void {
    this.#wallOffset += Duration.toMillis(Duration.fromInputUnsafe(duration));
  }

  /**
   * The same fetch, watched: while one of its requests is under way, or a piece of its answer's body is waited for, time
   * does not pass.
   *
   * Code that delays requests by this clock (a simulated network) wraps the tracked fetch; it is not inside it.
   */
  trackFetch<Fetch extends (...args: Array<any>) => Promise<Response>>(fetch: Fetch): Fetch {
    return (async (...args) => {
      const response = await this.track(fetch(...args));
      return response.body === null || response.status < 200 ? response : this.#trackBody(response, response.body);
    }) as Fetch;
  }

  /**
   * The same work, watched: time does not pass while it is under way. For what no turn of the event loop shows: cryptography,
   * a disk, a worker.
   */
  async track<A>(work: Promise<A>): Promise<A> {
    const request = {};
    this.#inFlight.add(request);
    this.#signsOfLife++;
    try {
      return await work;
    } finally {
      this.#inFlight.delete(request);
      this.#signsOfLife++;
    }
  }

  #trackBody({ status, statusText, headers }: Response, body: ReadableStream<Uint8Array>): Response {
    const reader = body.getReader();
    // Without a queue of its own the stream requests the next piece when its reader does.
    const pieces = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { done, value } = await this.track(reader.read());
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    return new Response(pieces, { status, statusText, headers });
  }

  #insert(sleeper: Sleeper): void {
    let low = 0;
    let high = this.#sleepers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sleepers[middle]!.deadline > sleeper.deadline) low = middle + 1;
      else high = middle;
    }
    this.#sleepers.splice(low, 0, sleeper);
    this.#signsOfLife++;
  }

  #remove(sleeper: Sleeper): void {
    const index = this.#sleepers.indexOf(sleeper);
    if (index !== -1) this.#sleepers.splice(index, 1);
    this.#signsOfLife++;
  }

  #move<A>(run: () => Promise<A>): Promise<A> {
    const moved = this.#moving.then(run);
    this.#moving = moved.catch(() => undefined);
    return moved;
  }

  async #wakeNext(): Promise<void> {
    const sleeper = this.#sleepers.pop()!;
    this.#elapsed = sleeper.deadline;
    sleeper.wake();
    await this.#settle();
  }

  /** Resolves when nothing more happens without time passing. */
  async #settle(): Promise<void> {
    let seen = this.#signsOfLife;
    let quiet = 0;
    let restful = 0;
    const alive = () => {
      if (seen === this.#signsOfLife) return false;
      seen = this.#signsOfLife;
      quiet = 0;
      restful = 0;
      return true;
    };
    const isOver = () => quiet >= quietTurns || restful >= restfulTurns;
    while (!isOver()) {
      await EventLoop.nextTurn();
      const modules = modulesUnderWay();
      if (modules !== undefined) {
        await modules;
        this.#signsOfLife++;
      }
      if (!alive()) quiet++;
      restful = EventLoop.isAnyScheduled() ? 0 : restful + 1;
      if (isOver() && this.#inFlight.size > 0) {
        for (let turn = 0; turn < patienceTurns && !alive(); turn++) await EventLoop.nextTimer();
        if (isOver()) this.#inFlight.clear();
      }
    }
  }
}
