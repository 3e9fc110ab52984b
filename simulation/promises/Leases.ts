/**
 * Whether what has to be said about leases has been said in time (9), and whether the watch knows the server's clock as well as
 * it says.
 *
 * The server's clock can be set, and a sleeping machine does not see it go on: what the watch cannot have heard yet is not
 * held against it.
 */
import { instantOf, type Watch } from "@evalwire/core";
import type { Trace } from "../Trace.ts";
import { header } from "../world/Answer.ts";
import type { Network } from "../world/Network.ts";
import type { SkewedClock } from "../world/SkewedClock.ts";
import type { Assertions } from "./Assertions.ts";
import type { Checker } from "./Checker.ts";
import { isGood, isPoll } from "./Looks.ts";

// Times are rounded to milliseconds on both sides, and a watch waits a little longer than it thinks, never shorter.
const roundingMillis = 3;

export class Leases {
  readonly #trace: Trace;
  readonly #serverClock: SkewedClock;
  readonly #clientClock: SkewedClock;
  readonly #assertions: Assertions;
  /** What the last answer showed of the server's clock: its time less the time since the beginning, in milliseconds. */
  #heard: number | undefined;

  constructor(
    network: Network,
    sender: string,
    parts: { trace: Trace; serverClock: SkewedClock; clientClock: SkewedClock; assertions: Assertions },
  ) {
    this.#trace = parts.trace;
    this.#serverClock = parts.serverClock;
    this.#clientClock = parts.clientClock;
    this.#assertions = parts.assertions;
    network.listen({
      ended: (exchange) => {
        const { answer, serverZero } = exchange;
        if (exchange.sender !== sender || !isPoll(exchange) || !isGood(exchange) || serverZero === undefined) return;
        if (answer!.status === 200 && header(answer!, "date") !== undefined) this.#heard = serverZero;
      },
    });
  }

  /** Whether it can be so late on the server, by what the watch can have heard. */
  isServerPast(instantMillis: number): boolean {
    const now = this.#serverClock.now();
    const asHeard = this.#heard === undefined ? this.#clientClock.now() : this.#heard + this.#trace.elapsed;
    return Math.max(now, asHeard) >= instantMillis;
  }

  /** @param leads the lead times of leases, in milliseconds */
  check(watch: Watch, checker: Checker, leads: ReadonlyArray<number>): void {
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
      const due = [0, ...leads].filter((lead) => deadline - lead <= surely);
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
