/**
 * The polls of one watch on the wire: one at a time (11), within the budget, when they are allowed, and no faster than requested (12).
 */
import type { Trace } from "../Trace.ts";
import { askedToWait } from "../world/Answer.ts";
import type { Exchange, Network } from "../world/Network.ts";
import type { Assertions } from "./Assertions.ts";
import { isPoll, kindOf, type Looks } from "./Looks.ts";
import { isFirst } from "./pages.ts";

const minuteMillis = 60_000;
// Instants are sums of fractions.
const roundingMillis = 0.001;
// The longest Retry-After that a watch obeys.
const longestWaitMillis = 15 * minuteMillis;
// A date says seconds, and so does the clock it is read against.
const dateMillis = 1_000;

export interface Limits {
  readonly requestsPerMinute: number;
  /** The shortest pause between two scans, in milliseconds. */
  readonly shortestMillis: number;
}

export class Traffic {
  readonly #trace: Trace;
  readonly #assertions: Assertions;
  readonly #limits: Limits;
  readonly #looks: Looks;
  readonly #sentAt: Array<number> = [];
  #open = 0;
  #total = 0;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #firstPages = 0;
  #forbidden: { readonly why: string; readonly since: number } | undefined;

  constructor(
    network: Network,
    sender: string,
    parts: { trace: Trace; assertions: Assertions; limits: Limits; looks: Looks },
  ) {
    this.#trace = parts.trace;
    this.#assertions = parts.assertions;
    this.#limits = parts.limits;
    this.#looks = parts.looks;
    const isOurs = (exchange: Exchange) => exchange.sender === sender && isPoll(exchange);
    network.listen({
      sent: (exchange) => isOurs(exchange) && this.#sent(exchange),
      ended: (exchange) => isOurs(exchange) && this.#ended(exchange),
    });
  }

  /** From now on nothing is to be polled, and why not; or everything is as usual. */
  forbid(why: string | undefined): void {
    this.#forbidden = why === undefined ? undefined : { why, since: this.#trace.elapsed };
  }

  /** How many polls are under way. */
  get open(): number {
    return this.#open;
  }

  /** How many polls there have been. */
  get total(): number {
    return this.#total;
  }

  /** How many scans were begun. */
  get firstPages(): number {
    return this.#firstPages;
  }

  /** Until when the server requested a pause, in milliseconds since the beginning. */
  get blockedUntil(): number {
    return this.#blockedUntil;
  }

  #sent(exchange: Exchange): void {
    const { sentAt: at } = exchange;
    const { requestsPerMinute, shortestMillis } = this.#limits;
    this.#total++;
    this.#assertions.hold(11, this.#open === 0, () => `#${exchange.number} is sent while another poll is under way`);
    this.#open++;
    // A request decided in the moment before is still sent.
    const isAllowed = this.#forbidden === undefined || this.#forbidden.since === at;
    this.#assertions.hold(12, isAllowed, () => `#${exchange.number} is sent although ${this.#forbidden?.why}`);
    this.#sentAt.push(at);
    const before = this.#sentAt[this.#sentAt.length - 1 - requestsPerMinute];
    const isWithin = before === undefined || at - before >= minuteMillis - roundingMillis;
    this.#assertions.hold(12, isWithin, () => `more than ${requestsPerMinute} polls since ${before}`);
    const isWelcome = at >= this.#blockedUntil - roundingMillis;
    this.#assertions.hold(
      12,
      isWelcome,
      () => `#${exchange.number} is sent before ${this.#blockedUntil}, as the server asked`,
    );
    if (kindOf(exchange) !== "page" || !isFirst(exchange.request.path)) return;
    this.#firstPages++;
    const pass = this.#looks.passes.at(-1);
    const isPaced = pass === undefined || at - pass.ended >= shortestMillis - roundingMillis;
    this.#assertions.hold(12, isPaced, () => `a scan begins ${at - (pass?.ended ?? 0)} ms after the last one`);
  }

  #ended({ answer, endedAt }: Exchange): void {
    this.#open--;
    if (answer === undefined || (answer.status !== 429 && answer.status < 500)) return;
    const asked = askedToWait(answer);
    if (asked === undefined) return;
    const until = endedAt! + Math.min(asked - dateMillis, longestWaitMillis);
    this.#blockedUntil = Math.max(this.#blockedUntil, until);
  }
}
