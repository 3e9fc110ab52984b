import { SimulatedClock } from "@evalwire/core/testing";
import type { NatsConnection } from "@nats-io/nats-core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BudgetGate } from "../../src/budget/BudgetGate.ts";
import { BudgetOwner } from "../../src/budget/BudgetOwner.ts";
import { Time } from "../../src/engine/Time.ts";
import { bus } from "../bus.ts";

const never = new AbortController().signal;
const minute = 60_000;

/** How one replica uses the budget. */
type Use =
  /** So many watches, each of which sends as soon as it may. */
  | { readonly kind: "press"; readonly watches: number }
  /** So many watches, each of which sends once in so many milliseconds. */
  | { readonly kind: "poll"; readonly watches: number; readonly every: number }
  /** So many requests at once, again and again. */
  | { readonly kind: "burst"; readonly requests: number; readonly every: number };

/** From when on, in seconds, and for how many. */
interface Span {
  readonly from: number;
  readonly for: number;
}

interface Life {
  readonly perMinute: number;
  readonly uses: ReadonlyArray<Use>;
  /** When there is no owner. */
  readonly vacant: ReadonlyArray<Span>;
  /** When a replica's messages are lost, or reach a server that knows no owner. */
  readonly cut: ReadonlyArray<Span & { readonly member: number; readonly isRefused: boolean }>;
  /** How long a message takes. */
  readonly delayMillis: number;
}

const use: fc.Arbitrary<Use> = fc.oneof(
  fc.record({ kind: fc.constant("press" as const), watches: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant("poll" as const),
    watches: fc.integer({ min: 1, max: 40 }),
    every: fc.constantFrom(500, 2_000, 7_000),
  }),
  fc.record({
    kind: fc.constant("burst" as const),
    requests: fc.integer({ min: 1, max: 60 }),
    every: fc.constantFrom(3_000, 20_000),
  }),
);
const span = { from: fc.integer({ min: 0, max: 120 }), for: fc.integer({ min: 1, max: 20 }) };
const life = (faults: { readonly vacant: number; readonly cut: number }): fc.Arbitrary<Life> =>
  fc.record({
    perMinute: fc.constantFrom(20, 60, 120, 600, 2_400),
    uses: fc.array(use, { minLength: 1, maxLength: 4 }),
    vacant: fc.array(fc.record(span), { maxLength: faults.vacant }),
    cut: fc.array(fc.record({ ...span, member: fc.nat({ max: 3 }), isRefused: fc.boolean() }), {
      maxLength: faults.cut,
    }),
    delayMillis: fc.constantFrom(0, 2, 150),
  });

interface Lived {
  readonly sent: ReadonlyArray<{ readonly at: number; readonly member: number }>;
  readonly asks: ReadonlyArray<{ readonly at: number; readonly member: number }>;
  /** The longest that a request had to wait, in milliseconds, by replica. */
  readonly waited: ReadonlyArray<number>;
}

