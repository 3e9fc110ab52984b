/** A watch whose machine wakes: it catches up, once (13). */
import type { Trace } from "../Trace.ts";
import type { Exchange, Network } from "../world/Network.ts";
import type { Assertions } from "./Assertions.ts";
import { isGood, isPoll, type Looks } from "./Looks.ts";
import type { Traffic } from "./Traffic.ts";

// A poll that takes longer than this holds up everything behind it.
const promptMillis = 1_000;
/** A watch notices a sleep within this, and has a few seconds to look around. */
export const noticedWithinMillis = 20_000;

export class Waking {
  readonly #trace: Trace;
  readonly #assertions: Assertions;
  readonly #looks: Looks;
  readonly #traffic: Traffic;
  #wokeAt: number | undefined;
  #firstPages = 0;
  #isHindered = false;

  constructor(
    network: Network,
    sender: string,
    parts: { trace: Trace; assertions: Assertions; looks: Looks; traffic: Traffic },
  ) {
    this.#trace = parts.trace;
    this.#assertions = parts.assertions;
    this.#looks = parts.looks;
    this.#traffic = parts.traffic;
    network.listen({
      ended: (exchange: Exchange) => {
        if (exchange.sender !== sender || !isPoll(exchange)) return;
        if (!isGood(exchange) || exchange.endedAt! - exchange.sentAt > promptMillis) this.#isHindered = true;
      },
    });
  }

  /** The machine wakes now. */
  woke(): void {
    this.#wokeAt = this.#trace.elapsed;
    this.#firstPages = this.#traffic.firstPages;
    this.#isHindered = this.#traffic.blockedUntil > this.#wokeAt;
  }

  /** @param allowance how many requests a minute the watch may send just now */
  check(allowance: number): void {
    const wokeAt = this.#wokeAt;
    if (wokeAt === undefined || this.#trace.elapsed - wokeAt < noticedWithinMillis) return;
    this.#wokeAt = undefined;
    const pages = this.#looks.passes.at(-1)?.pages ?? 1;
    // With a small budget a scan may have to wait longer than we do.
    if (this.#isHindered || allowance < 50 || pages > 3) return;
    const caughtUp = this.#looks.passes.find(({ began }) => began >= wokeAt);
    const begun = this.#traffic.firstPages - this.#firstPages;
    this.#assertions.hold(13, caughtUp !== undefined, () => `no scan since the machine woke at ${wokeAt}`);
    // One may have been under way, and is restarted.
    const most = 2 + this.#looks.passes.filter(({ began }) => began >= wokeAt).length;
    this.#assertions.hold(13, begun <= most, () => `${begun} scans were begun since the machine woke at ${wokeAt}`);
  }
}
