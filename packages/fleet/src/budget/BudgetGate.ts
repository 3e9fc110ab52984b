/**
 * A replica's side of the budget: what its watches ask before each request to the platform.
 *
 * 1. One request for grants is under way at a time, for all that wait by then and for as many more as were used lately. So the number of messages is
 *    bounded by time, eight and ten a second, and does not grow with the number of watches.
 * 2. A grant that is not used within two seconds is void.
 * 3. A `Retry-After` that one replica sees stops all of them.
 * 4. Without an owner a replica spends its last share, from two to ten seconds after it has asked one that answered: for so long that owner keeps it.
 *    After that it sends nothing.
 */
import type { Gate } from "@evalwire/core/feed";
import type { NatsConnection, Subscription } from "@nats-io/nats-core";
import { hear } from "../engine/hear.ts";
import {
  type Ask,
  aheadMillis,
  type BudgetOptions,
  grantMillis,
  type Halt,
  isGrant,
  isHalt,
  longestHaltMillis,
  roundMillis,
  shareMillis,
  shareRateOf,
} from "./Grant.ts";
import { RecentCount } from "./RecentCount.ts";

/** After so many requests for grants one may follow in each round. */
const asksSaved = 8;
/** Others are asked to pause for so much longer, so that later refusals of the same pause need no message. */
const haltMargin = 1.1;

export interface BudgetGateOptions extends BudgetOptions {
  readonly nc: NatsConnection;
  readonly member: string;
}

export class BudgetGate implements Gate {
  readonly #options: BudgetGateOptions;
  readonly #halts: Subscription;
  readonly #abort = new AbortController();
  readonly #used = new RecentCount(aheadMillis);
  #waiting: Array<() => void> = [];
  #isAsking = false;
  #share = 0;
  /** When the last grant that came was requested. */
  #grantedAt = Number.NEGATIVE_INFINITY;
  /** Grants that are not used, and until when they may be. */
  #stock = 0;
  #stockUntil = Number.NEGATIVE_INFINITY;
  /** When the next request for grants would be due if none had been saved. */
  #askAt = Number.NEGATIVE_INFINITY;
  /** Requests that its share allows by now, and until when that is counted. */
  #tokens = 0;
  #filledAt = 0;
  #wake: () => void = () => undefined;
  #haltedUntil = 0;
  #announcedUntil = 0;
  /** Requests admitted so far. */
  admitted = 0;

  constructor(options: BudgetGateOptions) {
    this.#options = options;
    const { nc, subject, onFailure } = options;
    this.#halts = hear(nc, `${subject}.halt`, {
      is: isHalt,
      take: ({ millis }) => {
        const until = this.#halt(Math.min(millis, longestHaltMillis));
        this.#announcedUntil = Math.max(this.#announcedUntil, until);
      },
      onFailure,
    });
  }

  /** For how many more milliseconds nothing is sent, because the platform has said so. */
  get haltedMillis(): number {
    return Math.max(0, this.#haltedUntil - this.#options.time.now());
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Requests per minute allowed without the owner of the budget, as it last announced; 0 before it has. */
  get share(): number {
    return this.#share;
  }

  admit(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        signal.removeEventListener("abort", leave);
        this.admitted++;
        this.#used.add(this.#options.time.now());
        resolve();
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((each) => each !== go);
        resolve();
      };
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) return leave();
      this.#waiting.push(go);
      this.#spendStock();
      if (this.#waiting.length > 0 && !this.#isAsking) void this.#ask();
    });
  }

  refused(retryAfterMillis: number | undefined): void {
    if (retryAfterMillis === undefined) return;
    const until = this.#halt(Math.min(retryAfterMillis, longestHaltMillis));
    const { nc, subject, time } = this.#options;
    if (nc.isClosed() || until <= this.#announcedUntil) return;
    const millis = Math.min(longestHaltMillis, (until - time.now()) * haltMargin);
    this.#announcedUntil = time.now() + millis;
    nc.publish(`${subject}.halt`, JSON.stringify({ millis } satisfies Halt));
  }

  /** There is an owner again: one that waits asks at once. */
  hurry(): void {
    this.#wake();
  }

  close(): void {
    this.#abort.abort();
    this.#halts.unsubscribe();
  }

  /** @returns until when the requested pause lasts */
  #halt(millis: number): number {
    const until = this.#options.time.now() + millis;
    this.#haltedUntil = Math.max(this.#haltedUntil, until);
    return until;
  }

  async #ask(): Promise<void> {
    const { nc, subject, member, time } = this.#options;
    const { signal } = this.#abort;
    this.#isAsking = true;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const askedAt = time.now();
      const pause = Math.max(this.haltedMillis, this.#askAt - (asksSaved - 1) * roundMillis - askedAt);
      if (pause > 0) {
        await time.sleep(pause, signal);
        this.#spendStock();
        continue;
      }
      this.#askAt = Math.max(this.#askAt, askedAt) + roundMillis;
      const ask: Ask = { member, count: this.#waiting.length, ahead: this.#used.at(askedAt) };
      try {
        const message = await nc.request(subject, JSON.stringify(ask), { timeout: grantMillis });
        const grant: unknown = message.json();
        if (!isGrant(grant)) throw new Error("none of the fleet's owners has answered");
        this.#share = grant.share;
        this.#grantedAt = askedAt;
        this.#tokens = 0;
        // Until then its owner thinks that it will ask again.
        this.#filledAt = askedAt + grantMillis;
        this.#stock = grant.granted;
        this.#stockUntil = askedAt + grantMillis;
        this.#spendStock();
      } catch {
        // No owner, or none that answers: the subject has no listener, or the connection is lost.
        this.#spendShare();
        const rest = new AbortController();
        this.#wake = () => rest.abort();
        await time.sleep(roundMillis, AbortSignal.any([rest.signal, signal]));
      }
    }
    this.#isAsking = false;
  }

  #spendStock(): void {
    const { time } = this.#options;
    if (this.haltedMillis > 0) return;
    if (time.now() > this.#stockUntil) this.#stock = 0;
    const count = Math.min(this.#stock, this.#waiting.length);
    this.#stock -= count;
    this.#admit(count);
  }

  #admit(count: number): void {
    for (const go of this.#waiting.splice(0, count)) go();
  }

  #spendShare(): void {
    const now = this.#options.time.now();
    if (now > this.#grantedAt + shareMillis || now <= this.#filledAt) return;
    const rate = shareRateOf(this.#share);
    const grown = (now - this.#filledAt) * rate;
    this.#filledAt = now;
    this.#tokens = Math.min(Math.max(1, roundMillis * rate), this.#tokens + grown);
    if (this.haltedMillis > 0) return;
    const count = Math.min(Math.floor(this.#tokens), this.#waiting.length);
    this.#tokens -= count;
    this.#admit(count);
  }
}
