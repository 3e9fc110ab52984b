/**
 * The three clocks of a watch: its own wall clock, for times shown to people; its monotonic clock, which measures; and
 * the server's, which decides about leases and can only be estimated.
 */
import type * as Clock from "effect/Clock";
import * as ServerClock from "./ServerClock.ts";

// A wall clock that moves against the monotonic one by more than this was set, or the machine slept.
const clockJumpMillis = 1_000;

// A fact known to within a period of this length, in milliseconds, is known well.
const sharpMillis = 5_000;

/** The monotonic clock, by how much the wall clock was ahead of it, and the earliest time it could be on the server; in milliseconds. */
export interface Reading {
  readonly at: number;
  readonly difference: number;
  readonly earliest: number;
}

/** Between which instants of the server's clock something was so, in milliseconds since 1970. */
export interface Period {
  readonly earliest: number;
  readonly latest: number;
  /** When it was so at the latest by the clock that is furthest ahead, where the server has several, or its clock was set. */
  readonly furthest?: number | undefined;
  /** Whether it may have been seconds later than `latest`, by what is known of the server's clocks: the machine slept, or there are several. */
  readonly isRough?: boolean | undefined;
}

/** Nothing is known of when. */
export const anyTime: Period = { earliest: Number.NEGATIVE_INFINITY, latest: Number.NEGATIVE_INFINITY };

/** The latest instant that something can have been so by any clock of the server that is known. */
export const latestByAny = ({ latest, furthest }: Period): number => furthest ?? latest;

export class Timekeeper {
  readonly clock: Clock.Clock;
  #server: ServerClock.ServerClock | undefined;
  #hasAnswered = false;
  // Wall clock minus monotonic clock, as last seen.
  #difference: number;

  constructor(clock: Clock.Clock) {
    this.clock = clock;
    this.#difference = this.#wall() - this.now();
  }

  /** Monotonic milliseconds: for measuring, with an arbitrary origin. */
  now(): number {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6;
  }

