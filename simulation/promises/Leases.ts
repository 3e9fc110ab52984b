/**
 * Whether what has to be said about leases has been said in time (9), and whether the watch knows the server's clock as well as
 * it says.
 *
 * The server's clock can be set, and a sleeping machine does not see it go on: what the watch cannot have heard yet is not
 * held against it.
 *
 * On v5 there is no lease: what is left is that the watch knows the server's clock.
 */
import { instantOf, type Lease, type Watch } from "@evalwire/core";
import { httpDate } from "@evalwire/core/contract";
import type { Trace } from "../Trace.ts";
import { header } from "../world/Answer.ts";
import type { LeaseEnd } from "../world/History.ts";
import type { Exchange, Network } from "../world/Network.ts";
import type { SkewedClock } from "../world/SkewedClock.ts";
import type { Assertions } from "./Assertions.ts";
import type { Checker } from "./Checker.ts";
import { isGood, isPoll } from "./Looks.ts";

// Times are rounded to milliseconds on both sides, and a watch waits a little longer than it thinks, never shorter.
const roundingMillis = 3;

/** So long after the deadline an end is reported at the latest, by the state known then. */
const lookMillis = 10_000;

// A clock ahead of the others counts once it has been the only one so often, over so long.
const answersToBelieve = 3;
const millisToBelieve = 10_000;

// A date says seconds.
const dateMillis = 1_000;
// By how much two clocks may drift apart.
const driftPerMilli = 0.0002;

// So long one of several clocks is remembered, almost.
const keptMillis = 590_000;

/** A server's clock as an answer showed it. */
interface Heard {
  readonly clock: SkewedClock;
  readonly setMillis: number;
  /** How often it had been set. */
  readonly jumps: number;
  /** Between what its answer bounds the clock, less the time since the beginning. */
  readonly lowest: number;
  readonly highest: number;
  readonly at: number;
  /** How often the client's wall clock had been set, or its machine had slept, when the request was sent. */
  readonly clientJumps: number;
}

const isSetSince = ({ clock, jumps }: Heard): boolean => clock.jumps !== jumps;

/** The time the clock would show now, had it not been set since. */
const timeOf = ({ clock, setMillis }: Heard): number => clock.now() - clock.setMillis + setMillis;

export class Leases {
  readonly #trace: Trace;
  readonly #serverClock: SkewedClock;
  readonly #clientClock: SkewedClock;
  readonly #assertions: Assertions;
  readonly #hasOneClock: boolean;
  readonly #endOf: (lease: Lease) => LeaseEnd | undefined;
  /** The clocks that the last answers showed, the newest last: those that the watch may have to believe. */
  #heard: ReadonlyArray<Heard> = [];
  /** When the watch was first seen to know that a lease has ended, in milliseconds since the beginning. */
  readonly #knownSince = new Map<string, number>();

