import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as Retry from "../../../src/client/http/Retry.ts";
import * as RetryQuota from "../../../src/client/http/RetryQuota.ts";
import { endpoints } from "../../../src/contract/index.ts";
import { json, type Step, script, silence } from "../script.ts";

const argsOf = (endpoint: (typeof endpoints)[number]) => ({
  ...Object.fromEntries(endpoint.params.map((name) => [name, "x"])),
  ...(endpoint.bodyIsArray ? { items: [] } : {}),
});

const isRepeatable = (method: string) => method === "GET" || method === "PATCH";

/** A failure of one attempt: what answers it, and how long the server asks to wait for the next one. */
interface Fault {
  readonly step: Step;
  readonly asks: number | undefined;
  readonly isCurable: boolean;
}

const status = fc.constantFrom(
  400,
  401,
  403,
  404,
  408,
  409,
  410,
  412,
  418,
  422,
  425,
  429,
  451,
  500,
  501,
  502,
  503,
  504,
  599,
);
const curable = new Set([408, 409, 425, 429, 500, 502, 503, 504, 599]);

const refused = fc
  .record({
    status,
    verdict: fc.constantFrom("true", "false", "maybe", undefined),
    asks: fc.option(fc.nat({ max: 200_000 }), { nil: undefined }),
  })
  .map(
    ({ status, verdict, asks }): Fault => ({
      step: () =>
        json(
          { detail: "no" },
          {
            status,
            headers: {
              ...(verdict === undefined ? {} : { "x-should-retry": verdict }),
              ...(asks === undefined ? {} : { "retry-after-ms": String(asks) }),
            },
          },
        ),
      asks,
      isCurable: verdict === "true" || (verdict !== "false" && curable.has(status)),
    }),
  );

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { arbitrary: refused, weight: 3 },
  fc.constant({ step: new TypeError("fetch failed"), asks: undefined, isCurable: true }),
  fc.constant({ step: silence, asks: undefined, isCurable: true }),
  fc.constant({ step: () => new Response('{"items":['), asks: undefined, isCurable: true }),
  fc.constant({ step: () => new Response("<html>"), asks: undefined, isCurable: false }),
);

const plan = fc.record({
  // Of an answer that is any text nothing can break off unseen.
  endpoint: fc.constantFrom(...endpoints.filter(({ isText }) => !isText)),
  faults: fc.array(fault, { minLength: 6, maxLength: 6 }),
  maxRetries: fc.nat({ max: 5 }),
  seed: fc.nat(),
});

const timeout = 10_000;

const play = async ({ endpoint, faults, maxRetries, seed }: typeof plan extends fc.Arbitrary<infer P> ? P : never) => {
  const scripted = script((_, index) => faults[index]!.step, { maxRetries, timeout });
  const began = scripted.clock.now();
  const error = await scripted.failure(scripted.transport.call(endpoint, argsOf(endpoint) as never), seed);
  return { ...scripted, error, began };
};

it("only GET and PATCH are repeated, only curable failures, and never more than maxRetries", () =>
  fc.assert(
    fc.asyncProperty(plan, async (plan) => {
      const { asked, error, clock } = await play(plan);
      const final = plan.faults.findIndex(({ isCurable }) => !isCurable);
      const curableInARow = final === -1 ? plan.faults.length : final;
      expect(asked).toHaveLength(isRepeatable(plan.endpoint.method) ? Math.min(curableInARow, plan.maxRetries) + 1 : 1);
      expect(error.attempts).toBe(asked.length);
      expect(clock.pending).toBe(0);
    }),
  ));

it("POST is never repeated, for any answer of the server", () =>
  fc.assert(
    fc.asyncProperty(
      plan.filter(({ endpoint }) => endpoint.method === "POST"),
      async (plan) => {
        expect((await play(plan)).asked).toHaveLength(1);
      },
    ),
  ));

it("a wait is the server's, kept exactly up to a minute; or it lies in [0, min(8 s, 0.5 s * 2^(n-1))]", () =>
  fc.assert(
    fc.asyncProperty(plan, async (plan) => {
      const { asked } = await play(plan);
      for (let nth = 1; nth < asked.length; nth++) {
        const { asks, step } = plan.faults[nth - 1]!;
        const wait = asked[nth]!.at - asked[nth - 1]!.at - (step === silence ? timeout : 0);
        if (asks !== undefined) expect(wait).toBe(Math.min(asks, 60_000));
        else {
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Retry.ceilingMillis(nth));
        }
      }
    }),
  ));

