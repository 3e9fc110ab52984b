/**
 * One budget of requests to the platform for all replicas, granted by an elected owner.
 *
 * 1. In any minute all replicas together send at most `perMinute` requests for their watches, whichever replica dies or is elected.
 * 2. Replicas that want more than there is are granted the same, in turn.
 * 3. A `Retry-After` that one replica sees stops all of them.
 * 4. Without an owner a replica spends its last share, for ten seconds; after that it sends nothing. An owner keeps the share of a
 *    replica that it has not heard of for as long.
 */
import type { Gate } from "@evalwire/core/feed";
import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import { hear, isJson } from "../engine/hear.ts";
import type { Time } from "../engine/Time.ts";

const minuteMillis = 60_000;
/** For so long a share that was given may be spent without an owner. */
const shareMillis = 10_000;
const replyMillis = 1_500;
const longestHaltMillis = 15 * minuteMillis;

/** Tokens that may be saved up: two seconds' worth, and never less than one. */
const burstOf = (perMinute: number): number => Math.max(1, perMinute / 30);

/** Tokens a millisecond, so that a minute's, what was saved up and what is under way are never more than the budget. */
const rateOf = (perMinute: number): number => (perMinute - 2 * burstOf(perMinute)) / minuteMillis;

interface Ask {
  readonly member: string;
  readonly count: number;
}

interface Halt {
  readonly millis: number;
}

const isAsk = (value: unknown): value is Ask =>
  isJson(value) && typeof value["member"] === "string" && Number.isSafeInteger(value["count"]);
const isHalt = (value: unknown): value is Halt =>
  isJson(value) && Number.isFinite(value["millis"]) && Number(value["millis"]) >= 0;
const isGrant = (value: unknown): value is Grant =>
  isJson(value) && Number.isSafeInteger(value["granted"]) && Number.isFinite(value["share"]);

interface Grant {
  readonly granted: number;
  /** Requests per minute that the member may send when no owner answers. */
  readonly share: number;
}

interface Waiting extends Ask {
  readonly message: Msg;
  readonly until: number;
}

export interface BudgetOptions {
  readonly nc: NatsConnection;
  /** Subject of requests for grants; halts are published at `<subject>.halt`. */
  readonly subject: string;
  readonly perMinute: number;
  readonly time: Time;
  readonly onFailure: (error: unknown) => void;
}

/** Grants requests, for as long as it is in office. */
export class BudgetOwner {
  readonly #options: BudgetOptions;
  readonly #members: () => number;
  readonly #asks: Subscription;
  readonly #halts: Subscription;
  readonly #heard = new Map<string, number>();
  readonly #beganAt: number;
  #waiting: Array<Waiting> = [];
  #tokens = 0;
  #filledAt: number;
  #haltedUntil = 0;
  #cancel: (() => void) | undefined;
  granted = 0;

