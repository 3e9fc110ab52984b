/**
 * Whether what has to be said about leases has been said in time (9), and whether the watch knows the server's clock as well as
 * it says.
 *
 * The server's clock can be set, and a sleeping machine does not see it go on: what the watch cannot have heard yet is not
 * held against it.
 */
import { instantOf, type Lease, type Watch } from "@evalwire/core";
import type { Trace } from "../Trace.ts";
import { header } from "../world/Answer.ts";
import type { LeaseEnd } from "../world/History.ts";
import type { Network } from "../world/Network.ts";
import type { SkewedClock } from "../world/SkewedClock.ts";
import type { Assertions } from "./Assertions.ts";
import type { Checker } from "./Checker.ts";
import { isGood, isPoll } from "./Looks.ts";

// Times are rounded to milliseconds on both sides, and a watch waits a little longer than it thinks, never shorter.
const roundingMillis = 3;

/** So long after the deadline an end is told at the latest, by what is known then. */
const lookMillis = 10_000;

export class Leases {
  readonly #trace: Trace;
  readonly #serverClock: SkewedClock;
  readonly #clientClock: SkewedClock;
  readonly #assertions: Assertions;
  readonly #endOf: (lease: Lease) => LeaseEnd | undefined;
  /** What the last answer showed of the server's clock: its time less the time since the beginning, in milliseconds. */
  #heard: number | undefined;
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
      endOf: (lease: Lease) => LeaseEnd | undefined;
    },
  ) {
    this.#trace = parts.trace;
    this.#endOf = parts.endOf;
    this.#serverClock = parts.serverClock;
    this.#clientClock = parts.clientClock;
    this.#assertions = parts.assertions;
    network.listen({
      ended: (exchange) => {
        const { answer, serverZero } = exchange;
        if (exchange.sender !== sender || !isPoll(exchange) || !isGood(exchange) || serverZero === undefined) return;
        if (answer!.status !== 200 || header(answer!, "date") === undefined) return;
        this.#heard = serverZero;
      },
    });
  }

  #hasWaited(lease: string): boolean {
    const { elapsed } = this.#trace;
    const since = this.#knownSince.get(lease) ?? elapsed;
    this.#knownSince.set(lease, since);
    return elapsed - since > lookMillis + roundingMillis;
  }

  /** Whether it can be so late on the server, by what the watch can have heard. */
  isServerPast(instantMillis: number): boolean {
    const now = this.#serverClock.now();
    const asHeard = this.#heard === undefined ? this.#clientClock.now() : this.#heard + this.#trace.elapsed;
    return Math.max(now, asHeard) >= instantMillis;
  }

  /**
   * @param leads the lead times of leases, in milliseconds
   * @param isOnline whether there has been a network for long enough to look at what ended meanwhile
   */
  check(watch: Watch, checker: Checker, leads: ReadonlyArray<number>, isOnline: boolean): void {
    const { clock } = watch.stats();
    const zero = this.#serverClock.now() - this.#trace.elapsed;
    if (clock === null || this.#heard === undefined || Math.abs(zero - this.#heard) > 1) return;
    const offset = this.#serverClock.now() - this.#clientClock.now();
    const wrong = Math.abs(clock.offsetMillis - offset);
    this.#assertions.hold(
      9,
      wrong <= clock.errorMillis + roundingMillis,
      () => `the server's clock is ${offset} ms ahead; the watch says ${clock.offsetMillis} ± ${clock.errorMillis}`,
    );
    const surely = this.#serverClock.now() - 2 * clock.errorMillis - roundingMillis;
    for (const { taskId, assignee, expiresAt } of watch.snapshot().leases.values()) {
      const deadline = expiresAt === null ? undefined : instantOf(expiresAt);
      if (expiresAt === null || deadline === undefined) continue;
      // An end waits for a look that shows what became of it.
      const hasEnded = deadline <= this.#serverClock.now();
      // What was given up or deleted before is no end by the clock, also while the watch still shows it.
      const isByClock = this.#endOf({ taskId, assignee, expiresAt })?.isByClock ?? false;
      const isEndDue =
        hasEnded && isByClock && isOnline && deadline <= surely && this.#hasWaited(`${taskId} ${expiresAt}`);
      const due = hasEnded ? (isEndDue ? [0] : []) : leads.filter((lead) => deadline - lead <= surely);
      if (due.length === 0) continue;
      const told = checker.shortestTold(taskId, assignee, expiresAt, leads);
      this.#assertions.hold(
        9,
        told !== undefined && told <= Math.min(...due),
        () => `a lease ends at ${expiresAt}, ${surely - deadline} ms ago, and ${told ?? "nothing"} was told: ${taskId}`,
      );
    }
  }
}