  /** The present by the wall clock, as ISO 8601. */
  time(): string {
    return new Date(this.#wall()).toISOString();
  }

  /**
   * The time of an event that is made now, as ISO 8601: by the wall clock, or, where a feed's beats say how well the server's is known, by that one:
   * the feed's other events come from a machine whose clock is nearer to the server's than this one's may be.
   */
  eventTime(): string {
    const { reportedErrorMillis } = this.#server ?? {};
    return new Date(this.#wall() + (reportedErrorMillis === undefined ? 0 : this.offsetMillis()!)).toISOString();
  }

  /** The wall clock's time at a monotonic instant, as ISO 8601. */
  timeAt(at: number): string {
    return new Date(Math.round(this.#wall() + at - this.now())).toISOString();
  }

  /**
   * The earliest time it can be on the server, in milliseconds since 1970. Before the first answer nothing is known, and it can be
   * any time; where answers have no readable `Date` (a browser shows it only if the server allows) the wall clock stands in.
   */
  serverTime(): number {
    if (this.#server !== undefined) return ServerClock.earliest(this.#server, this.now());
    return this.#hasAnswered ? this.#wall() : Number.NEGATIVE_INFINITY;
  }

  /** How long until `serverTime` has come to `instant`, in milliseconds; 0 when it has. */
  untilServerTime(instant: number): number {
    const left = Math.max(0, instant - this.serverTime());
    return this.#server === undefined ? left : left * ServerClock.patience;
  }

  /** By how many milliseconds the server's clock may differ from its estimate; `null` while nothing bounds it. */
  errorMillis(): number | null {
    if (this.#server === undefined) return null;
    const error = ServerClock.errorMillis(this.#server, this.now());
    return Number.isFinite(error) ? Math.ceil(error) : null;
  }

  /** The server's clock minus the wall clock; `null` while unknown. */
  offsetMillis(): number | null {
    return this.#server === undefined
      ? null
      : Math.round(ServerClock.estimate(this.#server, this.now()) - this.#wall());
  }

  /** Both clocks' times when a request begins: its answer is read against them. */
  reading(): Reading {
    const at = this.now();
    return { at, difference: this.#wall() - at, earliest: this.serverTime() };
  }

  /**
   * When an answer was made that has just come whole, after `observe` has learnt from it. Of several clocks the lowest counts, also where it
   * was set back while the request was under way; where nothing bounds the time from above, just after a sleep, it is taken as early as it
   * can have been.
   */
  madeAt(date: number | undefined, began: Reading, ageSeconds?: number): Period {
    const now = this.serverTime();
    const aged = date === undefined ? undefined : date + (ageSeconds ?? 0) * 1_000;
    const least =
      this.#server === undefined
        ? began.earliest
        : Math.min(began.earliest, ServerClock.earliest(this.#server, began.at));
    const earliest = Math.max(least, Math.min(now, aged ?? least));
    const bound = this.#latest(began) ?? now;
    const dated = aged === undefined ? bound : aged + (ageSeconds === undefined ? 1 : 2) * ServerClock.resolutionMillis;
    const known = Math.min(bound, dated);
    const latest = Number.isFinite(known) ? Math.max(earliest, known) : earliest;
    const apart = this.#server === undefined ? 0 : ServerClock.apartMillis(this.#server, this.now());
    const isRough = this.#hasMoved(began) || !(known + apart - earliest <= sharpMillis);
    return { earliest, latest, furthest: latest + apart, isRough };
  }

  /**
   * Learns from an answer that has just come whole. Returns by how many milliseconds its clock differs from the one that counted before,
   * where that is news (`ServerClock.observe`); else 0.
   *
   * It was made some time between the beginning of its request and now, by the clock that cannot be set. When the wall
   * clock has gone elsewhere meanwhile, the machine may have slept in between.
   *
   * @param date its `Date` in milliseconds since 1970
   * @param ageSeconds its `Age`: for so long a cache has kept it
   */
  observe(date: number | undefined, began: Reading, ageSeconds?: number): number {
    this.#hasAnswered = true;
    if (date === undefined) return 0;
    const at = this.now();
    const sample = { date, ageSeconds, sentAt: began.at, receivedAt: at };
    // Where the machine may have slept meanwhile, the answer's time is not that of another server's clock.
    const hasMoved = this.#hasMoved(began);
    const before = hasMoved && this.#server !== undefined ? ServerClock.afterSleep(this.#server) : this.#server;
    const { clock, differsMillis } = ServerClock.observe(before, sample);
    this.#server = hasMoved ? ServerClock.afterSleep(clock) : clock;
    return differsMillis;
  }

  /**
   * Learns from another watcher of the server that it was at least `earliest` there, in milliseconds since 1970, when the
   * message was sent; `undefined` where that one does not know either. How long the message took is unknown, so the server
   * may be later.
   *
   * @param errorMillis by how much that one's estimate may be wrong, which is so much later than `earliest`
   * @param hasJumped whether that one's clock or the server's was set since it was last heard of: what was known is forgotten
   */
  hear(earliest: number | undefined, errorMillis: number | undefined, hasJumped: boolean): void {
    this.#hasAnswered = true;
    if (earliest === undefined) return;
    this.#server = ServerClock.hear(hasJumped ? undefined : this.#server, earliest, this.now(), errorMillis);
  }

  /**
   * By how many milliseconds the wall clock has moved against the monotonic one since this was last asked, where that is
   * more than clocks do by themselves: the machine slept, or the clock was set. Else 0.
   */
  detectClockJump(): number {
    const difference = this.#wall() - this.now();
    const moved = difference - this.#difference;
    this.#difference = difference;
    if (Math.abs(moved) <= clockJumpMillis) return 0;
    if (this.#server !== undefined) this.#server = ServerClock.afterSleep(this.#server);
    return Math.round(moved);
  }

  /** The latest time it can be on the server, infinite where the machine may have slept since `began`; `undefined` where nothing is known. */
  #latest(began: Reading): number | undefined {
    if (this.#server === undefined) return undefined;
    return this.#hasMoved(began) ? Number.POSITIVE_INFINITY : ServerClock.latest(this.#server, this.now());
  }

  /** Whether the wall clock has moved against the monotonic one since a request began. */
  #hasMoved({ difference }: Reading): boolean {
    return Math.abs(this.#wall() - this.now() - difference) > clockJumpMillis;
  }

  #wall(): number {
    return this.clock.currentTimeMillisUnsafe();
  }
}
