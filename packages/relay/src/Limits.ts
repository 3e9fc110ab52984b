/** How much one caller may ask of the relay. */
import { checkOptions } from "@evalwire/core/contract";
import type * as Clock from "effect/Clock";

export interface LimitOptions {
  /** The longest body of a request, in bytes. Default 1 MiB. */
  readonly bodyBytes?: number;
  /** Calls of one user in a minute, feeds included. Default 600. */
  readonly callsPerMinute?: number;
  /** Feeds that one user reads at once. Default 32. */
  readonly feeds?: number;
}

const optionNames: Record<keyof LimitOptions, true> = { bodyBytes: true, callsPerMinute: true, feeds: true };

interface Bucket {
  left: number;
  at: number;
  feeds: number;
}

// Users who have gone are forgotten when there are more than so many.
const most = 10_000;

export class Limits {
  readonly bodyBytes: number;
  readonly #perMinute: number;
  readonly #feeds: number;
  readonly #clock: Clock.Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock.Clock, options: LimitOptions = {}) {
    checkOptions("createRelay: limits", options, optionNames);
    const { bodyBytes = 1_048_576, callsPerMinute = 600, feeds = 32 } = options;
    this.#clock = clock;
    this.bodyBytes = bodyBytes;
    this.#perMinute = callsPerMinute;
    this.#feeds = feeds;
  }

  /** Takes one call of a user; returns after how many milliseconds to try again when there are too many. */
  take(user: string): number | undefined {
    const bucket = this.#bucketOf(user);
    const perMilli = this.#perMinute / 60_000;
    const now = this.#now();
    bucket.left = Math.min(this.#perMinute, bucket.left + (now - bucket.at) * perMilli);
    bucket.at = now;
    if (bucket.left < 1) return Math.ceil((1 - bucket.left) / perMilli);
    bucket.left--;
    return undefined;
  }

  /** Opens a feed of a user; returns what closes it, or `undefined` when there are too many. */
  enter(user: string): (() => void) | undefined {
    const bucket = this.#bucketOf(user);
    if (bucket.feeds >= this.#feeds) return undefined;
    bucket.feeds++;
    return () => {
      bucket.feeds--;
    };
  }

  #bucketOf(user: string): Bucket {
    const known = this.#buckets.get(user);
    if (known !== undefined) return known;
    if (this.#buckets.size >= most) {
      for (const [name, { feeds, at }] of this.#buckets) {
        if (feeds === 0 && this.#now() - at > 60_000) this.#buckets.delete(name);
      }
    }
    const bucket = { left: this.#perMinute, at: this.#now(), feeds: 0 };
    this.#buckets.set(user, bucket);
    return bucket;
  }

  #now(): number {
    return Number(this.#clock.monotonicTimeNanosUnsafe()) / 1e6;
  }
}
