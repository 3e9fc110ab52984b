/** Whether a watch says how well it is: degraded by a poll that fails, recovered by those that succeed, never ended by either (10). */
import type { WatchStatus } from "@evalwire/core";
import type { Exchange, Network } from "../world/Network.ts";
import type { Assertions } from "./Assertions.ts";
import { isGood, isPoll, type Kind, kindOf } from "./Looks.ts";

export class Health {
  readonly #assertions: Assertions;
  // The kinds of poll that failed last time.
  readonly #failing = new Set<Kind>();
  #hasFailedLast = false;
  #isResting = false;

  constructor(network: Network, sender: string, assertions: Assertions) {
    this.#assertions = assertions;
    network.listen({
      ended: (exchange) => {
        if (exchange.sender === sender && isPoll(exchange)) this.#ended(exchange);
      },
    });
  }

  /** Whether there are no listeners: then the watch rests, and its last status says nothing about the next. */
  set isResting(isResting: boolean) {
    this.#isResting = isResting;
    if (isResting) this.#hasFailedLast = false;
  }

  /** @param isOnline whether the machine has a network */
  check(status: WatchStatus, isOnline: boolean): void {
    const is = `the watch is ${status._tag}`;
    this.#assertions.hold(10, status._tag !== "closed", () => `${is} without being asked`);
    if (this.#isResting) {
      this.#assertions.hold(11, status._tag === "connecting", () => `${is}, and there are no listeners`);
      return;
    }
    if (this.#hasFailedLast)
      this.#assertions.hold(10, status._tag === "degraded", () => `${is}, and its last poll failed`);
    if (!isOnline) this.#assertions.hold(10, status._tag === "degraded", () => `${is}, and there is no network`);
    // That there was no network, or that nothing was read for too long, is not a poll that fails.
    const isOwn = status._tag === "degraded" && ["Offline", "Stale"].includes(status.error.reason._tag);
    if (this.#failing.size === 0 && !isOwn)
      this.#assertions.hold(10, status._tag !== "degraded", () => `${is}, and nothing fails`);
  }

  #ended(exchange: Exchange): void {
    const kind = kindOf(exchange);
    // Without a history events say less, and are as true.
    if (kind === "history") return;
    // A poll given up because all listeners left says nothing.
    if (exchange.outcome === "aborted" && this.#isResting) return;
    this.#hasFailedLast = !isGood(exchange);
    if (this.#hasFailedLast) this.#failing.add(kind);
    else {
      this.#failing.delete(kind);
      // A page shows more than any glance could have.
      if (kind === "page") this.#failing.delete("glance");
    }
  }
}
