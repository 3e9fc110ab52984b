/**
 * A budget of repetitions for one host, shared by all calls to it: when a host is down, clients must not multiply its
 * load.
 *
 * 1. It never holds less than nothing nor more than it began with.
 * 2. A repetition costs, one after a timeout costs twice as much, and every success gives a little back.
 * 3. When it cannot pay, a failure is final at once.
 */

const capacity = 500;
const retryCost = 5;
const timeoutCost = 10;
const successRefund = 1;

export class RetryQuota {
  #tokens = capacity;

  get tokens(): number {
    return this.#tokens;
  }

  /** Pays for one repetition; `false` when there is not enough left. */
  take(afterTimeout: boolean): boolean {
    const cost = afterTimeout ? timeoutCost : retryCost;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  giveBack(): void {
    this.#tokens = Math.min(this.#tokens + successRefund, capacity);
  }
}

// Clients that speak to a host through the same fetch share its quota. A scripted fetch has a world of its own, so
// that one simulation never sees what another one spent.
const quotas = new WeakMap<object, Map<string, RetryQuota>>();

/** The quota of `host` for everyone who reaches it by `fetch`. */
export const shared = (fetch: object, host: string): RetryQuota => {
  let ofFetch = quotas.get(fetch);
  if (ofFetch === undefined) {
    ofFetch = new Map();
    quotas.set(fetch, ofFetch);
  }
  let quota = ofFetch.get(host);
  if (quota === undefined) {
    quota = new RetryQuota();
    ofFetch.set(host, quota);
  }
  return quota;
};