/** Lives it for so many seconds. */
const live = async ({ perMinute, uses, vacant, cut, delayMillis }: Life, seconds: number): Promise<Lived> => {
  const clock = new SimulatedClock();
  const time = new Time(clock);
  const nc = bus(time, delayMillis);
  const options = { nc, subject: "budget", perMinute, time, onFailure: () => undefined };
  const within = (spans: ReadonlyArray<Span>) =>
    spans.some(({ from, for: length }) => time.now() >= from * 1_000 && time.now() < (from + length) * 1_000);
  const asks: Array<{ readonly at: number; readonly member: number }> = [];
  const gates = uses.map((_, member) => {
    const request: NatsConnection["request"] = async (subject, data, about) => {
      asks.push({ at: time.now(), member });
      if (!within(cut.filter((each) => each.member === member))) return nc.request(subject, data, about);
      if (!within(cut.filter((each) => each.member === member && each.isRefused)))
        await time.sleep(about?.timeout ?? 0);
      throw new Error("no answer");
    };
    return new BudgetGate({ ...options, nc: { ...nc, request }, member: `m${member}` });
  });
  const sent: Array<{ readonly at: number; readonly member: number }> = [];
  const waited = uses.map(() => 0);
  let isOver = false;
  const send = async (member: number) => {
    const from = time.now();
    await gates[member]!.admit(never);
    if (isOver) return;
    sent.push({ at: time.now(), member });
    waited[member] = Math.max(waited[member]!, time.now() - from);
  };
  const press = async (member: number) => {
    while (!isOver) await send(member);
  };
  const poll = async (member: number, first: number, every: number) => {
    for (await time.sleep(first); !isOver; await time.sleep(every)) await send(member);
  };
  const burst = async (member: number, requests: number, every: number) => {
    for (; !isOver; await time.sleep(every)) await Promise.all(Array.from({ length: requests }, () => send(member)));
  };
  for (const [member, each] of uses.entries()) {
    if (each.kind === "burst") void burst(member, each.requests, each.every);
    else
      for (let watch = 0; watch < each.watches; watch++)
        void (each.kind === "press"
          ? time.sleep(member * 37).then(() => press(member))
          : poll(member, (watch * each.every) / each.watches, each.every));
  }
  let owner: BudgetOwner | undefined;
  for (let second = 0; second < seconds; second++) {
    const isVacant = within(vacant);
    if (isVacant) owner?.close();
    owner = isVacant ? undefined : (owner ?? new BudgetOwner(options, () => uses.length));
    await clock.advance("1 second");
  }
  isOver = true;
  for (const gate of gates) gate.close();
  owner?.close();
  return { sent, asks, waited };
};

/** The most in any stretch of so many milliseconds. */
const most = (times: ReadonlyArray<number>, millis: number): number => {
  let first = 0;
  let found = 0;
  for (const [index, at] of times.entries()) {
    while (times[first]! <= at - millis) first++;
    found = Math.max(found, index - first + 1);
  }
  return found;
};

const timesOf = (all: ReadonlyArray<{ readonly at: number; readonly member: number }>, member: number) =>
  all.filter((each) => each.member === member).map(({ at }) => at);