it("a call takes no longer than its attempts and waits may take together", () =>
  fc.assert(
    fc.asyncProperty(plan, async (plan) => {
      const { clock, began, asked } = await play(plan);
      expect(clock.now() - began).toBeLessThanOrEqual(asked.length * timeout + (asked.length - 1) * 60_000);
    }),
  ));

it("the same seed waits the same", () =>
  fc.assert(
    fc.asyncProperty(plan, async (plan) => {
      const [one, other] = [await play(plan), await play(plan)];
      expect(one.asked.map(({ at }) => at)).toEqual(other.asked.map(({ at }) => at));
    }),
    { numRuns: 30 },
  ));

it("full jitter: over many calls the waits fill their range", async () => {
  const { asked, transport, failure } = script(() => new TypeError("fetch failed"), { maxRetries: 1 });
  const endpoint = endpoints.find(({ name }) => name === "evaluations.retrieve")!;
  for (let seed = 0; seed < 60; seed++) await failure(transport.call(endpoint, "e1"), seed);
  const waits = asked.flatMap(({ at }, index) => (index % 2 === 1 ? [at - asked[index - 1]!.at] : []));
  expect(Math.min(...waits)).toBeLessThan(125);
  expect(Math.max(...waits)).toBeGreaterThan(375);
  expect(Math.max(...waits)).toBeLessThanOrEqual(500);
});

it("the ceiling doubles from 0.5 s up to 8 s", () => {
  expect([1, 2, 3, 4, 5, 6, 40].map(Retry.ceilingMillis)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

it("a quota holds between nothing and 500, and pays what it has", () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom("retry", "timeout", "success"), { maxLength: 400 }), (moves) => {
      const quota = new RetryQuota.RetryQuota();
      let tokens = 500;
      for (const move of moves) {
        if (move === "success") {
          quota.giveBack();
          tokens = Math.min(500, tokens + 1);
        } else {
          const cost = move === "timeout" ? 10 : 5;
          expect(quota.take(move === "timeout")).toBe(tokens >= cost);
          if (tokens >= cost) tokens -= cost;
        }
        expect(quota.tokens).toBe(tokens);
        expect(quota.tokens).toBeGreaterThanOrEqual(0);
      }
    }),
  ));

it("calls to one host share a quota: when it is spent, nothing is repeated, until successes refill it", async () => {
  let isDown = true;
  const { asked, transport, failure, run } = script(() => (isDown ? json({}, { status: 503 }) : json(null)));
  const claim = endpoints.find(({ name }) => name === "evaluations.claimTask")!;
  const list = endpoints.find(({ name }) => name === "evaluations.list")!;
  for (let call = 0; call < 50; call++) await failure(transport.call(list, {}));
  expect(asked).toHaveLength(50 * 3);
  await failure(transport.call(list, {}));
  expect(asked).toHaveLength(50 * 3 + 1);
  isDown = false;
  for (let call = 0; call < 5; call++) await run(transport.call(claim, "e1"));
  isDown = true;
  asked.length = 0;
  await failure(transport.call(list, {}));
  expect(asked).toHaveLength(2);
});

it("a quota belongs to a host and a fetch", () => {
  const [one, other] = [() => undefined, () => undefined];
  expect(RetryQuota.shared(one, "a.test")).toBe(RetryQuota.shared(one, "a.test"));
  expect(RetryQuota.shared(one, "b.test")).not.toBe(RetryQuota.shared(one, "a.test"));
  expect(RetryQuota.shared(other, "a.test")).not.toBe(RetryQuota.shared(one, "a.test"));
});

it.each([
  [400, 1],
  [401, 1],
  [403, 1],
  [404, 1],
  [408, 3],
  [409, 3],
  [410, 1],
  [422, 1],
  [425, 3],
  [429, 3],
  [500, 3],
  [501, 1],
  [502, 3],
  [503, 3],
  [504, 3],
])("a GET that is answered with %i is made %i times", async (status, times) => {
  const { asked, transport, failure } = script(() => () => json({}, { status }));
  // Not an evaluation: one that is not found is looked for in the API's other version.
  const retrieve = endpoints.find(({ name }) => name === "questions.retrieve")!;
  await failure(transport.call(retrieve, "q1"));
  expect(asked).toHaveLength(times);
});
