import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Budget from "../../../src/watch/poll/Budget.ts";

const commands = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ _tag: fc.constant("send" as const), pause: fc.nat(3_000) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        _tag: fc.constant("refused" as const),
        retryAfter: fc.option(fc.nat(40_000), { nil: undefined }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ _tag: fc.constant("succeeded" as const) }) },
  ),
  { maxLength: 300 },
);

describe("Budget", () => {
  it("a caller that sends only when ready sends at most perMinute requests in any 60 seconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), commands, (perMinute, all) => {
        const limiter = new Budget.Limiter();
        const budget = new Budget.Budget(perMinute, limiter);
        const sent: Array<number> = [];
        let now = 0;
        for (const move of all) {
          if (move._tag === "send") {
            now = budget.readyAt(now + move.pause);
            budget.spend(now);
            sent.push(now);
          } else if (move._tag === "succeeded") limiter.succeeded();
          else limiter.refused(now, move.retryAfter);
        }
        for (const start of sent) {
          const within = sent.filter((at) => at >= start && at < start + 60_000).length;
          expect(within).toBeLessThanOrEqual(perMinute);
        }
        expect(budget.sentInLastMinute(now)).toBe(sent.filter((at) => at > now - 60_000).length);
      }),
    );
  });

  it("nothing is sent before the time the server named", () => {
    const limiter = new Budget.Limiter();
    const budget = new Budget.Budget(60, limiter);
    expect(limiter.refused(0, 30_000)).toBe(true);
    expect(budget.readyAt(1)).toBe(30_000);
    expect(limiter.refused(10, 5_000)).toBe(true);
    expect(budget.readyAt(11)).toBe(30_000);
  });

  it("a Retry-After of a year is cut, and said to be", () => {
    const limiter = new Budget.Limiter();
    expect(limiter.refused(0, 365 * 24 * 3_600_000)).toBe(false);
    expect(limiter.blockedUntil).toBe(Budget.longestRetryAfterMillis);
  });

  it("a refusal halves the rate of every watch of the client, successes raise it again, never above the budget", () => {
    const limiter = new Budget.Limiter();
    const [one, other] = [new Budget.Budget(64, limiter), new Budget.Budget(32, limiter)];
    limiter.refused(0, undefined);
    limiter.refused(0, undefined);
    expect([one.allowed, other.allowed]).toEqual([16, 8]);
    limiter.succeeded();
    expect(one.allowed).toBe(18);
    for (let count = 0; count < 100; count++) limiter.succeeded();
    expect([one.allowed, other.allowed]).toEqual([64, 32]);
    for (let count = 0; count < 100; count++) limiter.refused(0, undefined);
    expect([one.allowed, other.allowed]).toEqual([1, 1]);
  });

  it("a budget of less than one request a minute is refused", () => {
    for (const perMinute of [0, -1, Number.NaN]) {
      expect(() => new Budget.Budget(perMinute, new Budget.Limiter())).toThrow("requestsPerMinute");
    }
  });
});