describe("One budget, with any replicas, owners and losses", () => {
  it("in no minute more is sent than the budget says: owners come and go, and replicas are cut off", async () => {
    await fc.assert(
      fc.asyncProperty(life({ vacant: 3, cut: 3 }), async (each) => {
        const { sent } = await live(each, 130);
        const times = sent.map(({ at }) => at);
        expect(most(times, minute)).toBeLessThanOrEqual(each.perMinute);
      }),
      { numRuns: 25 },
    );
  });

  it("replicas that are cut off spend what is kept for them, however many and for however long", async () => {
    const cuts = fc
      .record({
        for: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 15 })),
        pause: fc.integer({ min: 1, max: 5 }),
      })
      .map(({ for: length, pause }) =>
        Array.from({ length: Math.floor(80 / (length + pause)) }, (_, index) => ({
          from: 5 + index * (length + pause),
          for: length,
        })),
      );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(600, 60, 2_400), cuts, fc.constantFrom(2, 0, 150), async (...given) => {
        const [perMinute, cut, delayMillis] = given;
        const uses = [1, 2, 3, 4].map(() => ({ kind: "press", watches: 5 }) as const);
        const others = cut.flatMap((each) => [1, 2, 3].map((member) => ({ ...each, member, isRefused: true })));
        const { sent } = await live({ perMinute, uses, vacant: [], cut: others, delayMillis }, 90);
        const times = sent.map(({ at }) => at);
        expect(most(times, minute)).toBeLessThanOrEqual(perMinute);
        // Nor is it left unused: what one may not spend, the others may.
        expect(most(times, minute)).toBeGreaterThanOrEqual(perMinute * 0.4);
      }),
      { numRuns: 20 },
    );
  });

  it("messages are bounded by time: of each replica ten a second and eight more, however many watches it has", async () => {
    await fc.assert(
      fc.asyncProperty(life({ vacant: 2, cut: 1 }), async (each) => {
        const { asks } = await live(each, 40);
        for (const [member] of each.uses.entries()) {
          const times = timesOf(asks, member);
          for (const seconds of [1, 10]) expect(most(times, seconds * 1_000)).toBeLessThanOrEqual(8 + 10 * seconds);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("no replica starves: where all want more than there is, each replica is given at least half of an even share", async () => {
    const wants = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(60, 600, 2_400), wants, fc.constantFrom(0, 2, 50), async (...given) => {
        const [perMinute, watches, delayMillis] = given;
        const uses = watches.map((count) => ({ kind: "press", watches: count }) as const);
        const { sent } = await live({ perMinute, uses, vacant: [], cut: [], delayMillis }, 75);
        const late = sent.filter(({ at }) => at >= 15_000);
        const shares = uses.map((_, member) => late.filter((each) => each.member === member).length);
        // One replica with a single watch that waits for an answer each time cannot use a large share.
        const roundTrips = watches.map((count) => (count * minute) / (100 + 2 * delayMillis));
        for (const [member, share] of shares.entries())
          expect(share).toBeGreaterThanOrEqual(Math.min(perMinute / uses.length, roundTrips[member]!) * 0.5 - 2);
        expect(late.length).toBeGreaterThanOrEqual(
          Math.min(
            perMinute,
            roundTrips.reduce((a, b) => a + b),
          ) *
            0.8 -
            2,
        );
      }),
      { numRuns: 15 },
    );
  });

  it("polls of three hundred watches cost as few messages as those of three, and are not held up", async () => {
    const asksOf = async (watches: number) => {
      const uses = [{ kind: "poll", watches, every: 5_000 }] as const;
      const { asks, sent, waited } = await live({ perMinute: 60_000, uses, vacant: [], cut: [], delayMillis: 2 }, 40);
      expect(sent.length).toBeGreaterThanOrEqual(watches * 7);
      expect(waited[0]!).toBeLessThanOrEqual(200);
      return asks.filter(({ at }) => at >= 10_000).length;
    };
    const few = await asksOf(3);
    const many = await asksOf(300);
    expect(many).toBeLessThanOrEqual(few * 2.5);
    expect(many).toBeLessThanOrEqual(2 * 30);
  });

  it("what was granted and not used in two seconds is void", async () => {
    const clock = new SimulatedClock();
    const time = new Time(clock);
    const options = { nc: bus(time), subject: "budget", perMinute: 6_000, time, onFailure: () => undefined };
    const gate = new BudgetGate({ ...options, member: "m" });
    const owner = new BudgetOwner(options, () => 1);
    for (let request = 0; request < 100; request++) {
      void gate.admit(never);
      await clock.advance("20 millis");
    }
    // Where an odd request has just used the last of it, the next brings more.
    void gate.admit(never);
    await clock.advance("20 millis");
    owner.close();
    // Some of what was granted last is left.
    const before = gate.admitted;
    void gate.admit(never);
    expect(gate.admitted).toBe(before + 1);
    await clock.advance("3 seconds");
    void gate.admit(never);
    expect(gate.admitted).toBe(before + 1);
    // Its share is what it may spend now.
    await clock.advance("1 second");
    expect(gate.admitted).toBe(before + 2);
    gate.close();
  });

  it("refusals of a whole replica are one message, and a later one that requests more is another", async () => {
    const clock = new SimulatedClock();
    const time = new Time(clock);
    const nc = bus(time);
    const options = { nc, subject: "budget", perMinute: 6_000, time, onFailure: () => undefined };
    const gates = [0, 1].map((member) => new BudgetGate({ ...options, member: `m${member}` }));
    let halts = 0;
    nc.subscribe("budget.halt", { callback: () => void halts++ });
    for (let request = 0; request < 300; request++) {
      gates[0]!.refused(20_000);
      await clock.advance("5 millis");
    }
    expect(halts).toBe(1);
    expect(gates[1]!.haltedMillis).toBeGreaterThanOrEqual(gates[0]!.haltedMillis - 5);
    gates[1]!.refused(60_000);
    await clock.advance("5 millis");
    expect(halts).toBe(2);
    expect(gates[0]!.haltedMillis).toBeGreaterThanOrEqual(59_000);
    for (const gate of gates) gate.close();
  });
});