  constructor(
    network: Network,
    sender: string,
    parts: {
      trace: Trace;
      serverClock: SkewedClock;
      clientClock: SkewedClock;
      assertions: Assertions;
      /** Whether all servers have the same clock. */
      hasOneClock: boolean;
      endOf: (lease: Lease) => LeaseEnd | undefined;
    },
  ) {
    this.#trace = parts.trace;
    this.#endOf = parts.endOf;
    this.#hasOneClock = parts.hasOneClock;
    this.#serverClock = parts.serverClock;
    this.#clientClock = parts.clientClock;
    this.#assertions = parts.assertions;
    const jumpsAtSending = new WeakMap<Exchange, number>();
    network.listen({
      sent: (exchange) => jumpsAtSending.set(exchange, this.#clientClock.jumps),
      ended: (exchange) => {
        const { answer, shown } = exchange;
        if (exchange.sender !== sender || !isPoll(exchange) || !isGood(exchange) || shown === undefined) return;
        if (answer!.status !== 200 || header(answer!, "date") === undefined) return;
        const at = this.#trace.elapsed;
        const date = httpDate(header(answer!, "date")) ?? Number.NaN;
        const bounds = { lowest: date - at, highest: date + dateMillis - exchange.sentAt };
        const clientJumps = jumpsAtSending.get(exchange) ?? Number.NaN;
        const all = [...this.#heard, { ...shown, ...bounds, at, clientJumps }];
        const kept = Math.max(answersToBelieve, all.filter((each) => each.at >= at - millisToBelieve).length);
        this.#heard = all.slice(-kept);
      },
    });
  }

  /** The latest time that the watch can believe by an answer: of one clock the time it shows, of several the bound by the answer itself. */
  #latest(heard: Heard): number {
    return this.#hasOneClock ? timeOf(heard) : Math.max(timeOf(heard), heard.highest + this.#trace.elapsed);
  }

  /** By how many milliseconds a server's clock is ahead of the client's wall clock: of one clock exactly, of several as an answer bounds it. */
  #offsets(heard: Heard): readonly [least: number, most: number] {
    const exact = timeOf(heard) - this.#clientClock.now();
    if (this.#hasOneClock) return [exact, exact];
    const wall = this.#clientClock.now() - this.#trace.elapsed;
    const drift = (this.#trace.elapsed - heard.at) * driftPerMilli;
    return [Math.min(exact, heard.lowest - wall - drift), Math.max(exact, heard.highest - wall + drift)];
  }

  #hasWaited(lease: string): boolean {
    const { elapsed } = this.#trace;
    const since = this.#knownSince.get(lease) ?? elapsed;
    this.#knownSince.set(lease, since);
    return elapsed - since > lookMillis + roundingMillis;
  }

  /** Whether it can be so late on the server, by what the watch can have heard. */
  isServerPast(instantMillis: number): boolean {
    // Of several clocks the lowest counts; one that is further ahead has to be the only one for some time.
    const asHeard =
      this.#heard.length === 0 ? this.#clientClock.now() : Math.min(...this.#heard.map((heard) => this.#latest(heard)));
    return Math.max(this.#serverClock.now(), asHeard) >= instantMillis;
  }

  /**
   * @param leads the lead times of leases, in milliseconds
   * @param isOnline whether there has been a network for long enough to look at what ended meanwhile
   */
  check(watch: Watch, checker: Checker, leads: ReadonlyArray<number>, isOnline: boolean): void {
    const { clock } = watch.stats();
    const last = this.#heard.at(-1);
    if (clock === null || last === undefined || this.#heard.some(isSetSince)) return;
    for (const heard of this.#heard) {
      // After a jump the machine may have slept: what was known of several clocks is not any more.
      const hasJumped = heard.clientJumps !== this.#clientClock.jumps;
      const isForgotten = this.#trace.elapsed - heard.at > keptMillis || hasJumped;
      if (!this.#hasOneClock && isForgotten) continue;
      const [least, most] = this.#offsets(heard);
      const error = clock.errorMillis + roundingMillis;
      this.#assertions.hold(
        9,
        clock.offsetMillis + error >= least && clock.offsetMillis - error <= most,
        () =>
          `a server's clock is ${least} to ${most} ms ahead; the watch says ${clock.offsetMillis} ± ${clock.errorMillis}`,
      );
    }
    const lowest = Math.min(this.#serverClock.now(), ...this.#heard.map(timeOf));
    const surely = lowest - 2 * clock.errorMillis - roundingMillis;
    for (const { taskId, assignee, expiresAt } of watch.snapshot().leases.values()) {
      const deadline = expiresAt === null ? undefined : instantOf(expiresAt);
      if (expiresAt === null || deadline === undefined) continue;
      // An end waits for a poll that shows its outcome.
      const hasEnded = deadline <= this.#serverClock.now();
      // A lease given up or deleted before is no end by the clock, also while the watch still shows it.
      const isByClock = this.#endOf({ taskId, assignee, expiresAt })?.isByClock ?? false;
      const isEndDue =
        hasEnded && isByClock && isOnline && deadline <= surely && this.#hasWaited(`${taskId} ${expiresAt}`);
      // By what another server's clock shows it may be over already: then there is nothing to warn of.
      const mayBeOver = !this.#hasOneClock && this.#heard.some((heard) => deadline <= this.#latest(heard));
      const dueLeads = mayBeOver ? [] : leads.filter((lead) => deadline - lead <= surely);
      const due = hasEnded ? (isEndDue ? [0] : []) : dueLeads;
      if (due.length === 0) continue;
      const shortest = checker.shortestAnnounced(taskId, assignee, expiresAt, leads);
      this.#assertions.hold(
        9,
        shortest !== undefined && shortest <= Math.min(...due),
        () =>
          `a lease ends at ${expiresAt}, ${surely - deadline} ms ago, and ${shortest ?? "nothing"} was reported: ${taskId}`,
      );
    }
  }
}
