import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";
import { expect, it } from "vitest";
import { Sgp, watchEvents } from "../../src/index.ts";
import { SimulatedClock } from "../../src/testing.ts";
import type { Watch } from "../../src/watch/Watch.ts";
import { result, serving, sgp } from "./source/sgp.ts";

const two = () => sgp(serving(() => [result("1"), result("2")]));

/** How many requests a single watch makes in ten minutes. */
const single = async () => {
  const { client, clock, asked } = two();
  await using _ = client.watch("e1");
  await clock.advance("10 minutes");
  return asked.length;
};

/** The second watch beside the first, each over the same client. */
const joining: Readonly<Record<string, (on: ReturnType<typeof two>) => AsyncDisposable>> = {
  "another watch": ({ client }) => client.watch("e1"),
  "watchEvents over the client's services": ({ client }) => {
    const fiber = Effect.runFork(Effect.provide(Stream.runDrain(watchEvents("e1")), client.services));
    return { [Symbol.asyncDispose]: () => Effect.runPromise(Fiber.interrupt(fiber)) };
  },
  "a client with other options at the same server and account": ({ client }) =>
    client.withOptions({ timeout: "3 seconds", maxRetries: 0, defaultHeaders: { "x-team": "red" } }).watch("e1"),
  "a client derived from one that was elsewhere": ({ client }) =>
    client.withOptions({ accountID: "another" }).withOptions({ accountID: null }).watch("e1"),
};

it.each(Object.entries(joining))("one poller serves a watch and %s", async (_, join) => {
  const on = two();
  await using first: Watch = on.client.watch("e1");
  await on.clock.until(first.ready);
  await using __ = join(on);
  await on.clock.advance("10 minutes");
  expect(on.asked.length).toBeLessThanOrEqual((await single()) + 1);
});

it("another account, server, key or network has watches of its own", async () => {
  const elsewhere = [
    { accountID: "another" },
    { baseURL: "https://other.test" },
    { apiKey: "another" },
    { fetch: async () => Response.json({}, { status: 404 }) },
  ];
  for (const options of elsewhere) {
    const { client, clock, asked } = two();
    await using first = client.watch("e1");
    await clock.until(first.ready);
    const before = asked.length;
    await using other = client.withOptions(options).watch("e1");
    await clock.until(other.ready.catch(() => undefined));
    expect(other.snapshot()).not.toBe(first.snapshot());
    if (!("fetch" in options)) expect(asked.length).toBeGreaterThan(before);
  }
});

it("too many requests, learnt by one watch, hold back those of a derived client, too", async () => {
  let isBusy = true;
  const answer = serving(() => [result("1")]);
  const { client, clock, asked } = sgp((request) =>
    isBusy ? new Response("{}", { status: 429, headers: { "retry-after": "300" } }) : answer(request),
  );
  const quick = client.withOptions({ maxRetries: 0 });
  await using _ = quick.watch("e1");
  await clock.advance("1 second");
  isBusy = false;
  const before = asked.length;
  await using __ = client.watch("e1");
  await using ___ = client.v5.watch("e2");
  await clock.advance("4 minutes");
  expect(asked.length).toBe(before);
});

it("closing the client closes the watches of both faces and of all derived clients", async () => {
  const on = two();
  const watches = [on.client.watch("e1"), on.client.withOptions({ accountID: "another" }).watch("e1")];
  const ended = Effect.runPromise(Effect.provide(Stream.runDrain(watchEvents("e1")), on.client.services));
  await on.clock.advance("1 minute");
  await on.client.close();
  await ended;
  expect(watches.map(({ status }) => status._tag)).toEqual(["closed", "closed"]);
  expect(on.clock.pending).toBe(0);
});

it("two programs over one layer run each on its own time", async () => {
  const on = two();
  const other = new SimulatedClock();
  const [one, two_] = await Effect.runPromise(
    Effect.gen(function* () {
      const count = { one: 0, other: 0 };
      const live = (name: keyof typeof count, clock: SimulatedClock) =>
        Effect.forkChild(
          Stream.runForEach(watchEvents("e1"), () => Effect.sync(() => void count[name]++)).pipe(
            Effect.provideService(Clock.Clock, clock),
          ),
        );
      yield* live("one", on.clock);
      yield* Effect.promise(() => on.clock.advance("1 minute"));
      const before = on.asked.length;
      yield* live("other", other);
      // The first program's clock stands still: what is read now is read by the other one's.
      yield* Effect.promise(() => other.advance("1 minute"));
      return [before, on.asked.length] as const;
    }).pipe(
      Effect.provide(
        Sgp.layer({ apiKey: "k", baseURL: "https://sgp.test", fetch: on.client.transport.settings.fetch }),
      ),
    ),
  );
  expect(two_ - one).toBeGreaterThan(10);
  expect([on.clock.pending, other.pending]).toEqual([0, 0]);
});
