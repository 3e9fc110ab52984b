/**
 * Lets the watches of a client send one after another where they share a budget, and says which is next.
 *
 * 1. In any 60 seconds at most `requestsPerMinute` requests pass, those of all watches together. Each watch's own budget is inside it.
 * 2. First scans pass before repeats, and among them the watch that was opened first; of repeats the one that has waited longest.
 * 3. None starves: of four requests one is a repeat, if one has waited for a minute.
 * 4. A look at a lease that is about to end, or has ended, passes before both: it is of no use later. While others wait, no two of these
 *    pass one after the other, so that they have half of the budget at most.
 * 5. After a pause that several watches had in common (`Retry-After`, no network, sleep), and while the budget is used up, requests pass
 *    one by one with jitter between them, until none waits.
 *
 * Without a budget and without a pause each request passes at once. A place that waits behind another sleeps until it is woken: each
 * request that passes wakes one place.
 *
 * Time is monotonic and in milliseconds; nothing here waits.
 */
import { Budget, type Limiter } from "./Budget.ts";

/** Request budget of a client's watches together; read again each time, as a derived client may change it. */
export interface ClientLimits {
  requestsPerMinute?: number | undefined;
}

/** How far apart requests are after a pause where no budget says it. */
const spacingMillis = 100;
const patienceMillis = 60_000;
const turnsPerRepeat = 4;

/** A waiting request: part of a first scan, a read of a lease that ends, or a repeat. */
export type Urgency = "first" | "look" | "repeat";

interface Waiting {
  readonly since: number;
  urgency: Urgency;
}

export class Turnstile {
  readonly #limits: ClientLimits;
  readonly #limiter: Limiter;
  readonly #places = new Set<Place>();
  readonly #waiting = new Map<Place, Waiting>();
  #budget: Budget | undefined;
  #opened = 0;
  #passed = 0;
  // The next caller, and whether it is a repeat whose turn no first scan takes.
  #head: Place | undefined;
  #isOwed = false;
  // Whether the last request that passed was a look at a lease that ends.
  #wasLook = false;
  #isPacing = false;
  #pacedFrom = Number.NEGATIVE_INFINITY;

  constructor(limiter: Limiter, limits: ClientLimits = {}) {
    this.#limiter = limiter;
    this.#limits = limits;
  }

  /** A place for one watch, until it is closed. @param wake called when it is next */
  open(wake: () => void): Place {
    const place = new Place(this, ++this.#opened, wake);
    this.#places.add(place);
    return place;
  }

  /** Several watches rest at once, until `from`: they do not go on at one instant. @param chance gives a number in [0, 1) */
  pause(from: number, chance: () => number): void {
    if (this.#places.size < 2 || (this.#isPacing && this.#pacedFrom >= from)) return;
    this.#isPacing = true;
    this.#pacedFrom = from + this.#spacing(chance);
  }

  /** @internal */
  readyAt(place: Place, now: number, urgency: Urgency): number {
    const budget = this.#currentBudget();
    if (budget === undefined && !this.#isPacing) return now;
    const waiting = this.#waiting.get(place);
    if (waiting === undefined) this.#waiting.set(place, { since: now, urgency });
    else waiting.urgency = urgency;
    if (this.#head === undefined || (!this.#isOwed && this.#isBefore(place, this.#head))) this.#head = place;
    if (this.#head !== place) return Number.POSITIVE_INFINITY;
    const budgetAt = budget?.readyAt(now) ?? now;
    if (budgetAt > now && this.#places.size > 1) this.#isPacing = true;
    return Math.max(now, budgetAt, this.#isPacing ? this.#pacedFrom : now);
  }

  /** @internal */
  pass(place: Place, now: number, chance: () => number): void {
    this.#currentBudget()?.spend(now);
    this.#passed++;
    this.#wasLook = this.#waiting.get(place)?.urgency === "look";
    if (this.#isPacing) this.#pacedFrom = now + this.#spacing(chance);
    this.leave(place, now);
    if (this.#waiting.size === 0) this.#isPacing = false;
  }

  /** @internal */
  leave(place: Place, now: number): void {
    if (!this.#waiting.delete(place) || this.#head !== place) return;
    this.#choose(now);
    this.#head?.wake();
  }

  /** @internal */
  close(place: Place, now: number): void {
    this.#places.delete(place);
    this.leave(place, now);
  }

  #currentBudget(): Budget | undefined {
    const { requestsPerMinute } = this.#limits;
    if (requestsPerMinute === undefined) this.#budget = undefined;
    else if (this.#budget === undefined) this.#budget = new Budget(requestsPerMinute, this.#limiter);
    else this.#budget.perMinute = requestsPerMinute;
    return this.#budget;
  }

  // Three quarters of an even spacing on average: the budget is used up all the same.
  #spacing(chance: () => number): number {
    const budget = this.#currentBudget();
    return (budget === undefined ? spacingMillis : 60_000 / budget.allowed) * (0.5 + chance() / 2);
  }

  #choose(now: number): void {
    this.#head = undefined;
    this.#isOwed = false;
    let longest: Place | undefined;
    for (const [place, { urgency, since }] of this.#waiting) {
      if (this.#head === undefined || this.#isBefore(place, this.#head)) this.#head = place;
      const hasWaited = urgency === "repeat" && now - since >= patienceMillis;
      if (hasWaited && (longest === undefined || this.#isBefore(place, longest))) longest = place;
    }
    if (longest === undefined || this.#passed % turnsPerRepeat !== 0) return;
    this.#head = longest;
    this.#isOwed = true;
  }

  #isBefore(one: Place, other: Place): boolean {
    const [a, b] = [this.#waiting.get(one)!, this.#waiting.get(other)!];
    const [rankA, rankB] = [this.#rankOf(a), this.#rankOf(b)];
    if (rankA !== rankB) return rankA < rankB;
    return a.urgency === "first" || a.since === b.since ? one.number < other.number : a.since < b.since;
  }

  #rankOf({ urgency }: Waiting): number {
    if (urgency === "look") return this.#wasLook ? 3 : 0;
    return urgency === "first" ? 1 : 2;
  }
}

/** One watch's place before a turnstile. */
export class Place {
  readonly #turnstile: Turnstile;
  /** In the order in which watches were opened. */
  readonly number: number;
  /** Called when it is next. */
  readonly wake: () => void;

  constructor(turnstile: Turnstile, number: number, wake: () => void) {
    this.#turnstile = turnstile;
    this.number = number;
    this.wake = wake;
  }

  /**
   * When its next request may pass, as far as that is known: infinite while others are before it, and then it is woken.
   *
   * @param urgency `first` while the list has not been read to its end yet
   */
  readyAt(now: number, urgency: Urgency): number {
    return this.#turnstile.readyAt(this, now, urgency);
  }

  /** A request goes out. @param chance gives a number in [0, 1) */
  pass(now: number, chance: () => number): void {
    this.#turnstile.pass(this, now, chance);
  }

  /** Nothing is due just now. */
  leave(now: number): void {
    this.#turnstile.leave(this, now);
  }

  /** See `Turnstile.pause`. */
  pause(from: number, chance: () => number): void {
    this.#turnstile.pause(from, chance);
  }

  close(now: number): void {
    this.#turnstile.close(this, now);
  }
}
