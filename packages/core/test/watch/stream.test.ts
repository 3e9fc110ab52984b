import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";
import { expect, it } from "vitest";
import { Sgp } from "../../src/Sgp.ts";
import { stream, watchEvents } from "../../src/watch/stream.ts";
import { result, serving, sgp } from "./source/sgp.ts";
import { brief, stage, withWatch } from "./watching.ts";

it("a watch as a stream: what is there, then what happens, until it is closed", async () => {
  await withWatch({ count: 1 }, async ({ clock, platform, live }) => {
    const collected = Effect.runPromise(
      Stream.runCollect(stream(live, { types: ["task.added", "assignment.created"] })),
    );
    await clock.until(live.ready);
    platform.claim("t1", "ada", 600_000);
    await clock.advance("10 seconds");
    await live.close();
    expect(brief([...(await collected)])).toEqual(["task.added t1", "assignment.created t1"]);
  });
});

it("a stream that is left unsubscribes", async () => {
  const on = stage(2);
  const live = on.watch();
  const first = Effect.runPromise(stream(live).pipe(Stream.take(2), Stream.runCollect));
  await on.clock.advance("10 seconds");
  expect([...(await first)]).toHaveLength(2);
  await on.clock.advance("1 second");
  expect([on.clock.pending, on.platform.writers, live.stats().subscribers]).toEqual([0, 0, 0]);
  await live.close();
});

it("what ends the watch fails the stream", async () => {
  const on = stage(1);
  on.platform.faultsOf.evaluation = [{ _tag: "Fail", reason: { _tag: "Unauthorized" } }];
  const failed = Effect.runPromise(Effect.flip(Stream.runDrain(stream(on.watch()))));
  await on.clock.advance("1 second");
  expect((await failed).reason._tag).toBe("Unauthorized");
});

it("in Effect: by the fiber's clock, over one poller for each evaluation, and nothing is left after interruption", async () => {
  const on = sgp(serving(() => [result("1"), result("2")]));
  const program = Effect.gen(function* () {
    const one = yield* Effect.forkChild(Stream.runCollect(watchEvents("e1").pipe(Stream.take(3))));
    const other = yield* Effect.forkChild(Stream.runDrain(watchEvents("e1")));
    const events = yield* Fiber.join(one);
    yield* Effect.sleep("1 minute");
    yield* Fiber.interrupt(other);
    return events;
  }).pipe(
    Effect.provide(Sgp.layer({ apiKey: "k", baseURL: "https://sgp.test", fetch: on.client.transport.settings.fetch })),
    Effect.provideService(Clock.Clock, on.clock),
  );
  const events = await on.clock.until(Effect.runPromise(program));
  expect(brief([...events])).toEqual(["evaluation.progressed", "task.added 1", "task.added 2"]);
  const single = sgp(serving(() => [result("1"), result("2")]));
  const live = single.client.watch("e1");
  await single.clock.advance("1 minute");
  expect(on.asked.length).toBeLessThanOrEqual(single.asked.length + 1);
  await live.close();
  expect(on.clock.pending).toBe(0);
});