  /** @param members how many replicas there are */
  constructor(options: BudgetOptions, members: () => number) {
    const { nc, subject, time, onFailure } = options;
    this.#options = options;
    this.#members = members;
    this.#beganAt = time.now();
    this.#filledAt = time.now();
    this.#asks = hear(nc, subject, { is: isAsk, take: (ask, message) => this.#take(ask, message), onFailure });
    this.#halts = hear(nc, `${subject}.halt`, {
      is: isHalt,
      take: ({ millis }) => {
        this.#haltedUntil = Math.max(this.#haltedUntil, time.now() + Math.min(millis, longestHaltMillis));
      },
      onFailure,
    });
  }

  close(): void {
    this.#cancel?.();
    this.#asks.unsubscribe();
    this.#halts.unsubscribe();
    for (const { message } of this.#waiting) this.#answer(message, 0);
    this.#waiting = [];
  }

  get #share(): number {
    return this.#options.perMinute / Math.max(1, this.#members());
  }

  #take(ask: Ask, message: Msg): void {
    const now = this.#options.time.now();
    this.#heard.set(ask.member, now);
    this.#waiting = this.#waiting.filter(({ member }) => member !== ask.member);
    this.#waiting.push({ ...ask, message, until: now + replyMillis });
    this.#serve();
  }

  /** Tokens a millisecond that are not kept for replicas which may be spending their last share. */
  #rate(now: number): number {
    const { perMinute } = this.#options;
    for (const [member, at] of this.#heard) if (now > at + minuteMillis) this.#heard.delete(member);
    const fresh = [...this.#heard.values()].filter((at) => now <= at + replyMillis * 2).length;
    const lapsing = [...this.#heard.values()].filter(
      (at) => now > at + replyMillis * 2 && now <= at + shareMillis,
    ).length;
    const unheard = now <= this.#beganAt + shareMillis ? Math.max(0, this.#members() - fresh - lapsing) : 0;
    const reserved = (lapsing + unheard) / Math.max(1, this.#members(), fresh + lapsing + unheard);
    return rateOf(perMinute) * (1 - reserved);
  }

  #serve(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { perMinute, time } = this.#options;
    const now = time.now();
    const rate = this.#rate(now);
    this.#tokens = Math.min(burstOf(perMinute), this.#tokens + (now - this.#filledAt) * rate);
    this.#filledAt = now;
    const late = this.#waiting.filter(({ until }) => now >= until);
    this.#waiting = this.#waiting.filter(({ until }) => now < until);
    for (const { message } of late) this.#answer(message, 0);
    if (now >= this.#haltedUntil) this.#grant();
    if (this.#waiting.length === 0) return;
    const toToken = this.#tokens >= 1 ? 0 : rate > 0 ? (1 - this.#tokens) / rate : Number.POSITIVE_INFINITY;
    const wait = Math.min(Math.max(toToken, this.#haltedUntil - now), ...this.#waiting.map(({ until }) => until - now));
    this.#cancel = time.after(Math.max(1, wait), () => this.#serve());
  }

  /** Gives what there is, one to each in turn. */
  #grant(): void {
    const granted = new Map<Waiting, number>();
    // A member that was served queues again behind the others.
    for (let round = 1; this.#tokens >= 1; round++) {
      const open = this.#waiting.filter(({ count }) => count >= round);
      if (open.length === 0) break;
      for (const next of open) {
        if (this.#tokens < 1) break;
        granted.set(next, round);
        this.#tokens--;
        this.granted++;
      }
    }
    this.#waiting = this.#waiting.filter((each) => !granted.has(each));
    for (const [{ message }, count] of granted) this.#answer(message, count);
  }

  #answer(message: Msg, granted: number): void {
    const answer: Grant = { granted, share: this.#share };
    message.respond(JSON.stringify(answer));
  }
}

/** A replica's side: what its watches ask before each request. */
export class BudgetGate implements Gate {
  readonly #options: BudgetOptions & { readonly member: string };
  readonly #halts: Subscription;
  readonly #abort = new AbortController();
  #waiting: Array<() => void> = [];
  #isAsking = false;
  #share = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  #tokens = 0;
  #filledAt = 0;
  #haltedUntil = 0;
  /** Requests admitted so far. */
  admitted = 0;

  constructor(options: BudgetOptions & { readonly member: string }) {
    this.#options = options;
    const { nc, subject, time, onFailure } = options;
    this.#halts = hear(nc, `${subject}.halt`, {
      is: isHalt,
      take: ({ millis }) => this.#halt(Math.min(millis, longestHaltMillis)),
      onFailure,
    });
    this.#filledAt = time.now();
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
        resolve();
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((each) => each !== go);
        resolve();
      };
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) return leave();
      this.#waiting.push(go);
      if (!this.#isAsking) void this.#ask();
    });
  }

  refused(retryAfterMillis: number | undefined): void {
    if (retryAfterMillis === undefined) return;
    const millis = Math.min(retryAfterMillis, longestHaltMillis);
    this.#halt(millis);
    const { nc, subject } = this.#options;
    if (!nc.isClosed()) nc.publish(`${subject}.halt`, JSON.stringify({ millis } satisfies Halt));
  }

  close(): void {
    this.#abort.abort();
    this.#halts.unsubscribe();
  }

  #halt(millis: number): void {
    this.#haltedUntil = Math.max(this.#haltedUntil, this.#options.time.now() + millis);
  }

  async #ask(): Promise<void> {
    const { nc, subject, member, time } = this.#options;
    this.#isAsking = true;
    while (this.#waiting.length > 0 && !this.#abort.signal.aborted) {
      if (this.haltedMillis > 0) {
        await time.sleep(this.haltedMillis, this.#abort.signal);
        continue;
      }
      const ask: Ask = { member, count: this.#waiting.length };
      try {
        const message = await nc.request(subject, JSON.stringify(ask), { timeout: replyMillis + 500 });
        const grant: unknown = message.json();
        if (!isGrant(grant)) throw new Error("none of the fleet's owners has answered");
        const { granted, share } = grant;
        this.#share = share;
        this.#heardAt = time.now();
        this.#admit(granted);
      } catch {
        // No owner, or none that answers: the subject has no listener, or the connection is lost.
        await this.#spendShare();
      }
    }
    this.#isAsking = false;
  }

  #admit(count: number): void {
    if (this.haltedMillis > 0) return;
    for (const go of this.#waiting.splice(0, count)) go();
  }

  async #spendShare(): Promise<void> {
    const { time } = this.#options;
    const now = time.now();
    if (now <= this.#heardAt + shareMillis && this.haltedMillis === 0) {
      this.#tokens = Math.min(1, this.#tokens + ((now - this.#filledAt) * 0.8 * this.#share) / minuteMillis);
      if (this.#tokens >= 1) {
        this.#tokens--;
        this.#admit(1);
      }
    } else this.#tokens = 0;
    this.#filledAt = now;
    await time.sleep(50, this.#abort.signal);
  }
}
