/**
 * The owner of the fleet's budget of requests to the platform: grants them, for as long as it is in office.
 *
 * 1. In any minute all replicas together send at most `perMinute` requests for their watches, whichever replica dies or is elected.
 * 2. Replicas that want more than there is are granted the same, in turn.
 * 3. Requests that are only expected are granted from the upper half of what is saved up: no replica is short then. Those expected within a tenth of a
 *    second are as good as here: one that sends a request after the other would otherwise have less than one that sends them together.
 * 4. It keeps the share of a replica that it has not heard of for as long as that replica may spend it.
 */
import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";
import { hear } from "../engine/hear.ts";
import {
  type Ask,
  aheadMillis,
  type BudgetOptions,
  burstOf,
  type Grant,
  isAsk,
  isHalt,
  longestHaltMillis,
  rateOf,
  replyMillis,
  roundMillis,
  shareMillis,
} from "./Grant.ts";

const forgetMillis = 60_000;

interface Waiting extends Ask {
  readonly message: Msg;
  readonly until: number;
}

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
  #roundAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  granted = 0;

  /** @param members how many replicas there are */
  constructor(options: BudgetOptions & { readonly nc: NatsConnection }, members: () => number) {
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
    for (const [member, at] of this.#heard) if (now > at + forgetMillis) this.#heard.delete(member);
    const fresh = [...this.#heard.values()].filter((at) => now <= at + replyMillis).length;
    const lapsing = [...this.#heard.values()].filter((at) => now > at + replyMillis && now <= at + shareMillis).length;
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
    const pause = Math.max(this.#haltedUntil, this.#roundAt) - now;
    if (pause <= 0) this.#grant(now);
    if (this.#waiting.length === 0) return;
    const toToken = this.#tokens >= 1 ? 0 : rate > 0 ? (1 - this.#tokens) / rate : Number.POSITIVE_INFINITY;
    const next = Math.max(toToken, Math.max(this.#haltedUntil, this.#roundAt) - now);
    const wait = Math.min(next, ...this.#waiting.map(({ until }) => until - now));
    this.#cancel = time.after(Math.max(1, wait), () => this.#serve());
  }

  /** Gives what there is, one to each in turn. */
  #grant(now: number): void {
    const granted = new Map<Waiting, number>();
    const deal = (countOf: (each: Waiting) => number, left: number): void => {
      for (let round = 1; this.#tokens >= left + 1; round++) {
        const open = this.#waiting.filter((each) => countOf(each) >= round);
        if (open.length === 0) break;
        for (const next of open) {
          if (this.#tokens < left + 1) break;
          granted.set(next, (granted.get(next) ?? 0) + 1);
          this.#tokens--;
          this.granted++;
        }
      }
    };
    const soonOf = ({ ahead = 0 }: Waiting) => Math.ceil((ahead * roundMillis) / aheadMillis);
    deal((each) => each.count + soonOf(each), 0);
    const isShort = this.#waiting.some((each) => (granted.get(each) ?? 0) < each.count);
    if (isShort) this.#roundAt = now + roundMillis;
    else deal((each) => (each.ahead ?? 0) - soonOf(each), burstOf(this.#options.perMinute) / 2);
    // A member that was served queues again behind the others.
    this.#waiting = this.#waiting.filter((each) => !granted.has(each));
    for (const [{ message }, count] of granted) this.#answer(message, count);
  }

  #answer(message: Msg, granted: number): void {
    const answer: Grant = { granted, share: this.#share };
    message.respond(JSON.stringify(answer));
  }
}
